/** An import of a file so large that a thread reads ahead (intake/read-ahead.ts). */

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
const fewestBytes = Number(process.argv[1]);
const ledger = openLedger('monthend.db', { readonly: false });
const options = { amend: false, now: 0, config: DEFAULT_CONFIG, quarantine: 'bad.csv', fewestBytes };
const { files } = await importFiles(ledger, ['orders.csv'], options);
ledger.close();
console.log(JSON.stringify(files));
`;

it('gives the ledger that it gives without a thread, to the byte', () => {
  const place = workplace();
  const rows = Array.from({ length: ORDERS }, (_, number) => {
    // Behind a line feed in quotes, a thread may take the middle of a record for a record.
    const text =
      number % 300 === 299 ? '"two\nX1,,P1,crown,"' : number % 200 === 0 ? '"""A2""?"' : 'zirconia';
    const day = String(1 + (number % 28)).padStart(2, '0');
    const price = number % 1000 === 7 ? 'free' : '100.50';
    return `A${number >> 1},${1 + (number % 2)},P${(number >> 1) % 40},crown,${text},${price},2026-10-${day}T12:00:00Z`;
  });
  const header = 'order_id,line,practice_id,product,description,unit_price,placed_at';
  const [withThread, without] = [1, Number.POSITIVE_INFINITY].map((fewestBytes) => {
    const at = (name: string) => path.join(String(fewestBytes), name);
    place.write(at('orders.csv'), [header, ...rows, ''].join('\n'));
    createLedger(place.path(at('monthend.db')), ID_IN_MEMORY);
    const words = ['--input-type=module', '-e', IMPORT, String(fewestBytes)];
    const run = spawnSync(process.execPath, words, { cwd: place.path(at('')), encoding: 'utf8' });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    const hashes = ['monthend.db', 'bad.csv'].map((name) =>
      createHash('sha256')
        .update(place.bytes(at(name)))
        .digest('hex'),
    );
    return { told: run.stdout, hashes };
  });
  expect(withThread?.told).toContain(
    '"read":24000,"imported":23976,"amended":0,"duplicates":0,"quarantined":24',
  );
  expect(withThread).toEqual(without);
});
