/** The fields of plain records: what each must be, and how it goes into the row. An input profile may change both. */
import { EVENT_KINDS, type EventKind } from '../billing/order.js';
import type { PackedFacts } from '../billing/packed-facts.js';
import * as fields from './fields.js';
import type { InputProfile } from './input-profile.js';
import type { PlainCells } from './plain-cells.js';
import { createPlainColumns } from './plain-columns.js';
import { createPlainDecimals } from './plain-decimal.js';
import { NOT_PLAIN, plainInstant } from './plain-numbers.js';
import { type PlainRow, writeAscii, writeCell, writeDecimal, writeText } from './plain-row.js';

/** Each function finds its field at once, and returns what reads it from record after record. */
export interface PlainFields {
  /** Tells whether a word of the record skips it. */
  passesOver(): boolean;
  /** Returns the cell of a field that is read unchanged. Fields that are read otherwise, or are absent, have an empty cell. */
  cellOf(field: string): number;
  /** Writes an id. @returns its length; 0 if it is absent */
  id(field: string): () => number;
  /** Writes a text. @returns its length */
  text(field: string): () => number;
  /** Writes a decimal. @returns its length; 0 if it is not plain, or is absent and required */
  decimal(field: 'quantity' | 'unit_price', mostFractionDigits: number): () => number;
  /** Reads a currency; empty if it is absent. */
  currency(): () => string;
  /** Reads the kind of an event; undefined if it is not plain. */
  event(): () => EventKind | undefined;
  /** Reads an instant; NOT_PLAIN if it is not plain. */
  instant(field: string): () => number;
}

/** The record at the buffer's start, and the row that it becomes. */
export interface PlainRecord {
  readonly cells: PlainCells;
  readonly fields: PlainFields;
  readonly row: PlainRow;
}

/**
 * Writes the values of a record into its row, and its keys into the packed facts.
 * @param place that of the fact
 * @returns false if the record is not plain
 */
export type RowWriter = (packed: PackedFacts, place: number) => boolean;

const MOST_TEXT_BYTES = 1000;

/** An id that JSON writes unescaped. */
const PLAIN_ID = /^[ !#-[\]-~]+$/;

const EVENTS: ReadonlyMap<string, EventKind> = new Map(EVENT_KINDS.map((kind) => [kind, kind]));

export function createPlainFields(
  names: readonly string[],
  profile: InputProfile | undefined,
  { cells, row }: Pick<PlainRecord, 'cells' | 'row'>,
): PlainFields {
  const { starts, ends, isEmpty, isId, text } = cells;
  const {
    passesOver,
    cellOf,
    madeReader,
    wordsOf,
    plainInstant: plainForeign,
  } = createPlainColumns(names, profile, { cells, refuse });
  const constants = profile?.constants ?? {};
  const plainDecimal = createPlainDecimals(profile);
  return {
    passesOver,
    cellOf,
    id(field) {
      const made = madeReader(field, fields.id);
      if (made !== undefined) {
        return () => {
          const id = made();
          return id === '' || PLAIN_ID.test(id) ? writeText(row, id) : (refuse() ?? 0);
        };
      }
      const cell = cellOf(field);
      return () => (isEmpty(cell) || isId(cell) ? copy(cell) : (refuse() ?? 0));
    },
    text(field) {
      const made = madeReader(field, fields.text);
      if (made !== undefined) return () => writeText(row, made());
      const cell = cellOf(field);
      return () =>
        (ends[cell] as number) - (starts[cell] as number) <= MOST_TEXT_BYTES ? copy(cell) : (refuse() ?? 0);
    },
    decimal(field, mostFractionDigits) {
      const constant = constants[field];
      const value = constant === undefined ? undefined : fields.unitPrice(constant, refuse);
      if (value !== undefined) return () => writeText(row, value);
      const cell = cellOf(field);
      const absent = field === 'quantity' ? '1' : '';
      return () => {
        if (isEmpty(cell)) return writeAscii(row, absent);
        const [start, end] = [starts[cell] as number, ends[cell] as number];
        return writeDecimal(row, plainDecimal, { bytes: cells.bytes, start, end, mostFractionDigits });
      };
    },
    currency() {
      const cell = cellOf('currency');
      const made = madeReader('currency', fields.currency);
      if (made !== undefined) return made;
      // Most records have the currency of the record before.
      let last = '';
      return () => {
        if (isEmpty(cell)) return '';
        if (!isCell(cells, cell, last)) last = text(cell);
        return last;
      };
    },
    event() {
      const constant = constants.event;
      if (constant !== undefined) return () => EVENTS.get(constant);
      const cell = cellOf('event');
      const known = wordsOfEvents(wordsOf('event'));
      return () => {
        for (const { word, kind } of known) if (isCell(cells, cell, word)) return kind;
        return undefined;
      };
    },
    instant(field) {
      const cell = cellOf(field);
      return plainForeign === undefined
        ? () => plainInstant(cells.bytes, starts[cell] as number, ends[cell] as number)
        : () => plainForeign(text(cell)) ?? NOT_PLAIN;
    },
  };

  function refuse(): undefined {
    row.isRefused = true;
  }

  function copy(cell: number): number {
    return writeCell(row, cells.bytes, starts[cell] as number, ends[cell] as number);
  }
}

/** Returns the words for the kinds of events, one character for each byte: ours, and those of a profile. */
function wordsOfEvents(foreignWords: Readonly<Record<string, string | null>> = {}) {
  const words = { ...Object.fromEntries(EVENTS), ...foreignWords };
  return Object.entries(words).flatMap(([word, ours]) => {
    const kind = EVENTS.get(ours ?? '');
    return kind === undefined ? [] : [{ word: Buffer.from(word).toString('latin1'), kind }];
  });
}

/** Compares a cell with a text of one character for each byte. */
function isCell({ bytes, starts, ends }: PlainCells, cell: number, word: string): boolean {
  const start = starts[cell] as number;
  if ((ends[cell] as number) - start !== word.length) return false;
  for (let at = 0; at < word.length; at++) if (bytes[start + at] !== word.charCodeAt(at)) return false;
  return true;
}
