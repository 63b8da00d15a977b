/** What the header of a CSV says of the records below it: their kind, the profile that reads them, and which cell is which column. */
import type { FactKind } from '../billing/order.js';
import { chooseByColumns } from './choose-profile.js';
import { type ReaderOptions, saidKind } from './fact-reader.js';
import { type HeaderProblem, headerProblems, namedColumns } from './header.js';
import { trimmed } from './id-damage.js';
import type { InputProfile } from './input-profile.js';
import { kindOf } from './kinds.js';
import type { PlainSettings } from './plain-records.js';
import { profileHeaderProblems } from './profile-header.js';
import { headerOf, QUARANTINE_REASON } from './quarantine.js';

export interface CsvTable {
  readonly kind: FactKind;
  readonly profile: InputProfile | undefined;
  /** True if the first column has the reasons of a quarantine. */
  readonly isQuarantine: boolean;
  /** The columns as written, without empty names at the end. */
  readonly names: readonly string[];
  /** The first cell of each column, by the names that the profile reads. */
  readonly cellOf: ReadonlyMap<string, number>;
  /** The bytes of the header, without the column of reasons. */
  readonly header: Uint8Array;
  /** How the shortcut can read the records; undefined if it cannot. Practices are few, and a quarantine has few plain records. */
  readonly plain: PlainSettings | undefined;
}

/**
 * Reads a header; without a valid one no cell has a meaning.
 * @param bytes of its whole line
 * @returns the table, or all that is wrong with its header
 */
export function tableBelow(
  cells: readonly string[],
  bytes: Uint8Array,
  separator: string,
  options: ReaderOptions,
): CsvTable | { readonly problems: readonly HeaderProblem[] } {
  const names = namedColumns(cells);
  const isQuarantine = names[0] === QUARANTINE_REASON;
  const profile = isQuarantine ? profileOfTable(names.slice(1), options, separator) : options.profile;
  const columns = profile?.trim === true ? names.map(trimmed) : names;
  const kind = profile?.kind ?? saidKind(options) ?? kindOf(names);
  const problems =
    profile === undefined ? headerProblems(names, kind) : problemsUnder(profile, columns, isQuarantine);
  if (kind === undefined || problems.length > 0) return { problems };
  const cellOf = new Map<string, number>();
  for (const [cell, name] of columns.entries()) if (!cellOf.has(name)) cellOf.set(name, cell);
  const header = headerOf(bytes, { hasReasons: isQuarantine, separator });
  const nameless = Array.from({ length: cells.length - columns.length }, () => '');
  const { defaultCurrency } = options;
  const plain =
    isQuarantine || kind === 'practices'
      ? undefined
      : { kind, names: [...columns, ...nameless], defaultCurrency, profile };
  return { kind, profile, isQuarantine, names, cellOf, header, plain };
}

/** A quarantine file may have tables of several profiles. */
function profileOfTable(
  columns: readonly string[],
  { as, profile, profiles = [] }: ReaderOptions,
  separator: string,
): InputProfile | undefined {
  if (as !== undefined) return profile;
  const possible = profiles.filter((each) => (each.separator ?? ',') === separator);
  return chooseByColumns(columns, possible).profile;
}

/** In a quarantine, a column of reasons is before those of the profile. */
function problemsUnder(
  profile: InputProfile,
  columns: readonly string[],
  isQuarantine: boolean,
): readonly HeaderProblem[] {
  const before = isQuarantine ? 1 : 0;
  const problems = profileHeaderProblems(columns.slice(before), profile);
  return problems.map(({ cell, message }) => ({ cell: cell < 0 ? cell : cell + before, message }));
}
