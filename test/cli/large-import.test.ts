/** An import of a file so large that a thread reads ahead (intake/read-ahead.ts) and sorts runs (ledger/run-queue.ts). */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { ID_IN_MEMORY } from '../../src/ledger/identity.js';
import { createLedger } from '../../src/ledger/ledger.js';
import { REPOSITORY, workplace } from '../support/monthend.js';

/** More than the first chunk of a file, which is read without a thread. */
const ORDERS = 24_000;

const DIST = pathToFileURL(path.join(REPOSITORY, 'dist')).href;

const IMPORT = `
const [{ openLedger }, { importFiles }, { DEFAULT_CONFIG }] = await Promise.all(
  ['ledger/ledger.js', 'import-files.js', 'config/config.js'].map((name) => import('${DIST}/' + name)));
const fewestBytes = Number(process.argv[2]);
const ledger = openLedger('monthend.db', { readonly: false });
const options = { amend: false, now: 0, config: DEFAULT_CONFIG, quarantine: 'bad.csv', fewestBytes };
const { files } = await importFiles(ledger, ['orders.csv'], options);
ledger.close();
console.log(JSON.stringify(files));
`;

/** Loaded first in both threads: the thread dies once it has claimed that much work. The main thread lets it go first. */
const DYING = `
import { appendFileSync, existsSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
const { compareExchange } = Atomics;
let claims = 0;
function dieIfDue() {
  if (claims !== Number(process.env.CLAIMS_BEFORE_DEATH)) return;
  appendFileSync('died', 'x');
  throw new Error('dies');
}
if (!isMainThread) dieIfDue();
Atomics.compareExchange = (work, ...how) => {
  for (let look = 0; isMainThread && look < 250 && Atomics.load(work, 0) === 0 && !existsSync('died'); look++)
    Atomics.wait(work, 0, 0, 20);
  const before = compareExchange(work, ...how);
  if (!isMainThread && before === 0) {
    claims++;
    dieIfDue();
  }
  return before;
};`;

function importOnce(fewestBytes: number, claimsBeforeDeath?: number) {
  const place = workplace();
  const rows = Array.from({ length: ORDERS }, (_, number) => {
    // Behind a line feed in quotes, a thread may take the middle of a record for a record.
    const text =
      number % 300 === 299 ? '"two\nX1,,P1,crown,"' : number % 200 === 0 ? '"""A2""?"' : 'zirconia';
    const day = String(1 + (number % 28)).padStart(2, '0');
    const price = number % 1000 === 7 ? 'free' : '100.50';
    return `A${number >> 1},${1 + (number % 2)},P${(number >> 1) % 40},crown,${text},${price},2026-10-${day}T12:00:00Z`;
  });
  place.write(
    'orders.csv',
    ['order_id,line,practice_id,product,description,unit_price,placed_at', ...rows, ''].join('\n'),
  );
  createLedger(place.path('monthend.db'), ID_IN_MEMORY);
  const dying =
    claimsBeforeDeath === undefined ? [] : ['--import', `data:text/javascript,${encodeURI(DYING)}`];
  // In a file: with --eval no thread starts.
  place.write('import.mjs', IMPORT);
  const words = [...dying, 'import.mjs', String(fewestBytes)];
  const env = { ...process.env, CLAIMS_BEFORE_DEATH: String(claimsBeforeDeath) };
  const run = spawnSync(process.execPath, words, { cwd: place.path(''), encoding: 'utf8', env });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  if (claimsBeforeDeath !== undefined) expect(String(place.bytes('died'))).toBe('x');
  const hashes = ['monthend.db', 'bad.csv'].map((name) =>
    createHash('sha256').update(place.bytes(name)).digest('hex'),
  );
  return { told: run.stdout, hashes };
}

let without: ReturnType<typeof importOnce> | undefined;
/** The same for all tests. */
function withoutThread() {
  without ??= importOnce(Number.POSITIVE_INFINITY);
  return without;
}

it('gives the ledger that it gives without a thread, to the byte', () => {
  const { told } = withoutThread();
  expect(told).toContain('"read":24000,"imported":23976,"amended":0,"duplicates":0,"quarantined":24');
  expect(importOnce(1)).toEqual(withoutThread());
});

// The last claim is that of the run.
it.each([0, 1, 2, 3])('gives it also if the thread dies after %d claims', (claims) => {
  expect(importOnce(1, claims)).toEqual(withoutThread());
});
