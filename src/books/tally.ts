/**
 * Sums up an export from the texts that were written, as its target would. Files that do not sum to the month are a fault of the program,
 * and the export is not put in place.
 */
import { amountMinorOf, formatAmount, lineAmount } from '../billing/money.js';

export interface BooksSum {
  readonly currency: string;
  /** The sum of the files. */
  readonly files: string;
  /** The sum of the month's documents. */
  readonly month: string;
}

export interface Tally {
  /** Adds an amount as written. */
  add(currency: string, amount: string, sign?: 1 | -1): void;
  /** Adds a row as written. @throws Error if quantity times unit price is not the amount */
  addRow(row: WrittenRow): void;
  /** Returns the sums by currency. @throws Error if the files do not sum to `totals` */
  against(totals: ReadonlyMap<string, bigint>): BooksSum[];
}

interface WrittenRow {
  readonly currency: string;
  /** Undefined if the target does not multiply. */
  readonly quantity: string | undefined;
  readonly unitPrice: string | undefined;
  /** Undefined if the target multiplies. */
  readonly amount: string | undefined;
  /** −1 in a file of credit notes. */
  readonly sign: 1 | -1;
}

export function createTally(): Tally {
  const sums = new Map<string, bigint>();
  const add: Tally['add'] = (currency, amount, sign = 1) => {
    const minor = amountMinorOf(amount, currency);
    sums.set(currency, (sums.get(currency) ?? 0n) + (sign === 1 ? minor : -minor));
  };
  return {
    add,
    addRow({ currency, quantity, unitPrice, amount, sign }) {
      const product =
        quantity === undefined || unitPrice === undefined
          ? undefined
          : formatAmount(multiplied(quantity, unitPrice, currency), currency);
      if (amount !== undefined && product !== undefined && amount !== product)
        throw new Error(`a row says ${quantity} x ${unitPrice} = ${amount} ${currency}, and not ${product}`);
      add(currency, amount ?? product ?? '', sign);
    },
    against(totals) {
      return [...totals].map(([currency, month]) => {
        const files = sums.get(currency) ?? 0n;
        if (files !== month)
          throw new Error(
            `the files come to ${formatAmount(files, currency)} ${currency}, the month to ${formatAmount(month, currency)}`,
          );
        return { currency, files: formatAmount(files, currency), month: formatAmount(month, currency) };
      });
    },
  };
}

/** Returns minor units. `quantity` may have a sign. */
function multiplied(quantity: string, unitPrice: string, currency: string): number {
  const product =
    lineAmount({ quantity: quantity.replace('-', ''), unitPrice, currency }, 'half-up') ?? Number.NaN;
  return quantity.startsWith('-') ? 0 - product : product;
}
