/** A billed month in JSON: what it issued, held and listed, and what the preflight found. */
import { z } from 'zod';
import { FINDING_CODES, type FindingCode } from '../../billing/finding.js';
import {
  amount,
  count,
  currency,
  date,
  documentType,
  effect,
  event,
  eventId,
  exceptionCode,
  flag,
  instant,
  lineOfEvent,
  listOf,
  month,
  named,
  orderId,
  orderLine,
  practiceId,
  practiceName,
  product,
  text,
} from './values.js';

export const heldLine = named(
  'HeldLine',
  'An order line that is not charged because of a pause, as in held.csv',
  {
    practiceId,
    practiceName,
    orderId,
    orderLine,
    product,
    amount: amount.describe('What the line comes to'),
    currency,
    placedOn: date.describe('When it was placed'),
    pausedOn: date.describe('When the pause began'),
    pauseReason: text('The reason that the practice selected'),
    daysPaused: count('Days from then to the cut-off'),
    limitOn: date.describe("The date of that limit on the practice's clock"),
    limitAt: instant.describe('The last instant at which a resume is in time'),
    status: z.enum(['deferred', 'slated']).describe('Within its limit, or slated for deletion'),
  },
);

export const exceptionShape = {
  code: exceptionCode,
  orderId,
  event,
  orderLine: lineOfEvent,
  eventId,
  at: instant.describe('When it happened'),
};

export const exception = named(
  'Exception',
  'A fact without effect, or one to look at, as in exceptions.csv',
  {
    ...exceptionShape,
    practiceId: text('The id of the practice; empty if no line of the order is known'),
    amounts: listOf(
      named('OrderAmount', 'What the lines of an order come to in one currency', {
        amount: amount.describe('The sum of its lines'),
        currency,
      }),
      "What the order's lines come to, by currency; none if no line of it is known",
    ),
    amount: amount
      .describe(
        'What the order line comes to that it concerns; absent if it concerns the order, or that line is not known',
      )
      .optional(),
    currency: currency.optional(),
    effect,
  },
);

export const documentAmounts = {
  charges: amount.describe('The sum of its charges'),
  credits: amount.describe('The sum of its credits, below zero'),
  total: amount.describe('Charges and credits together'),
};

export const issuedDocument = named('IssuedDocument', 'An invoice or a credit note, as in summary.csv', {
  documentNumber: text('Its number; DRAFT in a preview'),
  documentType,
  practiceId,
  practiceName,
  issueDate: date.describe('When it is issued'),
  dueDate: date.describe('When it is due'),
  currency,
  lineCount: count('Its lines'),
  chargeCount: count('Its charges'),
  creditCount: count('Its credits'),
  ...documentAmounts,
});

const monthTotal = named('MonthTotal', 'What a month comes to in one currency', {
  currency,
  documentCount: count('Documents'),
  lineCount: count('Lines on them'),
  ...documentAmounts,
  heldLineCount: count('Held lines'),
  heldAmount: amount.describe('What they come to'),
});

export const voidNumber = count('Which void of its month it is, from 1');
export const voidReason = text('Why, as the user said');

const comparison = named('Comparison', "A month against each practice's last closed month", {
  comparedCount: count('How many practices there are to compare with: 0 in a first month'),
  firstTimeCount: count('Practices whose first document in its currency this is'),
  reviewChangePercent: z
    .int()
    .nullable()
    .describe('The percentage beyond which a change is marked; null: none is'),
  changes: listOf(
    named('PracticeChange', 'A practice whose total changed', {
      practiceId,
      practiceName,
      currency,
      lastClosedMonth: month.describe('The month compared with'),
      totalThen: amount.describe('Its total in that month'),
      total: amount.describe('Its total now'),
      change: amount.describe('The difference'),
      changePercent: z.int().nullable().describe('The change in whole percent; null if the total was 0'),
      needsReview: flag('The change is beyond reviewChangePercent'),
    }),
    'The largest change first; what is the same is left out',
  ),
});

export const preflightFinding = named('PreflightFinding', 'What the preflight of a month found', {
  code: z.enum(FINDING_CODES as [FindingCode]).describe('Which finding'),
  level: z.enum(['stop', 'tell']).describe('Whether it stops the close until it is accepted'),
  isAccepted: flag('It was accepted, or is by this command'),
  sums: listOf(
    named('MoneySum', 'Order lines and what they come to in one currency', {
      currency,
      lineCount: count('Order lines'),
      amount: amount.describe('What they come to'),
    }),
    'What it concerns; none if it concerns no order line',
  ),
  message: text('What was found'),
  next: text('What to do about it; empty of a month that was closed before'),
});

export const billedMonth = named('Month', 'What a month issued, held and listed, or would', {
  month,
  isDraft: flag('It is a preview'),
  wasClosed: flag('It was closed before this command'),
  invoiceCount: count('Invoices'),
  creditNoteCount: count('Credit notes'),
  deferredLineCount: count('Held lines within their limit'),
  slatedLineCount: count('Held lines past their limit'),
  exceptionCount: count('Exceptions'),
  beforeLedgerLineCount: count('Order lines taken as charged by the earlier system: never charged here'),
  totals: listOf(monthTotal, 'By currency'),
  comparison,
  documents: listOf(issuedDocument, 'All, by practice and currency'),
  held: listOf(heldLine, 'All, by practice, order and line'),
  exceptions: listOf(exception, 'All, by order and time'),
  preflight: listOf(
    preflightFinding,
    'What the preflight found; of a month that was closed before, what was accepted then',
  ),
  folder: text("Where the month's files are; absent if none were written").optional(),
});
