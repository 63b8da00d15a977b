/** The report in a real browser: its figures are those of the CSVs, and can be read on every page. */
import { readdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oneInvoice, seededLab } from '../support/seeded-lab.js';
import { intlOffset } from '../support/wall-clock.js';
import { type ClosedLab, closedLab } from './lab.js';
import { openBrowser, openPage, textTroubles, VIEWS } from './pages.js';

const [OCTOBER, NOVEMBER] = ['2025-10', '2025-11'];
let browser: Browser;
let lab: ClosedLab;
let small: ClosedLab;

beforeAll(async () => {
  browser = await openBrowser();
  lab = closedLab(seededLab({ practices: 120, orders: 2000 }), [OCTOBER, NOVEMBER]);
  lab.run('report', NOVEMBER);
  small = closedLab(oneInvoice(1), [OCTOBER]);
  small.run('report', OCTOBER);
});

afterAll(async () => {
  await browser?.close();
  lab?.remove();
  small?.remove();
});

const reportOf = (place: ClosedLab, month: string) => place.path('reports', month, 'report.html');

describe.each(VIEWS)('on $name', (view) => {
  test.each([
    ['a month of many practices', () => reportOf(lab, NOVEMBER)],
    ['a month of one', () => reportOf(small, OCTOBER)],
  ])('%s: no error, no request, no text over another or cut off', async (_, file) => {
    const { page, troubles } = await openPage(browser, file(), view);
    expect(await page.evaluate(textTroubles)).toEqual([]);
    expect(troubles).toEqual([]);
    await page.close();
  });
});

describe('the figures', () => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await openPage(browser, reportOf(lab, NOVEMBER), VIEWS[1]));
  });

  /** The rows of the table in the section with this heading, as text without grouping. */
  async function table(heading: string): Promise<string[][]> {
    const section = page.locator('section', { has: page.getByRole('heading', { name: heading }) });
    const rows = await section
      .locator('tbody tr')
      .evaluateAll((found) => found.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
    return rows.map((row) => row.map(plain));
  }

  /** The labels and figures of the picture with this title. */
  async function picture(title: string): Promise<string[]> {
    const texts = await page.getByRole('img', { name: title }).locator('text').allTextContents();
    return texts.map(plain);
  }

  const plain = (text: string) => text.replace(/(?<=\d),(?=\d{3})/g, '');

  test("the month's bridge is reconciliation.csv", async () => {
    // The terms after these are those of documents.
    const terms = lab.rows(`invoices/${NOVEMBER}/reconciliation.csv`).slice(0, 11);
    const names = terms.map(({ term = '' }) => term.replaceAll('_', ' '));
    expect(await table("The month's bridge, USD")).toEqual(
      terms.map((row, index) => [names[index], row.lines, row.amount]),
    );
    expect(await picture("The month's bridge, USD, in lines")).toEqual(
      terms.flatMap((row, index) => [names[index], row.lines]),
    );
    expect(await picture("The month's bridge, USD, in money")).toEqual(
      terms.flatMap((row, index) => [names[index], row.amount]),
    );
    // What comes in goes out or is held: the last step ends at zero, where the first began.
    const starts = await page
      .getByRole('img', { name: "The month's bridge, USD, in money" })
      .locator('rect')
      .evaluateAll((bars) => bars.map((bar) => bar.getAttribute('x')));
    expect([starts[0], starts.at(-1)]).toEqual(['0%', '0%']);
  });

  test('the way from charged to the documents is reconciliation.csv', async () => {
    const all = lab.rows(`invoices/${NOVEMBER}/reconciliation.csv`);
    const terms = [...all.filter(({ term }) => term === 'charged'), ...all.slice(11)];
    expect(await table('From charged to the documents, USD')).toEqual(
      terms.map(({ term = '', lines, amount }) => [term.replaceAll('_', ' '), lines, amount]),
    );
  });

  test('charges by practice are the charges of both summaries', async () => {
    const charges = (month: string) =>
      new Map(
        lab.rows(`invoices/${month}/summary.csv`).map((row) => [row.practice_id ?? '', cents(row.charges)]),
      );
    const [now, before] = [charges(NOVEMBER), charges(OCTOBER)];
    const changes = [...new Set([...now.keys(), ...before.keys()])]
      .map((id) => ({ id, now: now.get(id) ?? 0, before: before.get(id) ?? 0 }))
      .sort((a, b) => Math.abs(b.now - b.before) - Math.abs(a.now - a.before) || (a.id < b.id ? -1 : 1));
    const largest = changes.slice(0, 12);
    const rows = await table('Charges by practice, USD');
    expect(rows.map(([name, ...figures]) => [/\((P-\d+)\)$/.exec(name ?? '')?.[1], ...figures])).toEqual(
      changes.map((each) => [each.id, money(each.now), money(each.before), signed(each.now - each.before)]),
    );
    const shown = await picture('Charges by practice, USD');
    expect(shown.filter((_, index) => index % 2 === 1)).toEqual(
      largest.map((each) => signed(each.now - each.before)),
    );
    const widths = await page
      .getByRole('img', { name: 'Charges by practice, USD' })
      .locator('rect.more')
      .evaluateAll((bars) => bars.map((bar) => Number.parseFloat(bar.getAttribute('width') ?? '')));
    const most = Math.max(...largest.flatMap((each) => [each.now, each.before]));
    for (const [index, each] of largest.entries())
      expect(widths[index]).toBeCloseTo((100 * each.now) / most, 1);
  });

  test('held lines by age are those of held.csv', async () => {
    const held = lab.rows(`invoices/${NOVEMBER}/held.csv`);
    const ages = ['0–15 days', '16–30 days', '31–45 days', 'past the limit'];
    const ageOf = (row: Record<string, string>) =>
      row.status === 'slated' ? 3 : Number(row.days_paused) <= 15 ? 0 : Number(row.days_paused) <= 30 ? 1 : 2;
    const expected = ages.map((age, index) => {
      const rows = held.filter((row) => ageOf(row) === index);
      return [age, String(rows.length), money(rows.reduce((sum, row) => sum + cents(row.amount), 0))];
    });
    expect(expected.every(([, lines]) => Number(lines) > 0)).toBe(true);
    expect(await table('Held orders by age')).toEqual(expected);
    expect(await picture('Held orders by age')).toEqual(
      expected.flatMap(([age, lines, amount]) => [
        age,
        `${lines} line${lines === '1' ? '' : 's'}, ${amount}`,
      ]),
    );
    const next = held.filter(({ status }) => status === 'deferred').map(({ limit_at = '' }) => limit_at);
    expect((await table('The limits that pass next')).map(([limit]) => limit)).toEqual(
      next
        .sort()
        .slice(0, 20)
        .map((limit) => new Date(Date.parse(limit) + intlOffset('America/New_York', Date.parse(limit))))
        .map((wall) => wall.toISOString().slice(0, 16).replace('T', ' ')),
    );
  });

  test('the months of placement are those of the invoices', async () => {
    const sums = new Map<string, { lines: number; amount: number }>();
    for (const name of readdirSync(lab.path(`invoices/${NOVEMBER}/invoices`))) {
      for (const row of lab.rows(`invoices/${NOVEMBER}/invoices/${name}`)) {
        if (row.line_type !== 'charge') continue;
        const month = row.deferred_from || row.service_month || '';
        const sum = sums.get(month) ?? { lines: 0, amount: 0 };
        sums.set(month, { lines: sum.lines + 1, amount: sum.amount + cents(row.amount) });
      }
    }
    const expected = [...sums]
      .sort()
      .map(([month, { lines, amount }]) => [month, String(lines), money(amount)]);
    expect(expected.map(([month]) => month)).toEqual([OCTOBER, NOVEMBER]);
    expect(await table(`Where ${NOVEMBER}'s charges come from`)).toEqual(expected);
    expect(await picture(`Where ${NOVEMBER}'s charges come from`)).toEqual(
      expected.flatMap(([month, , amount]) => [month, amount]),
    );
  });

  test('exceptions are counted as exceptions.csv lists them', async () => {
    const counts = new Map<string, number>();
    for (const { code = '' } of lab.rows(`invoices/${NOVEMBER}/exceptions.csv`))
      counts.set(code, (counts.get(code) ?? 0) + 1);
    expect(counts.size).toBeGreaterThan(1);
    expect(new Map((await table('Exceptions')).map(([code, , count]) => [code, Number(count)]))).toEqual(
      counts,
    );
  });

  test('control totals and the seal are those of the manifest', async () => {
    const { control_totals, seal } = JSON.parse(lab.read(`invoices/${NOVEMBER}/manifest.json`));
    expect(await table('Control totals')).toEqual(
      control_totals.map((total: object) => Object.values(total).map(String)),
    );
    expect(await page.locator('code').textContent()).toBe(seal);
  });

  test('each picture has a name and a description', async () => {
    const pictures = await page.locator('svg.chart').all();
    expect(pictures.length).toBeGreaterThan(3);
    for (const each of pictures) {
      const named = await each.evaluate((svg) =>
        svg
          .getAttribute('aria-labelledby')
          ?.split(' ')
          .map((id) => document.getElementById(id)?.textContent),
      );
      expect(named?.every((text) => (text?.length ?? 0) > 10)).toBe(true);
    }
  });
});

/** The lab's amounts are far below 2^53 cents. */
const cents = (amount = '') => Number(amount.replace('.', ''));
const money = (amount: number) =>
  `${amount < 0 ? '-' : ''}${Math.floor(Math.abs(amount) / 100)}.${String(Math.abs(amount) % 100).padStart(2, '0')}`;
const signed = (amount: number) => (amount > 0 ? `+${money(amount)}` : money(amount));
