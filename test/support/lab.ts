/** The real pipeline in memory: facts into a temporary ledger, months closed, and what came of them as plain rows. */
import type { BillingMonth } from '../../src/billing/billing-month.js';
import type { MonthView } from '../../src/billing/month-view.js';
import type { Fact } from '../../src/billing/order.js';
import { type Config, DEFAULT_CONFIG } from '../../src/config/config.js';
import { closeMonth } from '../../src/ledger/close.js';
import { withImport } from '../../src/ledger/import.js';
import { type Ledger, temporaryLedger } from '../../src/ledger/ledger.js';
import { readMonth } from '../../src/ledger/read-month.js';
import { ALL_BUT_EXCEPTIONS } from './facts.js';
import { amends, MONTHS, type Scenario } from './histories.js';
import type { Row } from './model.js';

/** Any month of the tests is over by then. */
const LATER = Date.parse('2100-01-01T00:00:00Z');

export async function withLedger<T>(work: (ledger: Ledger) => Promise<T>): Promise<T> {
  const ledger = temporaryLedger();
  try {
    return await work(ledger);
  } finally {
    ledger.close();
  }
}

/** Imports the facts at once; conflicts throw. */
export async function importFacts(ledger: Ledger, facts: readonly Fact[], amend: boolean): Promise<void> {
  await withImport(ledger, { amend, now: 0, defaultCurrency: 'USD' }, async ({ taker }) => {
    for (const fact of facts) {
      const taken = taker.take({ ...fact, place: () => ({ line: 1, column: 1 }) }, 'facts');
      if (typeof taken !== 'string') throw new Error(`${taken.field}: ${taken.message.text}`);
    }
    const [problem] = taker.problemsAtEnd();
    if (problem !== undefined) throw new Error(problem.message);
  });
}

/** @param lastMonth of those that are closed in one go */
export async function close(
  ledger: Ledger,
  month: BillingMonth,
  config: Config,
  lastMonth = month,
): Promise<void> {
  await closeMonth(ledger, month, lastMonth, {
    config,
    asOf: LATER,
    catchUp: true,
    strict: false,
    accept: ALL_BUT_EXCEPTIONS,
    now: 0,
  });
}

/** Imports each month's facts and closes it; hands every closed month to `take`. */
export async function bill(
  ledger: Ledger,
  scenario: Scenario,
  take: (month: string, index: number, config: Config) => Promise<void> | void = () => {},
): Promise<void> {
  for (const [index, month] of MONTHS.entries()) {
    const config = configOf(scenario, index);
    const facts = scenario.batches[index] ?? [];
    if (facts.length > 0) await importFacts(ledger, facts, amends(scenario, index));
    await close(ledger, month, config);
    await take(month, index, config);
  }
}

export const configOf = ({ configs }: Scenario, index: number): Config => configs[index] ?? DEFAULT_CONFIG;

/** What a month issued and listed. */
export interface Billed {
  readonly documents: readonly Row[];
  readonly lines: readonly Row[];
  readonly held: readonly Row[];
  readonly exceptions: readonly Row[];
}

export async function billedMonth(ledger: Ledger, month: BillingMonth): Promise<Billed> {
  return readMonth(ledger, month, rowsOf);
}

export function rowsOf(view: MonthView): Billed {
  const documents = [...view.documents()];
  return {
    documents: documents.map(
      ({ key: _, practiceName: __, issueDate: ___, dueDate: ____, totals, billTo, ...document }) => ({
        ...document,
        billTo: JSON.stringify(billTo),
        ...totals,
      }),
    ),
    lines: documents.flatMap((document) =>
      [...view.linesOf(document)].map(({ description: _, patientRef: __, ...line }) => ({
        documentNumber: document.documentNumber,
        practiceId: document.practiceId,
        currency: document.currency,
        lineNumber: line.lineNumber,
        lineType: line.lineType,
        reason: line.reason,
        orderId: line.orderId,
        orderLine: line.orderLine,
        product: line.product,
        quantity: line.quantity,
        unitPrice: line.unitPrice,
        amountMinor: line.amountMinor,
        placedOn: line.placedOn,
        deferredFrom: line.deferredFrom,
        resumedOn: line.resumedOn,
        serviceMonth: line.serviceMonth,
        corrects: line.corrects,
      })),
    ),
    held: [...view.heldLines()].map((line) => ({ ...line })),
    exceptions: [...view.exceptions()].map((exception) => ({ ...exception })),
  };
}
