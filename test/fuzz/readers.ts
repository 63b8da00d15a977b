/** The readers of CSV and NDJSON: read alike however the file is cut, with places in the file, and what was read reads back. */
import type { Message } from '../../src/errors/message.js';
import type { CsvLayout } from '../../src/intake/csv-layout.js';
import { createCsvReader } from '../../src/intake/csv-reader.js';
import { createNdjsonReader } from '../../src/intake/ndjson-reader.js';
import { bytes, hold, outcomeOf, same, type Target } from './target.js';

interface Cell {
  readonly text: string | undefined;
  readonly line: number;
  readonly column: number;
}

interface Told {
  readonly records: Cell[][];
  readonly problems: {
    readonly line: number;
    readonly column: number;
    readonly kind: string;
    readonly text: string;
  }[];
  /** The bytes of each record, good or bad, in their order. */
  readonly raws: Map<string, string>;
  /** Whether all of the file was read. */
  isWhole: boolean;
  end: unknown;
}

const problem = (line: number, column: number, at: string | number, { kind, text }: Message) => ({
  line,
  column,
  kind,
  text: `${at} ${text}`,
});

function readCsv(file: Buffer, layout: CsvLayout, cut: number): Told {
  const told: Told = { records: [], problems: [], raws: new Map(), isWhole: false, end: undefined };
  const note = (line: number) =>
    told.raws.set(`${reader.records} ${line}`, Buffer.from(reader.raw()).toString('latin1'));
  const reader = createCsvReader(
    {
      record(record) {
        told.records.push(
          Array.from({ length: record.width }, (_, cell) => ({
            text: record.text(cell),
            line: record.lineOf(cell),
            column: record.columnOf(cell),
          })),
        );
        note(0);
      },
      problem(line, column, cell, message) {
        told.problems.push(problem(line, column, cell, message));
        // Each blank row is a record of its own; any other record may have several problems.
        note(0);
      },
    },
    layout,
  );
  for (let at = 0; at < file.length; at += cut) reader.push(file.subarray(at, at + cut));
  told.isWhole = !reader.stopped;
  reader.end();
  const { line, records, blankRows } = reader;
  told.end = [line, records, blankRows, reader.footerSeen()];
  return told;
}

const SEPARATORS = [',', ';', '\t', '|'] as const;
const BLANK_ROWS = [undefined, 'refuse', 'skip'] as const;
const FOOTERS = [undefined, undefined, 'Total', 'a', '"'] as const;

/** The first three bytes choose the layout and the cut. */
export const CSV: Target = {
  name: 'csv-reader',
  seeds: [
    '\0\0\0a,b\n1,2\n',
    bytes('\0\0\x03\ufeffa,b,c\r\n"1,5","say ""ah""",é\r\n"two\nlines",,\u{1f600}\r\n'),
    '\x01\x03\x05a;b\n1;2\n\n;\n3;4\n',
    '\0\x13\x01title\na,b\n1,2\nTotal,3\n',
    '\x02\x06\x02a\tb\n1\t"x"y\n"open\t2\n',
    '\x03\0\x01a|b\n1|2|3\n\r|\n\x01|\xff\n',
  ],
  words: [
    ',',
    ';',
    '\t',
    '|',
    '"',
    '""',
    '\n',
    '\r\n',
    '\r',
    '",',
    '"\n',
    '\0',
    bytes('é'),
    bytes('\u{1f600}'),
    bytes('\ufeff'),
    '\xe2\x82',
    '\xff\xfe',
    'Total',
    ' ',
    '\x7f',
    bytes('\u0085'),
  ],
  run(input) {
    const [first = 0, second = 0, third = 0] = input;
    const file = input.subarray(3);
    const separator = SEPARATORS[first % 4] as string;
    const layout: CsvLayout = {
      separator,
      headerLine: (second >> 4) % 4 || 1,
      blankRows: BLANK_ROWS[second % 3],
      footer: FOOTERS[(second >> 2) % 5],
    };
    const told = readCsv(file, layout, 1 << 20);
    const cut = readCsv(file, layout, (third % 64) + 1);
    same('cut otherwise, it is read otherwise', { ...told, isWhole: 0 }, { ...cut, isWhole: 0 });
    expectPlaces(file, told, separator);
    if (
      layout.blankRows === undefined &&
      layout.footer === undefined &&
      layout.headerLine === 1 &&
      told.isWhole &&
      told.problems[0]?.kind !== 'utf16'
    ) {
      const raw = [...told.raws.values()].join('');
      same('the bytes of the records are not those of the file', raw, withoutMark(file));
    }
    const written = told.records
      .map((cells) => `${cells.map(({ text }) => quoted(text ?? '', separator)).join(separator)}\n`)
      .join('');
    if (told.records.every((cells) => cells.length === told.records[0]?.length)) {
      const again = readCsv(Buffer.from(written), { separator }, 1 << 20);
      same('written anew, it has problems', again.problems, []);
      same('written anew, it reads otherwise', texts(again), texts(told));
    }
    return outcomeOf(
      [...told.problems.map(({ kind }) => kind), `b${layout.blankRows}`, `f${layout.footer}`],
      told.records.length,
    );
  },
};

const texts = ({ records }: Told) => records.map((cells) => cells.map(({ text }) => text));

const withoutMark = (file: Buffer) => {
  const text = file.toString('latin1');
  return text.startsWith('\xef\xbb\xbf') ? text.slice(3) : text;
};

function quoted(text: string, separator: string): string {
  return /["\r\n]/.test(text) || text.includes(separator) || text.startsWith('\ufeff')
    ? `"${text.replaceAll('"', '""')}"`
    : text;
}

/** Every place is in the file; a good cell starts its line, or behind a separator. */
function expectPlaces(file: Buffer, told: Told, separator: string): void {
  const lines = withoutMark(file).split('\n');
  for (const { line, column } of told.problems) {
    hold('a problem has a line that the file has not', line >= 1 && line <= lines.length);
    hold(
      'a problem has a column that its line has not',
      column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 2,
    );
  }
  for (const cells of told.records) {
    for (const { line, column } of cells) {
      const before = [...Buffer.from(lines[line - 1] ?? '', 'latin1').toString()][column - 2];
      hold('a cell is told where none starts', column === 1 || before === separator);
    }
  }
  const places = told.problems.map(({ line, column }) => line * 1e8 + column);
  hold(
    'the problems are not in the order of the file',
    places.every((place, at) => at === 0 || place >= (places[at - 1] as number)),
  );
}

interface NdjsonTold {
  readonly records: {
    readonly line: number;
    readonly members: readonly (readonly [string, string | undefined, boolean])[];
  }[];
  readonly problems: {
    readonly line: number;
    readonly column: number;
    readonly kind: string;
    readonly text: string;
  }[];
  readonly columns: number[][];
  isWhole: boolean;
  end: unknown;
}

function readNdjson(file: Buffer, isLenient: boolean, cut: number): NdjsonTold {
  const told: NdjsonTold = { records: [], problems: [], columns: [], isWhole: false, end: undefined };
  const reader = createNdjsonReader(
    {
      record(record) {
        const members = Array.from({ length: record.size }, (_, each) => each);
        told.records.push({
          line: record.line,
          members: members.map(
            (each) => [record.key(each), record.value(each), record.isNumber(each)] as const,
          ),
        });
        told.columns.push(members.flatMap((each) => [record.keyColumn(each), record.valueColumn(each)]));
      },
      problem: (line, column, key, message) => void told.problems.push(problem(line, column, key, message)),
    },
    isLenient ? { takesBooleans: true, ignores: (key) => key.startsWith('x') } : undefined,
  );
  for (let at = 0; at < file.length; at += cut) reader.push(file.subarray(at, at + cut));
  told.isWhole = !reader.stopped;
  reader.end();
  told.end = [reader.line, reader.records, reader.blankRows];
  return told;
}

/** Kinds that say what is no JSON. */
const NO_JSON = ['json-syntax', 'invalid-escape', 'control-character-in-json', 'invalid-utf8'];

export const NDJSON: Target = {
  name: 'ndjson-reader',
  seeds: [
    '\0\0{"a":"b"}\n',
    bytes('\0\x03\ufeff{"a":"é\\u00e9\\n","b":-1.50e+3,"c":null}\r\n\n{ "a" : "" }\n{}\n\n'),
    '\0\x01{"a":true,"xb":{"c":[1,{"d":"}"}]},"a":0}\n{"a":01}\n{"a":"\\ud83e\\uddb7","b":"\\ud83e"}\n',
    '\x01\x01{"a":true,"xb":{"c":[1,{"d":"}"}]},"xc":[],"d":false}\n{"xa":[1,}\n',
  ],
  words: [
    '{',
    '}',
    '"',
    ':',
    ',',
    '[',
    ']',
    '\\',
    '\\u0041',
    '\\ud83e',
    '\\uddb7',
    '\\"',
    '\\n',
    'null',
    'true',
    'false',
    '"x":',
    '-',
    '0',
    '1.5',
    'e+1',
    'E',
    '\n',
    '\r\n',
    '\r',
    ' ',
    '\t',
    bytes('é'),
    bytes('\u{1f600}'),
    '\xff',
    '{"a":"b"}\n',
    '\0',
    '"__proto__":1,',
    bytes('\u2028'),
  ],
  run(input) {
    const [first = 0, second = 0] = input;
    const isLenient = first % 2 === 1;
    const file = input.subarray(2);
    const told = readNdjson(file, isLenient, 1 << 20);
    const cut = readNdjson(file, isLenient, (second % 64) + 1);
    same('cut otherwise, it is read otherwise', { ...told, isWhole: 0 }, { ...cut, isWhole: 0 });
    const lines = withoutMark(file)
      .split('\n')
      .map((line) => Buffer.from(line.replace(/\r$/, ''), 'latin1'));
    for (const { line, column } of told.problems) {
      hold('a problem has a line that the file has not', line >= 1 && line <= lines.length);
      hold(
        'a problem has a column that its line has not',
        column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1,
      );
    }
    for (const [at, { line, members }] of told.records.entries()) {
      const text = (lines[line - 1] as Buffer).toString();
      const value = JSON.parse(text) as Record<string, unknown>;
      hold('it takes other members than JSON has', Object.keys(value).length === members.length);
      for (const [key, read, isNumber] of members) {
        const expected = value[key];
        if (typeof expected === 'string') hold('a text is read otherwise', read === expected && !isNumber);
        else if (typeof expected === 'number')
          hold('a number is read otherwise', isNumber && Object.is(Number(read), expected));
        else if (typeof expected === 'boolean')
          hold('a boolean is taken', isLenient && (read === String(expected) || key.startsWith('x')));
        else hold('null is read otherwise', read === undefined && !isNumber);
      }
      const signs = [...text];
      for (const [each, column] of (told.columns[at] as number[]).entries()) {
        const sign = signs[column - 1] as string;
        hold(
          'a place is not that of a key or value',
          each % 2 === 0 ? sign === '"' : /["\-0-9ntf{[]/.test(sign),
        );
      }
    }
    for (const { line, kind } of told.problems) {
      const bytesOfLine = lines[line - 1] as Buffer;
      const text = bytesOfLine.toString();
      if (!NO_JSON.includes(kind) || text.includes('\r') || !Buffer.from(text).equals(bytesOfLine)) continue;
      hold(`${kind}, but JSON takes it`, !isFlatJson(text));
    }
    const written = told.records
      .map(
        ({ members }) =>
          `{${members.map(([key, value, isNumber]) => `${JSON.stringify(key)}:${value === undefined ? 'null' : isNumber ? value : JSON.stringify(value)}`).join(',')}}\n`,
      )
      .join('');
    const again = readNdjson(Buffer.from(written), false, 1 << 20);
    same(
      'written anew, it reads otherwise',
      again.records.map(({ members }) => members),
      told.records.map(({ members }) => members),
    );
    return outcomeOf([...told.problems.map(({ kind }) => kind), `${isLenient}`], told.records.length);
  },
};

function isFlatJson(text: string): boolean {
  try {
    const value = JSON.parse(text);
    return (
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.values(value).every((each) => each === null || typeof each !== 'object')
    );
  } catch {
    return false;
  }
}
