/**
 * The documents that commands print with `--json`, with the meaning of each key. `npm run docs` makes their JSON Schema,
 * `src/json.schema.json`, from this file; docs/json.md says what is stable. Commands use only the types, so zod is not loaded while they
 * run.
 *
 * All documents follow one naming: a key has one kind of value everywhere. Counts end in `Count`, lists are plurals, amounts are decimal
 * strings, instants end in `At`, dates in `On` or `Date`.
 */
import { z } from 'zod';
import { EXCEPTION_EFFECTS, type ExceptionCode } from '../billing/exception.js';
import { FINDING_CODES, type FindingCode } from '../billing/finding.js';
import { EVENT_KINDS } from '../billing/order.js';
import { TARGET_NAMES, type TargetName } from '../books/targets.js';
import { EXIT_CODES, type FailureKind } from '../errors/failure.js';
import { JSON_VERSION } from './command.js';

// Values

const amount = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .meta({ id: 'Amount', description: "A decimal with the currency's digits, for example 640.00" });
const instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  .meta({ id: 'Instant', description: 'A point in time, in UTC' });
const date = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .meta({ id: 'Date', description: "A calendar date in the practice's time zone" });
const month = z
  .string()
  .regex(/^\d{4}-\d{2}$/)
  .meta({ id: 'BillingMonth', description: 'A billing month, for example 2026-10' });
const currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .meta({ id: 'Currency', description: 'A currency code of ISO 4217' });

const count = (what: string) => z.int().min(0).describe(what);
const text = (what: string) => z.string().describe(what);
const flag = (what: string) => z.boolean().describe(what);
/** Absent values are empty strings, as in the CSVs. */
const orEmpty = <S extends z.ZodType>(schema: S, what: string) =>
  z.union([schema, z.literal('')]).describe(`${what}; empty if there is none`);

const practiceId = text('The id of the practice');
const practiceName = text('Its name, or its id where no name is known');
const orderId = text('The id of the order');
const orderLine = z.int().min(1).describe('The number of the order line');
const product = text('The product code');
const event = z.enum(EVENT_KINDS).describe('What happened to the order');
const eventId = text("The event's id; empty if it has none");
const lineOfEvent = orderLine
  .describe('The order line that it concerns; absent if it is the whole order')
  .optional();
const exceptionCode = z
  .enum(Object.keys(EXCEPTION_EFFECTS) as [ExceptionCode])
  .meta({ id: 'ExceptionCode', description: 'What is exceptional about an event' });
const lineType = z.enum(['charge', 'credit']).describe('What the line does');
const reason = z
  .enum(['placed', 'resumed', 'late', 'amended', 'cancelled', 'deleted', 'paused'])
  .describe('Why the line stands on the document');
const documentType = z.enum(['invoice', 'credit_note']).describe('What the document is');
const effect = z.enum(['none', 'applied']).describe('Whether the event counts');

const target = z.enum(TARGET_NAMES as [TargetName]).describe('The accounting system');

const listOf = <S extends z.ZodType>(schema: S, what: string) => z.array(schema).describe(what);

/** An object with a name in the schema. */
const named = <S extends z.ZodRawShape>(id: string, description: string, shape: S) =>
  z.strictObject(shape).meta({ id, description });

// A billed month

const heldLine = named('HeldLine', 'An order line that is not charged because of a pause, as in held.csv', {
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
});

const exceptionShape = {
  code: exceptionCode,
  orderId,
  event,
  orderLine: lineOfEvent,
  eventId,
  at: instant.describe('When it happened'),
};

const exception = named('Exception', 'A fact without effect, or one to look at, as in exceptions.csv', {
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
});

const documentAmounts = {
  charges: amount.describe('The sum of its charges'),
  credits: amount.describe('The sum of its credits, below zero'),
  total: amount.describe('Charges and credits together'),
};

const issuedDocument = named('IssuedDocument', 'An invoice or a credit note, as in summary.csv', {
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

const voidNumber = count('Which void of its month it is, from 1');
const voidReason = text('Why, as the user said');

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

const preflightFinding = named('PreflightFinding', 'What the preflight of a month found', {
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

const billedMonth = named('Month', 'What a month issued, held and listed, or would', {
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

// Changes that a preview shows

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

const difference = named('Difference', 'What changes against an earlier preview or the closed month', {
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

// Imports

const problem = named('Problem', 'Something wrong with the input, and where', {
  file: text('The file, as it was named'),
  line: z.int().min(1).describe('Its line, from 1'),
  column: z.int().min(1).describe('The character of the line, from 1'),
  field: text('The column or key at fault; empty if it is the record or the file'),
  kind: text('Which message it is, without its values: one word for all problems to be mended alike'),
  message: text('What is wrong and what was expected'),
  mend: z.string().describe('What should stand there; absent if that cannot be told').optional(),
});

const importShape = {
  importId: z.int().min(1).describe('The number of the import; of a dry run, that it would have'),
  isDryRun: z.boolean().describe('Whether nothing was written'),
  files: listOf(
    named('ImportedFile', 'A file that was read; read = imported + amended + duplicates + quarantined', {
      name: text('Its name, without its folder; - for standard input'),
      kind: z.enum(['orders', 'history', 'practices']).describe('What it holds'),
      sha256: text('The SHA-256 of its bytes'),
      read: count('Records read'),
      imported: count('New records'),
      amended: count('Records that replaced known ones'),
      duplicates: count('Records that were known already'),
      corrected: count('Of the duplicates, those that repeat what a later import corrected (--keep)'),
      quarantined: count('Records that were set aside'),
      profile: z
        .string()
        .nullable()
        .describe('The input profile that it was read by; null for the strict format'),
      passedOver: count('Records that its profile says are none, beside those that were read'),
      blankRows: count('Rows without a value, beside those that were read'),
      repeatedTimes: count('Times of an hour that the clocks repeat, read as the first'),
    }),
    'The files, in their order; one that holds several kinds, once for each',
  ),
  changes: listOf(
    named('Change', 'What a record replaced', {
      identity: text('Of what: an order line, an event or a practice'),
      file: text('The file, as it was named'),
      line: z.int().min(1).describe('The line of that file'),
      fields: listOf(
        named('ChangedField', 'A field that changed', {
          field: text('Its name'),
          was: z.string().describe('The old value; absent for a patient reference').optional(),
          is: z.string().describe('The new value; absent for a patient reference').optional(),
        }),
        'The fields that changed',
      ),
    }),
    'What --amend replaced, in the order of the files',
  ),
  likeIds: named(
    'LikeIds',
    'Ids that differ from a known one only in capitals, leading zeros, width or Unicode form',
    {
      count: count('How many'),
      first: listOf(
        named('LikeId', 'An id that is almost a known one', {
          field: z.enum(['order_id', 'practice_id']).describe('What it is an id of'),
          given: text('The id, as the file has it'),
          known: text('The id that it is like'),
          file: text('The file in which it stands first, as it was named'),
          line: z.int().min(1).describe('The line of that file'),
        }),
        'The first of them, 100 at most',
      ),
    },
  ),
  quarantine: named('Quarantine', 'The records that were set aside', {
    file: text('Where they are'),
    recordCount: count('How many'),
    problems: listOf(problem, 'All that is wrong with them'),
  })
    .describe('Absent if no record was set aside')
    .optional(),
};

const closeShape = {
  newlyClosed: listOf(month, 'The months that this command closed, for good'),
  months: listOf(billedMonth, 'The months whose files were written'),
};

// Explained orders

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

// The documents

/** The keys that each command prints when it succeeds. */
const RESULTS = {
  init: {
    written: listOf(z.string(), 'What was written'),
    kept: listOf(z.string(), 'What was there already, and left as it is'),
  },
  import: importShape,
  inspect: {
    files: listOf(
      named('InspectedFile', 'A file that was inspected', {
        name: text('As it was named'),
        format: z.enum(['csv', 'ndjson']).describe('What it is'),
        encoding: text('How its characters are written'),
        separator: z.string().nullable().describe('What stands between its cells; null in JSON lines'),
        headerLine: z.int().min(1).nullable().describe('Where its header stands; null in JSON lines'),
        recordCount: count('Records in it'),
        brokenCount: count('Those that no profile can read'),
      }),
      'In their order',
    ),
    kind: z.enum(['orders', 'history', 'practices']).describe('What they seem to hold'),
    inspectedColumns: listOf(
      named('InspectedColumn', 'A column of the files', {
        name: text('As the header writes it'),
        filledCount: count('Records with a value in it'),
        field: text('The field that it looks like; empty if it looks like none'),
        examples: listOf(z.string(), 'Values of it; none where they may name patients'),
      }),
      'In their order',
    ),
    proposedProfile: text(
      'The profile that they seem to need, as JSON, as it would stand in the config; TODO where that cannot be known',
    ),
    todos: listOf(z.string(), 'What is to be filled in'),
    notes: listOf(z.string(), 'What was seen'),
    fittingProfile: z
      .string()
      .nullable()
      .describe('The profile of the config that reads these columns; null if none does'),
    problems: listOf(
      problem,
      'The first problems that an import would have; none while the profile lacks too much',
    ),
    savedAs: z
      .string()
      .nullable()
      .describe('The name under which the profile was put into the config; null without --save'),
  },
  preview: {
    months: listOf(billedMonth, 'The month, alone'),
    difference: difference.describe('With --diff').optional(),
  },
  preflight: {
    month,
    wasClosed: flag('It is closed, so there is nothing to stop'),
    preflight: listOf(preflightFinding, 'All that was found'),
  },
  void: {
    month,
    wasVoid: flag('It was void before this command, and not closed since'),
    voidNumber,
    voidReason,
    documents: listOf(issuedDocument, 'Those that are void, by practice and currency'),
    folder: text("Where the month's files are now; absent if there are none").optional(),
  },
  close: closeShape,
  run: { ...importShape, ...closeShape },
  export: {
    months: listOf(billedMonth, 'The month, alone; none with --to'),
    booksExport: named('BooksExport', 'A month written for an accounting system', {
      month,
      target,
      by: z.enum(['line', 'document']).describe('A row for each line, or for each account of a document'),
      folder: text('Where the files are'),
      invoiceCount: count('Invoices'),
      creditNoteCount: count('Documents below zero'),
      fileCount: count('Files'),
      leftOutDocuments: listOf(z.string(), 'Numbers of documents of zero that the target does not take'),
      sums: listOf(
        named('BooksSum', 'What the files and the month come to: the same', {
          currency,
          filesTotal: amount.describe('The sum of the files, as they were written'),
          monthTotal: amount.describe("The sum of the month's documents"),
        }),
        'By currency',
      ),
    })
      .describe('With --to')
      .optional(),
  },
  books: {
    month,
    target: target.describe('With --to').optional(),
    documentCount: count('Documents of the month'),
    products: listOf(
      named('ProductUse', 'A product of the month, and what it is in the books', {
        product,
        currency,
        lineCount: count('Lines on documents'),
        amount: amount.describe('What they come to'),
        account: text('The revenue account; empty if none'),
        item: text('The item; empty if none'),
        taxCode: text('The tax code; empty if none'),
        rule: text('The pattern that gave them, or default; empty if nothing maps the product'),
      }),
      'By product, then currency',
    ),
    refusals: listOf(z.string(), 'Why an export would be refused; none if it would not'),
  },
  invoices: {
    month,
    folder: text('Where the documents are'),
    documentCount: count('How many'),
    unprintable: listOf(
      named('UnprintableDocument', 'A document whose PDF cannot show every character', {
        documentNumber: text('Its number'),
        characters: text('Those that it cannot show'),
      }),
      'Documents whose PDFs lack characters; their HTML has them',
    ),
  },
  report: { month, file: text('The report') },
  verify: {
    findings: listOf(
      named('Finding', 'Something that is not as it was written', {
        place: text('A month, an import, a document or a file'),
        message: text('What is wrong'),
      }),
      'None: everything matches its seal',
    ),
    auditedMonths: listOf(month, 'The closed months that were audited'),
    importCount: count('Imports of the ledger'),
    folderCount: count('Folders of files that were compared'),
    monthsWithoutFolder: listOf(month, 'Those that have no folder below --out; no finding'),
  },
  explain: {
    orderId,
    practiceId: text('The id of the practice; empty if no line of the order is known'),
    timeZone: text('The zone whose clock counts'),
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
  },
  status: {
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
  },
  check: {
    caseCount: count('Cases that were billed'),
    failedCases: listOf(
      named('FailedCase', 'A case that came to something else than is expected', {
        folder: text('Where it stands'),
        failure: text('Why it could not be billed; empty if it was'),
        differingFiles: listOf(z.string(), 'The files that differ, from its folder'),
      }),
      'Those that did not pass; with --update, those that could not be billed',
    ),
    updatedFiles: listOf(z.string(), 'With --update: the files that were written anew').optional(),
    removedFiles: listOf(z.string(), 'With --update: the files that are expected no more').optional(),
  },
  completion: {
    shell: z.enum(['bash', 'zsh', 'fish']).describe('For which shell'),
    script: text('The script'),
  },
  man: { page: text('The manual page, in roff') },
  version: {
    engineVersion: text('The version of monthend'),
    nodeVersion: text('The version of Node that runs it'),
  },
};

export type DocumentName = keyof typeof RESULTS;

export const DOCUMENT_NAMES = Object.keys(RESULTS) as DocumentName[];

const version = z.literal(JSON_VERSION).describe('The version of this format');

/** A failed command says why it failed, and what was done before. */
const failure = named('failure', 'What every command prints when it fails, and what was already done', {
  version,
  command: z
    .enum(DOCUMENT_NAMES as [DocumentName])
    .nullable()
    .describe('The command; null if none was named'),
  error: named('Error', 'Why a command failed', {
    kind: z.enum(Object.keys(EXIT_CODES) as [FailureKind]).describe('Names the exit code'),
    exitCode: z.int().min(1).describe('With which the command exits'),
    message: text('What is wrong, where, and what to do'),
  }).describe('Only in the documents of commands that failed'),
  problems: listOf(problem, 'All that is wrong with the input, if that was rejected').optional(),
  preflight: listOf(preflightFinding, 'All that was found, if that stops the close').optional(),
  ...z.strictObject({ ...importShape, ...closeShape }).partial().shape,
});

type Results = { [Name in DocumentName]: z.ZodObject<(typeof RESULTS)[Name]> };

/** One document for each command that succeeded, and one for all that failed. */
const DOCUMENTS: readonly z.ZodType[] = [
  ...DOCUMENT_NAMES.map((name) =>
    named(name, `What monthend ${name === 'version' ? '--version' : name} prints`, {
      version,
      command: z.literal(name).describe('The command'),
      ...RESULTS[name],
    }),
  ),
  failure,
];

/** Returns the JSON Schema (2020-12) of any document. `$defs` has each one under the name of its command. */
export function jsonSchema(): object {
  return {
    ...z.toJSONSchema(z.union(DOCUMENTS)),
    title: `What monthend prints with --json, version ${JSON_VERSION}`,
    description: 'Made from src/cli/json-documents.ts by npm run docs',
  };
}

type Fixed<T> = T extends readonly (infer Item)[]
  ? readonly Fixed<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Fixed<T[Key]> }
    : T;

/** The keys that a command adds to `version` and `command`. */
export type JsonOf<Name extends DocumentName> = Fixed<z.infer<Results[Name]>>;
export type JsonMonth = Fixed<z.infer<typeof billedMonth>>;
export type JsonHeldLine = Fixed<z.infer<typeof heldLine>>;
export type JsonException = Fixed<z.infer<typeof exception>>;
export type JsonFinding = Fixed<z.infer<typeof preflightFinding>>;
export type JsonDifference = Fixed<z.infer<typeof difference>>;
export type JsonError = Fixed<z.infer<typeof failure>>['error'];
