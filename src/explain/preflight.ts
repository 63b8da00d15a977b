/**
 * Runs the preflight: what a person should check before a month is closed, found in facts that the close gathers anyway. A finding
 * of level `stop` refuses the close until it is accepted; `tell` only shows it. docs/preflight.md has the table.
 */
import type { BillingMonth } from '../billing/billing-month.js';
import {
  FINDING_CODES,
  FINDING_LEVELS,
  type FindingCode,
  type FindingLevels,
  type MoneySum,
  type MonthSum,
  type PreflightFinding,
  type UnknownFolder,
} from '../billing/finding.js';
import { formatAmount } from '../billing/money.js';
import { compareCodePoints } from '../billing/order.js';
import { excerpt } from '../words/excerpt.js';
import { counted } from '../words/words.js';

/** The sum of an order, or of a line of it, that a finding names. */
interface NamedSum extends MoneySum {
  readonly orderId: string;
}

export interface PreflightFacts {
  readonly month: BillingMonth;
  /** Folders below OUT with numbers that this ledger would still give. */
  readonly usedNumbers: readonly UnknownFolder[];
  /** Undefined before the ledger's first close. */
  readonly lastClosed: { readonly month: BillingMonth; readonly documents: number } | undefined;
  /** The config's `firstMonth`; null if it has none. */
  readonly firstMonth: BillingMonth | null;
  /** Lines that the earlier system is taken to have charged, by month of placement. */
  readonly beforeLedger: readonly MonthSum[];
  readonly documents: number;
  readonly held: readonly MoneySum[];
  readonly charges: readonly MoneySum[];
  /** The imports since the last close: how many they are, and the records and files that they brought. */
  readonly news: { readonly imports: number; readonly records: number; readonly files: readonly string[] };
  /** How many events this month has, and each closed month. */
  readonly events: { readonly now: number; readonly closed: readonly number[] };
  /** Practices without a practices row, if other practices have one. */
  readonly unknownPractices: readonly (MoneySum & {
    readonly practiceId: string;
    readonly meant: string | undefined;
  })[];
  /** New lines, placed in closed months, that equal a line issued under another order id. */
  readonly looksIssued: readonly (NamedSum & {
    readonly otherOrderId: string;
    readonly documentNumber: string;
  })[];
  /** Charges that belong to earlier months. */
  readonly late: readonly MonthSum[];
  /** Records that imports since the last close set aside and that have not come back. */
  readonly setAside: readonly {
    readonly file: string;
    readonly orderId: string;
    /** The month's charges for that order. */
    readonly charges: readonly MoneySum[];
  }[];
  /** New facts more than a year after the month. */
  readonly farFuture: readonly (NamedSum & { readonly on: string })[];
  /** Practices whose total changed by more than the config's percentage. */
  readonly reviews: readonly {
    readonly practiceId: string;
    readonly currency: string;
    readonly before: bigint;
    readonly now: bigint;
  }[];
  readonly configChanges: readonly { readonly key: string; readonly was: string; readonly is: string }[];
  /** Practices that the month is the first to bill by another time zone. */
  readonly zoneChanges: readonly { readonly practiceId: string; readonly was: string; readonly is: string }[];
  /** Codes of `notPausable` that no order line has, each with a similar code that a line has. */
  readonly unusedCodes: readonly { readonly code: string; readonly meant: string }[];
  readonly exceptions: readonly { readonly code: string; readonly count: number }[];
}

type Found = Omit<PreflightFinding, 'code' | 'level'>;

/** Returns the findings in the order of FINDING_CODES. @param levels set by the config, overriding those of the table */
export function preflight(facts: PreflightFacts, levels: FindingLevels): PreflightFinding[] {
  return FINDING_CODES.flatMap((code) => {
    const found = CHECKS[code](facts);
    return found === undefined ? [] : [{ code, level: levels[code] ?? FINDING_LEVELS[code], ...found }];
  });
}

const CHECKS: Readonly<Record<FindingCode, (facts: PreflightFacts) => Found | undefined>> = {
  'used-numbers'({ usedNumbers }) {
    if (usedNumbers.length === 0) return undefined;
    const isOlder = usedNumbers.some(({ isThisLedger }) => isThisLedger);
    return {
      sums: [],
      message: `document numbers would be used twice: ${listed(usedNumbers.map(describeUnknown))}`,
      next: isOlder
        ? 'put the newer ledger back; if it is lost, choose another "invoiceNumber" and "creditNoteNumber" in the config'
        : 'if you meant that ledger, name it with --ledger; if not, name another --out',
    };
  },

  'first-month'({ month, lastClosed, firstMonth, beforeLedger }) {
    if (lastClosed !== undefined || firstMonth === month || beforeLedger.length === 0) return undefined;
    const earliest = beforeLedger.map((each) => each.month).reduce((a, b) => (a < b ? a : b));
    const sums = added(beforeLedger);
    return {
      sums,
      message:
        `${month} would be this ledger's first month: ${linesOf(sums)} of ${monthsInWords(beforeLedger)}, ${moneyOf(sums)}, would ` +
        'count as charged by an earlier system, and never be billed here',
      next: `if nobody has billed them, close ${earliest} first; if they are billed, set "firstMonth": "${month}" in the config`,
    };
  },

  'empty-month'({ month, documents, lastClosed, held }) {
    if (documents > 0) return undefined;
    const before =
      lastClosed === undefined
        ? ''
        : `; ${lastClosed.month} had ${counted(lastClosed.documents, 'document')}`;
    const rest = held.length === 0 ? '' : `; held are ${inWords(held)}`;
    return {
      sums: held,
      message: `${month} would have no invoice and no credit note${before}${rest}`,
      next: `import the orders of ${month}; the export may have failed`,
    };
  },

  'nothing-new'({ month, news, charges }) {
    if (news.imports === 0 || news.records > 0) return undefined;
    return {
      sums: charges,
      message: `what was imported since the last close brought nothing new (${news.files.join(', ')}); ${month} would charge ${inWords(charges)}`,
      next: `check whether these are the files of ${month}, or those of an earlier month`,
    };
  },

  'no-history'({ month, events, charges }) {
    if (events.now > 0 || events.closed.length === 0 || events.closed.includes(0)) return undefined;
    return {
      sums: charges,
      message:
        `no pause, resume, shipment or other event of ${month} is known, and every closed month had some; ` +
        `${inWords(charges)} would be charged as if nothing had happened to them`,
      next: `import the history of ${month}`,
    };
  },

  'unknown-practice'({ unknownPractices }) {
    if (unknownPractices.length === 0) return undefined;
    const names = unknownPractices.map(({ practiceId, meant, ...sum }) => {
      const hint = meant === undefined ? '' : `, perhaps ${excerpt(meant)}`;
      return `${excerpt(practiceId)} (${linesOf([sum])}, ${moneyOf([sum])}${hint})`;
    });
    return {
      sums: added(unknownPractices),
      message: `these practices have no row, while others have one: ${listed(names)}`,
      next: 'correct the practice of the orders with --amend, or import a row for each practice',
    };
  },

  'looks-issued'({ looksIssued }) {
    if (looksIssued.length === 0) return undefined;
    const names = looksIssued.map(
      ({ orderId, otherOrderId, documentNumber, ...sum }) =>
        `${excerpt(orderId)} as ${excerpt(otherOrderId)} on ${documentNumber} (${moneyOf([sum])})`,
    );
    const sums = added(looksIssued);
    return {
      sums,
      message:
        `${inWords(sums)} would be charged that look issued already, under another order id: same practice, product, amount, ` +
        `patient and instant: ${listed(names)}`,
      next: 'if they are the same orders, cancel one of each pair; if the ids were shortened or renumbered, export them anew',
    };
  },

  'set-aside'({ setAside }) {
    if (setAside.length === 0) return undefined;
    const sums = added(setAside.flatMap(({ charges }) => charges));
    const orders = [...new Set(setAside.map(({ orderId }) => orderId).filter((orderId) => orderId !== ''))];
    const files = [...new Set(setAside.map(({ file }) => file))];
    const whose = orders.length === 0 ? '' : `, of ${listed(orders.map(excerpt))}`;
    const charged =
      sums.length === 0 ? '' : `; ${inWords(sums)} of these orders would be charged without them`;
    return {
      sums,
      message: `${counted(setAside.length, 'record')} of ${files.join(', ')} set aside in quarantine ${setAside.length === 1 ? 'is' : 'are'} not back${whose}${charged}`,
      next: 'mend the quarantine file and import it',
    };
  },

  'far-future'({ month, farFuture }) {
    if (farFuture.length === 0) return undefined;
    const names = farFuture.map(({ orderId, on, lines, ...sum }) =>
      lines === 0
        ? `${excerpt(orderId)}, an event on ${on}`
        : `${excerpt(orderId)} on ${on} (${moneyOf([{ ...sum, lines }])})`,
    );
    return {
      sums: added(farFuture.filter(({ lines }) => lines > 0)),
      message: `these lie more than a year after ${month}, and are in no list until then: ${listed(names)}`,
      next: 'correct the year with --amend',
    };
  },

  review({ reviews }) {
    if (reviews.length === 0) return undefined;
    const names = reviews.map(
      ({ practiceId, currency, before, now }) =>
        `${excerpt(practiceId)} from ${formatAmount(before, currency)} to ${formatAmount(now, currency)} ${currency}`,
    );
    return {
      sums: [],
      message: `totals that changed by more than reviewChangePercent: ${listed(names)}`,
      next: 'look at these documents in a preview',
    };
  },

  late({ late }) {
    if (late.length === 0) return undefined;
    return {
      sums: added(late),
      message: `charged late, for they belong to earlier months: ${monthsInWords(late, true)}`,
      next: 'nothing, if you expected them',
    };
  },

  'config-changed'({ configChanges, lastClosed }) {
    if (configChanges.length === 0 || lastClosed === undefined) return undefined;
    return {
      sums: [],
      message: `the config is not that of ${lastClosed.month}: ${configChanges.map(({ key, was, is }) => `${key} was ${was}, is ${is}`).join('; ')}`,
      next: 'nothing, if you changed it',
    };
  },

  'zone-changed'({ month, zoneChanges }) {
    if (zoneChanges.length === 0) return undefined;
    const changes = zoneChanges.map(
      ({ practiceId, was, is }) => `${excerpt(practiceId)} (${was} before, ${is} now)`,
    );
    return {
      sums: [],
      message: `${month} is the first month by another time zone: ${listed(changes)}`,
      next: 'nothing, if the practices file is right; if not, import the right zone with --amend',
    };
  },

  'not-pausable-unused'({ unusedCodes }) {
    if (unusedCodes.length === 0) return undefined;
    return {
      sums: [],
      message: `notPausable has a code that no order line has: ${unusedCodes.map(({ code, meant }) => `${excerpt(code)}, perhaps ${excerpt(meant)}`).join('; ')}`,
      next: 'correct notPausable before the first close fixes it',
    };
  },

  exceptions({ month, exceptions }) {
    if (exceptions.length === 0) return undefined;
    const count = exceptions.reduce((sum, each) => sum + each.count, 0);
    return {
      sums: [],
      message: `${month} would list ${counted(count, 'exception')}: ${exceptions.map(({ code, count: own }) => `${own} ${code}`).join(', ')}`,
      next: `see them with "monthend preview ${month} --out FOLDER" in exceptions.csv`,
    };
  },
};

/** `invoices/2026-10 holds 2026-10 as issued by another ledger (INV-000120 to INV-000188)` */
export function describeUnknown({ folder, month, isThisLedger, ranges }: UnknownFolder): string {
  const numbers = ranges.map(({ first, last }) => (first === last ? first : `${first} to ${last}`));
  const shown = numbers.length === 0 ? '' : ` (${numbers.join(', ')})`;
  return isThisLedger
    ? `${folder} holds ${month} as issued by this ledger, which does not know it: it is an older copy${shown}`
    : `${folder} holds ${month} as issued by another ledger${shown}`;
}

/** Says why a month is not closed: each finding that stops it, and what to do. */
export function describeStops(month: BillingMonth, stops: readonly PreflightFinding[]): string {
  const codes = stops.map(({ code }) => code).join(',');
  return [
    `${month} is not closed, because ${stops.length === 1 ? 'a finding stops it' : `${stops.length} findings stop it`}:`,
    ...stops.map(({ code, message, next }) => `  ${code}: ${message}; ${next}`),
    `If this is as it should be, repeat the command with --accept ${codes}`,
  ].join('\n');
}

/** The most names that a message lists. */
const NAMES_SHOWN = 5;

function listed(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  return more > 0 ? `${names.slice(0, NAMES_SHOWN).join(', ')} and ${more} more` : names.join(', ');
}

/** Adds up sums by currency, in order of currency. */
export function added(sums: readonly MoneySum[]): MoneySum[] {
  const byCurrency = new Map<string, MoneySum>();
  for (const { currency, lines, amountMinor } of sums) {
    const so = byCurrency.get(currency) ?? { currency, lines: 0, amountMinor: 0n };
    byCurrency.set(currency, {
      currency,
      lines: so.lines + lines,
      amountMinor: so.amountMinor + amountMinor,
    });
  }
  return [...byCurrency.values()].sort((a, b) => compareCodePoints(a.currency, b.currency));
}

/** `400.00 USD and 90.00 EUR` */
function moneyOf(sums: readonly MoneySum[]): string {
  return sums
    .map(({ amountMinor, currency }) => `${formatAmount(amountMinor, currency)} ${currency}`)
    .join(' and ');
}

function linesOf(sums: readonly MoneySum[]): string {
  const lines = sums.reduce((sum, each) => sum + each.lines, 0);
  return lines === 0 ? 'no order line' : counted(lines, 'order line');
}

/** `2 order lines (400.00 USD)` */
function inWords(sums: readonly MoneySum[]): string {
  return sums.length === 0 ? linesOf(sums) : `${linesOf(sums)} (${moneyOf(sums)})`;
}

function monthsInWords(sums: readonly MonthSum[], withMoney = false): string {
  const months = [...new Set(sums.map(({ month }) => month))].sort();
  const told = months.map((month) =>
    withMoney ? `${month}: ${inWords(added(sums.filter((sum) => sum.month === month)))}` : month,
  );
  if (!withMoney && told.length > 2) return `${told[0]} to ${told.at(-1)}`;
  return withMoney ? listed(told) : told.join(' and ');
}
