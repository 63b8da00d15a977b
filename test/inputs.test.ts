/** Files of other systems through input profiles: what they become, what is told, and what is set aside. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../src/billing/order.js';
import { DEFAULT_CONFIG } from '../src/config/config.js';
import { readConfig } from '../src/config/read-config.js';
import { InputRejected } from '../src/errors/failure.js';
import { formatProblem } from '../src/errors/problem.js';
import { type ImportResult, importFiles } from '../src/import-files.js';
import { type InputProfile, type InputSettings, profilesIn } from '../src/intake/input-profile.js';
import { readFacts } from '../src/intake/read-facts.js';
import { temporaryLedger } from '../src/ledger/ledger.js';
import { temporaryFolder } from './support/facts.js';
import { runs } from './support/search.js';

type Content = string | Uint8Array;

/** The profiles of a config, as checked as those of a file. */
const profiles = (inputs: Record<string, InputSettings>) =>
  profilesIn(readConfig(JSON.stringify({ inputs })).inputs);

async function read(
  name: string,
  content: Content,
  options: { profiles?: readonly InputProfile[]; as?: InputProfile | 'orders' } = {},
) {
  const file = path.join(temporaryFolder(), name);
  writeFileSync(file, content);
  const facts: Fact[] = [];
  const problems: string[] = [];
  const result = await readFacts(
    file,
    { amend: false, defaultCurrency: 'USD', ...options },
    {
      take: ({ kind, fact }) => facts.push({ kind, fact } as Fact),
      problem: (problem) => problems.push(formatProblem({ ...problem, file: name })),
    },
  );
  return { ...result, facts, problems };
}

const US: InputSettings = {
  kind: 'orders',
  columns: {
    order_id: 'Order ID',
    line: 'Line',
    practice_id: 'Practice ID',
    product: 'Product Code',
    description: ['Description', 'Tooth'],
    patient_ref: 'Patient',
    quantity: 'Qty',
    unit_price: 'Unit Price',
    placed_at: 'Order Date',
  },
  constants: { currency: 'USD' },
  ignore: ['Status'],
  groupMark: ',',
  currencySign: '$',
  instant: 'MM/dd/yyyy h:mm a',
  timeZone: 'America/New_York',
};
const US_HEADER =
  'Order ID,Line,Practice ID,Product Code,Description,Tooth,Patient,Qty,Unit Price,Order Date,Status';
const us = (...rows: string[]) => `\ufeff${[US_HEADER, ...rows].join('\r\n')}\r\n`;
const US_ROW = '25001,1,P021,CR-ZIR,Zirconia crown,6,BB-1,2,"$1,180.00",10/31/2025 9:25 AM,Open';

const GERMAN: InputSettings = {
  kind: 'history',
  columns: { order_id: 'Auftrag', event: 'Vorgang', at: 'Datum', reason: 'Grund' },
  ignore: '*',
  separator: ';',
  encoding: 'windows-1252',
  values: { Vorgang: { angehalten: 'paused', fortgesetzt: 'resumed', Notiz: null } },
  instant: ['dd.MM.yyyy HH:mm', 'dd.MM.yyyy'],
  timeZone: 'Europe/Berlin',
  time: '12:00',
};
const GERMAN_ORDERS: InputSettings = {
  kind: 'orders',
  columns: {
    order_id: 'Auftrag',
    practice_id: 'Praxis',
    product: 'Artikel',
    unit_price: 'Preis',
    placed_at: 'Datum',
  },
  constants: { currency: 'EUR' },
  separator: ';',
  encoding: 'windows-1252',
  decimalMark: ',',
  groupMark: '.',
  currencySign: '€',
  instant: 'dd.MM.yyyy HH:mm',
  timeZone: 'Europe/Berlin',
};

const REPORT: InputSettings = {
  kind: 'orders',
  columns: {
    order_id: 'No.',
    practice_id: 'Account',
    product: 'Item',
    unit_price: 'Net',
    placed_at: 'Entered',
  },
  constants: { currency: 'CHF' },
  ignore: ['Clerk'],
  separator: '\t',
  encoding: 'utf-16',
  headerLine: 4,
  footer: 'Total',
  blankRows: 'skip',
  groupMark: "'",
  instant: 'yyyy-MM-dd HH:mm:ss.SSSSSSS',
  timeZone: 'Europe/Zurich',
  trim: true,
  upperCase: ['practice_id'],
};
const REPORT_TEXT = [
  'Order list "open',
  'printed\t2025-11-01',
  '',
  'No.\tAccount\t Item\tNet\tEntered\tClerk',
  "1001\tp-1 \tcrown\t1'180.50\t2025-10-05 09:00:00.0000000\tä",
  '\t\t\t\t\t',
  '1002\tP-2\t\u200bcrown\u00a0\t89.00\t2025-10-05 09:00:00.1200000\t',
  '',
  "Total\t\t\t1'269.50",
  'page 1 of 1',
].join('\r\n');

const JSON_LINES: InputSettings = {
  kind: 'orders',
  columns: {
    order_id: 'id',
    practice_id: 'account',
    product: 'sku',
    description: 'text',
    unit_price: 'net',
    placed_at: 'created',
  },
  ignore: ['lines', 'rush', 'tags'],
  values: { state: { quote: null } },
  instant: 'T',
};

describe('what a file becomes', () => {
  it('orders as a US system writes them', async () => {
    const { facts, problems, notes } = await read('o.csv', us(US_ROW), { profiles: profiles({ us: US }) });
    expect(problems).toEqual([]);
    expect([...notes.profiles]).toEqual([['orders', 'us']]);
    expect(facts.map(({ fact }) => fact)).toEqual([
      {
        orderId: '25001',
        line: 1,
        practiceId: 'P021',
        product: 'CR-ZIR',
        description: 'Zirconia crown 6',
        patientRef: 'BB-1',
        quantity: '2',
        unitPrice: '1180',
        currency: 'USD',
        placedAt: Date.UTC(2025, 9, 31, 13, 25),
      },
    ]);
  });

  it('a history with semicolons, German words and umlauts in windows-1252; words that are no events are passed over', async () => {
    const text = [
      'Auftrag;Vorgang;Datum;Grund;Bearbeiter',
      'A1;angehalten;05.10.2025 09:00;"Rückfrage; Zahnarzt";mü',
      'A1;Notiz;05.10.2025 09:01;;',
      'A1;fortgesetzt;26.10.2025 02:30;;',
      'A1;angehalten;27.10.2025;zu früh;',
    ].join('\n');
    const { facts, problems, notes, records } = await read('h.csv', Buffer.from(text, 'latin1'), {
      profiles: profiles({ german: GERMAN, de: GERMAN_ORDERS }),
    });
    expect(problems).toEqual([]);
    expect(records).toBe(3);
    expect(notes).toMatchObject({ passedOver: 1, blankRows: 0, repeatedTimes: 1 });
    expect(facts.map(({ fact }) => fact)).toMatchObject([
      { event: 'paused', reason: 'Rückfrage; Zahnarzt', at: Date.UTC(2025, 9, 5, 7) },
      // 02:30 occurs twice on that Sunday: first in summer time, UTC+2.
      { event: 'resumed', at: Date.UTC(2025, 9, 26, 0, 30) },
      { event: 'paused', reason: 'zu früh', at: Date.UTC(2025, 9, 27, 11) },
    ]);
  });

  it('orders with decimal commas and the sign of the euro', async () => {
    const text = 'Auftrag;Praxis;Artikel;Preis;Datum\nA1;Zahnärzte;Brücke;1.180,50 \x80;05.10.2025 09:00\n';
    const { facts, problems } = await read('o.csv', Buffer.from(text, 'latin1'), {
      profiles: profiles({ de: GERMAN_ORDERS }),
    });
    expect(problems).toEqual([]);
    expect(facts[0]?.fact).toMatchObject({
      practiceId: 'Zahnärzte',
      product: 'Brücke',
      unitPrice: '1180.5',
      currency: 'EUR',
    });
  });

  it.each<[string, string, (text: string) => Uint8Array]>([
    ['with its mark', 'r.txt', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['without one', 'r.tsv', (text) => Buffer.from(text, 'utf16le')],
    ['big-endian, by its mark', 'r.csv', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['in UTF-8, by its mark', 'r.tab', (text) => Buffer.from(`\ufeff${text}`)],
  ])('a report in UTF-16 with lines around its data, %s', async (_, name, bytesOf) => {
    const { facts, problems, notes, records } = await read(name, bytesOf(REPORT_TEXT), {
      profiles: profiles({ report: REPORT }),
    });
    expect(problems).toEqual([]);
    expect(records).toBe(2);
    expect(notes).toMatchObject({ blankRows: 2, passedOver: 0 });
    expect(facts.map(({ fact }) => fact)).toMatchObject([
      {
        orderId: '1001',
        practiceId: 'P-1',
        unitPrice: '1180.5',
        currency: 'CHF',
        placedAt: Date.UTC(2025, 9, 5, 7),
      },
      { orderId: '1002', practiceId: 'P-2', product: 'crown', placedAt: Date.UTC(2025, 9, 5, 7, 0, 0, 120) },
    ]);
  });

  it('JSON lines with numbers for ids, and values of every kind in keys that are ignored', async () => {
    const lines = [
      '{"id":1001,"account":7,"sku":"crown","text":null,"net":1180.50,"created":1759647600000,"state":"open","lines":[{"a":"]"}],"rush":true}',
      '{"id":1002,"account":7,"sku":"crown","net":"89","created":1759647600000,"state":"quote","rush":false}',
      '{"id":1003,"account":7,"sku":"crown","net":89,"created":1759647600000,"tags":{"x":[1,{}]}}',
    ];
    const { facts, problems, notes, records } = await read('o.jsonl', lines.join('\n'), {
      profiles: profiles({ shop: JSON_LINES }),
    });
    expect(problems).toEqual([]);
    expect([records, notes.passedOver]).toEqual([2, 1]);
    expect(facts.map(({ fact }) => fact)).toMatchObject([
      { orderId: '1001', practiceId: '7', unitPrice: '1180.5', placedAt: Date.UTC(2025, 9, 5, 7) },
      { orderId: '1003', unitPrice: '89' },
    ]);
  });

  it('dates of RFC 3339 may have needless zeros', async () => {
    const { instant: _, timeZone: __, ...rest } = US;
    const row = US_ROW.replace('10/31/2025 9:25 AM', '2025-10-31T09:25:00.1230000Z');
    const { facts } = await read('o.csv', us(row), { profiles: profiles({ us: rest }) });
    expect(facts[0]?.fact).toMatchObject({ placedAt: Date.UTC(2025, 9, 31, 9, 25, 0, 123) });
  });

  it('a file of the strict format stays what it is beside profiles', async () => {
    const strict =
      'order_id,practice_id,product,unit_price,placed_at\nA1,P1,crown,1.00,2025-10-05T09:00:00Z\n';
    const { facts, notes } = await read('o.csv', strict, {
      profiles: profiles({ us: US, de: GERMAN_ORDERS }),
    });
    expect(facts).toHaveLength(1);
    expect(notes.profiles.size).toBe(0);
  });
});

describe('which profile a file is read by', () => {
  const wide: InputSettings = { ...US, ignore: '*' };
  const row = us(US_ROW);

  it('the one that knows all its columns, before one that knows some', async () => {
    const { Status: _, ...columns } = { ...US.columns, Status: '' };
    const { ignore: __, ...narrow } = { ...US, columns };
    const { notes } = await read('o.csv', row, { profiles: profiles({ narrow, us: US }) });
    expect(notes.profiles.get('orders')).toBe('us');
  });

  it('two that fit are an error, unless one is said', async () => {
    const both = profiles({ us: US, wide });
    const { problems } = await read('o.csv', row, { profiles: both });
    expect(problems).toEqual([
      'o.csv:1:1: the input profiles us and wide both fit these columns; say which one with --as, for example --as us',
    ]);
    const said = await read('o.csv', row, { profiles: both, as: both[1] as InputProfile });
    expect([said.problems, said.notes.profiles.get('orders')]).toEqual([[], 'wide']);
  });

  it('of none the nearest, in whose terms it is told what is wrong', async () => {
    const { problems } = await read('o.csv', row.replace('Unit Price', 'Price each'), {
      profiles: profiles({ us: US, de: GERMAN_ORDERS }),
    });
    expect(problems[0]).toContain('column `Unit Price` is missing, which profile us reads as unit_price');
    expect(problems[1]).toContain('1:70: column `Price each` is unknown to profile us');
  });

  it('the strict format, where a kind is said', async () => {
    const { problems } = await read('o.csv', row, { profiles: profiles({ us: US }), as: 'orders' });
    expect(problems.join()).toContain('columns are not ours, such as `Order ID`');
  });

  it('a header that is not where the profile says', async () => {
    const [report] = profiles({ report: REPORT });
    const { problems } = await read('r.txt', Buffer.from('a\nb\n', 'utf16le'), {
      as: report as InputProfile,
    });
    expect(problems).toEqual([
      'r.txt:3:1: the file ends before line 4, where the profile says that the header stands ("headerLine")',
    ]);
  });
});

describe('where a problem stands', () => {
  it.each<[string, InputSettings, Content, string]>([
    [
      'with a BOM and CRLF',
      US,
      us(US_ROW, US_ROW.replace('$1,180.00', '$1,18.00')),
      'o.csv:3:45: Unit Price: "$1,18.00" is not',
    ],
    [
      'below a preamble in UTF-16',
      REPORT,
      Buffer.from(REPORT_TEXT.replace('89.00', 'cheap'), 'utf16le'),
      'o.csv:7:18: Net: cheap is not',
    ],
    [
      'of a lost character, in a record that begins like a total',
      REPORT,
      Buffer.from(REPORT_TEXT.replace('1001', 'Sum \ud800'), 'utf16le'),
      'o.csv:5:1: No.: has a character',
    ],
    [
      'after umlauts in windows-1252',
      GERMAN_ORDERS,
      Buffer.from('Auftrag;Praxis;Artikel;Preis;Datum\nA1;ÄÖÜ;Brücke;1,0x;05.10.2025 09:00\n', 'latin1'),
      'o.csv:2:15: Preis: "1,0x" is n',
    ],
    [
      'of a constant, the record',
      { ...US, constants: { currency: 'JPY' } },
      us(US_ROW.replace('$1,180.00', '$9,007,199,254,740,993')),
      'o.csv:2:45: Unit Price: quantity 2',
    ],
  ])('%s', async (_, settings, content, expected) => {
    const { problems } = await read('o.csv', content, { profiles: profiles({ erp: settings }) });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.slice(0, expected.length)).toBe(expected);
  });
});

describe('bad records, set aside', () => {
  interface Lab {
    write(name: string, content: Content): string;
    read(name: string): string;
    import(names: string[], quarantine?: string): Promise<ImportResult>;
    profiles(): unknown;
  }

  function lab(inputs: Record<string, InputSettings>): Lab {
    const folder = temporaryFolder();
    const ledger = temporaryLedger();
    const at = (name: string) => path.join(folder, name);
    return {
      write(name, content) {
        writeFileSync(at(name), content);
        return name;
      },
      read: (name) => readFileSync(at(name), 'utf8'),
      import: (names, quarantine) =>
        importFiles(ledger, names.map(at), {
          amend: false,
          config: { ...DEFAULT_CONFIG, inputs },
          now: 0,
          ...(quarantine === undefined ? {} : { quarantine: at(quarantine) }),
        }),
      profiles: () =>
        ledger.db.prepare('SELECT profile FROM import_files ORDER BY import_id, position').pluck().all(),
    };
  }

  it('in UTF-8 with the columns and the separator of their file, and the same profile reads them again', async () => {
    const { write, read, import: take } = lab({ report: REPORT, us: US });
    write('r.txt', Buffer.from(REPORT_TEXT.replace('89.00', 'cheap'), 'utf16le'));
    const result = await take(['r.txt'], 'bad.txt');
    expect(result.files).toMatchObject([
      { read: 2, imported: 1, quarantined: 1, profile: 'report', blankRows: 2 },
    ]);
    const bad = read('bad.txt');
    expect(bad.split('\n').slice(0, 2)).toEqual([
      'quarantine_reason\tNo.\tAccount\t Item\tNet\tEntered\tClerk\r',
      expect.stringMatching(/^"\S*r\.txt:7:18: Net: cheap is not .*"\t1002\tP-2\t/),
    ]);
    write('mended.txt', bad.replace(/\tcheap\t/, '\t89.00\t'));
    const mended = await take(['mended.txt']);
    expect(mended.files).toMatchObject([{ read: 1, imported: 1, quarantined: 0, profile: 'report' }]);
  });

  it('of several profiles, each under its own header', async () => {
    const practices: InputSettings = {
      kind: 'practices',
      columns: { practice_id: 'Practice ID', name: 'Practice' },
    };
    const { write, read, import: take, profiles: recorded } = lab({ us: US, practices });
    write('o.csv', us(US_ROW, US_ROW.replace('25001', '25002').replace('$1,180.00', 'free')));
    write('p.csv', 'Practice ID,Practice\nP021,Main Street\nP022,\n');
    write('s.csv', 'practice_id,name\nP3,Mill Lane\nP4,\n');
    const result = await take(['o.csv', 'p.csv', 's.csv'], 'bad.csv');
    expect(result.files.map(({ profile, quarantined }) => [profile, quarantined])).toEqual([
      ['us', 1],
      ['practices', 1],
      [null, 1],
    ]);
    const mended = read('bad.csv')
      .replace('"free"', '$5.00')
      .replace('P022,', 'P022,Hill')
      .replace('P4,', 'P4,Dale');
    write('mended.csv', mended);
    const again = await take(['mended.csv']);
    expect(again.files.map(({ kind, profile, read, imported }) => [kind, profile, read, imported])).toEqual([
      ['orders', 'us', 1, 1],
      ['practices', 'practices', 2, 2],
    ]);
    expect(recorded()).toEqual(['us', 'practices', null, 'us', 'practices']);
  });

  it('not of two separators in one file', async () => {
    const { write, import: take } = lab({ us: US, de: GERMAN_ORDERS });
    write('o.csv', us(US_ROW.replace('$1,180.00', 'free')));
    write('d.csv', 'Auftrag;Praxis;Artikel;Preis;Datum\nA1;P1;c;frei;05.10.2025 09:00\n');
    await expect(take(['o.csv', 'd.csv'], 'bad.csv')).rejects.toThrow('different separators');
  });

  it('a record that contradicts a known one is named by its own column', async () => {
    const { write, import: take } = lab({ us: US });
    write('o.csv', us(US_ROW));
    await take(['o.csv']);
    write('o.csv', us(US_ROW.replace('$1,180.00', '$1,181.00')));
    const rejected = await take(['o.csv']).catch((error: unknown) => error);
    expect(rejected).toBeInstanceOf(InputRejected);
    expect((rejected as InputRejected).problems[0]).toMatchObject({
      line: 2,
      column: 45,
      field: 'Unit Price',
    });
  });
});

describe('random records written through a random profile', () => {
  const id = fc.string({ unit: fc.constantFrom('A', 'b', '1', '-', 'é', '.'), minLength: 1, maxLength: 6 });
  const word = fc.string({
    unit: fc.constantFrom('a', ' ', ',', ';', '"', 'ü', '|', "'", '1'),
    maxLength: 8,
  });
  const cents = fc.integer({ min: 0, max: 99_999_999 });
  const minute = fc.integer({ min: 0, max: 60 * 24 * 365 * 60 });
  const record = fc.record({ id, practice: id, product: id, description: word, cents, minute });
  const FORMATS = [
    'MM/dd/yyyy h:mm a',
    'dd.MM.yyyy HH:mm',
    'yyyy-MM-dd HH:mm:ss.SSSS',
    'T',
    "yyyyMMdd'T'HHmmX",
  ] as const;
  const profile = fc.record({
    separator: fc.constantFrom(',', ';', '\t', '|'),
    encoding: fc.constantFrom('utf-8', 'utf-16', 'utf-16be', 'windows-1252', 'iso-8859-15'),
    preamble: fc.integer({ min: 0, max: 3 }),
    footer: fc.boolean(),
    blanks: fc.boolean(),
    marks: fc.constantFrom([',', '.'], ['.', ','], ['.', undefined], [',', ' '], ['.', "'"]),
    sign: fc.constantFrom(undefined, '€', 'USD'),
    format: fc.constantFrom(...FORMATS),
    crlf: fc.boolean(),
    names: fc.shuffledSubarray(['No', 'Account', 'Item', 'Text', 'Net', 'Entered', 'Other'], {
      minLength: 7,
    }),
  });
  type Given = typeof profile extends fc.Arbitrary<infer Of> ? Of : never;
  type Row = typeof record extends fc.Arbitrary<infer Of> ? Of : never;

  const two = (value: number) => String(value).padStart(2, '0');
  function written(at: number, format: (typeof FORMATS)[number]): string {
    const iso = new Date(at).toISOString();
    const [year, month, day] = iso.slice(0, 10).split('-');
    const hour = Number(iso.slice(11, 13));
    switch (format) {
      case 'MM/dd/yyyy h:mm a':
        return `${month}/${day}/${year} ${hour % 12 || 12}:${iso.slice(14, 16)} ${hour < 12 ? 'AM' : 'PM'}`;
      case 'dd.MM.yyyy HH:mm':
        return `${day}.${month}.${year} ${iso.slice(11, 16)}`;
      case 'yyyy-MM-dd HH:mm:ss.SSSS':
        return `${iso.slice(0, 10)} ${iso.slice(11, 23)}0`;
      case 'T':
        return String(at);
      default:
        return `${year}${month}${day}T${iso.slice(11, 13)}${iso.slice(14, 16)}Z`;
    }
  }

  function amount(value: number, [decimalMark, groupMark]: Given['marks'], sign: string | undefined): string {
    const whole = String(Math.floor(value / 100)).replace(/\B(?=(\d{3})+$)/g, groupMark ?? '');
    return `${sign ?? ''}${whole}${decimalMark}${two(value % 100)}`;
  }

  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

  function fileOf(rows: readonly Row[], given: Given): Uint8Array {
    const ending = given.crlf ? '\r\n' : '\n';
    const cellOf = (row: Row): Record<string, string> => ({
      No: row.id,
      Account: row.practice,
      Item: row.product,
      Text: row.description,
      Net: amount(row.cents, given.marks, given.sign),
      Entered: written(row.minute * 60_000, given.format),
      Other: 'x',
    });
    const lines = [
      ...Array.from({ length: given.preamble }, () => `any "thing${given.separator}`),
      given.names.join(given.separator),
      ...rows.map((row) => given.names.map((name) => quoted(cellOf(row)[name] ?? '')).join(given.separator)),
    ];
    if (given.blanks) lines.splice(lines.length - 1, 0, given.separator.repeat(6), '');
    if (given.footer) lines.push('#end', 'any "thing');
    const text = lines.map((line) => line + ending).join('');
    switch (given.encoding) {
      case 'utf-8':
        return Buffer.from(text);
      case 'utf-16':
        return Buffer.from(text, 'utf16le');
      case 'utf-16be':
        return Buffer.from(text, 'utf16le').swap16();
      case 'windows-1252':
        return Buffer.from(text.replaceAll('€', '\x80'), 'latin1');
      default:
        return Buffer.from(text.replaceAll('€', '\xa4'), 'latin1');
    }
  }

  function settingsOf({
    separator,
    encoding,
    preamble,
    footer,
    blanks,
    marks,
    sign,
    format,
  }: Given): InputSettings {
    const [decimalMark, groupMark] = marks;
    return {
      kind: 'orders',
      columns: {
        order_id: 'No',
        practice_id: 'Account',
        product: 'Item',
        description: 'Text',
        unit_price: 'Net',
        placed_at: 'Entered',
      },
      ignore: ['Other'],
      separator,
      encoding,
      headerLine: preamble + 1,
      decimalMark,
      ...(groupMark === undefined ? {} : { groupMark }),
      ...(sign === undefined ? {} : { currencySign: sign }),
      ...(footer ? { footer: '#end' } : {}),
      ...(blanks ? { blankRows: 'skip' } : {}),
      instant: format,
      ...(format === 'T' || format.endsWith('X') ? {} : { timeZone: 'UTC' }),
    } as InputSettings;
  }

  it('are what the same records are in the strict format', async () => {
    const [HEADER, NAME] = ['order_id,practice_id,product,description,unit_price,placed_at', 'o.csv'];
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 8 }), profile, async (rows, given) => {
        const strict = rows.map(({ id, practice, product, description, cents, minute }) =>
          [
            quoted(id),
            quoted(practice),
            quoted(product),
            quoted(description),
            `${Math.floor(cents / 100)}.${two(cents % 100)}`,
            new Date(minute * 60_000).toISOString(),
          ].join(','),
        );
        const expected = await read(NAME, `${[HEADER, ...strict].join('\n')}\n`);
        const through = await read(NAME, fileOf(rows, given), {
          profiles: profiles({ erp: settingsOf(given) }),
        });
        expect(through.problems).toEqual([]);
        expect(through.facts).toEqual(expected.facts);
        expect(expected.facts).toHaveLength(rows.length);
        expect([through.records, through.notes.blankRows]).toEqual([rows.length, given.blanks ? 2 : 0]);
      }),
      { numRuns: runs(300) },
    );
  });
});
