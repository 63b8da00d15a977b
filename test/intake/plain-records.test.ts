/**
 * Compares the short way of plain records with the full reader: both tell the same facts, problems, counts and places, whatever
 * the bytes and however they are cut. `npm run test:long` reads more of them; `MONTHEND_SEED` makes another run.
 */
import { describe, expect, it } from 'vitest';
import { formKeyOf, keyOf, keyOfContent, keyOfLine, keyOfReason } from '../../src/billing/id-key.js';
import type { Fact } from '../../src/billing/order.js';
import type { PackedFacts, PackedPart } from '../../src/billing/packed-facts.js';
import { createCsvFacts } from '../../src/intake/csv-facts.js';
import type { FactReader, FactSink } from '../../src/intake/fact-reader.js';
import type { InputProfile } from '../../src/intake/input-profile.js';
import { instant } from '../../src/intake/instant.js';
import { COLUMNS } from '../../src/intake/kinds.js';
import { packChunk } from '../../src/intake/plain-chunks.js';
import { createPlainRecords, unpackedWhenRead } from '../../src/intake/plain-records.js';
import { append, createRecordBuffer } from '../../src/intake/record-buffer.js';
import { randomFrom } from '../support/random.js';
import { IS_LONG, runs, SEED } from '../support/search.js';

const FILES = runs(3000);

const ORDER = ['order_id', 'practice_id', 'product', 'unit_price', 'placed_at'];
const EVENT = ['event_id', 'order_id', 'event', 'at', 'sequence', 'reason'];

/** The fact of one record, if it is plain. */
function plainFact(columns: readonly string[], record: string | Buffer): unknown {
  const kind = columns.includes('event') ? 'history' : 'orders';
  const plain = createPlainRecords({ kind, names: columns, defaultCurrency: 'USD' });
  const buffer = createRecordBuffer();
  const bytes = Buffer.from(record as string);
  append(buffer, bytes);
  const next = plain.read(buffer, 1);
  if (next === 0) return undefined;
  expect(next).toBe(bytes.length);
  return unpackedWhenRead(kind, plain.part).fact;
}

describe('what is plain', () => {
  const AT = '2026-10-05T09:00:00Z';
  const at = Date.UTC(2026, 9, 5, 9);

  it.each([
    ['a record', `A1,P1,crown,100,${AT}\n`, { orderId: 'A1', unitPrice: '100', quantity: '1', placedAt: at }],
    ['CRLF', `A1,P1,crown,100,${AT}\r\n`, { placedAt: at }],
    ['quotes around a field', `"A1","P,1",crown,"100","${AT}"\n`, { practiceId: 'P,1', placedAt: at }],
    ['zeros at the end', `A1,P1,crown,100.50,${AT}\n`, { unitPrice: '100.5' }],
    ['nothing but zeros', `A1,P1,crown,0.00,${AT}\n`, { unitPrice: '0' }],
    ['a whole number with zeros', `A1,P1,crown,2500,${AT}\n`, { unitPrice: '2500' }],
    ['an offset', 'A1,P1,crown,1,2026-10-05T05:00:00-04:00\n', { placedAt: at }],
    ['a fraction', 'A1,P1,crown,1,2026-10-05T09:00:00.25Z\n', { placedAt: at + 250 }],
    ['29 February', 'A1,P1,crown,1,2024-02-29T23:59:59.999+00:00\n', { placedAt: 1_709_251_199_999 }],
    ['the first instant', 'A1,P1,crown,1,1970-01-01T00:00:00Z\n', { placedAt: 0 }],
    ['the last instant', 'A1,P1,crown,1,9999-12-31T23:59:59.999Z\n', { placedAt: 253_402_300_799_999 }],
  ])('an order line: %s', (_, record, fact) => {
    expect(plainFact(ORDER, record)).toMatchObject(fact);
  });

  it.each([
    ['all columns', `E1,A1,paused,${AT},7,Zoë 🦷\n`, { eventId: 'E1', sequence: 7, reason: 'Zoë 🦷' }],
    ['empty fields', `,A1,shipped,${AT},,\n`, { eventId: '', sequence: 0, reason: '' }],
  ])('an event: %s', (_, record, fact) => {
    expect(plainFact(EVENT, record)).toMatchObject({ orderId: 'A1', at, ...fact });
  });

  it('an event of one order line', () => {
    const read = (event: string, line: string) =>
      plainFact([...EVENT, 'line'], `,A1,${event},${AT},,x,${line}\n`);
    expect(read('cancelled', '2')).toMatchObject({ event: 'cancelled', line: 2 });
    expect(read('deleted', '')).not.toHaveProperty('line');
    for (const [event, line] of [
      ['paused', '2'],
      ['cancelled', '0'],
      ['cancelled', 'x'],
    ] as const)
      expect(read(event, line), `${event} ${line}`).toBeUndefined();
  });

  it.each([
    ['no line ending', `A1,P1,crown,100,${AT}`],
    ['half a line ending', `A1,P1,crown,100,${AT}\r`],
    ['a carriage return', `A1,P1,crown,100,${AT}\r\r\n`],
    ['a field too few', `A1,P1,crown,100\n`],
    ['a field too many', `A1,P1,crown,100,${AT},\n`],
    ['an empty line', '\n'],
    ['a quote within quotes', `A1,"P""1",crown,100,${AT}\n`],
    ['a quote in a field', `A1,P"1,crown,100,${AT}\n`],
    ['text after a quote', `A1,"P1"x,crown,100,${AT}\n`],
    ['a line feed in quotes', `A1,"P\n1",crown,100,${AT}\n`],
    ['a tab', `A1,P1,cro\twn,100,${AT}\n`],
    ['an id that is not ASCII', `A1,P1,crôwn,100,${AT}\n`],
    ['a blank at an end', ` A1,P1,crown,100,${AT}\n`],
    ['a blank at the other end', `A1,P1 ,crown,100,${AT}\n`],
    ['an id that a spreadsheet has shortened', `2.02610E+11,P1,crown,100,${AT}\n`],
    ['an id that is missing', `A1,,crown,100,${AT}\n`],
    ['an id that is too long', `A1,${'P'.repeat(129)},crown,100,${AT}\n`],
    ['leading zeros', `A1,P1,crown,00.5,${AT}\n`],
    ['a point without digits', `A1,P1,crown,5.,${AT}\n`],
    ['digits without a whole', `A1,P1,crown,.5,${AT}\n`],
    ['a sign', `A1,P1,crown,-5,${AT}\n`],
    ['too many fraction digits', `A1,P1,crown,1.0000000,${AT}\n`],
    ['an amount of many digits', `A1,P1,crown,12345678901,${AT}\n`],
    ['a month 13', 'A1,P1,crown,1,2026-13-05T09:00:00Z\n'],
    ['a day that is not', 'A1,P1,crown,1,2026-02-29T09:00:00Z\n'],
    ['an hour 24', 'A1,P1,crown,1,2026-10-05T24:00:00Z\n'],
    ['a leap second', 'A1,P1,crown,1,2016-12-31T23:59:60Z\n'],
    ['small letters', 'A1,P1,crown,1,2026-10-05t09:00:00z\n'],
    ['no offset', 'A1,P1,crown,1,2026-10-05T09:00:00.\n'],
    ['an offset of 24 hours', 'A1,P1,crown,1,2026-10-05T09:00:00+24:00\n'],
    ['four fraction digits', 'A1,P1,crown,1,2026-10-05T09:00:00.1234Z\n'],
    ['an instant before 1970', 'A1,P1,crown,1,1970-01-01T00:00:00+00:01\n'],
    ['an instant after 9999', 'A1,P1,crown,1,9999-12-31T23:59:59-00:01\n'],
    ['year 0', 'A1,P1,crown,1,0000-01-01T00:00:00Z\n'],
  ])('not an order line: %s', (_, record) => {
    expect(plainFact(ORDER, record)).toBeUndefined();
  });

  it.each([
    ['a pause without a reason', `E1,A1,paused,${AT},,\n`],
    ['a retraction', `E1,A1,retracted,${AT},,\n`],
    ['another event', `E1,A1,Paused,${AT},,late\n`],
    ['a long sequence', `E1,A1,shipped,${AT},0000000000000001,\n`],
    ['a control character of two bytes', Buffer.from(`E1,A1,shipped,${AT},,\u0085\n`)],
    ['bytes that are no UTF-8', Buffer.from(`E1,A1,shipped,${AT},,\xe9\n`, 'latin1')],
    ['a reason of 1,001 bytes', `E1,A1,shipped,${AT},,${'r'.repeat(1001)}\n`],
  ])('not an event: %s', (_, record) => {
    expect(plainFact(EVENT, record)).toBeUndefined();
  });

  it.each(['quantity', 'line', 'currency'])('not an order line: a %s that is none', (column) => {
    for (const value of ['x', '0', '0.000', '-1', '1e3'])
      expect(plainFact([...ORDER, column], `A1,P1,crown,1,${AT},${value}\n`), value).toBeUndefined();
  });
});

it(`files, most of them broken, are read alike (MONTHEND_SEED=${SEED})`, () => {
  const pick = picker(randomFrom(SEED));
  const told = { plain: 0, full: 0, problems: 0 };
  for (let count = 0; count < FILES; count++) {
    const bytes = changed(validFile(pick, pick.below(9) + 1), pick);
    const cut = pick.oneIn(2) ? 40 : 4000;
    const { told: all, columns } = expectReadAlike(bytes, pick, () => pick.below(cut) + 1);
    for (const { raw, problem } of all) {
      if (problem !== undefined) told.problems++;
      else told[plainFact(columns, Buffer.from(raw, 'latin1')) === undefined ? 'full' : 'plain']++;
    }
  }
  // The comparison is worth little if one of these is rare.
  for (const [what, count] of Object.entries(told)) expect(count, what).toBeGreaterThan(FILES / 2);
}, 1_200_000);

it('files larger than the buffer are read alike', () => {
  const pick = picker(randomFrom(SEED));
  for (const most of [300, 5000, 70_000])
    expectReadAlike(changed(validFile(pick, 3000), pick), pick, () => pick.below(most) + 1);
  // The second piece moves the first to another buffer.
  for (const first of [300, 600, 900]) {
    let size = first;
    const cut = () => {
      const now = size;
      size = 70_000;
      return now;
    };
    expectReadAlike(validFile(pick, 3000), pick, cut);
  }
});

it(`records with a value at a border are read alike (MONTHEND_SEED=${SEED})`, () => {
  const pick = picker(randomFrom(SEED));
  const told = { plain: 0, full: 0 };
  for (let records = 0; records < FILES; records += 200) {
    const kind = pick.of(['orders', 'history'] as const);
    const columns = COLUMNS[kind].map(({ name }) => name);
    const lines = Array.from({ length: 200 }, () => recordAtBorder(columns, pick));
    const bytes = Buffer.from([columns.join(','), ...lines, ''].join('\n'));
    expectReadAlike(bytes, pick, () => pick.below(9000) + 1);
    for (const line of lines) told[plainFact(columns, `${line}\n`) === undefined ? 'full' : 'plain']++;
  }
  for (const [what, count] of Object.entries(told)) expect(count, what).toBeGreaterThan(FILES / 4);
}, 1_200_000);

it('the days at the end and the start of every month of a year are read alike, for every year or one of three', () => {
  const plain = createPlainRecords({ kind: 'orders', names: ORDER, defaultCurrency: 'USD' });
  const buffer = createRecordBuffer();
  append(buffer, Buffer.from('A1,P1,crown,1,2026-10-05T09:00:00Z\n'));
  const placedAt = 'A1,P1,crown,1,'.length;
  let [days, expectedDays] = [0, 0];
  // The calendar repeats after 400 years, of which 3 is no divisor: every kind of year is met.
  for (let year = 0; year <= 9999; year += IS_LONG ? 1 : 3) {
    // 12 first days, 12 twenty-eighths, 11 twenty-ninths, 11 thirtieths, 7 thirty-firsts, and a leap day.
    const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    if (year >= 1970) expectedDays += 53 + (isLeap ? 1 : 0);
    for (let month = 1; month <= 12; month++) {
      for (const day of [1, 28, 29, 30, 31]) {
        const date = `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
        buffer.bytes.write(date, placedAt, 'latin1');
        const read = plain.read(buffer, 1) > 0 ? plain.part.of.instants[0] : undefined;
        const expected = instant(`${date}T09:00:00Z`, () => undefined);
        if (read !== expected) expect.fail(`${date} is read as ${read}, not as ${expected}`);
        if (read !== undefined) days++;
      }
    }
  }
  expect(days).toBe(expectedDays);
});

/** @returns what both told */
function expectReadAlike(bytes: Buffer, pick: Pick, cut: () => number, profile?: InputProfile) {
  const amend = pick.oneIn(3);
  const howMany = pick.oneIn(2) ? (part: number) => pick.below(part + 1) : () => 0;
  const short = readAll(bytes, {
    amend,
    takesShortWay: true,
    readsAhead: pick.oneIn(2),
    howMany,
    cut,
    profile,
  });
  const full = readAll(bytes, { amend, takesShortWay: false, cut: () => bytes.length, profile });
  // If facts are taken at once, only they and their lines are told.
  for (const [index, { line, fact }] of short.told.entries()) {
    const other = full.told[index];
    if (line === undefined || other === undefined) continue;
    const own = JSON.stringify({ ...(other.fact as object), column: undefined });
    if (JSON.stringify(fact) === own && other.places[0] === `${line}:1`) short.told[index] = other;
  }
  if (short.columns.length === 0) short.columns = full.columns;
  // To compare texts takes a tenth of the time.
  if (JSON.stringify(short) !== JSON.stringify(full)) expect(short, bytes.toString('latin1')).toEqual(full);
  return full;
}

interface FactOrProblem {
  readonly fact?: unknown;
  readonly problem?: string;
}

interface Told extends FactOrProblem {
  /** What is told of a fact that was taken together with others. */
  readonly line?: number;
  readonly places: readonly string[];
  /** The record's bytes, one character each. */
  readonly raw: string;
  /** What the reader says of itself meanwhile. */
  readonly reached: readonly unknown[];
}

const NOT_TOLD = { places: [], raw: '', reached: [] };

/** Everything that a reader tells of a file. */
function readAll(
  bytes: Buffer,
  options: {
    readonly amend: boolean;
    readonly takesShortWay: boolean;
    /** True if each chunk was read by itself before, as the thread does. */
    readonly readsAhead?: boolean;
    /** How many of so many facts are taken at once. */
    readonly howMany?: (facts: number) => number;
    readonly cut: () => number;
    readonly profile?: InputProfile | undefined;
  },
) {
  const told: Told[] = [];
  let columns: string[] = [];
  const note = (what: FactOrProblem, places: readonly string[]) => {
    const raw = reader.rawRecord();
    if (raw?.header !== undefined)
      columns = `${Buffer.from(raw.header)}`.replace(/^\uFEFF|\r?\n$/g, '').split(',');
    const reached = [reader.line, reader.records, raw?.number, raw?.kind, `${raw?.header}`];
    told.push({ ...what, places, raw: Buffer.from(raw?.bytes ?? []).toString('latin1'), reached });
  };
  const sink: FactSink = {
    takeNew(part) {
      const count = howMany(part.to - part.from);
      for (let index = 0; index < Math.max(count, 1); index++) {
        const one = { ...part, from: part.from + index, line: part.line + index };
        const fact = unpackedWhenRead(part.of.kind, one);
        expectKeys(fact, one);
        if (index < count) told.push({ fact: { ...fact }, line: one.line, ...NOT_TOLD });
      }
      return count;
    },
    take(fact, place, columnOf) {
      const fields = COLUMNS[fact.kind].map(({ name }) => place(name));
      note(
        { fact: { ...fact, column: columnOf?.('order_id') } },
        [place(), ...fields].map(({ line, column }) => `${line}:${column}`),
      );
    },
    problem: ({ line, column }, field, message) =>
      note({ problem: `${line}:${column}: ${field}: ${message.text}` }, []),
  };
  const { amend, takesShortWay, readsAhead = false, howMany = () => 0, cut, profile } = options;
  const reading = { amend, defaultCurrency: 'USD', profile, negativePrices: amend };
  const reader: FactReader = createCsvFacts(reading, sink, { takesShortWay });
  let spare: PackedFacts[] = [];
  for (let at = 0; at < bytes.length && !reader.stopped; ) {
    const size = cut();
    const chunk = bytes.subarray(at, at + size);
    const settings = readsAhead ? reader.plainSettings : undefined;
    if (settings === undefined) reader.push(chunk);
    else {
      const packed = packChunk(createPlainRecords(settings), { settings, chunk, spare });
      reader.push(chunk, packed);
      // As read-ahead.ts hands it back: once the reader has taken what was packed.
      if (packed.length > 0) spare = packed;
    }
    at += size;
  }
  reader.end();
  const { line, records, stopped, notes } = reader;
  return { told, columns, line, records, stopped, notes, byKind: [...reader.recordsByKind()] };
}

/** What stands beside a packed row is what its fact says. */
function expectKeys({ kind, fact }: Fact, { of, from: place }: PackedPart) {
  const columns = ['keys', 'identities', 'otherKeys', 'instants'] as const;
  const found = columns.map((column) => of[column][place]);
  if (kind === 'orders') {
    const { orderId, line, practiceId, placedAt } = fact;
    const key = keyOf(orderId);
    expect(found).toEqual([key, keyOfLine(orderId, line, key), formKeyOf(orderId), placedAt]);
    const [start, end] = [of.practiceStarts[place], of.practiceEnds[place]];
    // A copy of all bytes for each record would take longer than all else.
    expect(Buffer.from(of.bytes.buffer, of.bytes.byteOffset).toString('latin1', start, end)).toBe(practiceId);
  } else if (kind === 'history') {
    const { orderId, eventId, event: kind, at, sequence, line = 0, reason } = fact;
    const key = keyOf(orderId);
    const ofId = eventId === '' ? 0 : keyOf(eventId);
    const reasonKey = keyOfReason(reason);
    const ofContent = keyOfContent({ orderKey: key, at, kind, sequence, line, reasonKey });
    expect(found).toEqual([key, ofId === 0 ? ofContent : ofId, ofId, at]);
  }
}

/** The columns of another system's files, and what may stand in them; the first ones are plain by most profiles. */
const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  No: ['25001', 'a-2', 'B3', ' 25001 ', 'Ä1', '2.5E+11', ''],
  Pos: ['1', '2', '', '0', 'x'],
  Account: ['P021', 'p4', 'P\u00a04', ' P4', ''],
  Item: ['crown', 'ship', 'CR', 'old'],
  Text: ['Krone für 11', 'crown', '', '\u00a0Krone', 'lost \ufffd', 'd'.repeat(1001)],
  Tooth: ['', '11', 'é'],
  Pat: ['BB-6991', 'Müller ', ''],
  Qty: ['1', '2', '1,0', '2.50', '1.000', '0', ''],
  Net: [
    '12',
    '1180',
    '1.180,50',
    '1,180.50',
    "1'180.5",
    '1 180,00 €',
    '€ 5',
    '$12.50',
    '(5)',
    '-5',
    '05',
    '0.180,50',
    '1,18.0',
    '9'.repeat(17),
  ],
  Currency: ['', 'USD', '€', 'EUR', 'XXX'],
  Entered: [
    '31.10.2025 09:15',
    '2.11.2025 1:30',
    '2025-10-31 09:15',
    '31.10.2025',
    '30.02.2025 10:00',
    '2025-10-31T09:15:00.2500000Z',
    '',
  ],
  Event: ['On hold', 'Released', 'paused', 'Note', 'shipped', 'retracted', '?'],
  Reason: ['late scan', 'Rückfrage', '', 'x "y"'],
  Other: ['', 'any', 'done', 'Ü', 'tab\there'],
};

const FOREIGN_FIELDS = {
  orders: {
    order_id: 'No',
    line: 'Pos',
    practice_id: 'Account',
    product: 'Item',
    description: 'Text',
    patient_ref: 'Pat',
    quantity: 'Qty',
    unit_price: 'Net',
    currency: 'Currency',
    placed_at: 'Entered',
  },
  history: {
    event_id: 'Pat',
    order_id: 'No',
    event: 'Event',
    at: 'Entered',
    sequence: 'Qty',
    reason: 'Reason',
    line: 'Pos',
  },
} as const;

it(`files of other systems are read alike (MONTHEND_SEED=${SEED})`, () => {
  const pick = picker(randomFrom(SEED));
  const told = { facts: 0, plain: 0, problems: 0, passedOver: 0 };
  for (let count = 0; count < FILES / 5; count++) {
    const profile = anyProfile(pick);
    const bytes = changed(foreignFile(profile, pick), pick);
    const { told: all, notes } = expectReadAlike(bytes, pick, () => pick.below(4000) + 1, profile);
    told.passedOver += notes.passedOver;
    for (const { problem } of all) told[problem === undefined ? 'facts' : 'problems']++;
    told.plain += plainCount(bytes, profile);
  }
  for (const [what, number] of Object.entries(told)) expect(number, what).toBeGreaterThan(FILES / 20);
}, 1_200_000);

it('an id joined from several columns is read alike, also if the first one is empty', () => {
  const profile: InputProfile = {
    name: 'erp',
    kind: 'history',
    columns: { event_id: ['Lab', 'No'], order_id: 'Order', event: 'Event', at: 'At' },
  };
  const ids = ['L,1', ',1', ',Zoë', ',x"y', ',x\\y', ','];
  const lines = ids.map((id) => `${id.replace('x"y', '"x""y"')},A1,shipped,2026-10-05T09:00:00Z`);
  const bytes = Buffer.from(['Lab,No,Order,Event,At', ...lines, ''].join('\n'));
  const { told } = expectReadAlike(bytes, picker(randomFrom(SEED)), () => bytes.length, profile);
  const idOf = ({ fact }: Told) => (fact as { fact: { eventId: string } }).fact.eventId;
  expect(told.map(idOf)).toEqual(['L 1', '1', 'Zoë', 'x"y', 'x\\y', '']);
});

function anyProfile(pick: Pick): InputProfile {
  const kind = pick.of(['orders', 'history'] as const);
  const some = <Value>(value: Value) => (pick.oneIn(4) ? value : undefined);
  const columns: Record<string, string | string[]> = { ...FOREIGN_FIELDS[kind] };
  const constants: Record<string, string> = {};
  for (const [field, value] of Object.entries({
    currency: 'EUR',
    quantity: '1.50',
    product: 'crown',
    event: 'shipped',
    reason: 'by hand',
  }))
    if (field in columns && pick.oneIn(5)) {
      delete columns[field];
      constants[field] = value;
    }
  if (pick.oneIn(3)) {
    if (kind === 'orders') columns.description = ['Text', 'Tooth'];
    else columns.event_id = ['Tooth', 'Pat'];
  }
  const words = {
    Event: { 'On hold': 'paused', Released: 'resumed', Note: null, '?': 'cancelled', shipped: 'retracted' },
    Currency: { '€': 'EUR', '': 'CHF' },
    Item: { old: 'new', ship: null },
    Other: { done: null },
  };
  const values = Object.fromEntries(
    Object.entries(words).filter(([name]) =>
      name === 'Event'
        ? kind === 'history' && constants.event === undefined
        : pick.oneIn(3) && (name !== 'Other') === Object.values(columns).flat().includes(name),
    ),
  );
  return {
    name: 'erp',
    kind,
    columns,
    constants,
    values,
    ignore: '*',
    separator: pick.of([',', ';', '\t', '|']),
    encoding: pick.of(['utf-8', 'utf-16']),
    footer: some('Total'),
    blankRows: some('skip' as const),
    ...pick.of([
      { decimalMark: ',', groupMark: '.' },
      { groupMark: ',' },
      { decimalMark: ',', groupMark: ' ' },
      { groupMark: "'" },
      {},
    ] as const),
    currencySign: pick.of(['€', '$', undefined]),
    negatives: pick.of(['-1', '1-', '(1)', undefined] as const),
    ...pick.of([
      { instant: 'dd.MM.yyyy HH:mm', timeZone: 'America/New_York' },
      {
        instant: ['dd.MM.yyyy HH:mm', 'yyyy-MM-dd HH:mm', 'd.M.yyyy'],
        timeZone: 'Europe/Zurich',
        time: '12:00',
      },
      {},
    ]),
    trim: some(true),
    upperCase: some(['order_id']),
    lowerCase: some(kind === 'orders' ? ['product'] : ['event_id']),
  };
}

function foreignFile(profile: InputProfile, pick: Pick): Buffer {
  const { separator = ',', footer } = profile;
  const names = Object.keys(FOREIGN).filter(
    (name) => name === 'Other' || name === 'Tooth' || Object.values(profile.columns).flat().includes(name),
  );
  const usual = pick.oneIn(4) ? 2 : 12;
  const cell = (name: string) => {
    const values = FOREIGN[name] as readonly string[];
    const value = pick.oneIn(usual) ? pick.of(values) : pick.of(values.slice(0, 2));
    return pick.oneIn(6) || value.includes('"') || value.includes(separator)
      ? `"${value.replaceAll('"', '""')}"`
      : value;
  };
  const rows = Array.from({ length: pick.below(12) + 1 }, () => names.map(cell).join(separator));
  if (pick.oneIn(4)) rows.splice(pick.below(rows.length), 0, separator.repeat(names.length - 1));
  if (pick.oneIn(6)) rows.push(`Total${rows[0]}`, rows[0] as string);
  else if (footer !== undefined) rows.push('Total;1');
  const ending = pick.of(['\n', '\r\n']);
  return Buffer.from([names.join(separator), ...rows, ''].join(ending));
}

/** How many of its records go the short way. */
function plainCount(bytes: Buffer, profile: InputProfile): number {
  const [header = '', ...lines] = bytes.toString('utf8').split(/(?<=\n)/);
  const names = header.trimEnd().split(profile.separator ?? ',');
  const plain = createPlainRecords({
    kind: profile.kind as 'orders',
    names,
    defaultCurrency: 'USD',
    profile,
  });
  return lines.filter((line) => {
    const buffer = createRecordBuffer();
    append(buffer, Buffer.from(line));
    return plain.read(buffer, 1) > 0;
  }).length;
}

interface Pick {
  below(limit: number): number;
  oneIn(chances: number): boolean;
  of<Value>(values: readonly Value[]): Value;
}

function picker(random: () => number): Pick {
  const below = (limit: number) => Math.floor(random() * limit);
  return {
    below,
    oneIn: (chances) => below(chances) === 0,
    of: (values) => values[below(values.length)] as (typeof values)[number],
  };
}

/** Values of each column, all right (but for those that only some of a record's fields forbid). */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  order_id: ['ORD-1', 'ORD-000000002', 'c7a1e0ce-8f2b-4d5e-a001-1b2c3d4e5f60', 'Ä-1', 'x'.repeat(128)],
  line: ['', '1', '2', '007', '123456789012345', '99999999999999999'],
  practice_id: ['P1', 'P2', 'P00017', 'P,3', 'Zoë', 'p'.repeat(70)],
  product: ['crown-zirconia', 'bridge', 'CRN-PFM-072', 'night guard', 'x'.repeat(129)],
  description: [
    '',
    'Zirconia crown, upper',
    'Krone für 11 🦷',
    'two\nlines',
    'd'.repeat(999),
    'é'.repeat(600),
    'd'.repeat(1001),
  ],
  patient_ref: ['', 'PT-4bd2bfdb', 'Smith, A.', 'O’Brien "MJ"', 'tab\there', 'next\u0085'],
  quantity: ['', '1', '2', '2.5', '2.50', '12', '0.125', '01', '0', '0.000'],
  unit_price: [
    '0',
    '128.76',
    '507.8768',
    '100.00',
    '74.125',
    '0.5',
    '007.5',
    '123456789',
    '1234567890.5',
    '99999999999999999',
  ],
  currency: ['', 'USD', 'EUR', 'JPY'],
  placed_at: [
    '2025-01-01T05:00:00Z',
    '2025-03-09T02:30:00.5-05:00',
    '2024-02-29T23:59:59.999Z',
    '2025-10-02t09:00:00z',
  ],
  event_id: ['', 'E-1', 'E-2', 'Ë'],
  event: ['paused', 'resumed', 'shipped', 'cancelled', 'deleted', 'retracted'],
  at: [
    '2025-01-01T05:00:00Z',
    '1970-01-01T00:00:00Z',
    '2025-12-31T23:59:59+13:45',
    '2025-10-02T09:00:00-00:00',
  ],
  sequence: ['', '0', '1', '12', '99999999999999999'],
  reason: ['late scan', '', 'shade "A2?" unclear', 'Zoë said so', 'awaiting impression'],
  name: ['Lakeside Dental', 'Smile "Loft"', 'Zahnärzte'],
  time_zone: ['', 'America/Chicago', 'Europe/Zurich'],
};

/** Values of the columns that only practices have. */
const OTHER_VALUES = ['', 'US', '30', 'Ash "& Sons"'];

/** A record that is plain but for one value, which is at a border of what its column takes, on either side. */
function recordAtBorder(columns: readonly string[], pick: Pick): string {
  const chosen = pick.of(columns);
  const isEvent = columns.includes('event');
  // Only some events may be of one line.
  const end = chosen === 'line' || pick.oneIn(4) ? pick.of(['cancelled', 'deleted']) : 'resumed';
  const usualValue = (name: string): string => {
    if (name === 'event') return end;
    if (isEvent && name === 'line') return end === 'resumed' ? '' : pick.of(['', '2']);
    return (VALUES[name] as readonly string[])[1] as string;
  };
  const cell = (name: string) => {
    const value = name === chosen ? valueAtBorder(name, pick) : usualValue(name);
    return pick.oneIn(8) || /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  };
  return columns.map(cell).join(',');
}

function valueAtBorder(column: string, pick: Pick): string {
  switch (column) {
    case 'placed_at':
    case 'at':
      return instantAtBorder(pick);
    case 'quantity':
    case 'unit_price':
      return decimalAtBorder(pick);
    case 'line':
    case 'sequence':
      return integerAtBorder(pick);
    case 'currency':
    case 'event':
      return changedCode(pick.of([...(VALUES[column] as string[]), 'XXX', 'KWD', 'CHF']), pick);
    case 'description':
    case 'patient_ref':
    case 'reason':
      return textAtBorder(1000, pick);
    default:
      return pick.oneIn(4) ? shortenedAtBorder(pick) : textAtBorder(128, pick);
  }
}

/** As a spreadsheet shortens a long number, or nearly so. */
function shortenedAtBorder(pick: Pick): string {
  const whole = pick.of(['2', '9', '12', 'A1', '']);
  const written = `${whole}${pick.of(['', '.5', ',0261'])}${pick.of(['E+', 'e+', 'E', '+'])}${pick.below(10 ** (pick.below(4) + 1))}`;
  return pick.oneIn(3) ? changedCode(written, pick) : written;
}

/** Most parts are right, and each may be the last or the first that is, or the next one, which is not. */
function instantAtBorder(pick: Pick): string {
  const part = (most: number, limits: readonly number[], width = 2) =>
    padded(pick.oneIn(3) ? pick.of(limits) : pick.below(most) + 1, width);
  const year = part(9998, [0, 1, 99, 100, 1900, 1969, 1970, 2000, 2024, 2100, 9999], 4);
  const date = `${year}-${part(12, [1, 2, 2, 12, 0, 13])}-${part(28, [1, 28, 29, 30, 31, 0, 32])}`;
  const time = `${part(22, [0, 23, 24])}:${part(58, [0, 59, 60])}:${part(58, [0, 59, 60, 61])}`;
  const fraction = pick.oneIn(2) ? '' : `.${padded(pick.below(1000), 3)}5`.slice(0, pick.below(5) + 1);
  const offset = pick.of(['Z', 'Z', 'z', '', '-00:00', '+00:00', '+00:01', '-00:01', '+', ' 05:00', '+0500']);
  const other = `${pick.of(['+', '-'])}${part(22, [0, 23, 24])}:${part(58, [0, 59, 60])}`;
  const instants = [`${date}T${time}${fraction}${pick.oneIn(2) ? offset : other}`];
  for (const border of ['1970-01-01T', '1969-12-31T', '9999-12-31T'])
    instants.push(`${border}${pick.of(['00:00:00', '23:59:59', '23:59:59.999'])}${offset}`);
  const written = pick.of([instants[0] as string, ...instants]);
  return pick.oneIn(8) ? changedCode(written, pick) : written;
}

function decimalAtBorder(pick: Pick): string {
  const digits = (most: number) =>
    Array.from({ length: pick.below(most + 1) }, () => pick.of(['0', '0', '1', '5', '9'])).join('');
  const whole = pick.of([digits(2), digits(5), digits(12), '0', '0'.repeat(pick.below(110))]);
  const fraction = pick.oneIn(3) ? '' : `.${digits(7)}`;
  return pick.oneIn(10) ? changedCode(whole + fraction, pick) : whole + fraction;
}

function integerAtBorder(pick: Pick): string {
  const near = 2n ** 53n - 2n + BigInt(pick.below(4));
  const power = 10n ** BigInt(pick.below(18)) - BigInt(pick.below(2));
  const written = `${pick.of(['', '', '0', '0000000000'])}${pick.of([near, power])}`;
  return pick.oneIn(6) ? changedCode(written, pick) : written;
}

/** As long as may be, or one shorter or longer, and of any characters: also all that ids or texts forbid. */
function textAtBorder(most: number, pick: Pick): string {
  const filling = pick.of(['x', 'x', ',', 'é', '€', '🦷']);
  const length = pick.oneIn(2) ? most - 2 + pick.below(4) : pick.below(4);
  const odd = pick.of([pick.below(0x100), pick.below(0x700), 0x2000 + pick.below(0x70), 0xfeff, 0x10ffff]);
  return filling.repeat(length) + (pick.oneIn(2) ? String.fromCodePoint(odd) : '');
}

/** With one character changed, taken out or put in. */
function changedCode(code: string, pick: Pick): string {
  const at = pick.below(code.length + 1);
  return code.slice(0, at) + pick.of(['', '0', ' ', 'x', '.', '+', 'É']) + code.slice(at + pick.below(2));
}

function padded(value: number, width: number): string {
  return `${value}`.padStart(width, '0');
}

function validFile(pick: Pick, length: number): Buffer {
  const kind = pick.of(['orders', 'orders', 'orders', 'history', 'history', 'history', 'practices'] as const);
  const columns = COLUMNS[kind]
    .filter(({ required }) => required || pick.oneIn(2))
    .map(({ name }) => ({ name, rank: pick.below(1000) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ name }) => name);
  // Most values of most files are the first ones, so that many records are plain.
  const usual = pick.oneIn(4) ? 2 : 12;
  const ending = pick.of(['\n', '\n', '\r\n']);
  const isQuoted = pick.oneIn(5);
  const cell = (name: string) => {
    const values = VALUES[name] ?? OTHER_VALUES;
    const value = pick.oneIn(usual) ? pick.of(values) : pick.of(values.slice(0, 2));
    return isQuoted || /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  };
  const nameless = pick.oneIn(10) ? pick.of([',', ',,']) : '';
  const lines = Array.from({ length }, () => columns.map(cell).join(',') + nameless);
  if (nameless !== '' && pick.oneIn(2)) lines.splice(pick.below(lines.length), 1, `${lines[0]}x`);
  if (pick.oneIn(10)) lines.splice(pick.below(lines.length), 0, pick.of(['', ',,,', '" ",']));
  if (pick.oneIn(10)) lines.push(...['', ',,,', '" ",'].slice(pick.below(3)));
  const mark = pick.oneIn(6) ? '\uFEFF' : '';
  const reasons = pick.oneIn(15) ? 'quarantine_reason,' : '';
  const reason = () => (reasons === '' ? '' : pick.of(['"a.csv:2:1: x",', ',', 'mended,']));
  const records = lines.map((line) => reason() + line + ending).join('');
  return Buffer.from(mark + reasons + columns.join(',') + nameless + ending + records);
}

/** With none to three bytes changed, taken out, put in or swapped for others of the file; mostly behind the header. */
function changed(bytes: Buffer, pick: Pick): Buffer {
  const telling = '\0\t\n\r ",,0:.-+TZ5\x7f\x80\x85\xc2\xc3\xe2\xff'
    .split('')
    .map((each) => each.charCodeAt(0));
  const header = bytes.indexOf('\n') + 1;
  let result = bytes;
  for (let changes = pick.below(4); changes > 0; changes--) {
    const at = pick.oneIn(10) ? pick.below(result.length) : header + pick.below(result.length - header);
    const removed = pick.of([0, 1, 1, 1, 1, 2, 30]);
    const added = pick.of([[], [pick.of(telling)], [pick.of(telling)], [pick.below(256)], [0x0d, 0x0a]]);
    const copied = pick.oneIn(8)
      ? result.subarray(pick.below(result.length)).subarray(0, pick.below(60))
      : [];
    result = Buffer.concat([
      result.subarray(0, at),
      Buffer.from([...added, ...copied]),
      result.subarray(at + removed),
    ]);
  }
  return result;
}
