/** Computes the figures of a month's report in one pass over each source. report-html.ts makes the page. */

import type { TermSum } from '../billing/balance-terms.js';
import type { BillingMonth } from '../billing/billing-month.js';
import { zoneAt } from '../billing/clock.js';
import { EXCEPTION_EFFECTS, type ExceptionCode } from '../billing/exception.js';
import type { IssuedDocument, MonthView } from '../billing/month-view.js';
import { compareCodePoints } from '../billing/order.js';
import type { HeldLine } from '../billing/plan.js';
import { recordedSeller } from '../billing/seller.js';
import type { Logo } from './logo.js';
import { type ControlTotal, controlTotals } from './manifest.js';
import { type MonthSummary, summarize } from './summary.js';

/** The sources of a month's report. */
export interface ReportSources {
  readonly view: MonthView;
  /** The documents of the month before; undefined if this ledger did not close it. */
  readonly documentsBefore: Iterable<IssuedDocument> | undefined;
  /** Earlier closed months in order, for the trend. */
  readonly earlier: readonly TrendSource[];
  readonly logo?: Logo | undefined;
}

export type TrendSource = Pick<MonthView, 'month' | 'documents' | 'reconciliation'>;

export interface NextLimit extends HeldLine {
  /** The practice's name, or its id. */
  readonly practiceName: string;
  /** The practice's own zone. */
  readonly timeZone: string;
}

/** The most bars of a picture. The table beside it shows all. */
export const MOST_BARS = 12;
/** The most rows of the list of limits. */
export const MOST_LIMITS = 20;
export const MOST_MONTHS = 12;

export interface PracticeCharges {
  readonly practiceId: string;
  readonly practiceName: string;
  readonly nowMinor: bigint;
  readonly beforeMinor: bigint;
}

/** A sum of order lines under one name. */
export interface LineSum {
  readonly label: string;
  lines: number;
  amountMinor: bigint;
}

/** The sums of one month of this ledger. */
export interface TrendMonth {
  readonly month: BillingMonth;
  readonly chargesMinor: bigint;
  /** Zero or less. */
  readonly creditsMinor: bigint;
  /** Held at the month's cut-off. */
  readonly heldMinor: bigint;
}

/** Held lines by age. The last age is past the limit. */
export interface HeldAge {
  readonly label: string;
  readonly isPast: boolean;
  readonly lines: number;
  readonly amountMinor: bigint;
}

export interface PlacedIn {
  readonly label: string;
  readonly isThisMonth: boolean;
  readonly lines: number;
  readonly amountMinor: bigint;
}

export interface ExceptionCount {
  readonly code: ExceptionCode;
  readonly effect: string;
  readonly count: number;
}

/** All figures in one currency. */
export interface CurrencyFigures {
  readonly currency: string;
  /** In the order of docs/rules.md section 8. */
  readonly balance: readonly TermSum[];
  /** Sorted by change, largest first; in a ledger's first month, by charges. */
  readonly practices: readonly PracticeCharges[];
  readonly allPractices: PracticeCharges;
  /** Charges by product, largest first. */
  readonly products: readonly LineSum[];
  /** Credits by reason, largest first. */
  readonly credits: readonly LineSum[];
  /** In order of month; this month is the last. */
  readonly trend: readonly TrendMonth[];
  readonly heldAges: readonly HeldAge[];
  readonly placedIn: readonly PlacedIn[];
}

export interface ReportFigures {
  readonly month: BillingMonth;
  readonly isDraft: boolean;
  /** The lab's name, or empty. */
  readonly sellerName: string;
  readonly summary: MonthSummary;
  readonly totals: readonly ControlTotal[];
  readonly hasMonthBefore: boolean;
  readonly currencies: readonly CurrencyFigures[];
  /** Held lines within their limit, in the order in which their limits pass; at most `MOST_LIMITS`. */
  readonly nextLimits: readonly NextLimit[];
  readonly exceptions: readonly ExceptionCount[];
  readonly cutOffs: ReportSources['view']['cutOffs'];
  readonly seal: string;
}

export function reportFigures(sources: ReportSources): ReportFigures {
  const { view, documentsBefore } = sources;
  const balance = [...view.reconciliation()];
  const limitDays = Number(view.config.pauseLimitDays);
  const documents = [...view.documents()];
  const charges = chargesOfPractices(documents, documentsBefore ?? []);
  const lines = addUpLines(view, documents);
  const trend = trendOf([...sources.earlier, view]);
  const { ages, nextLimits } = readHeld(view.heldLines(), limitDays);
  const totals = controlTotals(view);
  const currencies = [
    ...new Set([
      ...totals.map(({ currency }) => currency),
      ...charges.keys(),
      ...balance.map(({ currency }) => currency),
    ]),
  ].sort(compareCodePoints);
  return {
    month: view.month,
    isDraft: view.isDraft,
    sellerName: recordedSeller(view.config)?.name ?? '',
    summary: summarize(view),
    totals,
    hasMonthBefore: documentsBefore !== undefined,
    currencies: currencies.map((currency) => ({
      currency,
      balance: balance.filter((each) => each.currency === currency),
      ...largestChanges([...(charges.get(currency)?.values() ?? [])]),
      heldAges: ages.get(currency) ?? noAges(limitDays),
      placedIn: placements(lines.get(currency)?.placed ?? new Map(), view.month),
      products: largest(lines.get(currency)?.products),
      credits: largest(lines.get(currency)?.credits),
      trend: trend.get(currency) ?? [],
    })),
    nextLimits: nextLimits.map((line) => ({
      ...line,
      timeZone: zoneAt(view.clockOf(line.practiceId), line.limitAt),
      practiceName: view.nameOf(line.practiceId),
    })),
    exceptions: countExceptions(sources),
    cutOffs: view.cutOffs,
    seal: view.seal,
  };
}

type ChargesByCurrency = Map<string, Map<string, PracticeCharges>>;

function chargesOfPractices(
  now: Iterable<IssuedDocument>,
  before: Iterable<IssuedDocument>,
): ChargesByCurrency {
  const charges: ChargesByCurrency = new Map();
  const add = (
    { currency, practiceId, practiceName }: IssuedDocument,
    nowMinor: bigint,
    beforeMinor: bigint,
  ) => {
    const practices = charges.get(currency) ?? new Map<string, PracticeCharges>();
    charges.set(currency, practices);
    const known = practices.get(practiceId);
    practices.set(practiceId, {
      practiceId,
      // If the practice has documents in both months, this month's name is used.
      practiceName: known?.practiceName ?? practiceName,
      nowMinor: (known?.nowMinor ?? 0n) + nowMinor,
      beforeMinor: (known?.beforeMinor ?? 0n) + beforeMinor,
    });
  };
  for (const document of now) add(document, BigInt(document.totals.chargesMinor), 0n);
  for (const document of before) add(document, 0n, BigInt(document.totals.chargesMinor));
  return charges;
}

function largestChanges(
  practices: readonly PracticeCharges[],
): Pick<CurrencyFigures, 'practices' | 'allPractices'> {
  const sorted = [...practices].sort(
    (a, b) => compare(size(b), size(a)) || compareCodePoints(a.practiceId, b.practiceId),
  );
  return { practices: sorted, allPractices: sum(practices) };
}

const size = ({ nowMinor, beforeMinor }: PracticeCharges): bigint =>
  nowMinor > beforeMinor ? nowMinor - beforeMinor : beforeMinor - nowMinor;
const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

function sum(practices: readonly PracticeCharges[]): PracticeCharges {
  return {
    practiceId: '',
    practiceName: '',
    nowMinor: practices.reduce((total, { nowMinor }) => total + nowMinor, 0n),
    beforeMinor: practices.reduce((total, { beforeMinor }) => total + beforeMinor, 0n),
  };
}

/** Returns the ages: the limit in thirds (0–15, 16–30, 31–45 days for 45), and past the limit. */
function noAges(limitDays: number): HeldAge[] {
  const thirds = [1, 2, 3].map((third) => Math.floor((limitDays * third) / 3));
  const starts = [0, ...thirds.slice(0, 2).map((end) => end + 1)];
  const within = thirds.map((end, index) => `${starts[index]}–${end} days`);
  return [...within, 'past the limit'].map((label, index) => ({
    label,
    isPast: index === 3,
    lines: 0,
    amountMinor: 0n,
  }));
}

function readHeld(lines: Iterable<HeldLine>, limitDays: number) {
  const ages = new Map<string, HeldAge[]>();
  let nextLimits: HeldLine[] = [];
  for (const line of lines) {
    const ofCurrency = ages.get(line.currency) ?? noAges(limitDays);
    ages.set(line.currency, ofCurrency);
    const age = ofCurrency[line.status === 'slated' ? 3 : thirdOf(line.daysPaused, limitDays)];
    if (age !== undefined)
      Object.assign(age, { lines: age.lines + 1, amountMinor: age.amountMinor + BigInt(line.amountMinor) });
    if (line.status === 'deferred') nextLimits.push(line);
    // Cut from time to time to limit memory.
    if (nextLimits.length > 100 * MOST_LIMITS) nextLimits = soonest(nextLimits);
  }
  return { ages, nextLimits: soonest(nextLimits) };
}

function thirdOf(days: number, limitDays: number): number {
  return [1, 2].filter((third) => days > Math.floor((limitDays * third) / 3)).length;
}

/** A stable sort: lines with the same limit stay in order of practice, order and line. */
const soonest = (lines: readonly HeldLine[]): HeldLine[] =>
  [...lines].sort((a, b) => a.limitAt - b.limitAt).slice(0, MOST_LIMITS);

type ChargesByMonth = Map<BillingMonth, LineSum>;

/** The sums of a currency's lines. */
interface LineSums {
  /** Charges by month of placement. */
  readonly placed: ChargesByMonth;
  readonly products: Map<string, LineSum>;
  readonly credits: Map<string, LineSum>;
}

/** Sums all lines of the month by currency. */
function addUpLines(view: MonthView, documents: readonly IssuedDocument[]): Map<string, LineSums> {
  const sums = new Map<string, LineSums>();
  for (const document of documents) {
    const own = sums.get(document.currency) ?? { placed: new Map(), products: new Map(), credits: new Map() };
    sums.set(document.currency, own);
    for (const line of view.linesOf(document)) {
      const { lineType, reason, product, deferredFrom, serviceMonth, amountMinor } = line;
      if (lineType === 'credit') {
        addTo(own.credits, reason, amountMinor);
        continue;
      }
      addTo(own.products, product, amountMinor);
      addTo(own.placed, deferredFrom === '' ? serviceMonth : deferredFrom, amountMinor);
    }
  }
  return sums;
}

function addTo(sums: Map<string, LineSum>, label: string, amountMinor: number): void {
  const sum = sums.get(label) ?? { label, lines: 0, amountMinor: 0n };
  sum.lines++;
  sum.amountMinor += BigInt(amountMinor);
  sums.set(label, sum);
}

function largest(sums: ReadonlyMap<string, LineSum> = new Map()): LineSum[] {
  const sizeOf = ({ amountMinor }: LineSum) => (amountMinor < 0n ? -amountMinor : amountMinor);
  return [...sums.values()].sort(
    (a, b) => compare(sizeOf(b), sizeOf(a)) || compareCodePoints(a.label, b.label),
  );
}

/** Returns each currency's months in order. From its first month with a figure on, a currency has a row for every month, zeros included. */
function trendOf(months: readonly TrendSource[]): Map<string, TrendMonth[]> {
  const trend = new Map<string, TrendMonth[]>();
  for (const view of months) {
    const sums = new Map<string, { chargesMinor: bigint; creditsMinor: bigint; heldMinor: bigint }>();
    const of = (currency: string) => {
      const sum = sums.get(currency) ?? { chargesMinor: 0n, creditsMinor: 0n, heldMinor: 0n };
      sums.set(currency, sum);
      return sum;
    };
    for (const currency of trend.keys()) of(currency);
    for (const { currency, totals } of view.documents()) {
      of(currency).chargesMinor += BigInt(totals.chargesMinor);
      of(currency).creditsMinor += BigInt(totals.creditsMinor);
    }
    for (const { currency, term, amountMinor } of view.reconciliation())
      if (term.startsWith('closing_')) of(currency).heldMinor += amountMinor;
    for (const [currency, sum] of sums) {
      const own = trend.get(currency) ?? [];
      own.push({ month: view.month, ...sum });
      trend.set(currency, own);
    }
  }
  return trend;
}

/** Returns the charges by month of placement, in order. If there are many months, the oldest share one row. */
function placements(charges: ChargesByMonth, month: BillingMonth): PlacedIn[] {
  const all = [...charges]
    .sort(([a], [b]) => compareCodePoints(a, b))
    .map(([placedIn, sum]) => ({ ...sum, isThisMonth: placedIn === month }));
  if (all.length <= MOST_MONTHS) return all;
  const recent = all.slice(1 - MOST_MONTHS);
  const older = all.slice(0, 1 - MOST_MONTHS);
  return [
    {
      label: `before ${recent[0]?.label}`,
      isThisMonth: false,
      lines: older.reduce((total, { lines }) => total + lines, 0),
      amountMinor: older.reduce((total, { amountMinor }) => total + amountMinor, 0n),
    },
    ...recent,
  ];
}

/** Counts exceptions by code, most frequent first. */
function countExceptions({ view }: ReportSources): ExceptionCount[] {
  const counts = new Map<ExceptionCode, number>();
  for (const { code } of view.exceptions()) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts]
    .map(([code, count]) => ({ code, count, effect: EXCEPTION_EFFECTS[code] }))
    .sort((a, b) => b.count - a.count || compareCodePoints(a.code, b.code));
}
