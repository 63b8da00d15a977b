/** A billed month, its lists and the changes of a preview for `--json`, with amounts and instants as the files write them. */
import type { ZoneSpan } from '../billing/clock.js';
import { EXCEPTION_EFFECTS, parseListedEvent } from '../billing/exception.js';
import type { PreflightFinding } from '../billing/finding.js';
import { formatAmount } from '../billing/money.js';
import type { IssuedDocument, ListedException, ListedHeldLine } from '../billing/month-view.js';
import type { ListedOrder } from '../billing/order-amount.js';
import { formatInstant } from '../billing/time-zone.js';
import { comparedColumns, type MonthRow } from '../explain/preview-rows.js';
import type { MonthSummary, ShownFinding } from '../month/export-month.js';
import type { MonthLists } from '../month/month-lists.js';
import type { PreviewChange, PreviewChanges } from '../month/preview-diff.js';
import type {
  JsonDifference,
  JsonException,
  JsonFinding,
  JsonHeldLine,
  JsonMonth,
} from './json-documents.js';

interface ShownMonth extends MonthSummary {
  readonly wasClosed: boolean;
  readonly findings: readonly ShownFinding[];
  readonly folder?: string;
  /** Present only with `--json`. */
  readonly lists?: MonthLists;
}

const NO_LISTS: MonthLists = { documents: [], held: [], exceptions: [] };

export function monthJson({ lists = NO_LISTS, findings, ...month }: ShownMonth): JsonMonth {
  return {
    ...month,
    preflight: findings.map(findingJson),
    documents: lists.documents.map(documentJson),
    held: lists.held.map(heldJson),
    exceptions: lists.exceptions.map(exceptionJson),
  };
}

export function findingJson({
  code,
  level,
  isAccepted,
  sums,
  message,
  next,
}: PreflightFinding & { readonly isAccepted?: boolean }): JsonFinding {
  return {
    code,
    level,
    isAccepted: isAccepted === true,
    sums: sums.map(({ lines, ...sum }) => ({ ...withAmount(sum), lineCount: lines })),
    message,
    next,
  };
}

/** Returns a document with the fields of summary.csv. */
export function documentJson(document: IssuedDocument): JsonMonth['documents'][number] {
  const { key: _, billingMonth: __, billTo: ___, totals, ...names } = document;
  const { lineCount, chargeCount, creditCount, chargesMinor, creditsMinor, totalMinor } = totals;
  return {
    ...names,
    lineCount,
    chargeCount,
    creditCount,
    charges: formatAmount(chargesMinor, document.currency),
    credits: formatAmount(creditsMinor, document.currency),
    total: formatAmount(totalMinor, document.currency),
  };
}

export function heldJson(line: ListedHeldLine): JsonHeldLine {
  return { ...withAmount(line), limitAt: formatInstant(line.limitAt) };
}

export function exceptionJson({
  at,
  amounts,
  line,
  lineAmount,
  ...exception
}: ListedException & ListedOrder): JsonException {
  return {
    ...exception,
    ...(line === undefined ? {} : { orderLine: line }),
    at: formatInstant(at),
    amounts: amounts.map(withAmount),
    ...(lineAmount === undefined ? {} : withAmount(lineAmount)),
    effect: EXCEPTION_EFFECTS[exception.code],
  };
}

/** Replaces the minor units by an amount with the currency's digits. */
export function withAmount<Row extends { readonly amountMinor: bigint | number; readonly currency: string }>(
  row: Row,
): Omit<Row, 'amountMinor'> & { readonly amount: string } {
  const { amountMinor, ...rest } = row;
  return { ...rest, amount: formatAmount(amountMinor, row.currency) };
}

/** Returns the changes of a preview. Their rows come from CSVs: the compared columns become keys. */
export function differenceJson({ against = '', changes }: PreviewChanges): JsonDifference {
  return { against, changes: changes.map(changeJson) as unknown as JsonDifference['changes'] };
}

function changeJson({ list, kind, before, after, columns, causes }: PreviewChange): object {
  const told = comparedColumns(list);
  const rowJson = (row: MonthRow) => {
    const cells = Object.fromEntries(told.map((name) => [keyOf(name), cellOf(name, row)]));
    if (list !== 'exceptions') return cells;
    const { event, line } = parseListedEvent(row.event ?? '');
    return { ...cells, event, ...(line === undefined ? {} : { orderLine: line }) };
  };
  return {
    list,
    kind,
    ...(before === undefined ? {} : { before: rowJson(before) }),
    ...(after === undefined ? {} : { after: rowJson(after) }),
    columns: columns.map(keyOf),
    causes,
  };
}

const INTEGERS: readonly string[] = ['order_line', 'days_paused'];

const cellOf = (name: string, row: MonthRow): string | number =>
  INTEGERS.includes(name) ? Number(row[name]) : (row[name] ?? '');

/** `order_id` -> `orderId` */
const keyOf = (column: string): string =>
  column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Returns the time zones of a practice, in order of time. */
export const zonesJson = (zones: readonly ZoneSpan[]) =>
  zones.map(({ timeZone, since }, index) => ({ timeZone, ...(index === 0 ? {} : { fromMonth: since }) }));
