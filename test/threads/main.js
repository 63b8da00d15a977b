/**
 * `npm run test:threads -- WHAT RUNS [AT_ONCE]`: processes under load that use a thread six times each. With `close` each closes six small
 * months, with a thread for the invoices of each; with `import` it imports six files, with a thread that reads ahead in each. A thread that hung
 * would be found at the end of its process. Every fifth process may open too few files, so that its thread fails: then a close fails, and the
 * same command completes it; an import goes on without its thread, or fails if the thread has taken the files that it needs, and the same
 * command completes it. A process that does nothing for a minute is reported, with its stacks,
 * and left as it is.
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
/** A thread that writes wants more at once, fewer while it starts; one that reads wants some while it starts. */
const FEW_FILES = { close: 40, import: 10 };
const MOST_FILES = 256;
/** So many orders take more than the first chunk of a file, which is read without a thread. */
const ORDERS_OF_A_FILE = 24_000;
/** Looks in a row, five seconds apart, in which a process has done nothing: then it hangs. */
const MOST_IDLE = 12;
const SELF = fileURLToPath(import.meta.url);
const PROGRAM = fileURLToPath(new URL('../../bin/monthend.js', import.meta.url));

const [what = 'close', runs = '850', atOnce = String(2 * availableParallelism())] = process.argv.slice(2);
if (what === 'one') await useThreads(...process.argv.slice(3));
else await runAll(what, Number(runs), Number(atOnce));

/** The process that is run again and again. @param how `threads`, `no-thread` or `few-files` */
async function useThreads(what, folder, how) {
  process.env.TZ = 'UTC';
  const { openLedger } = await import('../../dist/ledger/ledger.js');
  const { DEFAULT_CONFIG } = await import('../../dist/config/config.js');
  const doIt = what === 'close' ? await closer() : await importer();
  const ledger = openLedger(path.join(folder, 'monthend.db'), { readonly: false });
  if (how === 'few-files') useUpFiles(FEW_FILES[what]);
  try {
    await doIt(ledger, { ...DEFAULT_CONFIG, firstMonth: MONTHS[0] }, folder, how === 'no-thread');
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 74;
  } finally {
    ledger.close();
  }
}

async function closer() {
  const { closeMonths } = await import('../../dist/month-end.js');
  return (ledger, config, folder, isWithoutThread) =>
    closeMonths(ledger, MONTHS.at(-1), {
      config,
      asOf: Date.UTC(2026, 0),
      now: 0,
      catchUp: true,
      strict: false,
      accept: new Set(['no-history', 'first-month']),
      out: path.join(folder, 'out'),
      engineVersion: '0',
      fewestLines: isWithoutThread ? Number.POSITIVE_INFINITY : 1,
    });
}

async function importer() {
  const { importFiles } = await import('../../dist/import-files.js');
  const { lastImportOf } = await import('../../dist/ledger/import.js');
  return async (ledger, config, folder, isWithoutThread) => {
    for (const month of MONTHS.slice(lastImportOf(ledger.db))) {
      const file = path.join(path.dirname(folder), `${month}.csv`);
      const fewestBytes = isWithoutThread ? Number.POSITIVE_INFINITY : 1;
      await importFiles(ledger, [file], { amend: false, config, now: 0, fewestBytes });
    }
  };
}

function useUpFiles(left) {
  const used = [];
  try {
    for (;;) used.push(openSync('/dev/null'));
  } catch {}
  for (const descriptor of used.slice(-left)) closeSync(descriptor);
}

async function runAll(what, runs, atOnce) {
  const work = mkdtempSync(path.join(tmpdir(), 'monthend-threads-'));
  prepare(work, what);
  const expected = await runOne(work, what, 0);
  const found = { completed: 0, failed: 0, hung: 0, differed: 0 };
  let next = 1;
  async function worker() {
    while (next <= runs && found.hung === 0) {
      const number = next++;
      const outcome = await runOne(work, what, number);
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
    `${found.completed} of ${runs} processes completed, ${MONTHS.length} threads in each; in ${found.failed} of them a thread could open few files; ` +
      `${found.hung} hung, ${found.differed} differed\n`,
  );
  if (found.completed < runs) process.exitCode = 1;
  else rmSync(work, { recursive: true, force: true });
}

/** A ledger, with the orders to close, or the files to import. */
function prepare(work, what) {
  monthend('init', work);
  const count = what === 'close' ? 2 * PRACTICES : ORDERS_OF_A_FILE;
  for (const month of MONTHS) {
    const file = path.join(work, `${month}.csv`);
    writeFileSync(file, ordersOf(month, count));
    if (what === 'close') monthend('--ledger', path.join(work, 'monthend.db'), 'import', file);
  }
}

/** Some in a thousand have a line feed in quotes, behind which a thread may take the middle of a record for one. */
function ordersOf(month, count) {
  const orders = ['order_id,practice_id,product,description,unit_price,placed_at'];
  for (let number = 0; number < count; number++) {
    const text = number % 300 === 299 ? `"two\nX-1,P1,crown,"` : 'of zirconia';
    const day = `${month}-1${number % 10}T12:00:00Z`;
    orders.push(`${month}-${number},P${number % PRACTICES},crown,${text},${100 + number},${day}`);
  }
  return `${orders.join('\n')}\n`;
}

function monthend(...words) {
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** @returns the hash of what stands in the folder at the end, or what went wrong */
async function runOne(work, what, number) {
  const folder = path.join(work, String(number));
  mkdirSync(folder);
  copyFileSync(path.join(work, 'monthend.db'), path.join(folder, 'monthend.db'));
  const fails = number % 5 === 0 && number > 0;
  if (fails && what === 'close') {
    const { code, text } = await start(what, folder, 'few-files');
    if (code === 'hung') return code;
    if (code !== 74 || !/EMFILE.*2025-01 is closed, but its files were not written/.test(text))
      return `it did not fail: ${code} ${text}`;
    const left = readdirSync(path.join(folder, 'out'));
    if (left.length > 0) return `it left ${left.join(', ')}`;
  }
  const how = number === 0 ? 'no-thread' : fails && what === 'import' ? 'few-files' : 'threads';
  let { code, text } = await start(what, folder, how);
  if (code === 74 && how === 'few-files') ({ code, text } = await start(what, folder, 'threads'));
  if (code !== 0) return code === 'hung' ? code : `${code} ${text}`;
  const hash = what === 'close' ? hashOf(path.join(folder, 'out')) : hashOfFile(folder, 'monthend.db');
  rmSync(folder, { recursive: true });
  return hash;
}

function start(what, folder, how) {
  const program = [process.execPath, SELF, 'one', what, folder, how];
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

function hashOfFile(folder, name) {
  return createHash('sha256')
    .update(readFileSync(path.join(folder, name)))
    .digest('hex');
}
