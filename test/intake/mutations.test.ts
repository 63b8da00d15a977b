/**
 * Inputs broken at random: fixtures cut at every byte, and with one byte changed. Whatever comes of it, it is told in problems:
 * never a throw, never half an import. `npm run test:long` makes more changes, and cuts at every byte instead of at one of 23;
 * `MONTHEND_SEED` makes another run.
 */
import { createHash } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { InputRejected } from '../../src/errors/failure.js';
import { formatProblem } from '../../src/errors/problem.js';
import { type ImportResult, importFiles } from '../../src/import-files.js';
import { type Ledger, temporaryLedger } from '../../src/ledger/ledger.js';
import { isUnprintable } from '../../src/words/excerpt.js';
import { temporaryFolder } from '../support/facts.js';
import { workplace } from '../support/monthend.js';
import { IS_LONG, runs, SEED } from '../support/search.js';

const MUTATIONS = runs(500);

const CUT_EVERY = IS_LONG ? 1 : 23;

/** Stands in every patient reference, and must stand in no message. */
const SECRET = 'Zzyxo Qwopf-Vbxk';

const ORDERS = `order_id,line,practice_id,product,description,quantity,unit_price,currency,placed_at,patient_ref
ORD-1,1,P-100,crown-zirconia,"Zirconia crown, ""upper""",1,189.00,USD,2025-10-02T09:00:00-04:00,${SECRET}
ORD-1,2,P-100,bridge,,2.5,74.125,,2025-10-02T13:00:00Z,"${SECRET}, 7"
ORD-2,,P-200,night-guard,Zoë 🦷,,0,EUR,2025-10-31T23:59:59.999-04:00,${SECRET}
`;
const HISTORY = `event_id,order_id,event,at,sequence,reason
E-1,ORD-1,paused,2025-10-05T09:00:00-04:00,,"Need ""more"" time,
to review"
E-2,ORD-1,resumed,2025-10-20T09:00:00-04:00,1,
,ORD-2,cancelled,2025-11-02T09:00:00-05:00,2,
`;
const PRACTICES = 'practice_id,name,time_zone\nP-100,Lakeside Dental,America/Chicago\nP-200,Smile Loft,\n';

interface Input {
  readonly name: string;
  readonly bytes: Buffer;
}

const INPUTS: readonly Input[] = [
  input('orders.csv', ORDERS),
  input('crlf.csv', `\uFEFF${ORDERS.replaceAll('\n', '\r\n')}`),
  input('history.csv', HISTORY),
  input('practices.csv', PRACTICES),
  input('orders.ndjson', ndjson(ORDERS)),
  input('practices.ndjson', ndjson(PRACTICES).replaceAll('Dental', '\\u00e9\\n\\ud83e\\uddb7')),
  input(
    'set-aside.csv',
    `quarantine_reason,${ORDERS.replaceAll('\nORD', '\n"a.csv:2:1: x",ORD')}quarantine_reason,${HISTORY.replaceAll('\nE', '\n,E').replace('\n,ORD', '\n,,ORD')}`,
  ),
  input(
    'set-aside.ndjson',
    ndjson(ORDERS)
      .replaceAll(/^/gm, '{"quarantine_reason":"a","kind":"orders"}\n')
      .trimEnd()
      .replace(/\n\{[^\n]*$/, '\n'),
  ),
  { name: 'orders.csv.gz', bytes: gzipSync(ORDERS) },
  {
    name: 'history.ndjson.gz',
    bytes: gzipSync('{"order_id":"A","event":"shipped","at":"2025-10-05T09:00:00Z"}\n'),
  },
];

describe(`broken inputs (MONTHEND_SEED=${SEED})`, () => {
  it('whole, every input is accepted', async () => {
    const lab = createLab();
    for (const each of INPUTS) expect(await lab.take(each, false)).not.toBeInstanceOf(InputRejected);
  });

  it.each(INPUTS.map((each) => [each.name, each] as const))(
    '%s cut at many a byte',
    async (_, { name, bytes }) => {
      const lab = createLab();
      for (let length = SEED % CUT_EVERY; length < bytes.length; length += CUT_EVERY)
        await lab.break({ name, bytes: bytes.subarray(0, length) }, { setsAside: length % 4 === 0 });
    },
  );

  it('with one byte changed', async () => {
    const lab = createLab();
    const random = randomNumbers(SEED);
    const outcomes = { rejected: 0, accepted: 0, 'set aside': 0 };
    for (let count = 0; count < MUTATIONS; count++) {
      const { name, bytes } = INPUTS[random(INPUTS.length)] as Input;
      const broken = { name, bytes: changed(bytes, random) };
      outcomes[await lab.break(broken, { setsAside: count % 4 === 0 })]++;
    }
    // Were one of them zero, this would test less than it says.
    for (const [outcome, count] of Object.entries(outcomes))
      expect(count, outcome).toBeGreaterThan(MUTATIONS / 100);
  }, 1_200_000);
});

it('through the real command line: exit 0 or 3, no trace, and after exit 3 the ledger is as it was', () => {
  const random = randomNumbers(SEED);
  const place = workplace();
  place.run(['init']);
  for (let count = 0; count < 6; count++) {
    const { name, bytes } = INPUTS[count % INPUTS.length] as Input;
    place.write(name, count < 2 ? bytes.subarray(0, random(bytes.length)) : changed(bytes, random));
    const before = hashOf(place.bytes('monthend.db'));
    const { code, stderr } = place.run(['import', name]);
    expect([0, 3], stderr).toContain(code);
    expectNoTrace(stderr);
    if (code === 3) expect(hashOf(place.bytes('monthend.db'))).toBe(before);
  }
});

type Outcome = 'rejected' | 'accepted' | 'set aside';

/** What an import came to, before it is undone. */
class Undone extends Error {
  constructor(readonly result: unknown) {
    super();
  }
}

/** A ledger in memory that takes back every import, and a folder; each broken input is imported as it is, and with a quarantine if asked to. */
function createLab() {
  const folder = temporaryFolder();
  const at = (name: string) => path.join(folder, name);
  const real = temporaryLedger();
  onTestFinished(() => real.close());
  const untouched = contentOf(real);
  const ledger: Ledger = {
    ...real,
    write: (doing, work) =>
      real.write(doing, async () => {
        throw new Undone(await work());
      }),
  };

  async function take({ name, bytes }: Input, setsAside: boolean): Promise<ImportResult | InputRejected> {
    writeFileSync(at(name), bytes);
    const quarantine = at(name.includes('ndjson') ? 'bad.ndjson' : 'bad.csv');
    const options = { amend: false, config: DEFAULT_CONFIG, now: 0, ...(setsAside ? { quarantine } : {}) };
    const outcome = await importFiles(ledger, [at(name)], options).catch((error: unknown) => {
      // Anything else is a fault, and fails the test with its trace.
      if (error instanceof Undone) return error.result as ImportResult;
      if (error instanceof InputRejected) return error;
      throw error;
    });
    expect(contentOf(real)).toBe(untouched);
    const problems = outcome instanceof InputRejected ? outcome.problems : outcome.quarantine?.problems;
    if (problems !== undefined) expectFitToPrint(problems);
    const left = readdirSync(folder).filter((each) => each !== name);
    expect(left).toEqual('quarantine' in outcome ? [path.basename(quarantine)] : []);
    for (const each of [name, ...left]) rmSync(at(each));
    return outcome;
  }

  return {
    take,
    async break(input: Input, { setsAside }: { readonly setsAside: boolean }): Promise<Outcome> {
      const strict = await take(input, false);
      if (!setsAside) return strict instanceof InputRejected ? 'rejected' : 'accepted';
      const lenient = await take(input, true);
      if (lenient instanceof InputRejected) {
        expect(strict).toBeInstanceOf(InputRejected);
        return 'rejected';
      }
      for (const { read, imported, amended, duplicates, quarantined } of lenient.files)
        expect(read).toBe(imported + amended + duplicates + quarantined);
      if (lenient.quarantine !== undefined) expect(strict).toBeInstanceOf(InputRejected);
      else expect(strict).toEqual(lenient);
      return lenient.quarantine === undefined ? 'accepted' : 'set aside';
    },
  };
}

/** The bytes of the ledger. */
function contentOf({ db }: Ledger): string {
  return hashOf(db.serialize());
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function expectFitToPrint(problems: InputRejected['problems']): void {
  expect(problems.length).toBeGreaterThan(0);
  for (const problem of problems) {
    const line = formatProblem(problem);
    expect(line).not.toMatch(/Zzyx|zyxo|Qwop|wopf|Vbxk/);
    expect([...line].filter((each) => isUnprintable(each.codePointAt(0) as number))).toEqual([]);
  }
}

function expectNoTrace(stderr: string): void {
  expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(stderr).not.toContain('a fault of monthend');
}

/** Mostly bytes that mean something, at any place. */
function changed(bytes: Buffer, random: (below: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  const telling = [0x00, 0x09, 0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x30, 0x3a, 0x5c, 0x7b, 0x7d, 0xc3, 0xff];
  const at = random(copy.length);
  copy[at] = random(2) === 0 ? random(256) : (telling[random(telling.length)] as number);
  return copy;
}

/** Park and Miller's generator: the same numbers for the same seed on every machine. */
function randomNumbers(seed: number): (below: number) => number {
  let state = (seed % 2147483646) + 1;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}

function input(name: string, text: string): Input {
  return { name, bytes: Buffer.from(text) };
}

/** The records of a CSV without commas or line feeds in its cells, but for those of ORDERS, as JSON. */
function ndjson(csv: string): string {
  const [header = '', ...lines] = csv.trimEnd().split('\n');
  const names = header.split(',');
  const cells = (line: string) =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain,
    );
  return lines
    .map(
      (line) =>
        `${JSON.stringify(Object.fromEntries(names.map((each, index) => [each, cells(line)[index]])))}\n`,
    )
    .join('');
}
