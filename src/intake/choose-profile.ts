/**
 * Chooses the input profile for a file: the one whose columns are all there. If two fit, the choice is refused. If none fits, the nearest
 * one is chosen, so that messages can use its terms.
 */
import { type Message, say } from '../errors/message.js';
import { createCsvReader } from './csv-reader.js';
import { isStrictHeader, namedColumns } from './header.js';
import { trimmed } from './id-damage.js';
import type { Encoding, InputProfile } from './input-profile.js';
import type { NdjsonHandlers } from './ndjson-line.js';
import { createNdjsonReader } from './ndjson-reader.js';
import { type Fit, fitOf } from './profile-header.js';
import { type Format, QUARANTINE_REASON } from './quarantine.js';
import { createRecoder, markedEncoding } from './recode.js';

/** The chosen profile, or a problem if two fit. Neither means the strict format. */
export interface Choice {
  readonly profile?: InputProfile;
  readonly problem?: Message;
}

/** The bytes of a file that the choice may look at. */
export const MOST_HEAD_BYTES = 64 * 1024;

/** @param head the start of the file; it has the whole header if that ends within MOST_HEAD_BYTES */
export function chooseProfile(head: Uint8Array, format: Format, profiles: readonly InputProfile[]): Choice {
  if (format === 'ndjson') {
    const keys = firstKeys(head);
    return chosen(
      profiles.map((profile) => fitOf(keys, profile, 'required')),
      isStrictHeader(keys),
    );
  }
  const fits = profiles.map((profile) => fitOf(namesBy(head, profile), profile, 'all'));
  return chosen(fits, isStrictHeader(namesIn(head, {}) ?? []));
}

/** The same for the columns of a table in a quarantine file. */
export function chooseByColumns(names: readonly string[], profiles: readonly InputProfile[]): Choice {
  return chosen(
    profiles.map((profile) => fitOf(names, profile, 'all')),
    isStrictHeader(names),
  );
}

function chosen(fits: readonly Fit[], isStrict: boolean): Choice {
  const whole = fits.filter(({ missing, found }) => missing === 0 && found > 0);
  const exact = whole.filter(({ unread }) => unread === 0);
  const [best, other] = exact.length > 0 ? exact : whole;
  if (best !== undefined && other !== undefined)
    return { problem: say.twoProfilesFit([best.profile.name, other.profile.name]) };
  if (best !== undefined) return { profile: best.profile };
  if (isStrict) return {};
  // A profile is near if more of its columns are there than missing.
  const near = fits
    .filter(({ found, missing }) => found > missing)
    .sort((a, b) => b.found - b.missing - (a.found - a.missing));
  return near[0] === undefined ? {} : { profile: near[0].profile };
}

/** Returns the header as the profile would read it; empty if there is none. */
function namesBy(head: Uint8Array, profile: InputProfile): readonly string[] {
  const names = namesIn(head, isQuarantine(head) ? { separator: profile.separator } : profile) ?? [];
  const own = names[0] === QUARANTINE_REASON ? names.slice(1) : names;
  return profile.trim === true ? own.map(trimmed) : own;
}

interface Layout extends Pick<InputProfile, 'separator' | 'headerLine'> {
  readonly encoding?: Encoding | undefined;
}

export function namesIn(
  head: Uint8Array,
  { encoding, separator, headerLine }: Layout,
): readonly string[] | undefined {
  let names: readonly string[] | undefined;
  const reader = createCsvReader(
    {
      record(record) {
        names = namedColumns(Array.from({ length: record.width }, (_, cell) => record.text(cell)));
        reader.stop();
      },
      problem: () => reader.stop(),
    },
    { separator, headerLine },
  );
  const bytes = head.subarray(0, MOST_HEAD_BYTES);
  reader.push(createRecoder(markedEncoding(bytes) ?? encoding ?? 'utf-8').recode(bytes));
  if (head.length <= MOST_HEAD_BYTES) reader.end();
  return names;
}

function firstKeys(head: Uint8Array): readonly string[] {
  let keys: readonly string[] = [];
  const handlers: NdjsonHandlers = {
    record(record) {
      keys = Array.from({ length: record.size }, (_, member) => record.key(member));
      if (keys[0] !== QUARANTINE_REASON) reader.stop();
    },
    problem: () => reader.stop(),
  };
  const reader = createNdjsonReader(handlers, { takesBooleans: true, ignores: () => true });
  reader.push(head.subarray(0, MOST_HEAD_BYTES));
  if (head.length <= MOST_HEAD_BYTES) reader.end();
  return keys;
}

/** A quarantine file is UTF-8 and starts with its header, whatever the profile of its records says. */
export function isQuarantine(head: Uint8Array): boolean {
  const start = Buffer.from(head.subarray(0, QUARANTINE_REASON.length + 4)).toString('latin1');
  return start
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .replace(/^"/, '')
    .startsWith(QUARANTINE_REASON);
}
