/** The state of a ledger in JSON. */
import { exception, heldLine, voidNumber, voidReason } from './month-keys.js';
import {
  amount,
  count,
  currency,
  date,
  flag,
  instant,
  listOf,
  month,
  named,
  orderId,
  orderLine,
  practiceId,
  practiceName,
  text,
} from './values.js';

/** What `status` prints. */
export const statusShape = {
  closedMonths: listOf(month, 'In their order'),
  voids: listOf(
    named('Void', 'A month that was closed and taken back', { month, voidNumber, voidReason }),
    'In their order',
  ),
  nextMonth: month.describe('The next one to be closed'),
  nextEndsAt: instant.describe('When that one is over in every zone'),
  nextIsOver: flag('It is over, and can be closed'),
  lastImportId: count('The last import; 0 if there is none'),
  lastClosedImportId: count('The last import that the last close knew'),
  unknownFolders: listOf(
    named('UnknownFolder', 'A folder with an issued month that this ledger does not know', {
      folder: text('Where it is'),
      month,
      isThisLedger: flag(
        'A later state of this ledger wrote it, so this one is an older copy; otherwise another ledger',
      ),
      numbers: listOf(
        named('NumberRange', 'Document numbers of a series', {
          firstNumber: text('The first that the month gave'),
          lastNumber: text('The last'),
        }),
        'Those that are used; one of each series that the month has',
      ),
    }),
    'Those below --out',
  ),
  held: listOf(heldLine, 'What a close of the next month would hold'),
  heldByPractice: listOf(
    named('HeldByPractice', 'The held lines of a practice in one currency', {
      practiceId,
      practiceName,
      currency,
      deferredLineCount: count('Held lines within their limit'),
      slatedLineCount: count('Held lines past their limit'),
      amount: amount.describe('What they come to'),
    }),
    'The same, added up',
  ),
  limitsUntilAt: instant.describe('The end of the days that limits are looked for'),
  limits: listOf(
    named('PassingLimit', 'An order line whose pause limit passes in those days', {
      practiceId,
      orderId,
      orderLine,
      amount: amount.describe('What the line comes to'),
      currency,
      pausedOn: date.describe('When the pause began'),
      pauseReason: text('The reason that the practice selected'),
      limitAt: instant.describe('The last instant at which a resume is in time'),
    }),
    'In order of time',
  ),
  exceptions: listOf(exception, 'What no closed month has listed yet'),
};
