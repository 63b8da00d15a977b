/** The picture of an order's timeline: what is marked in which month, worked out by hand; and the page that it stands on. */
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/billing/order.js';
import { type Config, DEFAULT_CONFIG } from '../../src/config/config.js';
import { explain } from '../../src/month/explain-order.js';
import { isExplainedPage } from '../../src/output/lines-html.js';
import { orderHtml } from '../../src/output/order-html.js';
import { orderPicture } from '../../src/output/order-picture.js';
import { close, event, importFacts, ledgerWith, order } from '../support/facts.js';

/** Closes a month after each import, from October 2026 on, and explains the order A1. */
async function explained(imports: readonly (readonly Fact[])[], some: Partial<Config> = {}) {
  const config = { ...DEFAULT_CONFIG, ...some };
  const ledger = await ledgerWith();
  const months = ['2026-10', '2026-11', '2026-12', '2027-01'];
  for (const [index, facts] of imports.entries()) {
    await importFacts(ledger, facts);
    await close(ledger, months[index] ?? '', { config });
  }
  const explanation = await explain(ledger, 'A1', config);
  ledger.close();
  return explanation;
}

/** Each month with its marks in short: `2026-10: placed Oct 5 line 1 placed; event Oct 10 paused; standing deferred`. */
async function bandsOf(...given: Parameters<typeof explained>): Promise<string[]> {
  const { bands } = orderPicture(await explained(...given));
  return bands.map(
    ({ label, marks }) => `${label}: ${marks.map((mark) => `${mark.sign} ${mark.label}`).join('; ')}`,
  );
}

/** The bars in short, by their days: `paused Oct 10 to Nov 3`. */
async function barsOf(...given: Parameters<typeof explained>): Promise<string[]> {
  const { bars } = orderPicture(await explained(...given));
  const day = (at: number) => new Date(at).toISOString().slice(5, 10);
  return bars.map(({ from, to, state }) => `${state} ${day(from)} to ${day(to)}`);
}

const PAUSED = [order('A1', '2026-10-05'), event('A1', 'paused', '2026-10-10')];
const RESUMED = [event('A1', 'resumed', '2026-11-03')];

describe('the months and their marks', () => {
  it('an order that was never paused', async () => {
    expect(await bandsOf([[order('A1', '2026-10-05'), event('A1', 'shipped', '2026-10-20')]])).toEqual([
      '2026-10: placed Oct 5 line 1 placed; event Oct 20 shipped; charge charge 100.00 USD',
    ]);
  });

  it('paused in October, resumed in November, and what was left of its 45 days', async () => {
    expect(await bandsOf([PAUSED, RESUMED])).toEqual([
      '2026-10: placed Oct 5 line 1 placed; event Oct 10 paused; standing deferred',
      '2026-11: event Nov 3 resumed; limit Nov 24 limit; charge charge 100.00 USD',
    ]);
  });

  it('a month that is still open, and a limit beyond those that are told', async () => {
    expect(await bandsOf([PAUSED])).toEqual([
      '2026-10: placed Oct 5 line 1 placed; event Oct 10 paused; standing deferred',
      '(2026-11): limit Nov 24 limit; standing slated',
    ]);
    expect((await bandsOf([[order('A1', '2026-10-05'), event('A1', 'paused', '2026-10-30')]])).at(-1)).toBe(
      'later: limit Dec 14 2026 limit',
    );
  });

  it('paused past its limit', async () => {
    expect(await bandsOf([PAUSED, [], []])).toContain('2026-12: standing slated');
  });

  it('deleted by its limit', async () => {
    expect((await bandsOf([PAUSED, []], { afterLimit: 'delete' })).slice(1)).toEqual([
      '2026-11: limit Nov 24 limit: deleted; standing ended',
    ]);
  });

  it('credited when the pause became known, charged again when it was over, then cancelled', async () => {
    const cancelled = [event('A1', 'cancelled', '2027-01-02')];
    expect(
      await bandsOf([
        [order('A1', '2026-10-05')],
        [event('A1', 'paused', '2026-10-30')],
        [event('A1', 'resumed', '2026-12-08')],
        cancelled,
      ]),
    ).toEqual([
      '2026-10: placed Oct 5 line 1 placed; event Oct 30 paused; charge charge 100.00 USD',
      '2026-11: credit credit -100.00 USD',
      '2026-12: event Dec 8 resumed; limit Dec 14 limit; charge charge 100.00 USD',
      '2027-01: event Jan 2 cancelled; credit credit -100.00 USD',
    ]);
  });

  it('several lines: those placed or issued at once are one mark', async () => {
    const lines = [1, 2].map((line) => order('A1', '2026-10-05', { line }));
    const euro = order('A1', '2026-10-07', { line: 3, currency: 'EUR' });
    expect(await bandsOf([[...lines, euro]])).toEqual([
      '2026-10: placed Oct 5 2 lines placed; placed Oct 7 line 3 placed; charge charge 200.00 USD; charge charge 100.00 EUR',
    ]);
  });

  it('aligners: the pause has no effect', async () => {
    const aligners = order('A1', '2026-10-05', { product: 'aligners' });
    expect(await bandsOf([[aligners, event('A1', 'paused', '2026-10-10')]])).toEqual([
      '2026-10: placed Oct 5 line 1 placed; void Oct 10 paused, no effect; charge charge 100.00 USD',
    ]);
  });

  it('a fact that came before the first month', async () => {
    expect(await bandsOf([[order('A1', '2026-09-05')]])).toEqual([
      'earlier: placed Sep 5 2026 line 1 placed',
      '2026-10: standing elsewhere',
    ]);
  });

  it('an order of which no line is known', async () => {
    expect(await bandsOf([[event('A1', 'shipped', '2026-10-20')]])).toEqual([
      '2026-10: void Oct 20 shipped, no effect',
    ]);
  });
});

describe('the bars', () => {
  it('run from the placement, one for each state', async () => {
    expect(await barsOf([PAUSED, RESUMED])).toEqual([
      'active 10-05 to 10-10',
      'paused 10-10 to 11-03',
      'active 11-03 to 12-01',
    ]);
  });

  it('a pause is another bar past its limit', async () => {
    expect((await barsOf([PAUSED, [], []])).slice(1)).toEqual([
      'paused 10-10 to 11-24',
      'past 11-24 to 02-01',
    ]);
  });

  it('an order that has ended has none', async () => {
    expect(await barsOf([[order('A1', '2026-10-05'), event('A1', 'cancelled', '2026-10-07')]])).toEqual([
      'active 10-05 to 10-07',
    ]);
  });

  it('a limit within the next pause is not told: it is not that one’s', async () => {
    const again = [...RESUMED, event('A1', 'paused', '2026-11-20'), event('A1', 'resumed', '2026-11-28')];
    expect(orderPicture(await explained([PAUSED, again])).limits).toEqual([]);
  });
});

describe('the page', () => {
  it('has a picture with a title and a description, and a table with a row for each mark', async () => {
    const page = orderHtml(await explained([PAUSED, RESUMED]));
    expect(page).toContain('<title id="timeline-1-title">Timeline of order A1</title>');
    expect(page).toContain(
      '<desc id="timeline-1-description">2026-10: Oct 5 line 1 placed, Oct 10 paused, deferred; 2026-11: Nov 3 resumed, ',
    );
    expect([...page.matchAll(/<tr><th scope="row" class="fixed" data-name="When">([^<]*)/g)].length).toBe(6);
    expect(page).toContain('charge of line 1 on INV-000001 to P1</td>');
    expect(page).toContain('Charged in November because it was resumed on Nov 3;');
  });

  it('is the same each time, and known for what it is', async () => {
    const page = orderHtml(await explained([PAUSED, RESUMED]));
    expect(orderHtml(await explained([PAUSED, RESUMED]))).toBe(page);
    expect(isExplainedPage(page)).toBe(true);
    expect(isExplainedPage(page.replace('<title>Order A1', '<title>Month end 2026-10'))).toBe(false);
  });

  it('runs nothing and loads nothing, whatever a reason holds', async () => {
    const reason = '<script src="https://example.com/x.js">';
    const page = orderHtml(
      await explained([[...PAUSED.slice(0, 1), event('A1', 'paused', '2026-10-10', { reason })]]),
    );
    expect(page).not.toMatch(/<script|<link|<img|\bsrc="/);
  });

  it('a long history comes in pieces that fit a sheet, with every mark once', async () => {
    const explanation = await explained([PAUSED, RESUMED]);
    const [month] = explanation.months;
    if (month === undefined) throw new Error('no month');
    const events = Array.from({ length: 40 }, (_, index) => ({
      event: 'shipped' as const,
      at: month.start + (index + 1) * 86_400_000 * 0.7,
      eventId: '',
      reason: '',
      effect: 'none' as const,
      exceptions: [],
    }));
    const page = orderHtml({ ...explanation, events: [...explanation.events, ...events] });
    const heights = [...page.matchAll(/<svg class="chart" width="100%" height="(\d+)"/g)].map(([, text]) =>
      Number(text),
    );
    expect(heights.length).toBe(2);
    expect(page.match(/class="sign void"/g)?.length).toBe(40 + 1);
  });
});
