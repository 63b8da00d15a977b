/** Printed invoices in a real browser and on paper: every line is there once, on sheets that say whose they are. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oneInvoice, seededLab } from '../support/seeded-lab.js';
import { type ClosedLab, closedLab } from './lab.js';
import { openBrowser, openPage, textTroubles, VIEWS } from './pages.js';

const MONTH = '2025-10';
const LINES = 400;
let browser: Browser;
let short: ClosedLab;
let long: ClosedLab;
let many: ClosedLab;

beforeAll(async () => {
  browser = await openBrowser();
  short = closedLab(oneInvoice(1), [MONTH]);
  long = closedLab(oneInvoice(LINES), [MONTH]);
  // Deferred lines, credits and names of several scripts.
  many = closedLab(seededLab({ practices: 120, orders: 1200 }), [MONTH, '2025-11']);
  for (const place of [short, long]) place.run('invoices', MONTH, '--pdf');
  many.run('invoices', '2025-11', '--pdf');
});

afterAll(async () => {
  await browser?.close();
  for (const place of [short, long, many]) place?.remove();
});

/** By the id of its practice, and an ending. */
function invoiceOf(place: ClosedLab, name = 'P-100.html', month = MONTH): string {
  const [id, ending] = name.split('.');
  const row = place.rows(`printable/${month}/index.csv`).find(({ practice_id }) => practice_id === id);
  return place.path('printable', month, row?.file?.replace(/pdf$/, ending ?? '') ?? '');
}

/** 東京みなと歯科医院: the second of those with a name of another script. */
const JAPANESE = 'P-179.html';

describe.each(VIEWS.filter(({ name }) => name !== 'a dark screen'))('on $name', (view) => {
  test.each([
    ['an invoice of one line', () => invoiceOf(short)],
    [`an invoice of ${LINES} lines`, () => invoiceOf(long)],
    ['an invoice with deferred lines', () => invoiceOf(many, 'P-100.html', '2025-11')],
    ['an invoice to a practice in Tokyo', () => invoiceOf(many, JAPANESE, '2025-11')],
  ])('%s: no error, no request, no text over another or cut off', async (_, file) => {
    const { page, troubles } = await openPage(browser, file(), view);
    expect(await page.evaluate(textTroubles)).toEqual([]);
    expect(troubles).toEqual([]);
    await page.close();
  });
});

/** The text of each sheet of a PDF. */
function sheetsOf(pdf: string): string[] {
  const { stdout, status } = spawnSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' });
  expect(status).toBe(0);
  return stdout.split('\f').slice(0, -1);
}

describe.each([
  [
    'printed by the browser',
    async () => {
      const { page } = await openPage(browser, invoiceOf(long), VIEWS[3]);
      const file = long.path('printed.pdf');
      writeFileSync(file, await page.pdf({ format: 'Letter', preferCSSPageSize: true }));
      await page.close();
      return file;
    },
  ],
  ['as our own PDF', async () => invoiceOf(long, 'P-100.pdf')],
])(`${LINES} lines %s`, (_, print) => {
  test('each sheet says whose it is, each line stands once, the total is on the last', async () => {
    const sheets = sheetsOf(await print());
    expect(sheets.length).toBeGreaterThan(6);
    for (const sheet of sheets) {
      expect(sheet).toMatch(/Invoice INV-000001/);
      expect(sheet).toMatch(/Line\s+Order\s+Description\s+Quantity\s+Unit price\s+Amount/);
    }
    const rows = sheets.flatMap((sheet) => [
      ...sheet.matchAll(/^\s*(\d+)\s+(ORD-\d+)\s.*?([\d,]+\.\d\d)$/gm),
    ]);
    const csv = long.rows(`invoices/${MONTH}/invoices/P-100.csv`);
    expect(rows.map(([, number, order, amount]) => [number, order, amount?.replaceAll(',', '')])).toEqual(
      csv.map((row) => [row.line_number, row.order_id, row.amount]),
    );
    const [{ total } = {}] = long.rows(`invoices/${MONTH}/summary.csv`);
    const last = sheets.at(-1)?.replaceAll(',', '');
    expect(last).toMatch(new RegExp(`Amount due USD\\s+${total}`));
    for (const sheet of sheets.slice(1, -1)) expect(sheet.match(/ORD-\d+/g)?.length).toBeGreaterThan(39);
    // The remark of a line stands on the sheet of its line.
    for (const sheet of sheets)
      expect(sheet.match(/ORD-\d+/g)?.length).toBe(sheet.match(/placed Oct \d+/g)?.length);
  });
});

test('words of our own PDFs lie beside each other, on the sheet', () => {
  for (const file of [invoiceOf(long, 'P-100.pdf'), invoiceOf(many, 'P-100.pdf', '2025-11')]) {
    const { stdout } = spawnSync('pdftotext', ['-bbox', file, '-'], { encoding: 'utf8', maxBuffer: 1 << 28 });
    const pages = stdout.split('<page ').slice(1);
    expect(pages.length).toBeGreaterThan(0);
    for (const page of pages) {
      const words = [
        ...page.matchAll(/xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)/g),
      ].map(([, left, top, right, bottom, text]) => ({
        left: Number(left),
        top: Number(top),
        right: Number(right),
        bottom: Number(bottom),
        text,
      }));
      expect(words.length).toBeGreaterThan(10);
      for (const [index, a] of words.entries()) {
        expect(a.left >= 40 && a.right <= 572 && a.top >= 40 && a.bottom <= 760, a.text).toBe(true);
        for (const b of words.slice(index + 1)) {
          const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
          const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
          if (across > 0.5 && down > 4) throw new Error(`one over the other: ${a.text} | ${b.text}`);
        }
      }
    }
  }
});

test('a name in Japanese is shown', async () => {
  const { page } = await openPage(browser, invoiceOf(many, JAPANESE, '2025-11'), VIEWS[1]);
  expect(await page.locator('.to').textContent()).toContain('東京みなと歯科医院');
  await page.close();
});

test('a deferred line says when it was placed and paused', async () => {
  const { page } = await openPage(browser, invoiceOf(many, 'P-100.html', '2025-11'), VIEWS[1]);
  const deferred = many.rows('invoices/2025-11/invoices/P-100.csv').filter((row) => row.deferred_from !== '');
  expect(deferred.length).toBeGreaterThan(0);
  for (const { order_id } of deferred) {
    const row = page.locator('tr', { hasText: order_id ?? '' });
    expect(await row.textContent()).toMatch(/placed Oct \d+, paused Oct \d+ to Nov \d+/);
  }
  await page.close();
});
