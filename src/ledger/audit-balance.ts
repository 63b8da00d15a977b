/**
 * Audits the result of a month. It bills the month again from the facts that its close knew, and compares the documents line for line,
 * the held lines, the exceptions and the terms of the balance. Seals cannot show this: they only cover what was written.
 */
import { createHash } from 'node:crypto';
import type { BillingMonth } from '../billing/billing-month.js';
import { formatAmount } from '../billing/money.js';
import type { MonthView } from '../billing/month-view.js';
import type { Config } from '../config/config.js';
import { Failure, type Finding } from '../errors/failure.js';
import { draftMonth } from './draft-month.js';
import type { Ledger } from './ledger.js';
import { ordersOfSeveralVersions } from './order-facts.js';
import { readMonth } from './read-month.js';

/** @returns the differences between the closed month and the same month billed again */
export async function auditBalance(ledger: Ledger, month: BillingMonth): Promise<Finding[]> {
  const { config, lastImport, ...recorded } = await readMonth(ledger, month, (view) => ({
    ...stateOf(view),
    config: view.config as unknown as Config,
    lastImport: view.lastImport,
  }));
  // Without an import there were no facts to bill.
  if (lastImport === 0) return [];
  try {
    // What the closes before carried forward is not relied on: an earlier version left orders out.
    const also = ordersOfSeveralVersions(ledger.db, lastImport);
    const anew = await draftMonth(ledger, month, config, stateOf, { knownAt: lastImport, also });
    return [...differences(month, recorded, anew)];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [{ place: month, message: `cannot be billed again from its facts: ${error.message}` }];
  }
}

interface MonthState {
  readonly terms: Terms;
  /** The hash of each part of the month, by the part's name. */
  readonly parts: ReadonlyMap<string, string>;
}

function stateOf(view: MonthView): MonthState {
  const parts = new Map<string, string>();
  for (const document of view.documents()) {
    // `auditSeries` checks numbers and keys.
    const { key: _key, documentNumber: _number, ...stated } = document;
    const hash = createHash('sha256').update(JSON.stringify(stated));
    for (const { bytes } of view.blocksOf(document)) hash.update(bytes);
    parts.set(`the document of ${document.practiceId} in ${document.currency}`, hash.digest('hex'));
  }
  for (const [name, rows] of [
    ['its held lines', view.heldLines()],
    ['its exceptions', view.exceptions()],
    ['its lines of the earlier system', [view.linesBeforeLedger()]],
  ] as const) {
    const hash = createHash('sha256');
    for (const row of rows) hash.update(JSON.stringify(row));
    parts.set(name, hash.digest('hex'));
  }
  return { terms: termsOf(view), parts };
}

type Terms = ReadonlyMap<string, string>;

/** Returns each term's lines and amount, by currency and name. */
function termsOf(view: MonthView): Terms {
  return new Map(
    [...view.reconciliation()]
      // A currency without any line has no rows.
      .filter(({ lines, amountMinor }) => lines !== 0 || amountMinor !== 0n)
      .map(({ currency, term, lines, amountMinor }) => [
        `${currency} ${term}`,
        `${lines} lines, ${formatAmount(amountMinor, currency)}`,
      ]),
  );
}

function* differences(month: BillingMonth, was: MonthState, is: MonthState): Generator<Finding> {
  yield* differingTerms(month, was.terms, is.terms);
  for (const part of new Set([...was.parts.keys(), ...is.parts.keys()])) {
    if (was.parts.get(part) === is.parts.get(part)) continue;
    const text = !is.parts.has(part)
      ? `holds ${part}, but its facts give none`
      : was.parts.has(part)
        ? `${part}: differs from what its facts give`
        : `lacks ${part}, which its facts give`;
    yield { place: month, message: text };
  }
}

function* differingTerms(month: BillingMonth, recorded: Terms, anew: Terms): Generator<Finding> {
  for (const term of new Set([...recorded.keys(), ...anew.keys()])) {
    const [was = 'nothing', is = 'nothing'] = [recorded.get(term), anew.get(term)];
    if (was !== is)
      yield { place: month, message: `its balance has ${term} ${was}, but its facts come to ${is}` };
  }
}
