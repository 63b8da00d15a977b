import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/billing/order.js';
import { type Config, DEFAULT_CONFIG } from '../../src/config/config.js';
import { explainOrder } from '../../src/explain/explanation.js';
import { readOrder } from '../../src/ledger/read-order.js';
import { close, event, importFacts, ledgerWith, order, practice } from '../support/facts.js';

interface Told {
  /** Imported before October's close, and after it. */
  readonly facts: readonly Fact[];
  readonly later?: readonly Fact[];
  /** In an import of its own, after that. */
  readonly last?: readonly Fact[];
  readonly config?: Partial<Config>;
}

/** Order A1 as explained when October is closed and November open: `2026-10 1: why`. */
async function why({ facts, later = [], last = [], config: some = {} }: Told): Promise<string[]> {
  const config = { ...DEFAULT_CONFIG, ...some };
  const ledger = await ledgerWith(facts);
  await close(ledger, '2026-10', { config });
  for (const more of [later, last]) if (more.length > 0) await importFacts(ledger, more, { amend: true });
  const explanation = await readOrder(ledger, 'A1', config, explainOrder);
  return (explanation?.months ?? []).flatMap(({ month, lines, exceptions }) => [
    ...lines.map(({ orderLine, sentence }) => `${month} ${orderLine}: ${sentence}`),
    ...exceptions.map(({ code, sentence }) => `${month} ! ${code}: ${sentence}`),
  ]);
}

const PLACED = order('A1', '2026-10-05');
const CHARGED = '2026-10 1: charged in October because it was placed on Oct 5';
const HELD =
  '2026-10 1: not charged because it was paused on Oct 10 (“late scan”) and not resumed before the cut-off; its limit is Nov 24';

describe('the sentence of an order line names the fact that decided it', () => {
  it.each<[what: string, told: Told, sentences: readonly string[]]>([
    [
      'shipped while paused',
      {
        facts: [PLACED, event('A1', 'paused', '2026-10-10')],
        later: [event('A1', 'shipped', '2026-11-03')],
      },
      [
        HELD,
        '2026-11 1: charged in November because it was shipped while paused on Nov 3; without the pause of Oct 10 it would have been October',
        '2026-11 ! shipped-while-paused: shipped on Nov 3, and it counts: it was paused',
      ],
    ],
    [
      'another pause takes the place of the one that is left out: nothing is said of that',
      {
        facts: [
          PLACED,
          event('A1', 'paused', '2026-10-10'),
          event('A1', 'paused', '2026-10-12', { reason: 'again' }),
        ],
        later: [event('A1', 'resumed', '2026-11-03')],
      },
      [
        HELD,
        '2026-10 ! already-paused: paused on Oct 12, without effect: it was paused already',
        '2026-11 1: charged in November because it was resumed on Nov 3',
      ],
    ],
    [
      'cancelled after the charge',
      { facts: [PLACED], later: [event('A1', 'cancelled', '2026-11-05')] },
      [CHARGED, '2026-11 1: credited because it was cancelled on Nov 5, after INV-000001 had charged it'],
    ],
    [
      'a cancellation that became known late',
      { facts: [PLACED], later: [event('A1', 'cancelled', '2026-10-20')] },
      [
        CHARGED,
        '2026-11 1: credited because it was cancelled on Oct 20, which became known only with import 2, after INV-000001 had charged it',
      ],
    ],
    [
      'a resume that became known late',
      {
        facts: [PLACED, event('A1', 'paused', '2026-10-10')],
        later: [event('A1', 'resumed', '2026-10-20')],
      },
      [
        HELD,
        '2026-11 1: charged late in November: it belongs to October because it was placed on Oct 5, known only since import 2: resumed on Oct 20',
      ],
    ],
    [
      'an order line that became known late',
      { facts: [order('A0', '2026-10-05')], later: [PLACED] },
      [
        '2026-10 1: not charged because the order line was not known yet: it came with import 2 (facts.csv)',
        '2026-11 1: charged late in November: it belongs to October because it was placed on Oct 5, but the order line became known only with import 2 (facts.csv)',
      ],
    ],
    [
      'a late pause that is over already: the charge stands',
      {
        facts: [PLACED],
        later: [event('A1', 'paused', '2026-10-10'), event('A1', 'resumed', '2026-11-03')],
      },
      [
        CHARGED,
        '2026-11 1: nothing to issue: charged in October on INV-000001; by what is known since, it belongs to November, and to the same amount',
      ],
    ],
    [
      'an amended price',
      { facts: [PLACED], later: [order('A1', '2026-10-05', { unitPrice: '80' })] },
      [
        CHARGED,
        '2026-11 1: credited and charged anew because INV-000001 charged 100.00 USD, and it comes to 80.00 USD, known only since import 2 (facts.csv): order line 1 amended: unit price 100.00 USD -> 80.00 USD',
      ],
    ],
    [
      'an amended price, and a shipment with it',
      {
        facts: [PLACED],
        later: [order('A1', '2026-10-05', { unitPrice: '80' }), event('A1', 'shipped', '2026-11-02')],
      },
      [
        CHARGED,
        '2026-11 1: credited and charged anew because INV-000001 charged 100.00 USD, and it comes to 80.00 USD, known only since import 2 (facts.csv): order line 1 amended: unit price 100.00 USD -> 80.00 USD',
      ],
    ],
    [
      'an amended price, a description and a shipment after it',
      {
        facts: [PLACED],
        later: [order('A1', '2026-10-05', { unitPrice: '80' })],
        last: [
          order('A1', '2026-10-05', { unitPrice: '80', description: 'crown' }),
          event('A1', 'shipped', '2026-11-02'),
        ],
      },
      [
        CHARGED,
        '2026-11 1: credited and charged anew because INV-000001 charged 100.00 USD, and it comes to 80.00 USD, known only since import 2 (facts.csv): order line 1 amended: unit price 100.00 USD -> 80.00 USD',
      ],
    ],
    [
      'a resume that became known late, and a shipment after it',
      {
        facts: [PLACED, event('A1', 'paused', '2026-10-10')],
        later: [event('A1', 'resumed', '2026-10-20')],
        last: [event('A1', 'shipped', '2026-11-20')],
      },
      [
        HELD,
        '2026-11 1: charged late in November: it belongs to October because it was placed on Oct 5, known only since import 2: resumed on Oct 20',
      ],
    ],
    [
      'a pause that moved past the cut-off',
      {
        facts: [PLACED, event('A1', 'paused', '2026-10-10', { eventId: 'E1' })],
        later: [event('A1', 'paused', '2026-11-10', { eventId: 'E1' })],
      },
      [
        HELD,
        '2026-11 1: charged late in November: it belongs to October because it was placed on Oct 5, known only since import 2: the pause of Oct 10 amended to paused on Nov 10',
      ],
    ],
    [
      'the limit ends the order',
      {
        facts: [PLACED, event('A1', 'paused', '2026-10-10')],
        later: [event('A1', 'resumed', '2026-11-28')],
        config: { afterLimit: 'delete' },
      },
      [
        HELD,
        '2026-11 1: not charged, and never will be, because the pause of Oct 10 reached its limit of Nov 24, which deletes an order',
        '2026-11 ! deleted-by-limit: paused on Oct 10, and it counts: the pause reached its limit, which deleted the order',
        '2026-11 ! order-ended: resumed on Nov 28, without effect: the order had ended',
      ],
    ],
    [
      'several lines, one of them placed later while the order is paused',
      {
        facts: [PLACED],
        later: [event('A1', 'paused', '2026-11-05'), order('A1', '2026-11-10', { line: 2, unitPrice: '40' })],
      },
      [
        CHARGED,
        '2026-11 1: nothing to issue: charged in October on INV-000001; the pause of Nov 5 began after the cut-off of October and changes nothing',
        '2026-11 2: not charged because it was paused on Nov 5 (“late scan”) and not resumed before the cut-off; its limit is Dec 20',
      ],
    ],
    [
      'charged by the earlier system, and cancelled since',
      { facts: [order('A1', '2026-09-05')], later: [event('A1', 'cancelled', '2026-11-05')] },
      [
        "2026-10 1: not charged here: it belongs to September, before October, the first month of this ledger, so the lab's earlier system charged it",
        "2026-11 1: not charged here: it belongs to September, before October, the first month of this ledger, so the lab's earlier system charged it",
        "2026-11 ! charged-before-ledger: cancelled on Nov 5, and it counts: the lab's earlier system charged it, so the credit is that one's",
      ],
    ],
    [
      'only events are known',
      { facts: [order('A0', '2026-10-05'), event('A1', 'shipped', '2026-10-10')] },
      ['2026-10 ! unknown-order: shipped on Oct 10, without effect: no line of the order was known'],
    ],
  ])('%s', async (_, told, sentences) => {
    expect(await why(told)).toEqual(sentences);
  });

  it('says the time of an event on the day of the cut-off, on the clock of the practice', async () => {
    const facts = [
      practice('P1', { timeZone: 'Asia/Tokyo' }),
      PLACED,
      event('A1', 'paused', '2026-10-31T15:00:00Z'),
    ];
    expect(await why({ facts })).toContain(
      '2026-10 1: charged in October because it was placed on Oct 5; the pause of Nov 1 00:00 began at the cut-off, not before it',
    );
  });
});

describe('the months of a record', () => {
  const months = async (facts: readonly Fact[], closed: readonly string[]) => {
    const ledger = await ledgerWith(facts);
    for (const month of closed) await close(ledger, month);
    const read = await readOrder(ledger, 'A1', DEFAULT_CONFIG, (record) =>
      record.months.map(({ month, isClosed }) => `${month} ${isClosed ? 'closed' : 'open'}`),
    );
    return read ?? [];
  };

  it('begin with the first fact, and end with the last close if nothing is left to do', async () => {
    expect(await months([PLACED], ['2026-09', '2026-10', '2026-11'])).toEqual([
      '2026-10 closed',
      '2026-11 closed',
    ]);
  });

  it('go on while the order is held', async () => {
    const paused = [PLACED, event('A1', 'paused', '2026-10-10')];
    expect(await months(paused, ['2026-10'])).toEqual(['2026-10 closed', '2026-11 open']);
  });

  it('go on to the last fact, and no more than a year ahead', async () => {
    expect(await months([PLACED, event('A1', 'shipped', '2027-01-10')], ['2026-10'])).toEqual([
      '2026-10 closed',
      '2026-11 open',
      '2026-12 open',
      '2027-01 open',
    ]);
    const far = [PLACED, event('A1', 'paused', '2026-10-10'), event('A1', 'resumed', '2050-01-10')];
    expect((await months(far, ['2026-10'])).at(-1)).toBe('2027-11 open');
  });

  it('begin with its placement if no month is closed', async () => {
    expect(await months([PLACED], [])).toEqual(['2026-10 open']);
  });

  it('are none if no fact names the order', async () => {
    const ledger = await ledgerWith([PLACED]);
    expect(await readOrder(ledger, 'A2', DEFAULT_CONFIG, explainOrder)).toBe(undefined);
  });
});
