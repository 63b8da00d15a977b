/**
 * The balance of a month (docs/rules.md section 8): what had to be accounted for and what became of it, per currency, in order lines
 * and in money.
 *
 * It is computed from the facts and the records of closed months, without the code that makes documents and held lists. Then it is
 * compared with what the close has written, so a fault in that code shows before the month is closed.
 */
import { type Calendar, previousMonth } from './billing-month.js';
import { type Standing, serviceMonth, standingAt } from './charge.js';
import type { DocumentLine } from './document.js';
import { compareCodePoints, type OrderLine } from './order.js';
import { amountOfLine } from './order-amount.js';
import { createPerDocument, type DocumentOwner } from './per-document.js';
import type { LineRecord, MonthContext, OrderAccount } from './plan.js';
import { type Timeline, timelineOf } from './timeline.js';

/** The left side: what had to be accounted for. */
export const LEFT = [
  'opening_held',
  'placed_this_month',
  'known_late',
  'returned_to_held',
  'revived',
  'placed_again',
  'amended',
] as const;

/** The right side: what became of it. */
const RIGHT = ['charged', 'ended_uncharged', 'closing_deferred', 'closing_slated'] as const;

/** The terms of what had to be accounted for, and of what became of it. */
export const BALANCE_TERMS = [...LEFT, ...RIGHT] as const;

/** The reasons for crediting charges of earlier documents. */
const CREDITED = ['credited_amended', 'credited_cancelled', 'credited_deleted', 'credited_paused'] as const;

/** The terms from `charged` to the documents: the other lines on documents, and the documents' sums. */
export const DOCUMENT_TERMS = ['recharged', 'charges', ...CREDITED, 'credits', 'documents'] as const;

/** The sums that documents state themselves. */
const DOCUMENT_SUMS: readonly Term[] = ['charges', 'credits', 'documents'];

/** In the order of docs/rules.md section 8. */
export const TERMS = [...BALANCE_TERMS, ...DOCUMENT_TERMS] as const;

export type Term = (typeof TERMS)[number];

export type DocumentTerm = (typeof DOCUMENT_TERMS)[number];

/** The terms that a close writes down: lines on documents and on the held list, and the sums that documents state. */
const WRITTEN_TERMS: readonly Term[] = ['charged', 'closing_deferred', 'closing_slated', ...DOCUMENT_TERMS];

/** The equations of docs/rules.md section 8. Their sides are equal, in order lines and in money. */
export const EQUATIONS: readonly { readonly left: readonly Term[]; readonly right: readonly Term[] }[] = [
  { left: LEFT, right: RIGHT },
  { left: ['charged', 'recharged'], right: ['charges'] },
  { left: CREDITED, right: ['credits'] },
  { left: ['charges', 'credits'], right: ['documents'] },
];

/** Returns the term of a line on a document that is more than `charged`: a charge next to a credit of the same line, or a credit. */
export function documentTerm({ lineType, reason }: Pick<DocumentLine, 'lineType' | 'reason'>): DocumentTerm {
  if (lineType === 'charge') return 'recharged';
  switch (reason) {
    case 'cancelled':
    case 'deleted':
    case 'paused':
    case 'amended':
      return `credited_${reason}`;
    default:
      throw new Error(`a credit is given for no reason such as ${reason}`);
  }
}

/** A number of order lines and their money. A bigint, because sums over all practices may exceed 2^53. */
export interface Sum {
  readonly lines: number;
  readonly amountMinor: bigint;
}

export interface TermSum extends Sum {
  readonly currency: string;
  readonly term: Term;
}

/** The charges and the credits of one practice and currency; credits are negative. */
export interface DocumentSums extends DocumentOwner {
  readonly charges: Sum;
  readonly credits: Sum;
}

/** The sums of a month. There are two: one from facts and earlier records, one from what the close wrote. */
export interface Reckoning {
  add(term: Term, money: Money, lines: 1 | 0 | -1): void;
  addSum(term: Term, currency: string, sum: Sum): void;
  /** Adds a line's charge or credit to the document of its practice. */
  addToDocument(type: 'charges' | 'credits', money: Money & DocumentOwner): void;
  addSumToDocument(type: 'charges' | 'credits', whose: DocumentOwner, sum: Sum): void;
  /** Looks up the sums of one document, to which many lines are to be added. */
  open(owner: DocumentOwner): OpenSums;
  sumOf(term: Term, currency: string): Sum;
  currencies(): string[];
  documents(): DocumentSums[];
  documentOf(whose: DocumentOwner): DocumentSums;
}

/** The sums of a document and of its currency. Each call adds one line. */
export interface OpenSums {
  add(term: Term, amountMinor: number): void;
  addToDocument(type: 'charges' | 'credits', amountMinor: number): void;
}

export interface Money {
  readonly currency: string;
  /** Minor units. */
  readonly amountMinor: number;
}

/**
 * Adds an order's lines to the terms and documents.
 * @param calendar that of the order's practice
 */
export function reckonOrder(
  reckoning: Reckoning,
  order: OrderAccount,
  calendar: Calendar,
  context: MonthContext,
): void {
  const facts = { lines: order.lines.map(({ line }) => line), events: order.events };
  const timeline = timelineOf(facts, context.policy, calendar.timeZone);
  for (const { line, record } of order.lines) {
    const standing = standingAt(context.month, line, timeline, calendar);
    if (isBeforeLedger(line, record, standing, timeline, calendar, context)) continue;
    const now = moneyOf(line, context);
    const entry = entryOf({ line, record, standing, now, timeline, calendar, context });
    if (entry !== undefined) {
      if (entry.term !== undefined) reckoning.add(entry.term, entry.money, 1);
      countFromEntry(reckoning, entry.money, now, standing);
    }
    countDocument(reckoning, record, now, standing);
  }
}

/** Section 5, cut-over: a line that the earlier system charged is in no term. */
function isBeforeLedger(
  line: OrderLine,
  record: LineRecord,
  standing: Standing,
  timeline: Timeline,
  calendar: Calendar,
  { firstMonth }: MonthContext,
): boolean {
  if (record.counted) return record.chargedBeforeLedger;
  if (standing.kind === 'unplaced') return false;
  return serviceMonth(line, timeline, calendar, previousMonth(firstMonth)) !== undefined;
}

interface Entry {
  /** Undefined for a line on the last held list. That list is counted as a whole, so a line that was forgotten here shows. */
  readonly term: Term | undefined;
  /** The amount recorded last. A change since then is a movement of its own. */
  readonly money: Money;
}

/**
 * Returns the term by which a line enters the month's balance; undefined if it does not: it is charged and settled, ended, or not placed.
 */
function entryOf(options: {
  readonly line: OrderLine;
  readonly record: LineRecord;
  readonly standing: Standing;
  readonly now: Money;
  readonly timeline: Timeline;
  readonly calendar: Calendar;
  readonly context: MonthContext;
}): Entry | undefined {
  const { record, standing, now } = options;
  if (record.held !== undefined) return { term: undefined, money: record.held };
  if (record.issued !== undefined)
    return standing.kind === 'held' ? { term: 'returned_to_held', money: record.issued } : undefined;
  if (standing.kind === 'unplaced') return undefined;
  if (!record.counted) return { term: firstTermOf(options), money: now };
  if (standing.kind === 'ended') return undefined;
  return { term: record.withdrawn ? 'placed_again' : 'revived', money: now };
}

/** Returns the term of a line that no closed month has counted. */
function firstTermOf({
  line,
  timeline,
  calendar,
  context: { month, firstMonth },
}: Parameters<typeof entryOf>[0]): Term {
  const before = previousMonth(month);
  if (line.placedAt >= calendar.cutOff(before)) return 'placed_this_month';
  const isHeldAtStart = month === firstMonth && standingAt(before, line, timeline, calendar).kind === 'held';
  return isHeldAtStart ? 'opening_held' : 'known_late';
}

/** Counts what became of a line that entered with `then` and is worth `now`. */
function countFromEntry(reckoning: Reckoning, then: Money, now: Money, standing: Standing): void {
  if (standing.kind === 'unplaced') {
    reckoning.add('amended', negative(then), -1);
    return;
  }
  if (then.currency !== now.currency) {
    reckoning.add('amended', negative(then), -1);
    reckoning.add('amended', now, 1);
  } else if (then.amountMinor !== now.amountMinor) {
    reckoning.add('amended', { ...now, amountMinor: now.amountMinor - then.amountMinor }, 0);
  }
  reckoning.add(standing.kind === 'held' ? `closing_${standing.status}` : TERM_AT_END[standing.kind], now, 1);
}

const TERM_AT_END = { charged: 'charged', ended: 'ended_uncharged' } as const;

/** The table of docs/rules.md section 5, in money: adds the credit and the charge that the line must have. */
function countDocument(
  reckoning: Reckoning,
  { issued }: LineRecord,
  now: Money & { readonly practiceId: string },
  standing: Standing,
): void {
  const isDue = standing.kind === 'charged';
  if (issued !== undefined) {
    const stands =
      isDue &&
      issued.amountMinor === now.amountMinor &&
      issued.currency === now.currency &&
      issued.practiceId === now.practiceId;
    if (stands) return;
    const credit = { ...issued, amountMinor: -issued.amountMinor };
    reckoning.addToDocument('credits', credit);
    reckoning.add(creditedBecause(standing), credit, 1);
    if (isDue) reckoning.add('recharged', now, 1);
  }
  if (isDue) reckoning.addToDocument('charges', now);
}

/** Returns the reason of a credit by docs/rules.md section 5. An end takes precedence over the others. */
function creditedBecause(standing: Standing): DocumentTerm {
  if (standing.kind === 'held') return 'credited_paused';
  const end = standing.kind === 'charged' ? undefined : standing.end;
  if (end === undefined) return 'credited_amended';
  return !end.byLimit && end.event.event === 'cancelled' ? 'credited_cancelled' : 'credited_deleted';
}

const negative = (money: Money): Money => ({ currency: money.currency, amountMinor: -money.amountMinor });

function moneyOf(line: OrderLine, { policy }: MonthContext): Money & { readonly practiceId: string } {
  const { practiceId, currency } = line;
  return { practiceId, currency, amountMinor: amountOfLine(line, policy.rounding) };
}

export function createReckoning(): Reckoning {
  const terms = new Map<string, Record<Term, Tally>>();

  function termsIn(currency: string): Record<Term, Tally> {
    let sums = terms.get(currency);
    if (sums === undefined) {
      sums = Object.fromEntries(TERMS.map((term) => [term, nothing()])) as Record<Term, Tally>;
      terms.set(currency, sums);
    }
    return sums;
  }

  const documents = createPerDocument(({ practiceId, currency }): OpenDocument => {
    // Enters the currency into the balance, even if its lines are in no term.
    termsIn(currency);
    return { practiceId, currency, charges: nothing(), credits: nothing() };
  });
  const sumsOf = ({ practiceId, currency, charges, credits }: OpenDocument): DocumentSums => ({
    practiceId,
    currency,
    charges: sumOf(charges),
    credits: sumOf(credits),
  });

  return {
    add: (term, { currency, amountMinor }, lines) => increase(termsIn(currency)[term], lines, amountMinor),
    addSum: (term, currency, sum) => increaseBySum(termsIn(currency)[term], sum),
    addToDocument: (type, money) => increase(documents.of(money)[type], 1, money.amountMinor),
    addSumToDocument: (type, whose, sum) => increaseBySum(documents.of(whose)[type], sum),
    open(owner) {
      const document = documents.of(owner);
      const sums = termsIn(owner.currency);
      return {
        add: (term, amountMinor) => increase(sums[term], 1, amountMinor),
        addToDocument: (type, amountMinor) => increase(document[type], 1, amountMinor),
      };
    },
    sumOf: (term, currency) => sumOf(terms.get(currency)?.[term] ?? nothing()),
    currencies: () => [...terms.keys()].sort(compareCodePoints),
    documents: () => documents.all().map(sumsOf),
    documentOf: (whose) => sumsOf(documents.of(whose)),
  };
}

interface OpenDocument extends DocumentOwner {
  readonly charges: Tally;
  readonly credits: Tally;
}

/** A growing sum. It is a number as long as that is exact, since a bigint would be created anew for every line. */
interface Tally {
  lines: number;
  exact: number;
  beyond: bigint;
}

const nothing = (): Tally => ({ lines: 0, exact: 0, beyond: 0n });

function increase(tally: Tally, lines: number, amountMinor: number): void {
  tally.lines += lines;
  const sum = tally.exact + amountMinor;
  if (Number.isSafeInteger(sum)) tally.exact = sum;
  else {
    tally.beyond += BigInt(tally.exact);
    tally.exact = amountMinor;
  }
}

function increaseBySum(tally: Tally, { lines, amountMinor }: Sum): void {
  tally.lines += lines;
  tally.beyond += amountMinor;
}

const sumOf = ({ lines, exact, beyond }: Tally): Sum => ({ lines, amountMinor: beyond + BigInt(exact) });

/** A currency has three letters, so two documents never share a key. */
const documentKey = ({ practiceId, currency }: DocumentOwner) => `${currency} ${practiceId}`;

export interface WrittenDocument extends DocumentSums {
  /** The totals that the document, and so the summary, states. */
  readonly stated: { readonly charges: Sum; readonly credits: Sum; readonly total: Sum };
}

/** The balance of a month and its faults. */
export interface Reconciliation {
  /** By currency, then in the order of docs/rules.md section 8, including zeros. */
  readonly terms: readonly TermSum[];
  /** Empty if the month balances. */
  readonly faults: readonly Fault[];
}

/** One disagreement. */
export type Fault =
  /** The two sides of an equation of docs/rules.md section 8 differ. */
  | {
      readonly kind: 'sides';
      readonly currency: string;
      readonly of: { readonly left: readonly Term[]; readonly right: readonly Term[] };
      readonly left: Sum;
      readonly right: Sum;
    }
  /** A term as written differs from what the facts make it. */
  | {
      readonly kind: 'term';
      readonly currency: string;
      readonly term: Term;
      readonly due: Sum;
      readonly written: Sum;
    }
  /** A document's charges or credits differ from what the facts make them, or its lines differ from the totals that it states. */
  | {
      readonly kind: 'document';
      readonly practiceId: string;
      readonly currency: string;
      readonly part: 'charges' | 'credits' | 'total';
      readonly against: 'facts' | 'lines';
      readonly due: Sum;
      readonly written: Sum;
    };

/**
 * Compares what was written with the facts. The balance shows the written terms as they were written. It adds the sums of documents to
 * both.
 * @param reckoning from the facts, complete
 * @param written sums of the lines on documents and on the held list, complete
 * @param documents each with the sums of its lines
 */
export function reconcile(
  reckoning: Reckoning,
  written: Reckoning,
  documents: readonly WrittenDocument[],
): Reconciliation {
  addDocuments(reckoning, reckoning.documents());
  addDocuments(
    written,
    documents.map(({ currency, stated }) => ({ currency, ...stated })),
  );
  const currencies = [...new Set([...reckoning.currencies(), ...written.currencies()])].sort(
    compareCodePoints,
  );
  const terms = currencies.flatMap((currency) =>
    TERMS.map((term): TermSum => {
      const source = WRITTEN_TERMS.includes(term) ? written : reckoning;
      const { lines, amountMinor } = source.sumOf(term, currency);
      return { currency, term, lines, amountMinor };
    }),
  );
  const differing = terms.flatMap(({ currency, term, ...sum }): Fault[] => {
    // Documents are compared one by one.
    if (DOCUMENT_SUMS.includes(term)) return [];
    const due = reckoning.sumOf(term, currency);
    return isSame(due, sum) ? [] : [{ kind: 'term', currency, term, due, written: sum }];
  });
  return { terms, faults: [...unequalSides(terms), ...differing, ...documentFaults(reckoning, documents)] };
}

/** Adds the sums of documents, as terms. */
export function addDocuments(
  to: Reckoning,
  documents: Iterable<{
    readonly currency: string;
    readonly charges: Sum;
    readonly credits: Sum;
    readonly total?: Sum;
  }>,
): void {
  for (const { currency, charges, credits, total = plus(charges, credits) } of documents) {
    to.addSum('charges', currency, charges);
    to.addSum('credits', currency, credits);
    to.addSum('documents', currency, total);
  }
}

/** Returns each equation with different sides, in lines or in money, by currency. `terms` may also be those of a stored month. */
export function unequalSides(terms: readonly TermSum[]): Fault[] {
  return [...new Set(terms.map(({ currency }) => currency))].flatMap((currency) => {
    const own = terms.filter((sum) => sum.currency === currency);
    return EQUATIONS.flatMap((of): Fault[] => {
      const [left, right] = [total(own, of.left), total(own, of.right)];
      return isSame(left, right) ? [] : [{ kind: 'sides', currency, of, left, right }];
    });
  });
}

function total(terms: readonly TermSum[], side: readonly Term[]): Sum {
  const sum = nothing();
  for (const { term, lines, amountMinor } of terms)
    if (side.includes(term)) increaseBySum(sum, { lines, amountMinor });
  return sumOf(sum);
}

/** Checks document by document: document totals = sum of lines = the ledger's change = the summary. */
function documentFaults(reckoning: Reckoning, written: readonly WrittenDocument[]): Fault[] {
  const found = new Map(written.map((document) => [documentKey(document), document]));
  const due = new Map(reckoning.documents().map((document) => [documentKey(document), document]));
  return [...new Set([...due.keys(), ...found.keys()])].sort(compareCodePoints).flatMap((key): Fault[] => {
    const [owed, document] = [due.get(key), found.get(key)];
    const { practiceId = '', currency = '' } = owed ?? document ?? {};
    const compare = (
      part: 'charges' | 'credits' | 'total',
      against: 'facts' | 'lines',
      [a, b]: readonly [Sum | undefined, Sum | undefined],
    ): Fault[] => {
      const [expected, actual] = [a ?? sumOf(nothing()), b ?? sumOf(nothing())];
      if (isSame(expected, actual)) return [];
      return [{ kind: 'document', practiceId, currency, part, against, due: expected, written: actual }];
    };
    return [
      ...compare('charges', 'facts', [owed?.charges, document?.charges]),
      ...compare('credits', 'facts', [owed?.credits, document?.credits]),
      ...compare('charges', 'lines', [document?.charges, document?.stated.charges]),
      ...compare('credits', 'lines', [document?.credits, document?.stated.credits]),
      ...compare('total', 'lines', [
        document && plus(document.charges, document.credits),
        document?.stated.total,
      ]),
    ];
  });
}

const plus = (a: Sum, b: Sum): Sum => ({
  lines: a.lines + b.lines,
  amountMinor: a.amountMinor + b.amountMinor,
});

const isSame = (a: Sum, b: Sum) => a.lines === b.lines && a.amountMinor === b.amountMinor;
