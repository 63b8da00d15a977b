import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { FactKind } from '../../src/billing/order.js';
import * as say from '../../src/errors/messages.js';
import { formatProblem } from '../../src/errors/problem.js';
import { MOST_PROBLEMS, readFacts } from '../../src/intake/read-facts.js';

const folder = mkdtempSync(join(tmpdir(), 'monthend-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ORDERS = 'order_id,practice_id,product,unit_price,placed_at\n';
const AT = '2026-10-05T09:00:00Z';
const ROW = `A1,P1,crown,100.00,${AT}\n`;

interface Read {
  readonly kind: FactKind | undefined;
  readonly sha256: string;
  readonly records: number;
  readonly facts: readonly unknown[];
  readonly problems: readonly string[];
  readonly progress: readonly number[];
}

async function read(
  name: string,
  content: string | Uint8Array,
  { amend = false, as }: { amend?: boolean; as?: FactKind } = {},
): Promise<Read> {
  const path = join(folder, name);
  writeFileSync(path, content);
  const facts: unknown[] = [];
  const problems: string[] = [];
  const progress: number[] = [];
  const options = { amend, defaultCurrency: 'USD', ...(as && { as }) };
  const result = await readFacts(path, options, {
    take: ({ kind, fact }) => facts.push({ kind, ...fact }),
    problem: (problem) => problems.push(formatProblem({ ...problem, file: name })),
    progress: (bytes) => progress.push(bytes),
  });
  return { ...result, facts, problems, progress };
}

const LINE = {
  kind: 'orders',
  orderId: 'A1',
  line: 1,
  practiceId: 'P1',
  product: 'crown',
  description: '',
  patientRef: '',
  quantity: '1',
  unitPrice: '100',
  currency: '',
  placedAt: Date.UTC(2026, 9, 5, 9),
};

const EVENT = {
  kind: 'history',
  eventId: '',
  orderId: 'A1',
  event: 'paused',
  at: Date.UTC(2026, 9, 10, 9),
  sequence: 0,
  reason: 'late scan',
};

describe('facts', () => {
  it.each([
    ['an order line with its defaults', 'a.csv', ORDERS + ROW, LINE],
    [
      'all columns, in another order',
      'a.csv',
      'placed_at,currency,unit_price,quantity,patient_ref,description,product,practice_id,line,order_id\n' +
        '2026-10-05T05:00:00-04:00,EUR,0.1250,2.50,PT-7,"Full, zirconia",crown,P1,3,A1\n',
      {
        ...LINE,
        currency: 'EUR',
        unitPrice: '0.125',
        quantity: '2.5',
        patientRef: 'PT-7',
        description: 'Full, zirconia',
        line: 3,
      },
    ],
    [
      'an order line of NDJSON',
      'a.ndjson',
      `{"order_id":"A1","practice_id":"P1","product":"crown","unit_price":100.00,"placed_at":"${AT}","line":null}`,
      LINE,
    ],
    ['an event', 'a.csv', 'order_id,event,at,reason\nA1,paused,2026-10-10T09:00:00Z,late scan\n', EVENT],
    [
      'an event of NDJSON',
      'a.ndjson',
      '{"reason":"late scan","order_id":"A1","event":"paused","at":"2026-10-10T09:00:00Z","sequence":0}',
      EVENT,
    ],
    [
      'a practice',
      'a.csv',
      'practice_id,name,time_zone\nP1,Elm Dental,America/New_York\n',
      { kind: 'practices', practiceId: 'P1', name: 'Elm Dental', timeZone: 'America/New_York' },
    ],
  ])('%s', async (_, name, content, fact) => {
    expect(await read(name, content)).toMatchObject({
      kind: fact.kind,
      records: 1,
      facts: [fact],
      problems: [],
    });
  });

  it('a retraction, with --amend', async () => {
    const content = 'event_id,order_id,event,at\nE1,A1,retracted,2026-10-10T09:00:00Z\n';
    const retraction = { ...EVENT, eventId: 'E1', event: 'retracted', reason: '' };
    expect(await read('a.csv', content, { amend: true })).toMatchObject({
      facts: [retraction],
      problems: [],
    });
  });
});

describe('places', () => {
  it.each([
    ['a.csv', ORDERS + ROW, { '': '2:1', unit_price: '2:13', line: '2:1' }],
    ['a.csv', `${ORDERS}A1,"é",crown,100.00,${AT}\n`, { '': '2:1', practice_id: '2:4', unit_price: '2:14' }],
    [
      'a.ndjson',
      `{"order_id":"é","practice_id":"P1","product":"crown","unit_price":100.00,"placed_at":"${AT}"}`,
      { '': '1:1', order_id: '1:13', practice_id: '1:31', line: '1:1' },
    ],
  ])('%s %j', async (name, content, places) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    const found: Record<string, string> = {};
    await readFacts(
      path,
      { amend: false, defaultCurrency: 'USD' },
      {
        take(record) {
          for (const field of Object.keys(places)) {
            const place = field === '' ? record.place() : record.place(field);
            found[field] = `${place.line}:${place.column}`;
          }
        },
        problem: (problem) => expect.fail(problem.message),
      },
    );
    expect(found).toEqual(places);
  });
});

describe('problems', () => {
  it('come in the order of the file, those of a record by column', async () => {
    const content = `${ORDERS}A1,P1,crown,x,y\nA2,P1\n"A3"x\n,P1,crown,1,${AT}\n`;
    const { problems, records, facts } = await read('a.csv', content);
    expect(problems.map((problem) => problem.split(': ').slice(0, 2).join(': '))).toEqual([
      'a.csv:2:13: unit_price',
      'a.csv:2:15: placed_at',
      `a.csv:3:1: ${say.wrongFieldCount(2, 5)}`,
      'a.csv:4:5: order_id',
      'a.csv:5:1: order_id',
    ]);
    expect({ records, facts }).toEqual({ records: 4, facts: [] });
  });

  it('a good record beside bad ones is taken', async () => {
    const { facts, problems, records } = await read('a.csv', `${ORDERS}A2,P1,crown,x,${AT}\n${ROW}`);
    expect({ facts, count: problems.length, records }).toEqual({ facts: [LINE], count: 1, records: 2 });
  });

  it('no message shows a patient reference', async () => {
    const header = 'patient_ref,order_id,practice_id,product,unit_price,placed_at\n';
    const rest = `,A1,P1,crown,1,${AT}\n`;
    const secrets = [
      'Ada\x07Ames',
      'Ada"Ames',
      '"Ada"Ames',
      `Ada${'s'.repeat(1000)}`,
      '"Ada\r\nAmes"',
      'Ada\x9bAmes',
    ];
    const csv = await read('a.csv', header + secrets.map((secret) => secret + rest).join(''));
    const json = ['true,"x":"Ada"', '["Ada"]', '12345', '"Ada\\x"', '"Ada\\u0000"', '"Ada'].map(
      (value) =>
        `{"order_id":"A1","practice_id":"P1","unit_price":"1","product":"p","placed_at":"${AT}","patient_ref":${value}}\n`,
    );
    const ndjson = await read('a.ndjson', json.join(''));
    expect(csv.problems).toHaveLength(secrets.length);
    expect(ndjson.problems).toHaveLength(json.length);
    for (const problem of [...csv.problems, ...ndjson.problems])
      expect(problem).not.toMatch(/Ada|Ames|12345/);
  });

  it(`stop after ${MOST_PROBLEMS}`, async () => {
    const exact = await read('a.csv', ORDERS + ',P1,p,1,2026-10-05T09:00:00Z\n'.repeat(MOST_PROBLEMS));
    expect(exact.problems).toHaveLength(MOST_PROBLEMS);
    expect(exact.sha256).toHaveLength(64);

    const more = await read('a.csv', ORDERS + ',P1,p,1,\n'.repeat(MOST_PROBLEMS));
    expect(more.problems).toHaveLength(MOST_PROBLEMS + 1);
    expect(more.problems.at(-1)).toBe(`a.csv:50002:1: ${say.tooManyProblems(MOST_PROBLEMS)}`);
    expect(more).toMatchObject({ sha256: '', records: 50_001 });
  });

  it('a bad key of NDJSON leaves the rest of its record checked', async () => {
    const { problems } = await read('a.ndjson', `{"practice_id":"P1","nmae":"Elm","time_zone":"CST"}\n`);
    expect(problems).toEqual([
      'a.ndjson:1:1: name: is missing; a value is required: fill it in',
      'a.ndjson:1:21: key `nmae`: did you mean `name`?',
      'a.ndjson:1:46: time_zone: CST is not a known time zone; an IANA name is expected, for example America/New_York',
    ]);
  });
});

describe('the file', () => {
  it.each([
    ['a.csv', (content: string) => Buffer.from(content)],
    ['A.CSV', (content: string) => Buffer.from(content)],
    ['a.csv.gz', (content: string) => gzipSync(content)],
    ['a.csv.gz', (content: string) => Buffer.concat([...content].map((each) => gzipSync(each)))],
  ])('%s, with the hash of its bytes', async (name, packed) => {
    const bytes = packed(ORDERS + ROW);
    const { sha256, facts, progress } = await read(name, bytes);
    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(facts).toEqual([LINE]);
    expect(progress.at(-1)).toBe(bytes.length);
  });

  it.each([
    ['a header alone', 'a.csv', ORDERS, undefined, 'orders', 0],
    ['a header alone, without line ending', 'a.csv', ORDERS.trim(), undefined, 'orders', 0],
    ['an empty NDJSON whose kind is said', 'a.ndjson', '', 'history', 'history', 0],
    ['a kind said outright', 'a.csv', ORDERS + ROW, 'orders', 'orders', 0],
  ] as const)('%s', async (_, name, content, as, kind, problems) => {
    const result = await read(name, content, as === undefined ? {} : { as });
    expect({ kind: result.kind, problems: result.problems.length }).toEqual({ kind, problems });
  });

  it('another kind than was said', async () => {
    const { problems, kind } = await read('a.csv', ORDERS + ROW, { as: 'practices' });
    expect(problems).toEqual([`a.csv:1:1: ${say.otherKind('orders', 'practices')}`]);
    expect(kind).toBeUndefined();
  });

  it.each(['no-such.csv', 'no-such.ndjson.gz'])('%s throws what Node throws', async (name) => {
    const reading = readFacts(
      join(folder, name),
      { amend: false, defaultCurrency: 'USD' },
      {
        take: () => expect.fail(),
        problem: () => expect.fail(),
      },
    );
    await expect(reading).rejects.toMatchObject({ code: 'ENOENT', syscall: 'open' });
  });

  it('what take throws comes out', async () => {
    const path = join(folder, 'a.csv');
    writeFileSync(path, ORDERS + ROW);
    const reading = readFacts(
      path,
      { amend: false, defaultCurrency: 'USD' },
      {
        take() {
          throw new Error('no room');
        },
        problem: () => expect.fail(),
      },
    );
    await expect(reading).rejects.toThrow('no room');
  });

  it('gzip data cut at every byte is never accepted', async () => {
    const whole = gzipSync(ORDERS + ROW);
    for (let length = 1; length < whole.length; length++) {
      const { problems } = await read('a.csv.gz', whole.subarray(0, length));
      expect(problems, `${length} bytes`).toHaveLength(1);
    }
  });

  it('a gzip bomb ends at the limit of a field', async () => {
    // To compress all of it would take longer than to read it.
    const bomb = Buffer.concat(Array<Buffer>(20).fill(gzipSync(Buffer.alloc(15 * 1024 * 1024, 'x'))));
    const before = process.memoryUsage().rss;
    const { problems } = await read('a.csv.gz', bomb);
    expect(problems).toEqual([`a.csv.gz:1:1: ${say.fieldTooLarge(false)}`]);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });
});
