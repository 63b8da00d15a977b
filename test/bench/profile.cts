/**
 * Loaded into the process whose stages are wanted, before monthend: each of its threads leaves a V8 CPU profile in the folder that
 * MONTHEND_BENCH_PROFILES names. `node --cpu-prof` would do, but the profiler can name only the native functions that are there
 * when it starts, and SQLite's are to be told from their callers.
 */
import fs = require('node:fs');
import inspector = require('node:inspector');
import path = require('node:path');
import threads = require('node:worker_threads');
import Database = require('better-sqlite3');

new Database(':memory:').close();
const session = new inspector.Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.start');
process.on('exit', () => {
  session.post('Profiler.stop', (error, { profile }) => {
    if (error !== null) throw error;
    const file = path.join(process.env.MONTHEND_BENCH_PROFILES ?? '.', `${threads.threadId}.cpuprofile`);
    fs.writeFileSync(file, JSON.stringify(profile));
  });
});
