/** An import of a file so large that a thread reads ahead (intake/read-ahead.ts) and sorts runs (ledger/run-queue.ts). */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { ID_IN_MEMORY } from '../../src/ledger/identity.js';
import { createLedger } from '../../src/ledger/ledger.js';
import { REPOSITORY, workplace } from '../support/monthend.js';

/** Three chunks of a file: the first is read without a thread. Long texts fill them with few orders. */
const ORDERS = 4_000;
const LONG = `zirconia ${'.'.repeat(330)}`;

const DIST = pathToFileURL(path.join(REPOSITORY, 'dist')).href;

/** Imports the same file in each folder, one after the other. */
const IMPORT = `
const [{ openLedger }, { importFiles }, { DEFAULT_CONFIG }] = await Promise.all(
  ['ledger/ledger.js', 'import-files.js', 'config/config.js'].map((name) => import('${DIST}/' + name)));
for (const { name, claimsBeforeDeath = 'never', fewestBytes = Infinity } of JSON.parse(process.argv[2])) {
  process.chdir(name);
  process.env.CLAIMS_BEFORE_DEATH = claimsBeforeDeath;
  const ledger = openLedger('monthend.db', { readonly: false });
  const options = { amend: false, now: 0, config: DEFAULT_CONFIG, quarantine: 'bad.csv', fewestBytes };
  const { files } = await importFiles(ledger, ['../orders.csv'], options);
  ledger.close();
  console.log(JSON.stringify(files));
  process.chdir('..');
}
`;

/** Loaded first in both threads: the thread dies once it has claimed that much work. The main thread lets it go first. */
const DYING = `
import { appendFileSync, existsSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
const { compareExchange } = Atomics;
const mayDie = () => process.env.CLAIMS_BEFORE_DEATH !== 'never';
let claims = 0;
function dieIfDue() {
  if (String(claims) !== process.env.CLAIMS_BEFORE_DEATH) return;
  appendFileSync('died', 'x');
  throw new Error('dies');
}
if (!isMainThread) dieIfDue();
Atomics.compareExchange = (work, ...how) => {
  for (let look = 0; isMainThread && mayDie() && look < 250 && Atomics.load(work, 0) === 0 && !existsSync('died'); look++)
    Atomics.wait(work, 0, 0, 20);
  const before = compareExchange(work, ...how);
  if (!isMainThread && before === 0) {
    claims++;
    dieIfDue();
  }
  return before;
};`;

interface Import {
  /** Of its folder. */
  readonly name: string;
  /** Without it no thread starts. */
  readonly fewestBytes?: number;
  readonly claimsBeforeDeath?: number;
}

const WITHOUT: Import = { name: 'without' };
const WITH: Import = { name: 'with', fewestBytes: 1 };
/** The last claim is that of the run. */
const DEATHS = [0, 1, 2, 3].map((claims) => ({
  name: `dies-${claims}`,
  fewestBytes: 1,
  claimsBeforeDeath: claims,
}));

/** What comes of each import. They share a process, which compiles the program once. */
function importAll(imports: readonly Import[]) {
  const place = workplace();
  const rows = Array.from({ length: ORDERS }, (_, number) => {
    // Behind a line feed in quotes, a thread may take the middle of a record for a record.
    const text = number % 300 === 299 ? '"two\nX1,,P1,crown,"' : number % 200 === 0 ? '"""A2""?"' : LONG;
    const day = String(1 + (number % 28)).padStart(2, '0');
    const price = number % 500 === 7 ? 'free' : '100.50';
    return `A${number >> 1},${1 + (number % 2)},P${(number >> 1) % 40},crown,${text},${price},2026-10-${day}T12:00:00Z`;
  });
  place.write(
    'orders.csv',
    ['order_id,line,practice_id,product,description,unit_price,placed_at', ...rows, ''].join('\n'),
  );
  for (const { name } of imports) {
    mkdirSync(place.path(name));
    createLedger(place.path(name, 'monthend.db'), ID_IN_MEMORY);
  }
  // In a file: with --eval no thread starts.
  place.write('import.mjs', IMPORT);
  const dying = `data:text/javascript,${encodeURI(DYING)}`;
  const words = ['--import', dying, 'import.mjs', JSON.stringify(imports)];
  const run = spawnSync(process.execPath, words, { cwd: place.folder, encoding: 'utf8' });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  const told = run.stdout.trimEnd().split('\n');
  expect(told).toHaveLength(imports.length);
  return new Map(
    imports.map((each, index) => {
      const { name, claimsBeforeDeath } = each;
      const died = existsSync(place.path(name, 'died')) ? place.read(`${name}/died`) : '';
      expect({ name, died }).toEqual({ name, died: claimsBeforeDeath === undefined ? '' : 'x' });
      const hashes = ['monthend.db', 'bad.csv'].map((file) =>
        createHash('sha256')
          .update(place.bytes(`${name}/${file}`))
          .digest('hex'),
      );
      return [each, { told: told[index], hashes }] as const;
    }),
  );
}

let outcomes: ReturnType<typeof importAll> | undefined;
/** Made once for all tests. */
function outcomeOf(each: Import) {
  outcomes ??= importAll([WITHOUT, WITH, ...DEATHS]);
  return outcomes.get(each);
}

it('gives the ledger that it gives without a thread, to the byte', () => {
  expect(outcomeOf(WITHOUT)?.told).toContain(
    '"read":4000,"imported":3992,"amended":0,"duplicates":0,"quarantined":8',
  );
  expect(outcomeOf(WITH)).toEqual(outcomeOf(WITHOUT));
});

it.each(DEATHS)('gives it also if the thread dies after $claimsBeforeDeath claims', (death) => {
  expect(outcomeOf(death)).toEqual(outcomeOf(WITHOUT));
});
