/**
 * Wall clocks by brute force, straight from `Intl`: what src/billing/time-zone.ts is compared with, and what the naive model
 * of the rules (model.ts) reckons with.
 */

const HOUR = 3_600_000;

/** The zone's offset from UTC at an instant in milliseconds, from the text that Intl writes for it: `GMT-04:00`. */
export function intlOffset(timeZone: string, instant: number): number {
  const text = formatterOf(timeZone).format(instant);
  const found = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text);
  if (found === null) throw new Error(`Intl writes ${text}`);
  const [, sign, hours = 0, minutes = 0, seconds = 0] = found;
  const offset = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return sign === '-' ? 0 - offset : offset;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}

/** The instants after `from`, up to `to`, at which the zone's offset changes; two changes within an hour would be missed. */
export function changesOfOffset(timeZone: string, from: number, to: number, step = HOUR): number[] {
  const changes: number[] = [];
  for (let low = from; low < to; low += step) {
    let [before, after] = [low, Math.min(low + step, to)];
    if (intlOffset(timeZone, before) === intlOffset(timeZone, after)) continue;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (intlOffset(timeZone, middle) === intlOffset(timeZone, before)) before = middle;
      else after = middle;
    }
    changes.push(after);
  }
  return changes;
}

/**
 * The first instant at which the wall clock shows `wall` or later: its first occurrence, or, if it is skipped, the jump over
 * it. Wall times are the milliseconds that they would be in UTC.
 */
export function naiveInstantOf(timeZone: string, wall: number): number {
  const key = `${timeZone} ${wall}`;
  const known = instants.get(key);
  if (known !== undefined) return known;
  const [from, to] = [wall - 40 * HOUR, wall + 40 * HOUR];
  const starts = [from, ...changesOfOffset(timeZone, from, to)];
  for (const [index, start] of starts.entries()) {
    const first = Math.max(start, wall - intlOffset(timeZone, start));
    if (first < (starts[index + 1] ?? to)) {
      instants.set(key, first);
      return first;
    }
  }
  throw new Error(`no instant of ${timeZone} shows ${new Date(wall).toISOString()}`);
}

const instants = new Map<string, number>();

/** `2026-10-31 24:00` or `2026-10-31 19:00:00.001` on the wall of `timeZone`, as an instant. */
export function at(timeZone: string, text: string): number {
  return naiveInstantOf(timeZone, wallTime(text));
}

/** `2026-10-31 24:00` as the milliseconds that it would be in UTC. */
export function wallTime(text: string): number {
  const found = /^(\d{4}-\d\d-\d\d) (\d\d):(\d\d)(?::(\d\d(?:\.\d{3})?))?$/.exec(text);
  if (found === null) throw new Error(`no wall time: ${text}`);
  const [, date, hours, minutes, seconds = '0'] = found;
  return (
    Date.parse(`${date}T00:00Z`) + Number(hours) * HOUR + Number(minutes) * 60_000 + Number(seconds) * 1000
  );
}

export function naiveDateOf(timeZone: string, instant: number): string {
  return new Date(instant + intlOffset(timeZone, instant)).toISOString().slice(0, 10);
}
