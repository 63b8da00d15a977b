import { describe, expect, it } from 'vitest';
import { type ClosedMonth, type LineVersion, lastCountedIn } from '../../src/billing/cut-over.js';
import { instant, newYork } from '../support/notation.js';

const calendar = newYork();
/** October was closed after import 2, November after import 5. */
const CLOSED: readonly ClosedMonth[] = [
  { month: '2026-10', lastImport: 2 },
  { month: '2026-11', lastImport: 5 },
];

/** A version placed then, known from one import until another. */
const version = (placed: string, knownFrom: number, knownUntil = Number.POSITIVE_INFINITY): LineVersion => ({
  placedAt: instant(placed),
  knownFrom,
  knownUntil,
  calendar,
});

describe('the last closed month that counted a line: at its cut-off it was placed and known', () => {
  it.each<readonly [string, readonly LineVersion[], string | undefined]>([
    ['placed and known in October', [version('Oct 5', 1)], '2026-11'],
    ['known with the last import before the close', [version('Oct 5', 2)], '2026-11'],
    ['known with the last import before the last close', [version('Oct 5', 5)], '2026-11'],
    ['placed in October, known for November', [version('Oct 5', 3)], '2026-11'],
    ['known after the last close', [version('Oct 5', 6)], undefined],
    ['placed at the cut-off', [version('Nov 30 24:00', 1)], undefined],
    ['placed 1 ms before it', [version('Nov 30 23:59:59.999', 1)], '2026-11'],
    [
      'counted in October, then amended to December',
      [version('Oct 5', 1, 4), version('Dec 5', 4)],
      '2026-10',
    ],
    ['amended before any close knew it', [version('Oct 5', 1, 2), version('Dec 5', 2)], undefined],
    [
      'known to no close while it was current',
      [version('Dec 5', 1, 3), version('Oct 5', 3, 4), version('Dec 6', 4)],
      undefined,
    ],
    [
      'placed in November, amended between the closes',
      [version('Nov 5', 1, 3), version('Dec 5', 3)],
      undefined,
    ],
  ])('%s', (_, versions, expected) => {
    expect(lastCountedIn(versions, CLOSED)).toBe(expected);
  });

  it('no month is closed', () => {
    expect(lastCountedIn([version('Oct 5', 1)], [])).toBeUndefined();
  });
});
