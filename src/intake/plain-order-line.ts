/** Writes the row of an order line from a plain record. */
import { minorDigits, withdrawalBefore } from '../billing/currency.js';
import { formKeyOfBytes, keyOfBytes, keyOfLine } from '../billing/id-key.js';
import { HAS_NO_CURRENCY, IS_UNNUMBERED } from '../billing/packed-facts.js';
import { integerIn } from './plain-cells.js';
import type { PlainRecord, RowWriter } from './plain-fields.js';
import { NOT_PLAIN } from './plain-numbers.js';
import { writeAscii, writeNumber } from './plain-row.js';

const MOST_AMOUNT_CHARACTERS = 11;
const ZERO = 0x30;

export function orderLineWriter({ cells, fields, row }: PlainRecord, defaultCurrency: string): RowWriter {
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
    const isUnnumbered = cells.isEmpty(lineNumber);
    const number = isUnnumbered ? 1 : integerIn(cells, lineNumber);
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
    packed.identities[place] = number === 1 ? key : keyOfLine(latin1(row.bytes, idStart, idEnd), number, key);
    packed.otherKeys[place] = formKeyOfBytes(row.bytes, idStart, idEnd);
    packed.instants[place] = instant;
    packed.flags[place] = (isUnnumbered ? IS_UNNUMBERED : 0) | (given === '' ? HAS_NO_CURRENCY : 0);
    return true;
  };
}

function latin1({ buffer }: Uint8Array, start: number, end: number): string {
  return Buffer.from(buffer, start, end - start).toString('latin1');
}
