/** Compares a month with each practice's last closed month: the largest changes, and those marked for review. */
import type { Comparison } from '../month/export-month.js';
import { table } from './table.js';

const MOST_CHANGES = 5;

/** Returns the lines for the printed summary; none in a ledger's first month. */
export function comparisonLines({
  comparedCount,
  firstTimeCount,
  reviewChangePercent,
  changes,
}: Comparison): string[] {
  if (comparedCount === 0) return [];
  const shown = changes.slice(0, MOST_CHANGES);
  const largest = shown.length < changes.length ? `, the ${shown.length} largest` : '';
  const lines = [
    `  against the last closed month: ${changes.length} changed${largest}, ${comparedCount - changes.length} the same, ${firstTimeCount} new`,
  ];
  if (shown.length > 0) lines.push(changeTable(shown).replace(/^/gm, '    '));
  const marked = changes.filter(({ needsReview }) => needsReview).length;
  if (reviewChangePercent !== null)
    lines.push(`  to review, changed by more than ${reviewChangePercent} %: ${marked}`);
  return lines;
}

function changeTable(changes: Comparison['changes']): string {
  return table(
    ['practice', 'last closed', 'total then', 'total now', 'change', '%', '', ''],
    changes.map(
      ({ practiceId, lastClosedMonth, totalThen, total, change, changePercent, currency, needsReview }) => [
        practiceId,
        lastClosedMonth,
        totalThen,
        total,
        change,
        changePercent ?? 'from 0',
        currency,
        needsReview ? 'review' : '',
      ],
    ),
  );
}
