/** Compares the columns of a file with those that an input profile reads. */

import type { FactKind } from '../billing/order.js';
import { say } from '../errors/message.js';
import type { HeaderProblem } from './header.js';
import { columnsOf, columnsRead, type InputProfile, isIgnored } from './input-profile.js';
import { COLUMNS } from './kinds.js';

/** Returns every problem of a CSV header under a profile, in no particular order. */
export function profileHeaderProblems(names: readonly string[], profile: InputProfile): HeaderProblem[] {
  const read = columnsRead(profile);
  const unread = names.filter((name) => !read.includes(name) && !isIgnored(profile, name));
  const shown = unread.filter((name) => name !== '').slice(0, 3);
  const missing = read
    .filter((column) => !names.includes(column))
    .map((column) => ({
      cell: -1,
      message: say.missingProfileColumn(column, fieldOf(profile, column), profile.name, shown),
    }));
  const problems: HeaderProblem[] = [...missing];
  for (const [cell, name] of names.entries()) {
    if (unread.includes(name))
      problems.push({
        cell,
        message: name.trim() === '' ? say.emptyColumnName() : say.unreadColumn(name, profile.name),
      });
    else if (read.includes(name) && names.indexOf(name) < cell)
      problems.push({ cell, message: say.repeatedColumn(name) });
  }
  return problems;
}

function fieldOf(profile: InputProfile, column: string): string {
  const field = Object.keys(profile.columns).find((each) => columnsOf(profile, each).includes(column));
  return field ?? 'values to pass over';
}

/** How well columns fit a profile. */
export interface Fit {
  readonly profile: InputProfile;
  /** The number of columns read by the profile that are there. */
  readonly found: number;
  /** The number of columns needed by the profile that are missing. */
  readonly missing: number;
  /** The number of columns that the profile does not know. */
  readonly unread: number;
}

/** @param needs `all` for a CSV; `required` for a JSON object, which may lack keys without a value */
export function fitOf(names: readonly string[], profile: InputProfile, needs: 'all' | 'required'): Fit {
  const read = columnsRead(profile);
  const needed = needs === 'all' ? read : requiredColumns(profile);
  return {
    profile,
    found: read.filter((column) => names.includes(column)).length,
    missing: needed.filter((column) => !names.includes(column)).length,
    unread: names.filter((name) => !read.includes(name) && !isIgnored(profile, name)).length,
  };
}

function requiredColumns(profile: InputProfile): readonly string[] {
  const required = requiredFields(profile.kind);
  return required.flatMap((field) => columnsOf(profile, field));
}

export function requiredFields(kind: FactKind): readonly string[] {
  return COLUMNS[kind].filter((column) => column.required).map(({ name }) => name);
}
