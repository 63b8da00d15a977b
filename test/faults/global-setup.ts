/** Says once what of the faults is skipped on this machine, and why. */
import { CAN_ATTACH, HAS_FAKETIME, HAS_STRACE } from './strace.js';

export default function setup(): void {
  const skipped = (what: string, why: string) => console.warn(`faults: skipped ${what}: ${why}`);
  if (!HAS_STRACE)
    skipped(
      'kills, errors, power cuts, races and signals',
      'strace is missing here or may not trace; on Debian, "apt-get install strace" brings it',
    );
  else if (!CAN_ATTACH)
    skipped(
      'errors and races',
      'strace may not attach to a process here; root may, or "sysctl kernel.yama.ptrace_scope=0"',
    );
  if (!HAS_FAKETIME) skipped('a clock far off', '"apt-get install faketime" brings it');
}
