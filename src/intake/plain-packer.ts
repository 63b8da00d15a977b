/** Packs plain records: turns the bytes of each into its row, with the keys by which the ledger finds what it knows already. */
import { minorDigits, withdrawalBefore } from '../billing/currency.js';
import { formKeyOfBytes, keyOfBytes, keyOfContent, keyOfLine, keyOfReasonBytes } from '../billing/id-key.js';
import {
  createPackedFacts,
  HAS_NO_CURRENCY,
  IS_PASSED_OVER,
  IS_UNNUMBERED,
  type PackedFacts,
} from '../billing/packed-facts.js';
import type { InputProfile } from './input-profile.js';
import { MOST_FIELD_BYTES } from './limits.js';
import { createPlainCells, type PlainCells } from './plain-cells.js';
import { createPlainFields } from './plain-fields.js';
import { NOT_PLAIN, plainInteger } from './plain-numbers.js';
import { closeRow, createPlainRow, openRow, writeAscii, writeNumber } from './plain-row.js';
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

const MOST_AMOUNT_CHARACTERS = 11;

export function createPlainPacker({ kind, names, defaultCurrency, profile }: PlainSettings): PlainPacker {
  const cells = createPlainCells(names.length, profile?.separator ?? ',', profile?.trim ?? false);
  const { isEmpty } = cells;
  const row = createPlainRow(createPackedFacts(kind, 0, 0));
  const fields = createPlainFields(names, profile, { cells, row });
  const nameless = [...names.keys()].filter((cell) => names[cell] === '');
  const writeRow = kind === 'orders' ? orderLineWriter() : eventWriter();
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

  /** Returns a function that writes the values of an order line; it returns false if the record is not plain. */
  function orderLineWriter(): (packed: PackedFacts, place: number) => boolean {
    const lineNumber = fields.cellOf('line');
    const placedAt = fields.instant('placed_at');
    const orderId = fields.id('order_id');
    const practiceId = fields.id('practice_id');
    const product = fields.id('product');
    const description = fields.text('description');
    const patientRef = fields.text('patient_ref');
    const quantity = fields.decimal('quantity', 3);
    const unitPrice = fields.decimal('unit_price', 6);
    const currency = fields.currency();
    return (packed, place) => {
      const isUnnumbered = isEmpty(lineNumber);
      const number = isUnnumbered ? 1 : integer(lineNumber);
      const instant = placedAt();
      if (number < 1 || instant === NOT_PLAIN) return false;
      if (orderId() === 0) return false;
      const { textStart: idStart, textEnd: idEnd } = row;
      writeNumber(row, number);
      if (practiceId() === 0) return false;
      packed.practiceStarts[place] = row.textStart;
      packed.practiceEnds[place] = row.textEnd;
      if (product() === 0) return false;
      description();
      patientRef();
      const quantityDigits = quantity();
      if (quantityDigits === 0 || (quantityDigits === 1 && row.bytes[row.textStart] === ZERO)) return false;
      const priceDigits = unitPrice();
      if (priceDigits === 0 || quantityDigits + priceDigits > MOST_AMOUNT_CHARACTERS) return false;
      const given = currency();
      const meant = given === '' ? defaultCurrency : given;
      if (minorDigits(meant) === undefined || withdrawalBefore(meant, instant) !== undefined) return false;
      writeAscii(row, meant);
      writeNumber(row, instant);
      const key = keyOfBytes(row.bytes, idStart, idEnd);
      packed.keys[place] = key;
      packed.identities[place] = number === 1 ? key : keyOfLine(latin1(idStart, idEnd), number, key);
      packed.otherKeys[place] = formKeyOfBytes(row.bytes, idStart, idEnd);
      packed.instants[place] = instant;
      packed.flags[place] = (isUnnumbered ? IS_UNNUMBERED : 0) | (given === '' ? HAS_NO_CURRENCY : 0);
      return true;
    };
  }

  /** The same for an event. */
  function eventWriter(): (packed: PackedFacts, place: number) => boolean {
    const event = fields.event();
    const lineNumber = fields.cellOf('line');
    const instantOf = fields.instant('at');
    const sequenceCell = fields.cellOf('sequence');
    const orderId = fields.id('order_id');
    const reason = fields.text('reason');
    const eventId = fields.id('event_id');
    return (packed, place) => {
      const kind = event();
      if (kind === undefined) return false;
      const line = isEmpty(lineNumber) ? 0 : integer(lineNumber);
      if (line !== 0 && (line < 1 || (kind !== 'cancelled' && kind !== 'deleted'))) return false;
      if (line === 0 && !isEmpty(lineNumber)) return false;
      const instant = instantOf();
      const sequence = isEmpty(sequenceCell) ? 0 : integer(sequenceCell);
      if (instant === NOT_PLAIN || sequence === NOT_PLAIN) return false;
      if (orderId() === 0) return false;
      const key = keyOfBytes(row.bytes, row.textStart, row.textEnd);
      writeNumber(row, instant);
      writeNumber(row, sequence);
      writeAscii(row, kind);
      if (reason() === 0 && kind === 'paused') return false;
      const { textStart: reasonStart, textEnd: reasonEnd } = row;
      const eventKey = eventId() === 0 ? 0 : keyOfBytes(row.bytes, row.textStart, row.textEnd);
      if (line > 0) writeNumber(row, line);
      const reasonKey = keyOfReasonBytes(row.bytes, reasonStart, reasonEnd);
      packed.keys[place] = key;
      packed.identities[place] =
        eventKey || keyOfContent({ orderKey: key, at: instant, kind, sequence, line, reasonKey });
      packed.otherKeys[place] = eventKey;
      packed.instants[place] = instant;
      return true;
    };
  }

  function integer(cell: number): number {
    return plainInteger(cells.bytes, cells.starts[cell] as number, cells.ends[cell] as number);
  }

  function latin1(start: number, end: number): string {
    return Buffer.from(row.bytes.buffer, start, end - start).toString('latin1');
  }
}

const ZERO = 0x30;
