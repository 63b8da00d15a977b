/** Texts of fields: instants and decimals in our form and in those of profiles. */
import { canonicalDecimal, lineAmount } from '../../src/billing/money.js';
import type { Message } from '../../src/errors/message.js';
import { createDecimalReader } from '../../src/intake/decimal-format.js';
import * as fields from '../../src/intake/fields.js';
import type { InputSettings } from '../../src/intake/input-profile.js';
import { instant, LAST_INSTANT } from '../../src/intake/instant.js';
import { compileFormat, createInstantReader, readsAs } from '../../src/intake/instant-format.js';
import { mendOf } from '../../src/intake/mend.js';
import { createPlainDecimals } from '../../src/intake/plain-decimal.js';
import { timeZone } from '../../src/intake/zone-name.js';
import { bytes, hold, same, type Target } from './target.js';

/** The value, or what is wrong. */
function read<Value>(
  parse: fields.FieldParser<Value>,
  text: string,
): { readonly value?: Value; readonly message?: Message } {
  let message: Message | undefined;
  let times = 0;
  const value = parse(text, (told) => {
    message = told;
    times++;
    return undefined;
  });
  hold('neither taken nor refused, or refused twice', value === undefined ? times === 1 : times === 0);
  return value === undefined ? { message: message as Message } : { value };
}

const PARSERS: readonly (readonly [string, fields.FieldParser<string | number>])[] = [
  ['instant', instant],
  ['quantity', fields.quantity],
  ['unit_price', fields.unitPrice],
  ['signed', fields.signedUnitPrice],
  ['id', fields.id],
  ['text', fields.text],
  ['line', fields.lineNumber],
  ['sequence', fields.sequence],
  ['currency', fields.currency],
  ['event', fields.event],
  ['email', fields.PRACTICE_DETAIL_PARSERS.email],
  ['terms', fields.PRACTICE_DETAIL_PARSERS.terms_days],
  ['country', fields.PRACTICE_DETAIL_PARSERS.country],
  ['time_zone', timeZone],
];

/** The first byte chooses the field. */
export const FIELD: Target = {
  name: 'fields',
  seeds: [
    '\x002026-10-05T09:00:00Z',
    '\x002026-10-05T09:00:00.123-04:00',
    '\x0010/31/2025 9:25 AM',
    '\x0045961.39',
    '\x012.50',
    '\x02$1,180.00',
    '\x031.5e+3',
    '\x03-007.50',
    '\x042.02610E+11',
    bytes('\x04\u00a0ORD-1\u200b'),
    '\x05a\tb',
    '\x0612',
    '\x079007199254740991',
    '\x08usd',
    '\x09pausd',
    '\x0aa@b.example',
    '\x0b030',
    '\x0cUS',
    '\x0damerica/new york',
  ],
  words: [
    '-',
    ':',
    '.',
    'T',
    'Z',
    '+05:30',
    '-00:00',
    '24:00',
    ':60',
    '0',
    '00',
    '9999',
    '1970',
    '02-29',
    '1969-12-31',
    '10/31/2025',
    ' AM',
    ',',
    '$',
    bytes('€'),
    'E+11',
    'e',
    ' ',
    bytes('\u00a0'),
    bytes('\u200b'),
    bytes('\u{1f600}'),
    'USD',
    '1.180,00',
    "1'180",
    '.0000000',
    '\t',
    '\n',
    '@',
    'America/',
    'Etc/GMT+5',
    '[Europe/Berlin]',
    'UTC',
    '1761917107',
  ],
  run(input) {
    const [name, parse] = PARSERS[(input[0] ?? 0) % PARSERS.length] as (typeof PARSERS)[number];
    const text = input.subarray(1).toString();
    if (text === '') return '';
    const { value, message } = read(parse, text);
    if (message !== undefined) {
      const mend = mendOf(
        { file: '', line: 1, column: 1, field: name, kind: message.kind, message: message.text, value: text },
        'America/New_York',
      );
      const isOne = mend !== undefined && !/ or |whichever|^add /.test(mend);
      // A mend repairs what was told; something else may be wrong as well.
      if (isOne)
        hold(
          `the mend of ${message.kind} is refused for the same`,
          read(parse, mend).message?.kind !== message.kind,
        );
      return `${name} ${message.kind} ${mend === undefined}`;
    }
    const canonical = name === 'instant' ? new Date(value as number).toISOString() : String(value);
    same('what is taken reads back otherwise', read(parse, canonical).value, value);
    if (name === 'instant') same('an instant is another to Date', Date.parse(text.toUpperCase()), value);
    if (name === 'quantity' || name === 'unit_price') {
      same('a decimal has two canonical forms', canonicalDecimal(text), value);
      expectAmount(canonical);
    }
    if (typeof value === 'number' && name !== 'instant')
      same('a number is another', BigInt(text) === BigInt(value), true);
    return name;
  },
};

/** 3 times the price in cents, by whole numbers of any size. */
function expectAmount(unitPrice: string): void {
  const [whole = '', fraction = ''] = unitPrice.split('.');
  const micros = 3n * BigInt(whole + fraction.padEnd(6, '0'));
  const cents = (micros + 5000n) / 10_000n;
  const expected = cents <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(cents) : undefined;
  same(
    'an amount is another by whole numbers',
    lineAmount({ quantity: '3', unitPrice, currency: 'USD' }, 'half-up'),
    expected,
  );
}

const ZONES = [
  'America/New_York',
  'Europe/Berlin',
  'UTC',
  'Australia/Lord_Howe',
  'Africa/Monrovia',
  'Pacific/Apia',
] as const;

/** The first byte chooses the zone; formats and the text follow, each on a line of its own. */
export const FORMAT: Target = {
  name: 'instant-format',
  seeds: [
    '\0MM/dd/yyyy h:mm a\n10/31/2025 9:25 AM',
    '\xf0MM/dd/yyyy\ndd/MM/yyyy\nMM/dd/yyyy h:mm a\n10/31/2025',
    '\x01dd.MM.yyyy HH:mm\n31.10.2025 09:25',
    "\0yyyy-MM-dd'T'HH:mm:ss.SSSXXX\n2025-10-31T09:25:07.123+02:00",
    '\x02EEE, d MMM yyyy HH:mm:ss\nFri, 31 Oct 2025 09:25:07',
    '\0t\n1761917107',
    '\x03T\n1761917107089',
    '\x03yyyyMMdd HHmm\n20250406 0145',
    '\x04yy/M/d\n72/1/7',
    '\x05MMMM d, yyyy\nDecember 30, 2011',
  ],
  words: [
    'yyyy',
    'yy',
    'MM',
    'M',
    'MMM',
    'MMMM',
    'dd',
    'd',
    'EEE',
    'EEEE',
    'HH',
    'H',
    'hh',
    'h',
    'a',
    'mm',
    'ss',
    'SSS',
    'S',
    'XXX',
    'X',
    'xx',
    't',
    'T',
    "'",
    "''",
    "'T'",
    '/',
    '.',
    '-',
    ' ',
    ':',
    ',',
    'AM',
    'p.m.',
    'Oct',
    'Fri',
    '2025',
    '31',
    '10',
    '02:30',
    '\n',
    '12',
    'Z',
    '+0200',
    bytes('\u202f'),
    bytes('\u017f'),
    bytes('\u212a'),
    '1970',
    '9999',
    '(',
    '[',
    '\\',
    '|',
    '{2}',
  ],
  run(input) {
    const zone = ZONES[(input[0] ?? 0) % ZONES.length] as string;
    const written = input.subarray(1).toString().split('\n');
    const text = written.pop() ?? '';
    // The config refuses longer ones, and more of them.
    const compiled = written.slice(0, 10).map((format) => compileFormat(format.slice(0, 100)));
    const formats = compiled.filter((each) => typeof each !== 'string');
    const [refused] = compiled.filter((each) => typeof each === 'string');
    if (refused !== undefined || formats.length === 0) return `${refused}`.replaceAll(/"[^"]*"/g, '');
    const time = (input[0] ?? 0) > 128 ? 43_200_000 : 0;
    const plain = createInstantReader({ formats, timeZone: zone, time }).plain(text);
    // Without its steps a format is read by its pattern alone.
    const careful = formats.map((format) => ({ ...format, steps: [] }));
    const told = read(createInstantReader({ formats: careful, timeZone: zone, time }).parse, text);
    const { value } = told;
    if (plain !== undefined) same('by the short way it is another instant', plain, value);
    if (value !== undefined) {
      hold('an instant beyond our years', value >= 0 && value <= LAST_INSTANT && Number.isInteger(value));
      hold(
        'it is read by no format that it fits',
        formats.some((format) => readsAs(format, text)),
      );
    }
    const parts = formats.map(({ steps }) =>
      steps
        .flatMap((step) => (typeof step === 'number' ? [] : step.part))
        .slice(0, 4)
        .join(' '),
    );
    return `${parts[0]} ${formats.length > 1} ${told.message?.kind ?? 'read'} ${plain !== undefined}`;
  },
};

const DECIMAL_MARKS = [undefined, '.', ','] as const;
const GROUP_MARKS = [undefined, ',', '.', ' ', "'"] as const;
const SIGNS = [undefined, '$', '€', 'CHF', '*', '£|', '[^'] as const;
const NEGATIVES = [undefined, '-1', '1-', '(1)'] as const;

/** The first two bytes choose the marks. */
export const DECIMAL: Target = {
  name: 'decimal-format',
  seeds: [
    '\0\x0012.50',
    '\x03\x01$1,180.00',
    bytes('\x08\x021.180,00 €'),
    "\x0c\x03CHF 1'180.00",
    bytes('\x0b\x021\u202f180,00\u00a0€'),
    '\0\x12(5.00)',
    '\0\x0a5.00-',
    '\0\x08-$5',
  ],
  words: [
    '.',
    ',',
    "'",
    ' ',
    bytes('\u00a0'),
    bytes('\u202f'),
    bytes('\u2019'),
    '$',
    bytes('€'),
    'CHF',
    '[^',
    '-',
    bytes('\u2212'),
    '(',
    ')',
    '0',
    '000',
    '180',
    '1,180',
    '1.180',
    '999999',
    '*',
  ],
  run(input) {
    const [first = 0, second = 0] = input;
    const decimalMark = DECIMAL_MARKS[first % 3];
    const groupMark = GROUP_MARKS[Math.floor(first / 3) % 5];
    const currencySign = SIGNS[(second & 7) % 7];
    const negatives = NEGATIVES[(second >> 3) % 4];
    // The config refuses one mark for both.
    if (groupMark === (decimalMark ?? '.')) return 'same marks';
    const marks: Pick<InputSettings, 'decimalMark' | 'groupMark' | 'currencySign' | 'negatives'> = {
      decimalMark,
      groupMark,
      currencySign,
      negatives,
    };
    const text = input.subarray(2).toString();
    const parse = createDecimalReader(marks, fields.signedUnitPrice);
    const told = read(parse, text);
    same('the second time it is read otherwise', read(parse, text).value, told.value);
    const short = plainDecimal(marks, input.subarray(2));
    // Longer ones are read the other way, in case their amounts are too large.
    if (short !== '' && short.length <= 11) same('by the short way it is another amount', short, told.value);
    if (told.value === undefined)
      return `${told.message?.kind} ${Object.values(marks).filter((each) => each !== undefined).length}`;
    same('what is taken reads back otherwise', read(fields.signedUnitPrice, told.value).value, told.value);
    const body = currencySign === undefined ? text : text.replace(currencySign, '');
    const digits = body
      .replaceAll(decimalMark ?? '.', '#')
      .replaceAll(/[^0-9#]/g, '')
      .replace('#', '.');
    const isNegative = /[-\u2212(]/.test(body);
    const size = canonicalDecimal(digits);
    same('an amount is another than its digits', told.value, isNegative && size !== '0' ? `-${size}` : size);
    return `read ${isNegative} ${groupMark} ${currencySign}`;
  },
};

function plainDecimal(marks: Parameters<typeof createPlainDecimals>[0], written: Uint8Array): string {
  const target = Buffer.alloc(written.length + 1);
  const decimal = { bytes: written, start: 0, end: written.length, mostFractionDigits: 6 };
  return target.toString('latin1', 0, createPlainDecimals(marks)(decimal, target, 0));
}
