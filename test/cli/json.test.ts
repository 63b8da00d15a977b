/**
 * What every command prints with --json, in many situations, against the JSON Schema that the package ships: docs/json.md says what
 * is promised of it.
 */
import { readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { DOCUMENT_NAMES } from '../../src/cli/json-documents.js';
import { EXIT_CODES } from '../../src/errors/failure.js';
import {
  REPOSITORY,
  type Run,
  type RunOptions,
  type Workplace,
  workplace,
  workplaceWithLedger,
} from '../support/monthend.js';

type Json = Record<string, unknown>;

const SCHEMA = JSON.parse(readFileSync(path.join(REPOSITORY, 'src/json.schema.json'), 'utf8'));
const ajv = new Ajv2020({ allErrors: true });
ajv.addSchema(SCHEMA, 'monthend');

const HEADER = 'order_id,practice_id,product,unit_price,placed_at';
const ORDERS = `${HEADER}
ORD-1,P-1,crown,100.00,2025-10-05T09:00:00-04:00
ORD-2,P-1,crown,200.00,2025-10-06T09:00:00-04:00
ORD-3,P-2,denture,300.00,2025-10-07T09:00:00-04:00
AL-1,P-2,aligners,50.00,2025-10-08T09:00:00-04:00
`;
const HISTORY = `order_id,event,at,reason
ORD-1,paused,2025-10-10T09:00:00-04:00,more time to review
ORD-3,paused,2025-10-12T09:00:00-04:00,late scan
AL-1,paused,2025-10-12T09:00:00-04:00,late scan
LOST,shipped,2025-10-12T09:00:00-04:00,
`;
const ENDS = `order_id,line,event,at,reason
ORD-1,7,cancelled,2025-10-13T09:00:00-04:00,
ORD-2,1,deleted,2025-10-13T09:00:00-04:00,
ORD-2,1,cancelled,2025-10-14T09:00:00-04:00,
`;
const NOVEMBER = `order_id,event,at,reason
ORD-1,resumed,2025-11-03T09:00:00-05:00,
ORD-2,cancelled,2025-11-04T09:00:00-05:00,
`;
const BAD = `${HEADER}\nORD-9,P-1,crown,cheap,2025-10-06\n`;
const CASE = 'cases/my-case';

/** A folder with inputs, and what was done there already. */
function lab(...done: string[][]): Workplace {
  const place = workplaceWithLedger();
  place.write('orders.csv', ORDERS);
  place.write('history.csv', HISTORY);
  place.write('november.csv', NOVEMBER);
  place.write('ends.csv', ENDS);
  place.write('bad.csv', BAD);
  place.write('export.csv', 'Order,Account,Item,Price,Date\nORD-1,P-1,crown,1.00,10/31/2025 09:00\n');
  place.write(
    'export.jsonl',
    '{"id":1,"account":"P-1","sku":"c","price":1.5,"date":"2025-10-31T09:00:00Z"}\n',
  );
  place.write('small.csv', `${HEADER}\nord-1,p-1,crown,100.00,2025-10-05T09:00:00-04:00\n`);
  place.write('dearer.csv', ORDERS.replace('200.00', '250.00'));
  place.write('zones.csv', 'practice_id,name,time_zone\nP-1,Lakeside,America/Chicago\n');
  place.write('names.csv', 'practice_id,name\nP-1,Lakeside 牙科\n');
  place.write(`${CASE}/2025-10/in/orders.csv`, ORDERS);
  for (const words of done) expect(place.run(words), words.join(' ')).toMatchObject({ code: 0 });
  return place;
}

/** With a profile for the export. */
function exported(): Workplace {
  const place = lab();
  const columns = {
    order_id: 'Order',
    practice_id: 'Account',
    product: 'Item',
    unit_price: 'Price',
    placed_at: 'Date',
  };
  const erp = { kind: 'orders', columns, instant: 'MM/dd/yyyy HH:mm', timeZone: 'America/New_York' };
  place.write('monthend.json', JSON.stringify({ inputs: { erp } }));
  return place;
}

const OCTOBER = ['run', '2025-10', 'orders.csv', 'history.csv'];

type Situation = [
  what: string,
  code: number,
  words: string[],
  prepare?: (() => Workplace) | undefined,
  options?: RunOptions,
];

const SITUATIONS: Situation[] = [
  ['the version', 0, ['--version']],
  ['the version, asked of a command', 0, ['status', '--ledger', 'none.db', '--version']],
  ['no command', 2, []],
  ['a mistyped command', 2, ['clsoe', '2025-10']],
  ['a mistyped option', 2, ['close', '2025-10', '--strct']],
  ['an argument missing', 2, ['explain']],

  ['a new lab', 0, ['init', 'new', '--sample']],
  ['a lab that cannot be', 2, ['init', '/proc/none/new']],
  ['a lab that is there', 0, ['init'], () => lab(['init'])],

  ['new facts', 0, ['import', 'orders.csv', 'history.csv']],
  ['known facts', 0, ['import', 'orders.csv'], () => lab(['import', 'orders.csv'])],
  ['another time zone', 0, ['import', 'zones.csv'], () => lab(OCTOBER)],
  ['amended facts', 0, ['import', '--amend', 'dearer.csv'], () => lab(['import', 'orders.csv'])],
  [
    'a dry run',
    0,
    ['import', '--amend', 'orders', 'dearer.csv', '--dry-run'],
    () => lab(['import', 'orders.csv']),
  ],
  ['the batch as a dry run', 0, [...OCTOBER, '--dry-run'], () => lab()],
  ['ids that are almost known', 0, ['import', 'small.csv'], () => lab(['import', 'orders.csv'])],
  ['standard input', 0, ['import', '-'], undefined, { input: ORDERS }],
  ['bad records', 3, ['import', 'orders.csv', 'bad.csv']],
  ['a file by a profile', 0, ['import', 'export.csv'], exported],
  ['an export', 0, ['inspect', 'export.csv', '--save', 'new'], () => lab(['init'])],
  ['an export with a profile', 0, ['inspect', 'export.csv'], exported],
  ['an export in JSON lines', 0, ['inspect', 'export.jsonl']],
  ['a conflict', 3, ['import', 'dearer.csv'], () => lab(['import', 'orders.csv'])],
  ['bad records set aside', 3, ['import', 'orders.csv', 'bad.csv', '--quarantine', 'aside.csv']],
  ['a file that is not there', 2, ['import', 'none.csv']],
  ['a config that is wrong', 2, ['import', 'orders.csv'], () => withConfig('{ "timezone": "UTC" }')],
  ['a ledger that is none', 5, ['import', 'orders.csv', '--ledger', 'orders.csv']],

  ['an open month', 0, ['preview', '2025-10'], () => lab(['import', 'orders.csv', 'history.csv'])],
  ['a first preview', 0, ['preview', '2025-10', '--out', 'p', '--diff'], () => lab(['import', 'orders.csv'])],
  ['what changed since', 0, ['preview', '2025-10', '--out', 'p', '--diff'], changedSince],
  ['what an import knew', 0, ['preview', '2025-10', '--diff', '--known-at', '1'], closedAfterTwoImports],
  ['what corrects a closed month', 0, ['preview', '2025-10', '--diff'], corrected],
  ['no month', 2, ['preview', 'October']],
  ['no ledger', 2, ['preview', '2025-10'], workplace],

  ['nothing that stops', 0, ['preflight', '2025-10'], () => lab(['import', 'orders.csv', 'history.csv'])],
  ['what stops', 4, ['preflight', '2025-12'], () => lab(['import', 'orders.csv'])],
  ['a month that is stopped', 4, ['close', '2025-12'], () => lab(['import', 'orders.csv'])],

  ['a month', 0, ['close', '2025-10'], () => lab(['import', 'orders.csv', 'history.csv'])],
  ['a closed month', 0, ['close', '2025-10'], () => lab(OCTOBER)],
  ['a month against the one before', 0, ['close', '2025-11', '--accept', 'review'], againstOctober],
  ['several months', 0, ['close', '2025-12', '--catch-up', '--accept', 'empty-month,no-history'], november],
  ['a month too early', 4, ['close', '2025-10', '--as-of', '2025-10-15T00:00:00Z'], () => lab(['init'])],
  ['a month out of turn', 4, ['close', '2025-12'], () => lab(OCTOBER)],
  ['exceptions under --strict', 4, ['close', '2025-10', '--strict'], exceptional],
  ['a folder that is not ours', 4, ['close', '2025-10'], () => withFile('invoices/2025-10/notes.txt')],
  ['a closed month without files', 74, ['close', '2025-10', '--out', '/proc/none'], imported],
  ['the second month refused', 4, ['close', '2025-12', '--catch-up', '--strict'], exceptionInDecember],

  ['the batch', 0, OCTOBER],
  ['the batch with bad records', 3, ['run', '2025-10', 'orders.csv', 'bad.csv']],
  ['the batch with some set aside', 3, ['run', '2025-10', 'orders.csv', 'bad.csv', '--quarantine', 'q.csv']],
  ['the batch, its month refused', 4, [...OCTOBER, '--strict']],

  ['a month taken back', 0, ['void', '2025-10', '--reason', 'a test'], () => lab(OCTOBER)],
  ['an order of a void month', 0, ['explain', 'ORD-2'], voided],
  ['a void month', 0, ['status'], voided],
  ['a month to void that is open', 4, ['void', '2025-10', '--reason', 'a test']],

  ['files written again', 0, ['export', '2025-10', '--out', 'copies'], () => lab(OCTOBER)],
  ['files of an open month', 4, ['export', '2025-10'], () => lab(['import', 'orders.csv'])],
  ['a month for the books', 0, ['export', '2025-10', '--to', 'quickbooks-desktop'], booksOf],
  ['a month that the books cannot hold', 4, ['export', '2025-10', '--to', 'xero'], () => lab(OCTOBER)],
  ['what the books are told', 0, ['books', 'check', '2025-10', '--to', 'journal'], booksOf],
  ['what they cannot be told', 1, ['books', 'check', '2025-10'], () => lab(OCTOBER)],
  ['printed invoices', 0, ['invoices', '2025-10'], () => lab(OCTOBER)],
  [
    'PDFs that lack letters',
    0,
    ['invoices', '2025-10', '--pdf'],
    () => lab(['import', 'names.csv'], [...OCTOBER, '--accept', 'unknown-practice']),
  ],
  ['a report', 0, ['report', '2025-10'], () => lab(OCTOBER)],

  ['all as it was written', 0, ['verify'], () => lab(OCTOBER)],
  ['a month without a folder', 0, ['verify', '--out', 'elsewhere'], () => lab(OCTOBER)],
  ['a file that was changed', 1, ['verify'], () => withFile('invoices/2025-10/summary.csv', lab(OCTOBER))],
  ['a damaged ledger', 5, ['verify'], damaged],

  ['a document', 0, ['explain', 'INV-000001'], corrected],
  ['a document that is void', 0, ['explain', 'INV-000001'], voided],
  ['a practice', 0, ['explain', 'P-2', '--month', '2025-10', '--html', 'p.html'], () => lab(OCTOBER)],
  [
    'an order that was amended',
    0,
    ['explain', 'ORD-2'],
    () => lab(OCTOBER, ['import', '--amend', 'dearer.csv']),
  ],
  ['an order that was deferred', 0, ['explain', 'ORD-1'], corrected],
  ['an order that was credited', 0, ['explain', 'ORD-2', '--html', 'o.html'], corrected],
  ['an order that cannot be paused', 0, ['explain', 'AL-1'], corrected],
  [
    'an order with an event of a line',
    0,
    ['explain', 'ORD-1'],
    () => lab(['run', '2025-10', 'orders.csv', 'ends.csv']),
  ],
  [
    'an order whose line ended',
    0,
    ['explain', 'ORD-2'],
    () => lab(['run', '2025-10', 'orders.csv', 'ends.csv']),
  ],
  ['exceptions of a line since', 0, ['preview', '2025-10', '--out', 'p', '--diff'], endedSince],
  ['an order on another clock', 0, ['explain', 'ORD-1'], () => lab(OCTOBER, ['import', 'zones.csv'])],
  ['an order known by its events', 0, ['explain', 'LOST'], () => lab(['import', 'history.csv'])],
  ['an order of which nothing is known', 2, ['explain', 'NONE'], () => lab(OCTOBER)],

  ['before the first close', 0, ['status', '--as-of', '2025-11-02T00:00:00Z'], exceptional],
  ['after it', 0, ['status', '--as-of', '2025-11-20T12:00:00Z', '--days', '14'], () => lab(OCTOBER)],
  ['folders of another ledger', 0, ['status', '--ledger', 'new/monthend.db'], besideAnother],
  ['another process', 75, ['import', 'orders.csv'], () => lab(['init'])],

  ['a case that expects nothing', 1, ['check', 'cases']],
  ['cases that pass', 0, ['check', 'cases'], () => lab(['check', 'cases', '--update'])],
  ['a case written anew', 0, ['check', 'cases', '--update']],
  ['a case with a file too many', 0, ['check', 'cases', '--update'], withFileTooMany],
  ['a case that cannot be billed', 1, ['check', 'cases'], () => withFile(`${CASE}/2025-10/in/bad.csv`)],
  ['no case', 2, ['check', 'invoices']],
  ['an update in CI', 4, ['check', 'cases', '--update'], undefined, { env: { CI: '1' } }],

  ['completion', 0, ['completion', 'fish']],
  ['the manual page', 0, ['man']],
];

function imported(): Workplace {
  return lab(['import', 'orders.csv']);
}

function november(): Workplace {
  return lab(OCTOBER, ['import', 'november.csv']);
}

function withConfig(text: string): Workplace {
  const place = lab();
  place.write('monthend.json', text);
  return place;
}

function booksOf(): Workplace {
  const place = withConfig('{ "books": { "receivables": "1200", "default": { "account": "4000" } } }');
  // A document of nothing, which QuickBooks Desktop is not told of.
  place.write('free.csv', `${HEADER}\nORD-8,P-8,crown,0,2025-10-06T09:00:00-04:00\n`);
  expect(place.run([...OCTOBER, 'free.csv']).code).toBe(0);
  return place;
}

function withFile(name: string, place = lab(['import', 'orders.csv'])): Workplace {
  place.write(name, 'mine\n');
  return place;
}

function withFileTooMany(): Workplace {
  return withFile(`${CASE}/2025-10/expected/extra.csv`, lab(['check', 'cases', '--update']));
}

function exceptional(): Workplace {
  return lab(['import', 'orders.csv', 'history.csv']);
}

/** Every list of the month has a row that was added, removed or changed since the preview. */
function changedSince(): Workplace {
  const place = lab(['import', 'orders.csv', 'history.csv'], ['preview', '2025-10', '--out', 'p']);
  place.write('news.csv', 'order_id,event,at,reason\nORD-1,resumed,2025-10-20T09:00:00-04:00,\n');
  place.write('again.csv', 'order_id,event,at,reason\nORD-3,paused,2025-10-20T09:00:00-04:00,x\n');
  place.write('moved.csv', ORDERS.replace('300.00', '310.00').replace('200.00', '250.00'));
  expect(place.run(['import', '--amend', 'news.csv', 'again.csv', 'moved.csv']).code).toBe(0);
  return place;
}

function endedSince(): Workplace {
  return lab(['import', 'orders.csv'], ['preview', '2025-10', '--out', 'p'], ['import', 'ends.csv']);
}

function corrected(): Workplace {
  return lab(OCTOBER, ['import', 'november.csv'], ['import', '--amend', 'dearer.csv']);
}

function againstOctober(): Workplace {
  const place = lab(OCTOBER, ['import', 'november.csv']);
  place.write('monthend.json', '{ "reviewChangePercent": 10 }');
  return place;
}

function closedAfterTwoImports(): Workplace {
  return lab(['import', 'orders.csv'], ['import', 'history.csv'], ['close', '2025-10']);
}

/** Resumed in November, and again in December. */
function exceptionInDecember(): Workplace {
  const place = lab(OCTOBER, ['import', 'november.csv']);
  place.write('twice.csv', 'order_id,event,at,reason\nORD-1,resumed,2025-12-05T09:00:00-05:00,\n');
  expect(place.run(['import', 'twice.csv']).code).toBe(0);
  return place;
}

function voided(): Workplace {
  return lab(OCTOBER, ['void', '2025-10', '--reason', 'a test']);
}

function besideAnother(): Workplace {
  return lab(OCTOBER, ['init', 'new']);
}

function damaged(): Workplace {
  const place = lab(OCTOBER);
  truncateSync(place.path('monthend.db'), 40_000);
  return place;
}

const seen: { readonly code: number; readonly document: Json }[] = [];

describe('the document of', () => {
  test.each(SITUATIONS)('%s: exit %i, monthend %j', (what, code, words, prepare = lab, options = {}) => {
    const place = prepare();
    const call = () => place.run(['--json', ...words], options);
    const run = what === 'another process' ? whileHeld(place, call) : call();
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code, stderr: expect.any(String) });
    const document = JSON.parse(run.stdout) as Json;
    seen.push({ code, document });

    expect(errorsOf(document)).toEqual([]);
    // 1: check and verify did what they were asked. 3: so did an import that set records aside.
    const hasFailed = code !== 0 && code !== 1 && document.quarantine === undefined;
    expect(document).toMatchObject({ version: 1 });
    if (hasFailed) expect(document.error).toMatchObject({ exitCode: code });
    else expect(document).not.toHaveProperty('error');
    if (hasFailed) expect(run.stderr).toContain((document.error as Json).message);
  });
});

function whileHeld(place: Workplace, work: () => Run): Run {
  const other = new Database(place.path('monthend.db'));
  try {
    other.exec('BEGIN IMMEDIATE');
    return work();
  } finally {
    other.close();
  }
}

/** `explain` prints one of two documents. */
function definitionOfDocument({ error, command, documents }: Json): unknown {
  if (error !== undefined) return 'failure';
  return command === 'explain' && documents !== undefined ? 'explainedLines' : command;
}

/** Against its own definition, whose errors can be read, and against the whole. */
function errorsOf(document: Json): string[] {
  const name = definitionOfDocument(document);
  const own = ajv.getSchema(`monthend#/$defs/${name}`);
  if (own === undefined) return [`there is no definition of ${name}`];
  const errors = own(document)
    ? []
    : (own.errors ?? []).map((each) => `${each.instancePath} ${each.message}`);
  return ajv.validate('monthend', document) ? errors : [...errors, 'the schema as a whole refuses it'];
}

/** The document of a situation from the table above. */
function told(what: string): Json {
  return seen[SITUATIONS.findIndex(([name]) => name === what)]?.document ?? {};
}

describe('what stands, though the command failed, is told:', () => {
  test('a month that was closed before another was refused', () => {
    expect(told('the second month refused')).toMatchObject({
      command: 'close',
      error: { kind: 'refused', exitCode: 4 },
      newlyClosed: ['2025-11'],
      months: [{ month: '2025-11', wasClosed: false, folder: 'invoices/2025-11' }],
    });
  });

  test('a month that is closed without its files', () => {
    expect(told('a closed month without files')).toMatchObject({
      error: { kind: 'system', exitCode: 74 },
      newlyClosed: ['2025-10'],
      months: [],
    });
  });

  test('an import whose month was refused', () => {
    expect(told('the batch, its month refused')).toMatchObject({
      command: 'run',
      error: { kind: 'refused' },
      importId: 1,
      files: [
        { name: 'orders.csv', imported: 4 },
        { name: 'history.csv', imported: 4 },
      ],
      newlyClosed: [],
      months: [],
    });
  });

  test('every problem of an import that was rejected', () => {
    const at = { file: 'bad.csv', line: 2, message: expect.any(String) };
    const problems = [
      { ...at, column: 17, field: 'unit_price', kind: 'not-a-decimal' },
      {
        ...at,
        column: 23,
        field: 'placed_at',
        kind: 'instant-without-time',
        mend: '2025-10-06T00:00:00-04:00',
      },
    ];
    for (const what of ['bad records', 'the batch with bad records'])
      expect(told(what).problems).toEqual(problems);
  });
});

test('held lines and exceptions say whose they are and what they come to, in a close, a preview and status', () => {
  const [october] = told('a month').months as Json[];
  const [draft] = told('an open month').months as Json[];
  for (const { held, exceptions } of [october, draft, told('before the first close')] as Json[]) {
    expect(held).toMatchObject([
      { practiceId: 'P-1', orderId: 'ORD-1', amount: '100.00', currency: 'USD', status: 'deferred' },
      { practiceId: 'P-2', orderId: 'ORD-3', amount: '300.00', currency: 'USD', status: 'deferred' },
    ]);
    expect(exceptions).toMatchObject([
      {
        code: 'not-pausable',
        orderId: 'AL-1',
        practiceId: 'P-2',
        amounts: [{ amount: '50.00', currency: 'USD' }],
      },
      { code: 'unknown-order', orderId: 'LOST', practiceId: '', amounts: [] },
    ]);
  }
});

test('every command, and every exit code that a user can bring about, was seen', () => {
  const succeeded = seen.filter(({ document }) => document.error === undefined);
  expect(new Set(succeeded.map(({ document }) => document.command))).toEqual(new Set(DOCUMENT_NAMES));
  // 70 is a fault of the program.
  const codes = Object.values(EXIT_CODES).filter((code) => code !== EXIT_CODES.fault);
  expect(new Set(seen.map(({ code }) => code))).toEqual(new Set([0, ...codes]));
});

test('every key of the schema was seen, with its every definition', () => {
  const found = new Set<string>();
  for (const { document } of seen) noteKeys(document, definitionOfDocument(document));
  function noteKeys(value: unknown, name: unknown): void {
    const definition = SCHEMA.$defs[String(name)];
    for (const [key, child] of Object.entries(value as Json)) {
      found.add(`${name}.${key}`);
      const part = definition?.properties[key];
      const children = Array.isArray(child) ? child : [child];
      for (const each of children)
        if (each !== null && typeof each === 'object') noteKeys(each, definitionOf(part, each as Json));
    }
  }
  const promised = Object.entries<Json>(SCHEMA.$defs).flatMap(([name, { properties = {} }]) =>
    Object.keys(properties as Json).map((key) => `${name}.${key}`),
  );
  // What was told before a failure is that of the command that succeeds.
  expect(promised.filter((each) => !found.has(each) && each !== 'failure.quarantine')).toEqual([]);
});

/** The name of the definition that an object within a document follows. */
function definitionOf(part: Json | undefined, value: Json): string {
  const { $ref, items, anyOf } = (part ?? {}) as { $ref?: string; items?: Json; anyOf?: Json[] };
  if (items !== undefined) return definitionOf(items, value);
  const fitting = anyOf?.find((each) => ajv.validate(`monthend${each.$ref}`, value));
  return String(fitting?.$ref ?? $ref).replace('#/$defs/', '');
}

test('a key that is not promised is refused, wherever it stands', () => {
  const counts = { planted: 0 };
  for (const { document } of seen) {
    for (const place of objectsIn(document)) {
      place.surprise = 1;
      expect(errorsOf(document), JSON.stringify(place)).not.toEqual([]);
      delete place.surprise;
      counts.planted++;
    }
  }
  expect(counts.planted).toBeGreaterThan(250);
});

function objectsIn(value: unknown): Json[] {
  if (value === null || typeof value !== 'object') return [];
  const inside = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inside : [value as Json, ...inside];
}

describe('the schema', () => {
  const definitions = Object.entries<Json>(SCHEMA.$defs);
  const properties = definitions.flatMap(([name, definition]) =>
    Object.entries((definition.properties ?? {}) as Record<string, Json>).map(([key, schema]) => ({
      name,
      key,
      schema,
    })),
  );

  test('is of the draft 2020-12, closed and described throughout', () => {
    expect(SCHEMA.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    const open = definitions.filter(
      ([, each]) => each.type === 'object' && each.additionalProperties !== false,
    );
    expect(open.map(([name]) => name)).toEqual([]);
    const isDescribed = (schema: Json): boolean =>
      typeof schema.description === 'string' ||
      (typeof schema.$ref === 'string' &&
        isDescribed(SCHEMA.$defs[schema.$ref.replace('#/$defs/', '')] as Json));
    const mute = properties.filter(({ schema }) => !isDescribed(schema));
    expect(mute.map(({ name, key }) => `${name}.${key}`)).toEqual([]);
  });

  test('has one naming: camelCase, and one kind of value for a key, wherever it stands', () => {
    expect(properties.filter(({ key }) => !/^[a-z][a-zA-Z0-9]*$/.test(key))).toEqual([]);
    const kinds = new Map<string, Set<string>>();
    for (const { key, schema } of properties) {
      const known = kinds.get(key) ?? new Set();
      kinds.set(key, known.add(kindOf(schema)));
    }
    expect([...kinds].filter(([, known]) => known.size > 1)).toEqual([]);
  });

  function kindOf({ $ref, anyOf, type, items }: Json): string {
    if (typeof $ref === 'string') return kindOf(SCHEMA.$defs[$ref.replace('#/$defs/', '')]);
    if (Array.isArray(anyOf))
      return [...new Set(anyOf.map(kindOf))].filter((each) => each !== 'null').join('|');
    return type === 'array' ? `list of ${kindOf(items as Json)}` : String(type);
  }
});
