import { describe, expect, it } from 'vitest';
import { type ClosedMonth, type LineVersion, wasCounted } from '../../src/billing/cut-over.js';
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

describe('a line that closed months have counted was placed and known at the cut-off of one', () => {
  it.each<readonly [string, readonly LineVersion[], boolean]>([
    ['placed and known in October', [version('Oct 5', 1)], true],
    ['known with the last import before the close', [version('Oct 5', 2)], true],
    ['placed in October, known for November', [version('Oct 5', 3)], true],
    ['known after the last close', [version('Oct 5', 6)], false],
    ['placed at the cut-off', [version('Nov 30 24:00', 1)], false],
    ['placed 1 ms before it', [version('Nov 30 23:59:59.999', 1)], true],
    ['counted in October, then amended to December', [version('Oct 5', 1, 4), version('Dec 5', 4)], true],
    ['amended before any close knew it', [version('Oct 5', 1, 2), version('Dec 5', 2)], false],
    [
      'known to no close while it was current',
      [version('Dec 5', 1, 3), version('Oct 5', 3, 4), version('Dec 6', 4)],
      false,
    ],
    ['placed in November, amended between the closes', [version('Nov 5', 1, 3), version('Dec 5', 3)], false],
  ])('%s', (_, versions, expected) => {
    expect(wasCounted(versions, CLOSED)).toBe(expected);
  });

  it('no month is closed', () => {
    expect(wasCounted([version('Oct 5', 1)], [])).toBe(false);
  });
});
