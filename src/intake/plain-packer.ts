/** Packs plain records: turns the bytes of each into its row, with the keys by which the ledger finds what it knows already. */
import { createPackedFacts, IS_PASSED_OVER, type PackedFacts } from '../billing/packed-facts.js';
import type { InputProfile } from './input-profile.js';
import { MOST_FIELD_BYTES } from './limits.js';
import { createPlainCells, type PlainCells } from './plain-cells.js';
import { eventWriter } from './plain-event.js';
import { createPlainFields } from './plain-fields.js';
import { orderLineWriter } from './plain-order-line.js';
import { closeRow, createPlainRow, openRow } from './plain-row.js';
import type { RecordBuffer } from './record-buffer.js';

/** What decides which records are plain, and what they mean. */
export interface PlainSettings {
  readonly kind: 'orders' | 'history';
  /** The columns, already checked for the kind. */
  readonly names: readonly string[];
  readonly defaultCurrency: string;
  readonly profile?: InputProfile | undefined;
}

export interface PlainPacker {
  /** Adds the record at the buffer's start. @returns the offset after it; 0 if it is not plain or not complete */
  pack(buffer: RecordBuffer, into: PackedFacts): number;
  readonly cells: PlainCells;
}

export function createPlainPacker({ kind, names, defaultCurrency, profile }: PlainSettings): PlainPacker {
  const cells = createPlainCells(names.length, profile?.separator ?? ',', profile?.trim ?? false);
  const { isEmpty } = cells;
  const row = createPlainRow(createPackedFacts(kind, 0, 0));
  const fields = createPlainFields(names, profile, { cells, row });
  const nameless = [...names.keys()].filter((cell) => names[cell] === '');
  const record = { cells, fields, row };
  const writeRow = kind === 'orders' ? orderLineWriter(record, defaultCurrency) : eventWriter(record);
  return { pack, cells };

  function pack(buffer: RecordBuffer, into: PackedFacts): number {
    const recordEnd = cells.split(buffer);
    if (recordEnd === 0 || recordEnd - buffer.start > MOST_FIELD_BYTES) return 0;
    const { count } = into;
    openRow(row, into, recordEnd - buffer.start);
    into.flags[count] = 0;
    if (fields.passesOver()) {
      into.flags[count] = IS_PASSED_OVER;
      row.at--;
    } else {
      for (const cell of nameless) if (!isEmpty(cell)) return 0;
      if (!writeRow(into, count) || row.isRefused) return 0;
      closeRow(row);
    }
    into.ends[count] = row.at;
    into.recordStarts[count] = buffer.start;
    into.recordEnds[count] = recordEnd;
    into.count++;
    return recordEnd;
  }
}
