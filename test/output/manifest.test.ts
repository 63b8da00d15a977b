import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { MonthView } from '../../src/billing/month-view.js';
import { controlTotals } from '../../src/output/manifest.js';
import { renderMonth } from '../../src/output/render-month.js';
import { heldLine, instant, issuedDocument, issuedLine, monthView } from '../support/facts.js';

const manifestOf = (view: MonthView) => JSON.parse(renderMonth(view, '1.2.3').get('manifest.json') ?? '');

describe('the manifest', () => {
  const file = { name: 'orders.csv', kind: 'orders', sha256: 'b'.repeat(64) } as const;
  const counts = { read: 4, imported: 2, amended: 1, duplicates: 1, quarantined: 0 };
  const view = monthView(
    { documents: [issuedDocument()], held: [heldLine()] },
    {
      imports: [{ importId: 7, ...file, ...counts }],
      cutOffs: [
        { timeZone: 'America/New_York', at: instant('2026-11-01T04:00:00Z') },
        { timeZone: 'Asia/Tokyo', at: instant('2026-10-31T15:00:00Z') },
      ],
    },
  );

  it('says what the folder was made from', () => {
    expect(manifestOf(view)).toMatchObject({
      generator: 'monthend',
      engine_version: '1.2.3',
      billing_month: '2026-10',
      draft: false,
      config: view.config,
      cut_offs: { 'America/New_York': '2026-11-01T04:00:00.000Z', 'Asia/Tokyo': '2026-10-31T15:00:00.000Z' },
      imports: [{ import: 7, ...file, ...counts }],
      seal: 'a'.repeat(64),
    });
  });

  it('says what is in the folder: every other file, with its SHA-256, bytes and rows', () => {
    const rendered = renderMonth(view, '1.2.3');
    const { files } = manifestOf(view);
    expect(files.map((each: { path: string; rows: number }) => [each.path, each.rows])).toEqual([
      ['invoices/P1.csv', 1],
      ['summary.csv', 1],
      ['held.csv', 1],
      ['exceptions.csv', 0],
      ['reconciliation.csv', 0],
      ['invoice.schema.json', 0],
      ['datapackage.json', 0],
    ]);
    for (const { path, sha256, bytes } of files) {
      const content = Buffer.from(rendered.get(path) ?? '', 'latin1');
      expect([sha256, bytes]).toEqual([createHash('sha256').update(content).digest('hex'), content.length]);
    }
  });

  it('comes last, ends with a line feed, and says of a draft that it is one', () => {
    const rendered = renderMonth({ ...view, isDraft: true }, '1.2.3');
    expect([...rendered.keys()].at(-1)).toBe('manifest.json');
    expect(rendered.get('manifest.json')).toMatch(/^\{\n {2}"generator".*\n\}\n$/s);
    expect(rendered.get('manifest.json')).toContain('"draft": true');
  });
});

describe('control totals', () => {
  const totals = (chargesMinor: number, creditsMinor: number) => ({
    lineCount: 2,
    chargeCount: 1,
    creditCount: 1,
    chargesMinor,
    creditsMinor,
    totalMinor: chargesMinor + creditsMinor,
  });

  it('are by currency, in code point order, held lines beside what was issued', () => {
    const documents = [
      issuedDocument({ totals: totals(10000, -2500) }),
      issuedDocument({ totals: totals(5000, 0) }),
      issuedDocument({ currency: 'JPY', totals: totals(300, -500) }),
    ];
    const held = [heldLine(), heldLine({ currency: 'EUR', amountMinor: 5 })];
    const lines = [issuedLine(), issuedLine()];
    expect(controlTotals(monthView({ documents, held, lines }))).toEqual([
      {
        currency: 'EUR',
        documents: 0,
        lines: 0,
        charges: '0.00',
        credits: '0.00',
        total: '0.00',
        held_lines: 1,
        held: '0.05',
      },
      {
        currency: 'JPY',
        documents: 1,
        lines: 2,
        charges: '300',
        credits: '-500',
        total: '-200',
        held_lines: 0,
        held: '0',
      },
      {
        currency: 'USD',
        documents: 2,
        lines: 4,
        charges: '150.00',
        credits: '-25.00',
        total: '125.00',
        held_lines: 1,
        held: '100.00',
      },
    ]);
  });

  it('stay exact beyond 2^53 minor units', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const documents = Array.from({ length: 3 }, () => issuedDocument({ totals: totals(most, 0) }));
    expect(controlTotals(monthView({ documents }))).toMatchObject([{ charges: '270215977642229.73' }]);
  });
});
