/** Folders that this ledger did not write, told apart by the identity of ledgers. */
import { cpSync, renameSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createLedger } from '../../src/ledger/ledger.js';
import { type Workplace, workplace } from '../support/monthend.js';

const HEADER = 'order_id,practice_id,product,unit_price,placed_at';
const ORDER = (id: string, month: string, practice = 'P-1') =>
  `${HEADER}\n${id},${practice},crown,100.00,2025-${month}-06T09:00:00-04:00\n`;
const [A, B] = ['a'.repeat(32), 'b'.repeat(32)];

/** A folder with September closed, and a copy of the ledger from before. */
function closedSeptember(): Workplace {
  const place = workplace();
  createLedger(place.path('monthend.db'), A);
  place.write('september.csv', ORDER('ORD-1', '09'));
  place.write('october.csv', ORDER('ORD-2', '10', 'P-2'));
  place.run(['import', 'september.csv']);
  cpSync(place.path('monthend.db'), place.path('backup.db'));
  expect(place.run(['close', '2025-09']).code).toBe(0);
  return place;
}

const restore = (place: Workplace) => cpSync(place.path('backup.db'), place.path('monthend.db'));

/** @returns the message of a command that is refused, and changes nothing */
function refusal(place: Workplace, words: string[]): string {
  const before = [place.snapshot('invoices'), place.bytes('monthend.db').toString('base64')];
  const { code, stderr } = place.run(words);
  expect(code, stderr).toBe(4);
  expect([place.snapshot('invoices'), place.bytes('monthend.db').toString('base64')]).toEqual(before);
  return stderr;
}

const OLDER =
  'holds 2025-09 as issued by this ledger, which does not know it: it is an older copy (INV-000001)';
const ANOTHER = 'holds 2025-09 as issued by another ledger (INV-000001)';

describe('an older copy of the ledger', () => {
  test('is told before it issues the month again', () => {
    const place = closedSeptember();
    restore(place);
    place.write('late.csv', ORDER('ORD-9', '09', 'P-0'));
    place.run(['import', 'late.csv']);
    expect(refusal(place, ['close', '2025-09'])).toBe(
      `monthend: invoices/2025-09: ${OLDER}; leave it there, and put the newer ledger back; ` +
        'if that is lost, see "A restored copy" in docs/month-end.md\n',
    );
    expect(refusal(place, ['preflight', '2025-09'])).toContain(
      `used-numbers: document numbers would be used twice: invoices/2025-09 ${OLDER}; ` +
        'put the newer ledger back; if it is lost, choose another "invoiceNumber" and "creditNoteNumber" in the config',
    );
  });

  test('is told by status and verify', () => {
    const place = closedSeptember();
    restore(place);
    const words = place.run(['status']).stdout.replace(/\s+/g, ' ');
    expect(words).toContain(`invoices/2025-09 ${OLDER}`);
    expect(JSON.parse(place.run(['status', '--json']).stdout).unknownFolders).toEqual([
      {
        folder: 'invoices/2025-09',
        month: '2025-09',
        isThisLedger: true,
        numbers: [{ firstNumber: 'INV-000001', lastNumber: 'INV-000001' }],
      },
    ]);
    expect(place.run(['verify'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`invoices/2025-09: ${OLDER}`),
    });
    expect(place.run(['verify', '--out', 'elsewhere']).code).toBe(0);
  });

  test('gives no number again, whatever the folder is called, until that is accepted or the pattern is another', () => {
    const place = closedSeptember();
    restore(place);
    renameSync(place.path('invoices/2025-09'), place.path('invoices/sent in September'));
    expect(refusal(place, ['close', '2025-09'])).toContain(`invoices/sent in September ${OLDER}`);
    place.write('monthend.json', '{ "invoiceNumber": "R-{seq}", "creditNoteNumber": "RC-{seq}" }');
    expect(place.run(['preflight', '2025-09']).code).toBe(0);
    place.write('monthend.json', '{}');
    expect(place.run(['close', '2025-09', '--accept', 'used-numbers']).code).toBe(0);
    const [accepted] = JSON.parse(place.read('invoices/2025-09/manifest.json')).accepted;
    expect(accepted).toMatchObject({ code: 'used-numbers', message: expect.stringContaining(OLDER) });
  });
});

describe('another ledger', () => {
  test('is told where the old one is lost, or the folder is a wrong one', () => {
    const place = closedSeptember();
    createLedger(place.path('new.db'), B);
    const words = ['--ledger', 'new.db'];
    place.run([...words, 'import', 'october.csv']);
    expect(refusal(place, [...words, 'close', '2025-10'])).toContain(
      `used-numbers: document numbers would be used twice: invoices/2025-09 ${ANOTHER}; ` +
        'if you meant that ledger, name it with --ledger; if not, name another --out',
    );
    expect(place.run([...words, 'verify']).stdout).toContain(`invoices/2025-09: ${ANOTHER}`);
    place.run([...words, 'import', 'september.csv']);
    expect(refusal(place, [...words, 'close', '2025-09'])).toBe(
      `monthend: invoices/2025-09: ${ANOTHER}; if you meant that ledger, name it with --ledger; ` +
        'if not, name another folder with --out\n',
    );
    expect(place.run([...words, 'close', '2025-09', '--out', 'new']).code).toBe(0);
  });

  test('with the same facts writes the same bytes, but for its name in the manifest', () => {
    const place = closedSeptember();
    createLedger(place.path('new.db'), B);
    place.run(['--ledger', 'new.db', 'run', '2025-09', 'september.csv', '--out', 'new']);
    const [one, other] = [place.snapshot('invoices/2025-09'), place.snapshot('new/2025-09')];
    expect(Object.keys(other).filter((name) => other[name] !== one[name])).toEqual(['manifest.json']);
    const manifest = place.read('invoices/2025-09/manifest.json');
    expect(manifest).toContain(`"ledger": "${A}"`);
    expect(place.read('new/2025-09/manifest.json')).toBe(manifest.replace(A, B));
  });
});

describe('a ledger that is lost', () => {
  test.each([
    ['import', 'october.csv'],
    ['run', '2025-10', 'october.csv'],
    ...['close', 'preview', 'preflight', 'export', 'report', 'verify'].map((command) => [command, '2025-10']),
    ['status'],
    ['void', '2025-09', '--reason', 'x'],
    ['explain', 'ORD-1'],
  ])('is not made anew by %s', (...words) => {
    const place = closedSeptember();
    rmSync(place.path('monthend.db'));
    const before = place.snapshot('.');
    const { code, stderr } = place.run(words);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`there is no ledger here (looked for ${place.path('monthend.db')})`),
    ]);
    expect(place.snapshot('.')).toEqual(before);
  });

  test('is told from the one that init then makes, which gives no number again and bills no month again', () => {
    const place = closedSeptember();
    rmSync(place.path('monthend.db'));
    expect(place.run(['init']).code).toBe(0);
    expect(place.run(['status']).stdout).toContain(`invoices/2025-09 ${ANOTHER}`);
    expect(place.run(['verify']).code).toBe(1);
    // The next export holds September's order again.
    place.write('both.csv', `${ORDER('ORD-1', '09')}${ORDER('ORD-2', '10', 'P-2').slice(HEADER.length + 1)}`);
    const issued = place.snapshot('invoices');
    const stopped = place.run(['run', '2025-10', 'both.csv']);
    expect(stopped.code).toBe(4);
    expect(stopped.stderr).toContain(
      `used-numbers: document numbers would be used twice: invoices/2025-09 ${ANOTHER}`,
    );
    expect(stopped.stderr).toContain(
      "first-month: 2025-10 would be this ledger's first month: 1 order line of 2025-09",
    );
    expect(refusal(place, ['close', '2025-09'])).toContain(ANOTHER);
    expect(place.snapshot('invoices')).toEqual(issued);
    place.write(
      'monthend.json',
      '{ "firstMonth": "2025-10", "invoiceNumber": "R-{seq}", "creditNoteNumber": "RC-{seq}" }',
    );
    expect(place.run(['close', '2025-10']).code).toBe(0);
    expect(place.read('invoices/2025-10/summary.csv')).toContain('\nR-1,invoice,P-2,');
    expect(place.read('invoices/2025-10/summary.csv')).not.toContain('P-1');
  });
});

test('init gives each ledger an identity of its own', () => {
  const place = workplace();
  place.write('september.csv', ORDER('ORD-1', '09'));
  const ids = ['one', 'two'].map((name) => {
    place.run(['init', name]);
    const words = ['--ledger', `${name}/monthend.db`];
    place.run([...words, 'run', '2025-09', 'september.csv', '--out', `${name}/invoices`]);
    return JSON.parse(place.read(`${name}/invoices/2025-09/manifest.json`)).ledger;
  });
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(ids).size).toBe(2);
});

describe('a folder from before ledgers had identities', () => {
  function olderFolder(): Workplace {
    const place = closedSeptember();
    const { ledger: _, numbers: __, ...older } = JSON.parse(place.read('invoices/2025-09/manifest.json'));
    place.write('invoices/2025-09/manifest.json', `${JSON.stringify(older, null, 2)}\n`);
    return place;
  }

  test('is as it was written, and is replaced by its own ledger', () => {
    const place = olderFolder();
    expect(place.run(['verify']).code).toBe(0);
    expect(place.run(['export', '2025-09']).code).toBe(0);
    expect(place.read('invoices/2025-09/manifest.json')).toContain(`"ledger": "${A}"`);
  });

  test('stays where another state of the ledger would replace it', () => {
    const place = olderFolder();
    restore(place);
    place.write('late.csv', ORDER('ORD-9', '09', 'P-0'));
    place.run(['import', 'late.csv']);
    expect(refusal(place, ['close', '2025-09'])).toContain('was written for another ledger');
  });
});
