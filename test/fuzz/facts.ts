/** Whole files to facts: plain records as the full reader reads them, and facts that read back when they are written anew. */

import type { Fact } from '../../src/billing/order.js';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { createCsvFacts } from '../../src/intake/csv-facts.js';
import type { FactReader, FactSink, ReaderOptions } from '../../src/intake/fact-reader.js';
import type { InputProfile } from '../../src/intake/input-profile.js';
import { COLUMNS, columnNames } from '../../src/intake/kinds.js';
import { createNdjsonFacts } from '../../src/intake/ndjson-facts.js';
import { createQuarantineWriter, type Format } from '../../src/intake/quarantine.js';
import { createRecoder } from '../../src/intake/recode.js';
import { bytes, hold, outcomeOf, same, type Target } from './target.js';

interface Told {
  readonly facts: { readonly fact: Fact; readonly places: readonly string[] }[];
  readonly problems: {
    readonly line: number;
    readonly column: number;
    readonly field: string;
    readonly kind: string;
    readonly text: string;
    readonly raw: string | undefined;
  }[];
  /** Bad records that a quarantine takes, each once. */
  readonly setAside: string;
  /** The bytes of each of them, without a line ending. */
  readonly bad: readonly string[];
  readonly end: unknown;
}

interface Reading {
  readonly format: Format;
  readonly options: ReaderOptions;
  readonly takesShortWay?: boolean;
  readonly isQuarantine?: boolean;
  readonly cut: number;
}

function readAll(
  file: Buffer,
  { format, options, takesShortWay = true, isQuarantine = false, cut }: Reading,
): Told {
  const facts: Told['facts'] = [];
  const problems: Told['problems'] = [];
  const pieces: Uint8Array[] = [];
  const quarantine = createQuarantineWriter((piece) => void pieces.push(Buffer.from(piece)));
  const bad: string[] = [];
  const sink: FactSink = {
    take(fact, place) {
      const fields = COLUMNS[fact.kind].map(({ name }) => place(name));
      facts.push({
        // It may be unpacked only when it is looked at, and only now.
        fact: { ...fact, fact: fact.fact } as Fact,
        places: [place(), ...fields].map(({ line, column }) => `${line}:${column}`),
      });
    },
    problem(place, field, message) {
      const raw = reader.rawRecord();
      if (
        raw !== undefined &&
        quarantine.add({ file: 'in', ...place, field, kind: message.kind, message: message.text }, raw)
      )
        bad.push(
          Buffer.from(raw.bytes)
            .toString('latin1')
            .replace(/\r?\n$/, ''),
        );
      const { kind, text } = message;
      problems.push({ ...place, field, kind, text, raw: raw && Buffer.from(raw.bytes).toString('latin1') });
    },
  };
  const reader: FactReader =
    format === 'csv'
      ? createCsvFacts(options, sink, { takesShortWay, isQuarantine })
      : createNdjsonFacts(options, sink);
  for (let at = 0; at < file.length && !reader.stopped; at += cut) reader.push(file.subarray(at, at + cut));
  reader.end();
  quarantine.end();
  const { line, records, stopped, notes } = reader;
  const end = [
    line,
    records,
    stopped,
    [...notes.profiles],
    notes.passedOver,
    notes.blankRows,
    notes.repeatedTimes,
    [...reader.recordsByKind()],
  ];
  return { facts, problems, setAside: Buffer.concat(pieces).toString('latin1'), bad, end };
}

const DAY_OF = (instant: number) => new Date(instant).toISOString();

/** The texts of a fact in our form. */
function textsOf({ kind, fact, ...more }: Fact): Readonly<Record<string, string>> {
  switch (kind) {
    case 'orders': {
      const {
        orderId,
        line,
        practiceId,
        product,
        description,
        patientRef,
        quantity,
        unitPrice,
        currency,
        placedAt,
      } = fact;
      return {
        order_id: orderId,
        line: (more as { isUnnumbered?: boolean }).isUnnumbered === true ? '' : String(line),
        practice_id: practiceId,
        product,
        description,
        patient_ref: patientRef,
        quantity,
        unit_price: unitPrice,
        currency,
        placed_at: DAY_OF(placedAt),
      };
    }
    case 'history': {
      const { eventId, orderId, event, at, sequence, reason } = fact;
      const line = 'line' in fact && fact.line !== undefined ? String(fact.line) : '';
      return {
        event_id: eventId,
        order_id: orderId,
        event,
        at: DAY_OF(at),
        sequence: String(sequence),
        reason,
        line,
      };
    }
    case 'practices': {
      const { practiceId, name, timeZone, details } = fact;
      return { practice_id: practiceId, name, time_zone: timeZone, ...details };
    }
  }
}

const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Written in our form, in CSV and in NDJSON, facts read back as they are. */
function expectReadBack({ facts }: Told, options: ReaderOptions): void {
  const { profile: _, profiles: __, ...strict } = options;
  for (const kind of ['orders', 'history', 'practices'] as const) {
    const written = facts.map(({ fact }) => fact).filter((fact) => fact.kind === kind);
    if (written.length === 0) continue;
    const names = columnNames(kind);
    const rows = written.map((fact) => names.map((name) => textsOf(fact)[name] ?? ''));
    const csv = [names, ...rows].map((cells) => `${cells.map(cell).join(',')}\n`).join('');
    const ndjson = rows
      .map((cells) => `${JSON.stringify(Object.fromEntries(names.map((name, at) => [name, cells[at]])))}\n`)
      .join('');
    for (const [format, text] of [
      ['csv', csv],
      ['ndjson', ndjson],
    ] as const) {
      const read = readAll(Buffer.from(text), { format, options: { ...strict, as: kind }, cut: 1 << 20 });
      same(`written anew in ${format}, they have problems`, read.problems, []);
      same(
        `written anew in ${format}, they read otherwise`,
        read.facts.map(({ fact }) => fact),
        written,
      );
    }
  }
}

/** A quarantine read again has as many bad records, and no good one. */
function expectSetAsideAgain({ setAside, bad }: Told, format: Format, options: ReaderOptions): void {
  if (bad.length === 0) return;
  const again = readAll(Buffer.from(setAside, 'latin1'), {
    format,
    options: { ...options, encoding: undefined } as ReaderOptions,
    isQuarantine: format === 'csv',
    cut: 1 << 20,
  });
  same('what was set aside holds good records', again.facts, []);
  same('what was set aside is set aside otherwise', again.bad, bad);
}

/** What was set aside before has lines of its own, and a blank line at the end of what is set aside is none. */
const isSetAside = (file: Buffer, { problems }: Told) =>
  file.includes('quarantine_reason') || problems.some(({ kind }) => kind === 'blank-line');

function kindsOf(told: Told): string {
  return outcomeOf(
    [...told.problems.map(({ kind }) => kind), ...new Set(told.facts.map(({ fact }) => fact.kind))],
    told.facts.length,
  );
}

const ORDERS =
  'order_id,line,practice_id,product,description,quantity,unit_price,currency,placed_at,patient_ref';
const WORDS = [
  ',',
  '"',
  '""',
  '\n',
  '\r\n',
  '\r',
  '\0',
  ' ',
  ';',
  '"\n',
  '",',
  '{',
  '}',
  '":"',
  '","',
  ':',
  '\\u0041',
  'null',
  '1',
  '0',
  '00',
  '.',
  '-',
  '+',
  'E+11',
  '2025-10-02T09:00:00Z',
  '2025-10-02T09:00:00.5-04:00',
  '24:00:00',
  ':60',
  '02-29',
  '1969',
  '9999-12-31T23:59:59',
  'T',
  'Z',
  '+13:45',
  'paused',
  'resumed',
  'shipped',
  'cancelled',
  'deleted',
  'retracted',
  'USD',
  'EUR',
  'JPY',
  'KWD',
  'BGN',
  'Total',
  'quarantine_reason',
  'sep=;',
  ...['orders', 'history', 'practices'].flatMap((kind) => columnNames(kind as 'orders')),
  bytes('é'),
  bytes('\u{1f9b7}'),
  bytes('\u0085'),
  bytes('\u200b'),
  bytes('\u00a0'),
  bytes('\ufeff'),
  '\xff',
  '\xc2',
  'x'.repeat(128),
  'd'.repeat(1000),
  '123456789012345',
  '99999999999999999',
  '12345678901',
];

/** The first byte chooses what an import may do, the second the cut. */
export const FACTS_CSV: Target = {
  name: 'csv-facts',
  seeds: [
    `\0\x07${ORDERS}\nORD-1,1,P-100,crown,"Zirconia crown, ""upper""",1,189.00,USD,2025-10-02T09:00:00-04:00,S\nORD-2,,P-200,guard,${bytes('Zoë \u{1f9b7}')},,0,EUR,2025-10-31T23:59:59.999-04:00,S\n`,
    `\x01\x01event_id,order_id,event,at,sequence,reason,line\nE-1,ORD-1,paused,2025-10-05T09:00:00-04:00,,"Need ""more"" time,\nto review",\n,ORD-2,cancelled,2025-11-02T09:00:00-05:00,2,,2\n,ORD-2,retracted,2025-11-02T09:00:00-05:00,2,,\n`,
    '\x02\x03practice_id,name,time_zone,bill_to,terms_days\nP-100,Lakeside Dental,America/Chicago,P-200,30\nP-200,Smile Loft,,,\n',
    `\x03\x05quarantine_reason,${ORDERS}\n"a.csv:2:1: x",ORD-1,1,P-100,crown,,1,189.00,USD,2025-10-02T09:00:00-04:00,S\nquarantine_reason,order_id,event,at\n,A,shipped,2025-10-05T09:00:00Z\n`,
    'd,order_id,event,at,sequence,reason\n\r"""\nr',
    '\x02\x09order_id,practice_id,product,unit_price,placed_at\nA1,P1,crown,-5.00,2026-10-05T09:00:00Z\nTotal,,,5,\n\n,,,,\nA2,P1,crown,5,2026-10-05T09:00:00Z\n',
  ],
  words: WORDS,
  run(input) {
    const [first = 0, second = 0] = input;
    const file = input.subarray(2);
    const isQuarantine = file.subarray(0, 18).includes('quarantine_reason');
    const options: ReaderOptions = {
      amend: first % 2 === 1,
      negativePrices: (first & 2) > 0,
      defaultCurrency: DEFAULT_CONFIG.currency,
    };
    const full = readAll(file, { format: 'csv', options, isQuarantine, takesShortWay: false, cut: 1 << 20 });
    const short = readAll(file, { format: 'csv', options, isQuarantine, cut: (second % 200) + 1 });
    same('by the short way it is read otherwise', short, full);
    expectReadBack(full, options);
    expectSetAsideAgain(full, 'csv', options);
    return kindsOf(full);
  },
};

export const FACTS_NDJSON: Target = {
  name: 'ndjson-facts',
  seeds: [
    '\0\x03{"order_id":"A1","practice_id":"P1","product":"crown","unit_price":5.50,"quantity":"2","placed_at":"2026-10-05T09:00:00Z"}\n{"order_id":"A2","practice_id":"P1","product":"crown","unit_price":"5","line":2,"description":null,"placed_at":"2026-10-05T09:00:00Z"}\n',
    '\x01\x05{"order_id":"A","event":"paused","at":"2025-10-05T09:00:00Z","reason":"late \\u00e9"}\n\n{"order_id":"A","event":"retracted","at":"2025-10-05T09:00:00Z"}\n',
    '\0\x03{"quarantine_reason":"a","kind":"practices"}\n{"practice_id":"P1","name":"Loft","terms_days":30}\n{"quarantine_reason":"b"}\n{"practice_id":"P1","nam":"Loft"}\n',
  ],
  words: WORDS,
  run(input) {
    const [first = 0, second = 0] = input;
    const file = input.subarray(2);
    const options: ReaderOptions = {
      amend: first % 2 === 1,
      negativePrices: (first & 2) > 0,
      defaultCurrency: DEFAULT_CONFIG.currency,
    };
    const whole = readAll(file, { format: 'ndjson', options, cut: 1 << 20 });
    same(
      'cut otherwise, it is read otherwise',
      readAll(file, { format: 'ndjson', options, cut: (second % 64) + 1 }),
      whole,
    );
    expectReadBack(whole, options);
    if (!isSetAside(file, whole)) expectSetAsideAgain(whole, 'ndjson', options);
    return kindsOf(whole);
  },
};

const SHOP = {
  name: 'shop',
  kind: 'orders',
  columns: {
    order_id: 'Order',
    practice_id: 'Customer',
    product: 'Item',
    unit_price: 'Price',
    placed_at: 'Date',
    description: ['Text', 'Tooth'],
  },
} as const;

const PROFILES: readonly InputProfile[] = [
  {
    ...SHOP,
    separator: ';',
    decimalMark: ',',
    groupMark: '.',
    currencySign: '€',
    instant: 'dd.MM.yyyy HH:mm',
    timeZone: 'Europe/Berlin',
    ignore: '*',
    trim: true,
    blankRows: 'skip',
  },
  {
    ...SHOP,
    groupMark: ',',
    currencySign: '$',
    negatives: '(1)',
    instant: ['MM/dd/yyyy h:mm a', 'MM/dd/yyyy'],
    time: '12:00',
    timeZone: 'America/New_York',
    headerLine: 3,
    footer: 'Total',
    blankRows: 'refuse',
  },
  {
    ...SHOP,
    encoding: 'windows-1252',
    separator: '\t',
    instant: 'yyyy-MM-dd HH:mm:ss',
    timeZone: 'UTC',
    upperCase: ['order_id'],
    constants: { currency: 'EUR' },
    values: { Item: { Crown: 'crown', Memo: null } },
    ignore: ['Note'],
  },
  {
    name: 'log',
    kind: 'history',
    columns: { order_id: 'Order', event: 'Status', at: 'When', reason: 'Why' },
    values: { Status: { 'on hold': 'paused', back: 'resumed', open: null } },
    instant: 'T',
    encoding: 'utf-16',
    separator: '|',
  },
  {
    name: 'people',
    kind: 'practices',
    columns: { practice_id: 'No', name: 'Name' },
    encoding: 'iso-8859-15',
    trim: true,
    lowerCase: ['practice_id'],
    ignore: '*',
  },
];

/** The first byte chooses the profile, the second the cut, the third the format. */
export const PROFILED: Target = {
  name: 'profile-fields',
  seeds: [
    bytes(
      '\0\x05\0Order;Customer;Item;Price;Date;Text;Tooth;Note\n A1 ;P1;crown;1.180,00 €;31.10.2025 09:25;Krone;11;x\n;;;;;;;\nA2;P1;crown;5;26.10.2025 02:30;;;\n',
    ),
    '\x01\x05\0export\nof today\nOrder,Customer,Item,Price,Date,Text,Tooth\nA1,P1,crown,"$1,180.00",10/31/2025 9:25 AM,,\nA2,P1,crown,(5.00),11/02/2025,a,b\nTotal,,,5\nmore\n',
    '\x02\x07\0Order\tCustomer\tItem\tPrice\tDate\tText\tTooth\tNote\na1\tP1\tCrown\t5\t2025-10-31 09:25:00\tKr\xf6ne \x80\t\tx\na2\tP1\tMemo\t\t\t\t\t\n',
    `\x03\x03\0${Buffer.from('\ufeffOrder|Status|When|Why\nA1|on hold|1761917107089|late é\nA1|back|1761917107090|\nA2|open||\n', 'utf16le').toString('latin1')}`,
    '\x04\x02\0No;Name\n P1 ,\n',
    '\x04\x02\0No,Name,Other\n P1 ,\xa4 Dental\xa6,x\n',
    '\x04\x02\x01{"No":" P1 ","Name":"Loft","Other":{"a":[1]}}\n{"No":true,"Name":5}\n',
    bytes(
      '\0\x09\x01{"Order":"A1","Customer":"P1","Item":"crown","Price":"5,50","Date":"31.10.2025 09:25","Text":"é","Tooth":11}\n',
    ),
  ],
  words: [
    ...WORDS,
    '\t',
    '|',
    '€',
    '\x80',
    '\xa4',
    '\xf6',
    '31.10.2025 09:25',
    '26.10.2025 02:30',
    '30.03.2025 02:30',
    '10/31/2025 9:25 AM',
    '1.180,00',
    '(5.00)',
    'on hold',
    'Memo',
    'true',
    '\n\0',
    '\0\n',
    '\xff\xfe',
    'Order',
    'Total',
  ],
  run(input) {
    const [first = 0, second = 0, third = 0] = input;
    const profile = PROFILES[first % PROFILES.length] as InputProfile;
    const format = third % 4 === 1 ? 'ndjson' : 'csv';
    const file = input.subarray(3);
    const options: ReaderOptions = {
      amend: false,
      negativePrices: first >= 128,
      defaultCurrency: DEFAULT_CONFIG.currency,
      as: profile,
      profile,
    };
    const recoded = (cut: number) => {
      const recoder = createRecoder(profile.encoding ?? 'utf-8');
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < file.length; at += cut)
        pieces.push(Buffer.from(recoder.recode(file.subarray(at, at + cut))));
      return Buffer.concat([...pieces, recoder.end()]);
    };
    const whole = recoded(1 << 20);
    const cut = (second % 64) + 1;
    same('cut otherwise, it is recoded otherwise', recoded(cut).toString('latin1'), whole.toString('latin1'));
    if (profile.encoding !== undefined)
      hold('what is recoded is no UTF-8', Buffer.from(whole.toString()).equals(whole));
    const told = readAll(whole, { format, options, takesShortWay: false, cut: 1 << 20 });
    same(
      'cut otherwise or by the short way, it is read otherwise',
      readAll(whole, { format, options, cut }),
      told,
    );
    expectReadBack(told, options);
    if (!isSetAside(whole, told)) expectSetAsideAgain(told, format, options);
    return `${profile.name} ${format} ${kindsOf(told)}`;
  },
};
