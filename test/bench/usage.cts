/**
 * Loaded into the process that is timed, before monthend: at its end it tells on descriptor 3 what it has used. The most memory of
 * a child that its parent is told of may be the parent's own, from before the child became another program; Linux knows better.
 */
import fs = require('node:fs');
import threads = require('node:worker_threads');

if (threads.isMainThread) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    fs.writeSync(
      3,
      JSON.stringify({
        cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
        megabytes: (highWaterMark() ?? maxRSS) / 1024,
      }),
    );
  });
}

/** @returns kibibytes */
function highWaterMark(): number | undefined {
  try {
    const text = /^VmHWM:\s*(\d+) kB$/m.exec(fs.readFileSync('/proc/self/status', 'utf8'))?.[1];
    return text === undefined ? undefined : Number(text);
  } catch {
    return undefined;
  }
}
