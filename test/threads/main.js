/**
 * `npm run test:threads -- RUNS [AT_ONCE]`: processes that close six small months, each with a thread for its invoices, under load.
 * A thread that hung would be found at the end of its process. Every fifth process may open too few files, so that its thread fails;
 * the same command then completes it. A process that does nothing for a minute is reported, with its stacks, and left as it is.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const MONTHS = ['2025-01', '2025-02', '2025-03', '2025-04', '2025-05', '2025-06'];
const PRACTICES = 60;
/** The thread wants more at once while it writes, fewer while it starts. */
const FEW_FILES = 40;
const MOST_FILES = 256;
/** Looks in a row, five seconds apart, in which a process has done nothing: then it hangs. */
const MOST_IDLE = 12;
const SELF = fileURLToPath(import.meta.url);
const PROGRAM = fileURLToPath(new URL('../../bin/monthend.js', import.meta.url));

if (process.argv[2] === 'close') await closeMonthsInThreads(process.argv[3], process.argv[4]);
else await runAll(Number(process.argv[2] ?? 850), Number(process.argv[3] ?? 2 * availableParallelism()));

/** The process that is run again and again. */
async function closeMonthsInThreads(folder, how) {
  process.env.TZ = 'UTC';
  const [{ openLedger }, { closeMonths }, { DEFAULT_CONFIG }] = await Promise.all(
    ['ledger/ledger', 'month-end', 'config/config'].map((name) => import(`../../dist/${name}.js`)),
  );
  const ledger = openLedger(path.join(folder, 'monthend.db'), { readonly: false });
  if (how === 'few-files') useUpFiles();
  try {
    await closeMonths(ledger, MONTHS.at(-1), {
      config: { ...DEFAULT_CONFIG, firstMonth: MONTHS[0] },
      asOf: Date.UTC(2026, 0),
      now: 0,
      catchUp: true,
      strict: false,
      accept: new Set(['no-history', 'first-month']),
      out: path.join(folder, 'out'),
      engineVersion: '0',
      fewestLines: how === 'no-thread' ? Number.POSITIVE_INFINITY : 1,
    });
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 74;
  } finally {
    ledger.close();
  }
}

function useUpFiles() {
  const used = [];
  try {
    for (;;) used.push(openSync('/dev/null'));
  } catch {}
  for (const descriptor of used.slice(-FEW_FILES)) closeSync(descriptor);
}

async function runAll(runs, atOnce) {
  const work = mkdtempSync(path.join(tmpdir(), 'monthend-threads-'));
  prepare(work);
  const expected = await runOne(work, 0);
  const found = { completed: 0, failed: 0, hung: 0, differed: 0 };
  let next = 1;
  async function worker() {
    while (next <= runs && found.hung === 0) {
      const number = next++;
      const outcome = await runOne(work, number);
      if (outcome === expected) found.completed++;
      else if (outcome === 'hung') found.hung++;
      else {
        found.differed++;
        process.stderr.write(`run ${number}: ${outcome}\n`);
      }
      if (number % 5 === 0) found.failed++;
      if (number % 500 === 0) process.stderr.write(`${number} of ${runs}: ${JSON.stringify(found)}\n`);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker));
  process.stdout.write(
    `${found.completed} of ${runs} processes completed, ${MONTHS.length} threads in each; in ${found.failed} of them a thread failed first; ` +
      `${found.hung} hung, ${found.differed} differed\n`,
  );
  if (found.completed < runs) process.exitCode = 1;
  else rmSync(work, { recursive: true, force: true });
}

/** Months of two orders for each practice, imported. */
function prepare(work) {
  const orders = ['order_id,practice_id,product,unit_price,placed_at'];
  for (const month of MONTHS)
    for (let number = 0; number < 2 * PRACTICES; number++)
      orders.push(
        `${month}-${number},P${number % PRACTICES},crown,${100 + number},${month}-1${number % 10}T12:00:00Z`,
      );
  writeFileSync(path.join(work, 'orders.csv'), `${orders.join('\n')}\n`);
  for (const words of [
    ['init', work],
    ['--ledger', path.join(work, 'monthend.db'), 'import', path.join(work, 'orders.csv')],
  ]) {
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  }
}

/** @returns the hash of what stands in the folder at the end, or what went wrong */
async function runOne(work, number) {
  const folder = path.join(work, String(number));
  mkdirSync(folder);
  copyFileSync(path.join(work, 'monthend.db'), path.join(folder, 'monthend.db'));
  if (number % 5 === 0 && number > 0) {
    const { code, text } = await close(folder, 'few-files');
    if (code === 'hung') return code;
    if (code !== 74 || !/EMFILE.*2025-01 is closed, but its files were not written/.test(text))
      return `it did not fail: ${code} ${text}`;
    const left = readdirSync(path.join(folder, 'out'));
    if (left.length > 0) return `it left ${left.join(', ')}`;
  }
  const { code, text } = await close(folder, number === 0 ? 'no-thread' : 'threads');
  if (code !== 0) return code === 'hung' ? code : `${code} ${text}`;
  const hash = hashOf(path.join(folder, 'out'));
  rmSync(folder, { recursive: true });
  return hash;
}

function close(folder, how) {
  const program = [process.execPath, SELF, 'close', folder, how];
  const child = spawn('bash', ['-c', `ulimit -n ${MOST_FILES}; exec "$0" "$@"`, ...program], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr.on('data', (data) => {
    text += data;
  });
  return new Promise((resolve) => {
    let [idle, before] = [0, ''];
    const watchdog = setInterval(() => {
      const { state, work } = stateOf(child.pid);
      // A process that somebody stopped does not hang.
      idle = state !== 'T' && work === before ? idle + 1 : 0;
      before = work;
      if (idle < MOST_IDLE) return;
      clearInterval(watchdog);
      const words = ['-p', String(child.pid), '-batch', '-ex', 'thread apply all bt'];
      process.stderr.write(
        `process ${child.pid} hangs:\n${spawnSync('gdb', words, { encoding: 'utf8' }).stdout}\n`,
      );
      resolve({ code: 'hung', text });
    }, 5000);
    child.on('close', (code) => {
      clearInterval(watchdog);
      resolve({ code, text });
    });
  });
}

/** What Linux says of a process: its state, and the processor time of all its threads. */
function stateOf(pid) {
  try {
    const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return { state, work: `${fields[10]} ${fields[11]}` };
  } catch {
    return { state: 'gone', work: '' };
  }
}

function hashOf(folder) {
  const hash = createHash('sha256');
  const names = readdirSync(folder, { recursive: true }).sort();
  if (names.length < MONTHS.length * PRACTICES) return `only ${names.length} files`;
  for (const name of names) {
    const file = path.join(folder, name);
    if (statSync(file).isFile()) hash.update(`${name}\n`).update(readFileSync(file));
  }
  return hash.digest('hex');
}
