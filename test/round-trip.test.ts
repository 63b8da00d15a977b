/** What was accepted comes out of the invoice CSV as it went in, formula guard and quoting undone; and nowhere but in OUT. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { looksLikeFormula } from '../src/billing/formula.js';
import { type Config, DEFAULT_CONFIG } from '../src/config/config.js';
import { importFiles } from '../src/import-files.js';
import { trimmed } from '../src/intake/id-damage.js';
import { temporaryLedger } from '../src/ledger/ledger.js';
import { closeMonths } from '../src/month-end.js';
import { isUnprintable } from '../src/words/excerpt.js';
import { readCsv } from './intake/feed.js';
import { closeOptions, temporaryFolder } from './support/facts.js';
import { runs } from './support/search.js';

interface Line {
  readonly practiceId: string;
  readonly practiceName: string;
  readonly product: string;
  readonly description: string;
  readonly patientRef: string;
  readonly quantity: string;
  readonly unitPrice: string;
}

const pieces = fc.constantFrom(
  ...[
    '=',
    '+',
    '-',
    '@',
    "'",
    '"',
    ',',
    ';',
    ' ',
    '\\',
    'a',
    'B',
    '7',
    '.',
    '/',
    '~',
    '%',
    'é',
    'e\u0301',
    '🦷',
    '日',
    'null',
  ],
);
const piecesOfText = fc.oneof(pieces, pieces, fc.constantFrom('\t', '\n', '\u2028', '\u202e', '\ufeff'));
const fits = (text: string) => [...text].every((each) => !isUnprintable(each.codePointAt(0) as number));
const anyOf = (piece: fc.Arbitrary<string>, minLength: number) =>
  fc.oneof(
    fc.array(piece, { minLength, maxLength: 8 }).map((parts) => parts.join('')),
    fc.string({ unit: 'grapheme', minLength, maxLength: 20 }).filter(fits),
  );
const id = anyOf(pieces, 1)
  .map(trimmed)
  .filter((written) => written !== '');
const text = anyOf(piecesOfText, 0);
const digits = (most: number) =>
  fc.integer({ min: 0, max: 10 ** most - 1 }).map((value) => String(value).padStart(most, '0'));
const line: fc.Arbitrary<Line> = fc.record({
  practiceId: id,
  practiceName: text.filter((name) => name !== ''),
  product: id,
  description: text,
  patientRef: text,
  quantity: fc
    .tuple(fc.integer({ min: 1, max: 999 }), digits(3))
    .map(([whole, fraction]) => `${whole}.${fraction}`),
  unitPrice: fc
    .tuple(fc.integer({ min: 0, max: 99_999 }), digits(6))
    .map(([whole, fraction]) => `${whole}.${fraction}`),
});

describe('what was accepted comes out of the invoice as it went in', () => {
  it.each([
    ['with the formula guard', true],
    ['without it', false],
  ])('%s', async (_, formulaGuard) => {
    const guarded = (cell: string) => (formulaGuard && looksLikeFormula(cell) ? `'${cell}` : cell);
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 6 }), async (lines) => {
        const named = new Map(lines.map(({ practiceId, practiceName }) => [practiceId, practiceName]));
        const out = await bill(lines, named, { formulaGuard });
        const cells = invoicesIn(out).flatMap((file) => {
          const { records, problems } = readCsv(readFileSync(file));
          expect(problems).toEqual([]);
          return rows(records);
        });
        const seen = lines.map((_, index) => {
          const row = cells.find(({ order_id }) => order_id === guarded(orderId(index))) ?? {};
          return [
            row.practice_id,
            row.practice_name,
            row.product,
            row.description,
            row.patient_ref,
            ...[row.quantity, row.unit_price].map(Number),
          ];
        });
        const expected = lines.map((given) => [
          ...[
            given.practiceId,
            named.get(given.practiceId) ?? '',
            given.product,
            given.description,
            given.patientRef,
          ].map(guarded),
          ...[given.quantity, given.unitPrice].map(Number),
        ]);
        expect(seen).toEqual(expected);
        expect(cells.length).toBe(lines.length);
      }),
      { numRuns: runs(20) },
    );
  });
});

describe('no path outside OUT', () => {
  const NAMES = [
    '../../etc',
    '/etc/passwd',
    'CON',
    'nul.txt',
    'a/b',
    'a\\b',
    '.',
    '..',
    '...',
    'x'.repeat(128),
    '🦷'.repeat(100),
    '\u00e9',
    'e\u0301',
    'Acme',
    'ACME',
    '-rf',
    '~',
    '$HOME',
    '%2e%2e',
    'a b',
  ];
  const lines = NAMES.map((practiceId) => ({
    ...{ practiceId, practiceName: practiceId, product: 'crown', description: '', patientRef: '' },
    ...{ quantity: '1', unitPrice: '1' },
  }));
  const names = new Map(NAMES.map((name) => [name, name]));

  it('every practice has one file of its own, by a safe name, and nothing else is written', async () => {
    const parent = temporaryFolder();
    const out = await bill(lines, names, {}, path.join(parent, 'deep', 'out'));
    expect(readdirSync(parent)).toEqual(['deep']);
    expect(readdirSync(path.join(parent, 'deep'))).toEqual(['out']);
    expect(readdirSync(out)).toEqual(['2026-10']);
    const files = invoicesIn(out).map((file) => path.basename(file));
    expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(NAMES.length);
    for (const file of files) expect(file).toMatch(/^[A-Za-z0-9._%~-]{1,108}\.csv$/);
    const practices = invoicesIn(out).map(
      (file) => rows(readCsv(readFileSync(file)).records)[0]?.practice_id,
    );
    expect(practices.sort()).toEqual(NAMES.map((name) => (/^[=+\-@]/.test(name) ? `'${name}` : name)).sort());
  });

  it.each(['invoices', 'invoices/P1.csv', 'summary.csv'])(
    'a link in place of 2026-10/%s is replaced, and what it leads to stays',
    async (inMonth) => {
      const parent = temporaryFolder();
      const out = path.join(parent, 'out');
      const one = [{ ...(lines[0] as Line), practiceId: 'P1' }];
      const { ledger, close } = await billed(one, new Map(), {}, out);
      const place = path.join(out, '2026-10', inMonth);
      const elsewhere = path.join(parent, 'elsewhere');
      renameSync(place, elsewhere);
      const isFolder = lstatSync(elsewhere).isDirectory();
      if (isFolder) writeFileSync(path.join(elsewhere, 'mine.txt'), 'mine');
      else writeFileSync(elsewhere, 'mine');
      symlinkSync(elsewhere, place);
      await close();
      expect(lstatSync(place).isSymbolicLink()).toBe(false);
      expect(existsSync(path.join(out, '2026-10', 'invoices', 'P1.csv'))).toBe(true);
      expect(readFileSync(isFolder ? path.join(elsewhere, 'mine.txt') : elsewhere, 'utf8')).toBe('mine');
      if (isFolder) expect(readdirSync(elsewhere).sort()).toEqual(['P1.csv', 'mine.txt']);
      ledger.close();
    },
  );

  it('a link in place of the month, or of the folder that it is staged in, leads nowhere', async () => {
    for (const name of ['2026-10', `.2026-10.${process.pid}.partial`, `.2026-10.${process.pid}.replaced`]) {
      const parent = temporaryFolder();
      const [out, elsewhere] = [path.join(parent, 'out'), path.join(parent, 'elsewhere')];
      for (const folder of [out, elsewhere]) mkdirSync(folder);
      symlinkSync(elsewhere, path.join(out, name));
      const closing = bill(lines.slice(0, 1), new Map(), {}, out);
      if (name === '2026-10') await expect(closing).rejects.toMatchObject({ kind: 'refused' });
      else expect(readdirSync(await closing)).toEqual(['2026-10']);
      expect(readdirSync(elsewhere)).toEqual([]);
    }
  });
});

const orderId = (index: number) => `=ORD-${index}`;

async function bill(
  lines: readonly Line[],
  names: ReadonlyMap<string, string>,
  config: Partial<Config>,
  out = path.join(temporaryFolder(), 'out'),
): Promise<string> {
  const { ledger } = await billed(lines, names, config, out);
  ledger.close();
  return out;
}

/** Imports the lines, an order each, and closes October. */
async function billed(
  lines: readonly Line[],
  names: ReadonlyMap<string, string>,
  changes: Partial<Config>,
  out: string,
) {
  const config = { ...DEFAULT_CONFIG, patientRef: true, ...changes };
  const ledger = temporaryLedger();
  const folder = temporaryFolder();
  const orders = lines.map(({ practiceId, product, description, patientRef, quantity, unitPrice }, index) =>
    record([
      orderId(index),
      practiceId,
      product,
      description,
      patientRef,
      quantity,
      unitPrice,
      '2026-10-05T09:00:00Z',
    ]),
  );
  const practices = [...names].map(record);
  const write = (name: string, header: string, records: readonly string[]) => {
    writeFileSync(path.join(folder, name), [header, ...records, ''].join('\n'));
    return path.join(folder, name);
  };
  const files = [
    write('practices.csv', 'practice_id,name', practices),
    write(
      'orders.csv',
      'order_id,practice_id,product,description,patient_ref,quantity,unit_price,placed_at',
      orders,
    ),
  ];
  await importFiles(ledger, files, { amend: false, config, now: 0 });
  const { progress: _, ...options } = closeOptions({ config });
  const close = () => closeMonths(ledger, '2026-10', { ...options, out, engineVersion: '1' });
  await close();
  return { ledger, close };
}

function record(cells: readonly string[]): string {
  return cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',');
}

function invoicesIn(out: string): string[] {
  const folder = path.join(out, '2026-10', 'invoices');
  return readdirSync(folder).map((name) => path.join(folder, name));
}

function rows([header = [], ...records]: readonly (readonly string[])[]): Record<string, string>[] {
  return records.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])));
}
