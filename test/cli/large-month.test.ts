/** A month of so many lines that a thread writes its invoices while the close is recorded (output/begin-invoices.ts). */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { PROGRAM, type Workplace, workplace, workplaceWithLedger } from '../support/monthend.js';

const LINES = 10_000;
const PRACTICES = 400;
const CLOSE = ['close', '2026-10', '--accept', 'no-history,first-month'];

/** The ledger with the orders, which is made once and copied; and the files of the month as an export writes them. */
let ledger: Buffer | undefined;
let exported: Record<string, string> | undefined;

function workplaceWithLargeMonth(): Workplace {
  if (ledger !== undefined) {
    const copy = workplace();
    copy.write('monthend.db', ledger);
    return copy;
  }
  const place = workplaceWithLedger();
  const orders = Array.from({ length: LINES }, (_, number) => {
    const description = number % 50 === 0 ? '"=two, in full"' : 'crown of zirconia';
    const day = String(1 + (number % 28)).padStart(2, '0');
    return `A${number},P${number % PRACTICES},crown,${description},${number % 7}.5,2026-10-${day}T12:00:00Z`;
  });
  place.write(
    'orders.csv',
    `order_id,practice_id,product,description,unit_price,placed_at\n${orders.join('\n')}\n`,
  );
  place.run(['import', 'orders.csv']);
  ledger = place.bytes('monthend.db');
  return place;
}

/** An export of the closed month, without a thread: the same of each ledger. */
function exportedFrom(place: Workplace): Record<string, string> {
  if (exported === undefined) {
    expect(place.run(['export', '2026-10', '--out', 'exported'])).toMatchObject({ code: 0 });
    exported = place.snapshot('exported');
    expect(Object.keys(exported)).toHaveLength(PRACTICES + 7);
  }
  return exported;
}

it('has the files that an export writes without a thread', () => {
  const place = workplaceWithLargeMonth();
  expect(place.run([...CLOSE, '--out', 'closed'])).toMatchObject({ code: 0 });
  expect(place.snapshot('closed')).toEqual(exportedFrom(place));
  expect(place.run(['verify', '--out', 'closed'])).toMatchObject({ code: 0 });
});

/** Closes the month as `close` does, with another limit. */
const CLOSE_WITH = `
  const { openLedger } = await import('DIST/ledger/ledger.js');
  const { closeMonths } = await import('DIST/month-end.js');
  const { DEFAULT_CONFIG } = await import('DIST/config/config.js');
  const ledger = openLedger('monthend.db', { readonly: false });
  await closeMonths(ledger, '2026-10', {
    config: { ...DEFAULT_CONFIG, firstMonth: '2026-10' },
    asOf: Date.UTC(2027, 0),
    now: 0,
    catchUp: false,
    strict: false,
    accept: new Set(['no-history', 'first-month']),
    out: 'closed',
    ...JSON.parse(process.argv[2]),
  });
  ledger.close();
`.replaceAll('DIST', new URL('../../dist', import.meta.url).href);

it.each([
  ['alone', -1],
  ['and the thread by turns', 0],
])('has the same files if the main thread writes them %s', (_, mostAhead) => {
  const place = workplaceWithLargeMonth();
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const limits = JSON.stringify({ mostAhead, engineVersion: version });
  place.write('close.mjs', CLOSE_WITH);
  const closed = spawnSync(process.execPath, ['close.mjs', limits], {
    cwd: place.folder,
    env: { ...process.env, TZ: 'UTC' },
    encoding: 'utf8',
  });
  expect(closed).toMatchObject({ status: 0, stderr: '' });
  expect(place.snapshot('closed')).toEqual(exportedFrom(place));
});

it('is completed by the same command if it was killed while the thread wrote', async () => {
  const place = workplaceWithLargeMonth();
  const child = spawn(process.execPath, [PROGRAM, ...CLOSE, '--out', 'out'], { cwd: place.folder });
  const begun = () =>
    existsSync(place.path('out')) &&
    readdirSync(place.path('out')).some((name) => existsSync(place.path('out', name, 'invoices', 'P7.csv')));
  while (!begun() && child.exitCode === null) await after(1);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.on('close', resolve));
  // On a machine that is busy the kill may come when all is done.
  expect(readdirSync(place.path('out'))).toEqual([
    expect.stringMatching(/^\.2026-10\.\d+\.partial$|^2026-10$/),
  ]);

  expect(place.run([...CLOSE, '--out', 'out'])).toMatchObject({ code: 0 });
  expect(readdirSync(place.path('out'))).toEqual(['2026-10']);
  expect(place.snapshot('out')).toEqual(exportedFrom(place));
});
