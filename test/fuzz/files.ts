/** Whole files by their names: gzip, any format, `inspect`; and configs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Config, DEFAULT_CONFIG } from '../../src/config/config.js';
import { ConfigFaults, readConfig } from '../../src/config/read-config.js';
import { withProfile } from '../../src/config/save-profile.js';
import { Failure } from '../../src/errors/failure.js';
import { inspectFiles } from '../../src/inspect-files.js';
import { readFacts } from '../../src/intake/read-facts.js';
import { bytes, hold, outcomeOf, same, type Target } from './target.js';

async function readFile(file: string, content: Uint8Array) {
  writeFileSync(file, content);
  const facts: string[] = [];
  const problems: { readonly line: number; readonly column: number; readonly kind: string }[] = [];
  const result = await readFacts(
    file,
    { amend: false, defaultCurrency: 'USD' },
    {
      take: ({ kind, fact }) => void facts.push(JSON.stringify([kind, fact])),
      problem: ({ line, column, kind }) => void problems.push({ line, column, kind }),
    },
  );
  return { facts, problems, result };
}

/** What `gunzip` makes of it; undefined if it makes nothing. */
function unpacked(packed: Uint8Array): Buffer | undefined {
  try {
    return gunzipSync(packed);
  } catch {
    return undefined;
  }
}

const ORDERS =
  'order_id,practice_id,product,unit_price,placed_at\nA1,P1,crown,5.00,2026-10-05T09:00:00Z\nA2,P1,crown,5,2026-10-05T09:00:00Z\n';
const EVENTS = '{"order_id":"A","event":"shipped","at":"2025-10-05T09:00:00Z"}\n';
const NAMES = ['in.csv.gz', 'in.csv', 'in.ndjson.gz', 'in.ndjson', 'in.txt', 'in.tsv.gz'] as const;

/** The first byte chooses the name, the second whether the bytes are packed before (in one piece, or in two). */
export const FILE: Target = {
  name: 'files',
  seeds: [
    `\0\0${gzipSync(ORDERS).toString('latin1')}`,
    `\0\x01${ORDERS}`,
    `\x02\x02${EVENTS}${EVENTS}`,
    `\x02\0${gzipSync(EVENTS).toString('latin1')}${gzipSync(EVENTS).toString('latin1')}`,
    `\x01\0${ORDERS}`,
    `\x03\0${EVENTS}`,
    '\x04\0Order;Customer;Item;Price;Date\nA1;P1;crown;5,00;31.10.2025 09:25\n',
    '\x04\0PK\x03\x04',
    '\x04\0<!doctype html><table>',
    `\x01\0${Buffer.from(`\ufeff${ORDERS}`, 'utf16le').toString('latin1')}`,
    `\x01\0title\n\n${ORDERS}Total,,,10,\n`,
  ],
  words: [
    '\x1f\x8b\x08\0',
    '\0\0\0\0',
    '\x03\0',
    '\n',
    ',',
    ';',
    '\t',
    '"',
    '\xff\xfe',
    '\xef\xbb\xbf',
    '{',
    '}',
    'Total',
    '<html>',
    'PK\x03\x04',
    'order_id',
    'sep=;\n',
    '\r\n',
    '31.10.2025',
    '1.180,00',
    '2026-10-05T09:00:00Z',
    'paused',
    'Patient',
    'Order',
    'Status',
  ],
  async run(input) {
    const folder = mkdtempSync(path.join(tmpdir(), 'monthend-fuzz-'));
    try {
      return await readInside(folder, input);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function readInside(folder: string, input: Buffer): Promise<string> {
  const [first = 0, second = 0] = input;
  const name = NAMES[first % NAMES.length] as string;
  const rest = input.subarray(2);
  const middle = rest.length >> 1;
  const isPacked = name.endsWith('.gz');
  const content =
    !isPacked || second % 3 === 0
      ? rest
      : second % 3 === 1
        ? gzipSync(rest)
        : Buffer.concat([gzipSync(rest.subarray(0, middle)), gzipSync(rest.subarray(middle))]);
  const told = await readFile(path.join(folder, name), content);
  const lines = (isPacked ? (unpacked(content) ?? content) : content).toString('latin1').split('\n').length;
  if (told.problems.every(({ kind }) => !kind.includes('gzip')))
    for (const { line } of told.problems)
      hold('a problem has a line that the file has not', line >= 1 && line <= lines);
  if (isPacked) {
    const plain = unpacked(content);
    const isRefused = told.problems.some(({ kind }) => /gzip/.test(kind));
    if (plain === undefined) hold('what cannot be unpacked is taken', told.problems.length > 0);
    else if (!isRefused) {
      const unpackedTold = await readFile(path.join(folder, name.replace('.gz', '')), plain);
      same(
        'packed, it is read otherwise',
        [told.facts, told.problems],
        [unpackedTold.facts, unpackedTold.problems],
      );
    }
  }
  const { records } = told.result;
  hold('more facts than records', told.facts.length <= records);
  const inspected = await inspect(path.join(folder, name));
  return `${name} ${inspected} ${outcomeOf(
    told.problems.map(({ kind }) => kind),
    told.facts.length,
  )}`;
}

async function inspect(file: string): Promise<string> {
  try {
    const { kind, trial, notes, todos } = await inspectFiles([file], { config: DEFAULT_CONFIG });
    return `${kind} ${trial?.facts.length} ${Math.min(notes.length, 3)} ${Math.min(todos.length, 3)}`;
  } catch (error) {
    // A file that cannot be unpacked is told by its own error.
    if (error instanceof Failure || (error instanceof Error && error.constructor.name === 'GzipProblem'))
      return 'refused';
    throw error;
  }
}

const CONFIGS = [
  '{ "currency": "EUR", "timeZone": "Europe/Berlin", /* c */ "cutoff": "19:00", }',
  '{\n  // comment\n  "pauseLimitDays": 30,\n  "afterLimit": "delete",\n  "notPausable": ["aligners"],\n  "rounding": "half-even",\n  "invoiceNumber": "{YYYY}-{MM}/{seq:4}",\n  "creditNoteNumber": "C{seq}",\n  "reviewChangePercent": null\n}\n',
  '{"inputs":{"shop":{"kind":"orders","columns":{"order_id":"Order","practice_id":"Customer","product":"Item","unit_price":"Price","placed_at":"Date"},"separator":";","decimalMark":",","instant":["dd.MM.yyyy HH:mm"],"timeZone":"Europe/Berlin","ignore":"*","values":{"Item":{"Memo":null}}}}}',
  '{"seller":{"name":"Lab","country":"US","payment":["bank"]},"books":{"receivables":"1200","products":[{"product":"*","account":"4000"}],"customers":{"P1":"C1"}},"preflight":{"late":"stop"},"firstMonth":"2026-10"}',
];

const LOG = { kind: 'history', columns: { order_id: 'Order', event: 'Status', at: 'When' } };

export const CONFIG: Target = {
  name: 'config',
  seeds: CONFIGS.map(bytes),
  words: [
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    '//',
    '/*',
    '*/',
    '\n',
    '\r\n',
    ' ',
    'null',
    'true',
    '-1',
    '0',
    '1e3',
    '""',
    '{}',
    '[]',
    '"inputs":',
    '"__proto__":',
    '"constructor":',
    '"toString":{},',
    '"columns":',
    '"kind":"history"',
    '"values":',
    '{seq}',
    '{seq:6}',
    '{MM}',
    '{YYYY}',
    '24:00',
    'Etc/UTC',
    'TODO',
    bytes('é'),
    bytes('\ufeff'),
    '\\u0000',
    '\\ud800',
    '\xff',
    "'T'",
    'yyyy',
    '*',
    '"trim":true',
    '"ignore":"*",',
    '"footer":"x",',
    '"headerLine":2,',
    '"encoding":"utf-16",',
    '"constants":{"currency":"EUR"},',
  ],
  run(input) {
    const text = input.toString();
    const told = configOf(text);
    const lines = text.replace(/^\uFEFF/, '').split('\n');
    if (isFaults(told)) {
      for (const fault of told) {
        const [, line, column] = /^(\d+):(\d+): ./.exec(fault) ?? [];
        hold(`a fault has no place: ${fault.slice(0, 60)}`, line !== undefined);
        hold('a fault has a line that the file has not', Number(line) <= lines.length);
        hold(
          'a fault has a column that its line has not',
          Number(column) <= [...(lines[Number(line) - 1] ?? '')].length + 1,
        );
      }
      return outcomeOf(
        told.map((fault) =>
          fault
            .replace(/^\d+:\d+: /, '')
            .replaceAll(/"[^"]*"|[0-9]+/g, '')
            .slice(0, 60),
        ),
        told.length,
      );
    }
    same('written anew, it reads otherwise', configOf(JSON.stringify(told)), told);
    const saved = save(text);
    if (saved === undefined) return 'taken, no place for a profile';
    const after = configOf(saved);
    hold('with a profile put into it, it is refused', !isFaults(after));
    same(
      'a profile put into it changes another setting',
      { ...(after as object), inputs: 0 },
      { ...told, inputs: 0 },
    );
    return `taken ${Object.keys(told.inputs).length} ${JSON.stringify(told).length >> 6}`;
  },
};

const isFaults = (told: Config | readonly string[]): told is readonly string[] => Array.isArray(told);

function configOf(text: string): Config | readonly string[] {
  try {
    return readConfig(text);
  } catch (error) {
    if (error instanceof ConfigFaults) return error.faults;
    throw error;
  }
}

function save(text: string): string | undefined {
  try {
    return withProfile(text.replace(/^\uFEFF/, ''), 'fuzzed', LOG);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
