/** The changes that a preview shows, in JSON. */
import { z } from 'zod';
import { documentAmounts, exceptionShape, heldLine } from './month-keys.js';
import {
  amount,
  currency,
  date,
  documentType,
  lineType,
  listOf,
  month,
  named,
  orderId,
  orderLine,
  orEmpty,
  practiceId,
  practiceName,
  product,
  reason,
  text,
} from './values.js';

const comparedDocument = named('ComparedDocument', 'What a preview compares of a document', {
  practiceId,
  currency,
  documentType,
  practiceName,
  issueDate: date.describe('When it is issued'),
  dueDate: date.describe('When it is due'),
  ...documentAmounts,
});
const comparedLine = named('ComparedLine', 'What a preview compares of a line on a document', {
  practiceId,
  orderId,
  orderLine,
  currency,
  lineType,
  amount: amount.describe('What the line comes to; below zero on a credit'),
  reason,
  product,
  description: text('What the order says of it'),
  quantity: text('How many, a decimal'),
  unitPrice: text('The price of one, a decimal'),
  placedOn: date.describe('When it was placed'),
  deferredFrom: orEmpty(month, 'The month that it was deferred from'),
  resumedOn: orEmpty(date, 'When a deferred line was resumed'),
  serviceMonth: month.describe('The month that the line belongs to'),
  corrects: text('The number of the document that a credit corrects; empty on a charge'),
});
const comparedException = named(
  'ComparedException',
  'What a preview compares of an exception',
  exceptionShape,
);

const changeOf = <S extends z.ZodType>(id: string, list: string, row: S) =>
  named(id, `A change in ${list}`, {
    list: z.literal(list).describe('The list that the row stands in'),
    kind: z.enum(['added', 'removed', 'changed']).describe('What became of the row'),
    before: row.describe('The row before; absent if it is added').optional(),
    after: row.describe('The row now; absent if it is removed').optional(),
    columns: listOf(z.string(), 'The keys that differ, if it is changed'),
    causes: listOf(z.string(), 'The facts and settings that caused it'),
  });

export const difference = named('Difference', 'What changes against an earlier preview or the closed month', {
  against: text('What it is compared with; empty if no earlier preview stands there'),
  changes: listOf(
    z.union([
      changeOf('DocumentChange', 'documents', comparedDocument),
      changeOf('LineChange', 'lines', comparedLine),
      changeOf('HeldChange', 'held', heldLine),
      changeOf('ExceptionChange', 'exceptions', comparedException),
    ]),
    'Every row that was added, removed or changed',
  ),
});
