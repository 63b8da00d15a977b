/** A few months of a lab with something of everything: what an audit or a fault is tried on. */
import type { Fact } from '../../src/billing/order.js';
import { event, order, practice } from './facts.js';

export interface MonthOfFacts {
  readonly month: string;
  readonly facts: readonly Fact[];
  readonly amend: boolean;
}

/** October to December: deferrals, a late pause, a cancellation, an amended price, a retraction, two currencies and zones. */
export function severalMonths(): MonthOfFacts[] {
  return [
    {
      month: '2026-10',
      amend: false,
      facts: [
        practice('P1'),
        practice('P2', { timeZone: 'Europe/Stockholm' }),
        ...Array.from({ length: 60 }, (_, i) =>
          order(`A${100 + i}`, `2026-10-${String(1 + (i % 28)).padStart(2, '0')}`, {
            practiceId: i % 3 === 0 ? 'P2' : 'P1',
            description: `line ${i} of the month`,
            unitPrice: String(50 + i),
          }),
        ),
        order('B1', '2026-09-05'),
        order('B2', '2026-10-05', { currency: 'EUR' }),
        event('A100', 'paused', '2026-10-10', { eventId: 'E1' }),
        event('A101', 'paused', '2026-10-11', { eventId: 'E2' }),
        event('A102', 'shipped', '2026-10-12'),
        event('A102', 'paused', '2026-10-13'),
        event('unknown', 'paused', '2026-10-13'),
      ],
    },
    {
      month: '2026-11',
      amend: true,
      facts: [
        event('A100', 'resumed', '2026-11-03'),
        event('A103', 'cancelled', '2026-11-04'),
        event('A104', 'paused', '2026-10-20', { eventId: 'E3' }),
        event('A101', 'retracted', '2026-10-11', { eventId: 'E2' }),
        order('A105', '2026-10-06', { unitPrice: '49.50', practiceId: 'P1' }),
        ...Array.from({ length: 30 }, (_, i) => order(`C${100 + i}`, '2026-11-15', { practiceId: 'P1' })),
      ],
    },
    {
      month: '2026-12',
      amend: true,
      facts: [
        event('A104', 'resumed', '2026-12-02'),
        practice('P1', { name: 'P1 Dental Group' }),
        order('D1', '2026-12-15'),
      ],
    },
  ];
}
