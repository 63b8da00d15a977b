/** Writes the row of an event from a plain record. */
import { keyOfBytes, keyOfContent, keyOfReasonBytes } from '../billing/id-key.js';
import { integerIn } from './plain-cells.js';
import type { PlainRecord, RowWriter } from './plain-fields.js';
import { NOT_PLAIN } from './plain-numbers.js';
import { writeAscii, writeNumber } from './plain-row.js';

export function eventWriter({ cells, fields, row }: PlainRecord): RowWriter {
  const { isEmpty } = cells;
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
    const line = isEmpty(lineNumber) ? 0 : integerIn(cells, lineNumber);
    if (line !== 0 && (line < 1 || (kind !== 'cancelled' && kind !== 'deleted'))) return false;
    if (line === 0 && !isEmpty(lineNumber)) return false;
    const instant = instantOf();
    const sequence = isEmpty(sequenceCell) ? 0 : integerIn(cells, sequenceCell);
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
