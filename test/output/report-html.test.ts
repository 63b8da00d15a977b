/** The report's figures, worked out by hand from a small month, and what every page must hold to. */
import { describe, expect, it } from 'vitest';
import { clockIn } from '../../src/billing/clock.js';
import type { IssuedDocument } from '../../src/billing/month-view.js';
import { type ReportSources, reportFigures } from '../../src/output/report-figures.js';
import { reportHtml } from '../../src/output/report-html.js';
import { heldLine, instant, issuedDocument, issuedLine, monthView } from '../support/facts.js';

function documentOf(practiceId: string, chargesMinor: number, changes: Partial<IssuedDocument> = {}) {
  const totals = { ...issuedDocument().totals, chargesMinor, totalMinor: chargesMinor };
  return issuedDocument({ practiceId, practiceName: `${practiceId} Dental`, totals, ...changes });
}

const TERMS = ['opening_held', 'placed_this_month', 'charged', 'closing_deferred'] as const;

const NOVEMBER = { placedOn: '2026-11-05', serviceMonth: '2026-11' };
/** P1's: 70.00 placed in October, 280.00 in November; a credit is no charge. */
const LINES = [
  issuedLine({
    deferredFrom: '2026-10',
    resumedOn: '2026-11-03',
    serviceMonth: '2026-11',
    amountMinor: 7000,
  }),
  issuedLine({ ...NOVEMBER, amountMinor: 28000 }),
  issuedLine({ lineType: 'credit', amountMinor: -500 }),
];

/** November: P1 from 100.00 to 350.00, P2 from 900.00 to nothing, P3 new with 20.00. */
function november(changes: Partial<ReportSources> = {}): ReportSources {
  const view = monthView(
    {
      documents: [documentOf('P1', 35000), documentOf('P3', 2000)],
      held: [
        heldLine({ orderId: 'A2', daysPaused: 15 }),
        heldLine({ orderId: 'A3', daysPaused: 16, limitAt: instant('2026-11-20') }),
        heldLine({ orderId: 'A4', daysPaused: 45 }),
        heldLine({ orderId: 'A5', daysPaused: 45, status: 'slated', amountMinor: 50 }),
      ],
      reconciliation: TERMS.map((term, index) => ({
        currency: 'USD',
        term,
        lines: index + 1,
        amountMinor: BigInt(index) * 1000n,
      })),
      exceptions: [
        { code: 'not-paused', orderId: 'A1', event: 'resumed', eventId: '', at: instant('2026-11-03') },
        { code: 'already-paused', orderId: 'A1', event: 'paused', eventId: '', at: instant('2026-11-04') },
        { code: 'not-paused', orderId: 'A6', event: 'resumed', eventId: '', at: instant('2026-11-05') },
      ],
    },
    {
      month: '2026-11',
      linesOf: ({ practiceId }) =>
        practiceId === 'P1' ? LINES : [issuedLine({ ...NOVEMBER, amountMinor: 2000 })],
    },
  );
  return {
    view,
    documentsBefore: [documentOf('P1', 10000), documentOf('P2', 90000)],
    earlier: [],
    ...changes,
  };
}

describe('the figures', () => {
  const [usd] = reportFigures(november()).currencies;

  it('set the charges of each practice against the month before, the largest change first', () => {
    expect(
      usd?.practices.map(({ practiceId, nowMinor, beforeMinor }) => [practiceId, nowMinor, beforeMinor]),
    ).toEqual([
      ['P2', 0n, 90000n],
      ['P1', 35000n, 10000n],
      ['P3', 2000n, 0n],
    ]);
    expect(usd?.allPractices).toMatchObject({ nowMinor: 37000n, beforeMinor: 100000n });
  });

  it('have every practice in the table, and the first twelve in the picture', () => {
    const documents = Array.from({ length: 20 }, (_, index) => documentOf(`P${index}`, 100 + index));
    const ofMany = reportHtml(november({ view: monthView({ documents }) }));
    for (const { practiceId } of documents) expect(ofMany).toContain(`${practiceId} Dental (${practiceId})`);
    const [, picture] = /<svg class="chart"[^>]*"practices-USD[^>]*>([\s\S]*?)<\/svg>/.exec(ofMany) ?? [];
    expect(picture?.match(/class="value"/g)?.length).toBe(12);
    // 20 now, and P2 of the month before among them.
    expect(ofMany).toContain('The picture shows the first 12 of 20.');
  });

  it('add up charges by product and credits by reason, the largest first', () => {
    const lines = [
      issuedLine({ product: 'crown', amountMinor: 100 }),
      issuedLine({ product: 'veneer', amountMinor: 500 }),
      issuedLine({ product: 'crown', amountMinor: 150 }),
      issuedLine({ lineType: 'credit', reason: 'amended', amountMinor: -10 }),
      issuedLine({ lineType: 'credit', reason: 'cancelled', amountMinor: -70 }),
      issuedLine({ lineType: 'credit', reason: 'amended', amountMinor: -20 }),
    ];
    const [figures] = reportFigures(
      november({ view: monthView({ documents: [documentOf('P1', 750)], lines }) }),
    ).currencies;
    expect(figures?.products).toEqual([
      { label: 'veneer', lines: 1, amountMinor: 500n },
      { label: 'crown', lines: 2, amountMinor: 250n },
    ]);
    expect(figures?.credits).toEqual([
      { label: 'cancelled', lines: 1, amountMinor: -70n },
      { label: 'amended', lines: 2, amountMinor: -30n },
    ]);
  });

  it('set the months of the ledger beside each other, by currency', () => {
    const monthOf = (month: string, documents: readonly IssuedDocument[], heldMinor: bigint) =>
      monthView(
        {
          documents,
          reconciliation: (['charged', 'closing_deferred', 'closing_slated'] as const).map((term) => ({
            currency: 'USD',
            term,
            lines: 1,
            amountMinor: heldMinor,
          })),
        },
        { month },
      );
    const euro = documentOf('P1', 700, { currency: 'EUR' });
    const credited = documentOf('P2', 0);
    const totals = { ...credited.totals, creditsMinor: -300 };
    const earlier = [
      monthOf('2026-09', [documentOf('P1', 100), euro], 5n),
      monthOf('2026-10', [documentOf('P1', 200), { ...credited, totals }], 0n),
    ];
    const currencies = reportFigures(november({ earlier })).currencies;
    // P1 and P3; closing_deferred is 30.00 there.
    const november_ = { month: '2026-11', chargesMinor: 37000n, creditsMinor: 0n, heldMinor: 3000n };
    expect(currencies.find(({ currency }) => currency === 'USD')?.trend).toEqual([
      { month: '2026-09', chargesMinor: 100n, creditsMinor: 0n, heldMinor: 10n },
      { month: '2026-10', chargesMinor: 200n, creditsMinor: -300n, heldMinor: 0n },
      november_,
    ]);
    expect(reportHtml(november({ earlier }))).toContain('Month by month, USD');
    expect(reportHtml(november())).not.toContain('Month by month');
  });

  it('count held lines by the thirds of the limit, and those past it', () => {
    expect(usd?.heldAges.map(({ label, lines, amountMinor }) => [label, lines, amountMinor])).toEqual([
      ['0–15 days', 1, 10000n],
      ['16–30 days', 1, 10000n],
      ['31–45 days', 1, 10000n],
      ['past the limit', 1, 50n],
    ]);
  });

  it('list the deferred lines by their limit', () => {
    expect(reportFigures(november()).nextLimits.map(({ orderId }) => orderId)).toEqual(['A3', 'A2', 'A4']);
  });

  it("tell each limit on its practice's own clock", () => {
    const held = [
      heldLine({ practiceId: 'P1', limitAt: instant('2026-11-20T15:30:00Z') }),
      heldLine({ practiceId: 'P2', limitAt: instant('2026-11-20T15:30:00Z') }),
    ];
    const clockOf = (practiceId: string) => clockIn(practiceId === 'P1' ? 'America/New_York' : 'Asia/Tokyo');
    const page = reportHtml(november({ view: monthView({ held }, { clockOf }) }));
    expect(page).toContain('>2026-11-20 10:30</th><td data-name="On the clock of">America/New_York</td>');
    expect(page).toContain('>2026-11-21 00:30</th><td data-name="On the clock of">Asia/Tokyo</td>');
    const ofOne = reportHtml(november({ view: monthView({ held }) }));
    expect(ofOne).toContain('Limits are on the clock of America/New_York.');
    expect(ofOne).not.toContain('On the clock of');
  });

  it('count exceptions by code, the most frequent first', () => {
    expect(reportFigures(november()).exceptions).toEqual([
      { code: 'not-paused', count: 2, effect: 'none' },
      { code: 'already-paused', count: 1, effect: 'none' },
    ]);
  });

  it('tell in which month what is charged had been placed', () => {
    expect(usd?.placedIn).toEqual([
      { label: '2026-10', isThisMonth: false, lines: 1, amountMinor: 7000n },
      { label: '2026-11', isThisMonth: true, lines: 2, amountMinor: 30000n },
    ]);
  });

  it('keep a row for months of placement long ago', () => {
    const lines = Array.from({ length: 14 }, (_, index) =>
      issuedLine({
        serviceMonth: `${2025 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`,
        amountMinor: 100,
      }),
    );
    const view = monthView({ documents: [documentOf('P1', 1400)], lines });
    const placedIn = reportFigures(november({ view })).currencies[0]?.placedIn;
    expect(placedIn?.length).toBe(12);
    // January to March 2025 of January 2025 to February 2026.
    expect(placedIn?.[0]).toMatchObject({ label: 'before 2025-04', lines: 3, amountMinor: 300n });
    expect(placedIn?.at(-1)).toMatchObject({ label: '2026-02', lines: 1 });
  });
});

describe('the page', () => {
  const page = reportHtml(november());

  it('gives each picture a title, a description and a table', () => {
    const charts = [...page.matchAll(/<svg class="chart"[^>]* aria-labelledby="(\S+) (\S+)">/g)];
    expect(charts.length).toBe(9);
    for (const [, title, description] of charts) {
      expect(page).toMatch(
        new RegExp(`<title id="${title}">[^<]+</title>\n<desc id="${description}">[^<]+</desc>`),
      );
    }
    expect(page.match(/<table/g)?.length).toBe(10);
  });

  it('has the balance in its order, in lines and in money', () => {
    const amounts = ['0.00', '10.00', '20.00', '30.00'];
    const rows = TERMS.map(
      (term, index) => `${term.replaceAll('_', ' ')}</th>.*>${index + 1}</td>.*>${amounts[index]}</td>`,
    );
    expect(page).toMatch(new RegExp(rows.join('.*\\n.*')));
  });

  it('goes on from charged to the documents, under the names of reconciliation.csv', () => {
    const sums = [
      ['charged', 2, 52500n],
      ['recharged', 1, 6500n],
      ['charges', 3, 59000n],
      ['credited_amended', 1, -6000n],
      ['credited_paused', 1, -20000n],
      ['credits', 2, -26000n],
      ['documents', 5, 33000n],
    ] as const;
    const reconciliation = sums.map(([term, lines, amountMinor]) => ({
      currency: 'USD',
      term,
      lines,
      amountMinor,
    }));
    const documents = [
      documentOf('P1', 59000, {
        totals: { ...issuedDocument().totals, chargesMinor: 59000, creditsMinor: -26000, totalMinor: 33000 },
      }),
    ];
    const told = reportHtml(november({ view: monthView({ documents, reconciliation }) }));
    const [, table = ''] =
      /<caption>The lines on the documents of the month([\s\S]*?)<\/table>/.exec(told) ?? [];
    const rows = [...table.matchAll(/>([a-z ]+)<\/th>.*?>(\d+)<\/td>.*?>(-?[\d.]+)<\/td>/g)];
    expect(rows.map(([, ...cells]) => cells.join(' '))).toEqual([
      'charged 2 525.00',
      'recharged 1 65.00',
      'charges 3 590.00',
      'credited amended 1 -60.00',
      'credited paused 1 -200.00',
      'credits 2 -260.00',
      'documents 5 330.00',
    ]);
    // The bars end where they began.
    const [, picture = ''] =
      /<svg class="chart"[^>]*"documents-money-USD[^>]*>([\s\S]*?)<\/svg>/.exec(told) ?? [];
    expect([...picture.matchAll(/class="value"[^>]*>([^<]+)</g)].map(([, value]) => value)).toEqual([
      '525.00',
      '65.00',
      '-60.00',
      '-200.00',
      '330.00',
    ]);
    expect(told).toContain(
      '<dt>Documents USD</dt><dd class="big">330.00</dd><dd>charges 590.00, credits -260.00</dd>',
    );
  });

  it('names the lab, and the practices of held lines', () => {
    expect(page).toContain('<p class="over">Month end</p>');
    const { view } = november();
    const config = { ...view.config, seller: { name: 'Lakeview <Lab>', payment: [] } };
    const named = reportHtml(november({ view: { ...view, config } }));
    expect(named).toContain('<p class="over">Lakeview &#60;Lab&#62; · Month end</p>');
    expect(page).toContain('<td data-name="Practice">P1 Dental (P1)</td>');
  });

  it('of a first month compares nothing', () => {
    const first = reportHtml(november({ documentsBefore: undefined }));
    expect(page).toContain('Change');
    expect(first).not.toMatch(/Change|against|swatch before"><\/i> 2026-10;/);
    expect(first).toContain('the largest first');
  });

  it('runs nothing and loads nothing, whatever a name holds', () => {
    const name = `<script src="https://example.com/x.js">"&'\u202e`;
    const hostile = reportHtml(
      november({ view: monthView({ documents: [documentOf('P1', 1, { practiceName: name })] }) }),
    );
    expect(hostile.replaceAll('<wbr>', '')).toContain(
      "&#60;script src=&#34;https://example.com/x.js&#34;&#62;&#34;&#38;'\uFFFD (P1)",
    );
    expect(hostile).not.toMatch(/<script|<link|<img|\bsrc="|\u202e/);
    expect(hostile).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('is the same each time', () => {
    expect(reportHtml(november())).toBe(page);
  });

  it('of a month without anything has no picture, and says so', () => {
    const empty = reportHtml({
      view: monthView({}),
      documentsBefore: undefined,
      earlier: [],
    });
    expect(empty).not.toContain('<svg class="chart"');
    expect(empty).toContain('No exceptions this month');
  });
});
