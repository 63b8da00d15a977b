/** An explained order in JSON. */
import { z } from 'zod';
import { heldLine, issuedDocument, voidReason } from './month-keys.js';
import {
  amount,
  currency,
  effect,
  event,
  eventId,
  exceptionCode,
  flag,
  instant,
  lineOfEvent,
  lineType,
  listOf,
  month,
  named,
  orderId,
  orderLine,
  practiceId,
  practiceName,
  product,
  reason,
  text,
  timeZones,
} from './values.js';

const because = z.union([
  named('PlacementFact', 'An order line that decided', {
    kind: z.literal('order-line').describe('What kind of fact it is'),
    orderLine,
    at: instant.describe('When it was placed'),
  }),
  named('EventFact', 'An event that decided', {
    kind: z.literal('event').describe('What kind of fact it is'),
    event,
    orderLine: lineOfEvent,
    eventId,
    at: instant.describe('When it happened'),
  }),
]);

const state = z.enum(['active', 'paused', 'shipped', 'ended']).describe('The state of the order');

const issuedLine = {
  documentNumber: text('Its number; DRAFT in an open month'),
  lineType,
  reason,
  practiceId,
  amount: amount.describe('What the line comes to; below zero on a credit'),
  currency,
  serviceMonth: month.describe('The month that the line belongs to'),
  corrects: text('The number of the document that a credit corrects; empty on a charge'),
};

const explainedMonth = named('ExplainedMonth', 'What a month made of the order', {
  month,
  isClosed: flag('Told as it was issued; else as a close would do now'),
  startsAt: instant.describe('The cut-off before it'),
  cutOffAt: instant.describe('Its own cut-off'),
  state,
  lines: listOf(
    named('ExplainedLine', 'What the month made of an order line', {
      orderLine,
      standing: z
        .enum(['charged', 'deferred', 'slated', 'ended', 'unplaced', 'charged-before-ledger', 'unknown'])
        .describe('How the line stood at the cut-off'),
      issued: listOf(named('IssuedLine', 'A line on a document', issuedLine), 'What was issued of it'),
      sentence: text('Why, in words'),
      because: listOf(because, 'The facts behind it, the deciding one first'),
    }),
    'The order lines that concern the month',
  ),
  exceptions: listOf(
    named('ExplainedException', 'An exception that the month listed of the order', {
      code: exceptionCode,
      event,
      orderLine: lineOfEvent,
      eventId,
      at: instant.describe('When it happened'),
      sentence: text('Why, in words'),
    }),
    'What the month listed of the order',
  ),
});

/** What `explain` prints of an order. */
export const explainShape = {
  orderId,
  practiceId: text('The id of the practice; empty if no line of the order is known'),
  timeZone: text('The zone whose clock counts; if it was changed, the last one'),
  timeZones,
  orderLines: listOf(
    named('OrderLine', 'A line of the order, as known now', {
      orderLine,
      product,
      amount: amount.describe('What the line comes to'),
      currency,
      placedAt: instant.describe('When it was placed'),
    }),
    'As known now',
  ),
  events: listOf(
    named('ExplainedEvent', 'An event of the order, as known now', {
      event,
      orderLine: lineOfEvent,
      at: instant.describe('When it happened'),
      eventId,
      reason: text('The reason of a pause; else empty'),
      effect,
      exceptionCodes: listOf(exceptionCode, 'Why it does not count, or is to be looked at'),
      limitAt: instant.describe('Of a pause that counts: the last instant for a resume').optional(),
    }),
    'As known now, in order of time',
  ),
  amendments: listOf(
    named('Amendment', 'What an import changed of facts that were known', {
      importId: z.int().min(1).describe('The import'),
      importedFrom: text('The files of it that brought the change'),
      sentence: text('What was changed'),
    }),
    'In order of import',
  ),
  states: listOf(
    named('StateChange', 'The order is in that state from then on', {
      at: instant.describe('When it changed'),
      state,
    }),
    'In order of time; before the first one the order is active',
  ),
  months: listOf(explainedMonth, 'In their order'),
  voidLines: listOf(
    named('VoidLine', 'A line of the order on a document that is void', {
      month,
      orderLine,
      voidReason,
      ...issuedLine,
    }),
    'In order of void',
  ),
  file: text('The page that was written; only with --html').optional(),
};

/** What `explain` prints of a document number or a practice id. */
export const explainedLinesShape = {
  practiceId: practiceId.describe('The practice that was asked for; absent of a document').optional(),
  practiceName: practiceName.optional(),
  timeZone: text('The zone of its clock; if it was changed, the last one').optional(),
  timeZones: timeZones.optional(),
  documents: listOf(
    named('ExplainedDocument', 'A document and why each of its lines stands there', {
      ...issuedDocument.shape,
      month,
      voidReason: voidReason.describe('Why it is void; absent if it stands').optional(),
      lines: listOf(
        named('ExplainedDocumentLine', 'A line of a document', {
          lineNumber: z.int().min(1).describe('Its number on the document'),
          lineType,
          reason,
          orderId,
          orderLine,
          product,
          amount: amount.describe('What the line comes to; below zero on a credit'),
          currency,
          serviceMonth: month.describe('The month that the line belongs to'),
          corrects: text('The number of the document that a credit corrects; empty on a charge'),
          sentence: text('Why it stands there'),
        }),
        'In their order',
      ),
    }),
    'In order of month',
  ),
  heldInMonth: month.describe('At whose end the held lines were held; absent of a document').optional(),
  held: listOf(
    named('ExplainedHeldLine', 'A held line and why it is held', {
      ...heldLine.shape,
      sentence: text('Why it is not charged'),
    }),
    'Of a practice, in order of order and line',
  ),
  file: text('The page that was written; only with --html').optional(),
};
