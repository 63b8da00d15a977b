/** The settings that the rules themselves depend on; a ledger's first close fixes them (docs/rules.md section 3). */
import type { Rounding } from './money.js';

export interface Policy {
  /** Calendar days that an order may stay paused. */
  readonly pauseLimitDays: number;
  /** What a passed limit does: the order is listed as slated, or ended as deleted. */
  readonly afterLimit: 'slate' | 'delete';
  /** Product codes whose orders cannot be paused. */
  readonly notPausable: readonly string[];
  readonly rounding: Rounding;
  /** Whether what has shipped may still be cancelled or deleted, and is credited then: a return. */
  readonly creditAfterShipment: boolean;
}
