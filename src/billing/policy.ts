/** The settings on which the rules depend. A ledger's first close fixes them (docs/rules.md section 3). */
import type { Rounding } from './money.js';

export interface Policy {
  /** The number of calendar days that an order may stay paused. */
  readonly pauseLimitDays: number;
  /** The effect of a passed limit: the order is listed as slated, or it ends as deleted. */
  readonly afterLimit: 'slate' | 'delete';
  /** Product codes that keep an order from being paused. */
  readonly notPausable: readonly string[];
  readonly rounding: Rounding;
  /** If true, a shipped order may still be cancelled or deleted. That is a return, and it is credited. */
  readonly creditAfterShipment: boolean;
}
