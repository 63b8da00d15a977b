/** The findings of a preflight that a person accepted, stored with the closed month. */
import type { BillingMonth } from '../billing/billing-month.js';
import {
  type AcceptedFinding,
  FINDING_CODES,
  type FindingCode,
  type PreflightFinding,
} from '../billing/finding.js';
import type { Connection } from './connect.js';

/** Stores the accepted findings. They never change. */
export function recordAccepted(
  db: Connection,
  month: BillingMonth,
  findings: readonly PreflightFinding[],
): void {
  const insert = db.prepare('INSERT INTO accepted_findings (month, code, sums, message) VALUES (?, ?, ?, ?)');
  for (const { code, sums, message } of findings) {
    const told = sums.map(({ currency, lines, amountMinor }) => [currency, lines, String(amountMinor)]);
    insert.run(month, code, JSON.stringify(told), message);
  }
}

/** Returns the accepted findings in the order of FINDING_CODES. */
export function acceptedOf(db: Connection, month: BillingMonth): AcceptedFinding[] {
  const rows = db
    .prepare<[string], { code: FindingCode; sums: string; message: string }>(
      'SELECT code, sums, message FROM accepted_findings WHERE month = ?',
    )
    .all(month);
  return rows
    .map(({ code, sums, message }) => ({
      code,
      sums: (JSON.parse(sums) as [string, number, string][]).map(([currency, lines, amount]) => ({
        currency,
        lines,
        amountMinor: BigInt(amount),
      })),
      message,
    }))
    .sort((a, b) => FINDING_CODES.indexOf(a.code) - FINDING_CODES.indexOf(b.code));
}
