/** Finds the fields of plain records in a file's columns. An input profile may name other columns, and make a field of more than one cell. */
import type { FieldParser } from './fields.js';
import type { InputProfile } from './input-profile.js';
import type { PlainCells } from './plain-cells.js';
import { createProfileFields, type ProfileFields } from './profile-fields.js';

export interface PlainColumns {
  /** Tells whether a word of the record skips it. */
  passesOver(): boolean;
  /** Returns the cell of a field that is read unchanged. Fields that are read otherwise, or are absent, have an empty cell. */
  cellOf(field: string): number;
  /** Returns a reader for a field that is not simply one cell; undefined for all others. */
  madeReader(field: string, parse: FieldParser<string>): (() => string) | undefined;
  /** Returns the words of a field that a profile replaces, each with what it means. */
  wordsOf(field: string): Readonly<Record<string, string | null>> | undefined;
  readonly plainInstant: ProfileFields['plainInstant'];
}

/** @param refuse is called for a value that is not plain */
export function createPlainColumns(
  names: readonly string[],
  profile: InputProfile | undefined,
  { cells, refuse }: { readonly cells: PlainCells; readonly refuse: () => undefined },
): PlainColumns {
  const foreign = profile && createProfileFields(profile);
  const constants = profile?.constants ?? {};

  function textOfColumn(column: string): string {
    const cell = names.indexOf(column);
    return cell < 0 ? '' : cells.text(cell);
  }

  return {
    passesOver: () => foreign?.passesOver(textOfColumn) === true,
    cellOf(field) {
      const cell = names.indexOf(foreign === undefined ? field : (foreign.columnOf(field) ?? ''));
      return cell < 0 ? cells.absent : cell;
    },
    madeReader(field, parse) {
      if (foreign?.isMade(field) !== true) return undefined;
      const constant = constants[field];
      const value = constant === undefined ? undefined : parse(constant, refuse);
      if (value !== undefined) return () => value;
      return () => {
        const written = foreign.text(field, textOfColumn, refuse);
        return written === '' ? '' : (parse(written, refuse) ?? '');
      };
    },
    wordsOf: (field) => profile?.values?.[foreign?.columnOf(field) ?? ''],
    plainInstant: foreign?.plainInstant,
  };
}
