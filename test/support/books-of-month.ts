/** A whole month as accounting systems take it: held to its summary.csv, and to the rules of UBL. */
import { expect } from 'vitest';
import type { MonthView } from '../../src/billing/month-view.js';
import { type By, TARGET_NAMES, type TargetName, targetOf } from '../../src/books/targets.js';
import type { BooksSettings } from '../../src/config/config.js';
import { toCsv } from '../../src/output/csv.js';
import { SUMMARY_COLUMNS } from '../../src/output/summary-csv.js';
import { BOOKS, checkedInMemory, exact, exportedInMemory, readBack, rowsOfCsv } from './books.js';
import { faultsOf } from './en16931.js';

const WAYS = TARGET_NAMES.flatMap((target) =>
  targetOf(target).by.map((by): [TargetName, By] => [target, by]),
);

/** Reads back every export of a month. @returns the ways that were refused, and what for */
export function holdToSummary(view: MonthView): string[] {
  const style = { bom: false, lineEnding: 'lf', formulaGuard: false } as const;
  const summary = rowsOfCsv([...toCsv(SUMMARY_COLUMNS, view.documents(), style)].join(''));
  const refused: string[] = [];
  for (const [target, by] of WAYS) {
    const where = `${view.month} to ${target} by ${by}`;
    const checked = checkedInMemory(view, { target, by });
    if (checked.refusals.length > 0) {
      refused.push(...checked.refusals.map((why) => `${target}: ${why}`));
      continue;
    }
    const { files, sums } = exportedInMemory(view, { target, by }, checked);
    const read = readBack(target, files);
    const expected = summary.filter(
      ({ document_number = '', total = '' }) =>
        !checked.leftOut.includes(document_number) &&
        // A journal has no rows of nothing; what it has of a document of zero is in balance.
        !(target === 'journal' && exact(total) === 0n),
    );
    const totals = (rows: readonly (readonly [string, string, bigint])[]) => rows.map(String).sort();
    expect(
      totals(
        [...read.values()]
          .filter((each) => target !== 'journal' || each.total !== 0n)
          .map((each) => [each.number, each.currency, each.total]),
      ),
      where,
    ).toEqual(
      totals(expected.map((row) => [row.document_number ?? '', row.currency ?? '', exact(row.total ?? '')])),
    );
    for (const { currency, files: stated, month } of sums) {
      expect(stated, where).toBe(month);
      const sum = [...read.values()]
        .filter((each) => each.currency === currency)
        .reduce((total, each) => total + each.total, 0n);
      expect(sum, where).toBe(exact(month));
    }
    for (const number of checked.leftOut)
      expect(exact(summary.find((row) => row.document_number === number)?.total ?? ''), where).toBe(0n);
    holdRows(view, { target, by, read, where });
  }
  return refused;
}

/** Line for line, and account for account. */
function holdRows(
  view: MonthView,
  {
    target,
    by,
    read,
    where,
  }: { target: TargetName; by: By; read: ReturnType<typeof readBack>; where: string },
): void {
  const byItem = target === 'quickbooks-online' || target === 'netsuite';
  for (const document of view.documents()) {
    const found = read.get(document.documentNumber);
    if (found === undefined) continue;
    const lines = [...view.linesOf(document)];
    const scale = 10n ** BigInt(9 - digitsOf(document.currency));
    const amounts = lines.map(({ amountMinor }) => BigInt(amountMinor) * scale);
    if (by === 'line')
      expect(found.rows, where).toEqual(
        target === 'journal' ? amounts.filter((each) => each !== 0n) : amounts,
      );
    if (target === 'ubl') continue;
    const revenue = new Map<string, bigint>();
    for (const [index, { product }] of lines.entries()) {
      const mapped = product === 'CROWN' ? 0 : /^a.*s$/.test(product) ? 1 : undefined;
      const rule = mapped === undefined ? BOOKS.default : BOOKS.products[mapped];
      const key = (byItem ? rule?.item : rule?.account) ?? '';
      revenue.set(key, (revenue.get(key) ?? 0n) + (amounts[index] ?? 0n));
    }
    const nonZero = (sums: ReadonlyMap<string, bigint>) =>
      [...sums]
        .filter(([, amount]) => amount !== 0n)
        .map(String)
        .sort();
    expect(nonZero(found.revenue), where).toEqual(nonZero(revenue));
  }
}

export const digitsOf = (currency: string) => (currency === 'JPY' ? 0 : currency === 'KWD' ? 3 : 2);

export const OUTSIDE: BooksSettings = BOOKS;
export const EXEMPT: BooksSettings = { ...BOOKS, taxCategory: 'E', exemptionCode: 'VATEX-EU-132-1E' };

/** What is wrong with the documents of a month as UBL, and how many there are. */
export function ublOfMonth(view: MonthView): { faults: string[]; count: number } {
  const faults: string[] = [];
  let count = 0;
  for (const books of [OUTSIDE, EXEMPT]) {
    const request = { target: 'ubl', books } as const;
    const checked = checkedInMemory(view, request);
    if (checked.refusals.length > 0) continue;
    for (const [name, xml] of exportedInMemory(view, request, checked).files) {
      faults.push(...faultsOf(xml).map((fault) => `${view.month} ${name}: ${fault}`));
      count++;
    }
  }
  return { faults, count };
}
