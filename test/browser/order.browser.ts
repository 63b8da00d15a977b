/** Orders explained as pages in a real browser: the picture, its table and the explanation agree, and can be read on every page. */
import { writeFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FINDING_CODES } from '../../src/billing/finding.js';
import { ORDERS_TO_EXPLAIN } from '../support/orders-to-explain.js';
import { type ClosedLab, labIn } from './lab.js';
import { openBrowser, openPage, textTroubles, VIEWS } from './pages.js';

const { orders, months, practices } = ORDERS_TO_EXPLAIN;
let browser: Browser;
let lab: ClosedLab;
const explanations = new Map<string, Explained>();

beforeAll(async () => {
  browser = await openBrowser();
  lab = labIn({ 'monthend.json': '{ "afterLimit": "delete" }', 'practices.csv': practices });
  lab.run('import', 'practices.csv');
  for (const { month, ...files } of months) {
    for (const [name, text] of Object.entries(files)) writeFileSync(lab.path(`${name}.csv`), text);
    lab.run('import', 'orders.csv', 'history.csv');
    lab.run('close', month, '--catch-up', '--accept', FINDING_CODES.join(','));
  }
  for (const order of orders)
    explanations.set(order, JSON.parse(lab.run('explain', order, '--html', `${order}.html`, '--json')));
});

afterAll(async () => {
  await browser?.close();
  lab?.remove();
});

describe.each(VIEWS)('on $name', (view) => {
  test.each(orders)('%s: no error, no request, no text over another or cut off', async (order) => {
    const { page, troubles } = await openPage(browser, lab.path(`${order}.html`), view);
    expect(await page.evaluate(textTroubles)).toEqual([]);
    expect(troubles).toEqual([]);
    await page.close();
  });
});

interface Explained {
  readonly orderLines: readonly { readonly placedAt: string }[];
  readonly events: readonly { readonly effect: 'applied' | 'none' }[];
  readonly states: readonly { readonly state: string }[];
  readonly months: readonly {
    readonly month: string;
    readonly lines: readonly {
      readonly issued: readonly {
        readonly lineType: string;
        readonly amount: string;
        readonly documentNumber: string;
      }[];
    }[];
  }[];
}

describe.each(orders)('%s', (order) => {
  let page: Page;
  let explained: Explained;
  beforeAll(async () => {
    ({ page } = await openPage(browser, lab.path(`${order}.html`), VIEWS[1]));
    explained = explanations.get(order) as Explained;
  });
  afterAll(() => page?.close());

  const counted = (selector: string) => page.locator(`svg.chart ${selector}`).count();

  test('each fact has its mark, each pause its bar', async () => {
    const { orderLines, events, states } = explained;
    expect(await counted('.sign.placed')).toBe(new Set(orderLines.map(({ placedAt }) => placedAt)).size);
    expect(await counted('.sign.event')).toBe(events.filter(({ effect }) => effect === 'applied').length);
    expect(await counted('.sign.void')).toBe(events.filter(({ effect }) => effect === 'none').length);
    // A pause in two pieces of the picture is drawn in both.
    const pauses = states.filter(({ state }) => state === 'paused').length;
    expect(await counted('.paused')).toBeGreaterThanOrEqual(pauses);
    expect(await counted('.paused')).toBeLessThanOrEqual(
      pauses + (await page.locator('svg.chart').count()) - 1,
    );
  });

  test('charges and credits of each month are those of the explanation, in the picture and in its table', async () => {
    const sums = new Map<string, number>();
    for (const { month, lines } of explained.months) {
      for (const { lineType, documentNumber, amount } of lines.flatMap(({ issued }) => issued)) {
        const key = `${month} ${lineType} ${documentNumber}`;
        sums.set(key, (sums.get(key) ?? 0) + Number(amount));
      }
    }
    const expected = [...sums].map(([key, sum]) => [...key.split(' '), `${sum.toFixed(2)} USD`]);
    const rows = await rowsOf(page);
    const issued = rows.flatMap(([when, what = '', amount]) => {
      const told = /^(charge|credit) of lines? .* on (\S+) to/.exec(what);
      return told === null ? [] : [[when, told[1], told[2], amount]];
    });
    expect(issued).toEqual(expected);
    const labels = (await labelsOf(page)).filter((label) => /^(charge|credit) /.test(label));
    expect(labels).toEqual(expected.map(([, type, , amount]) => `${type} ${amount}`));
  });

  test('the table has a row for each label of the picture', async () => {
    const labels = await labelsOf(page);
    const isBand = (label: string) => /^\(?\d{4}-\d\d\)?$|^(earlier|later)$/.test(label);
    expect((await rowsOf(page)).length).toBe(labels.filter((label) => !isBand(label)).length);
  });

  test('each picture has a name and a description', async () => {
    for (const picture of await page.locator('svg.chart').all()) {
      expect(await picture.locator('title').textContent()).toContain(`Timeline of order ${order}`);
      expect((await picture.locator('desc').textContent())?.length).toBeGreaterThan(10);
    }
  });
});

test('the marks of a long history lie in the bands of their months', async () => {
  const { page } = await openPage(browser, lab.path('LONG.html'), VIEWS[0]);
  const order = await page.locator('svg.chart').evaluateAll((pictures) =>
    pictures.flatMap((picture) =>
      [...picture.querySelectorAll('text')]
        .map((text) => ({ text: text.textContent ?? '', y: text.getBoundingClientRect().top }))
        .sort((a, b) => a.y - b.y)
        .map(({ text }) => text),
    ),
  );
  const NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  let month = '';
  let marks = 0;
  for (const text of order) {
    if (/^\d{4}-\d\d$/.test(text)) month = text;
    else if (/^[A-Z][a-z]{2} \d/.test(text)) {
      marks++;
      expect(NAMES.indexOf(text.slice(0, 3)) + 1, `${text} in ${month}`).toBe(Number(month.slice(5)));
    }
  }
  expect(marks).toBeGreaterThan(40);
  await page.close();
});

/** The rows of the table beside the picture, amounts without grouping. */
async function rowsOf(page: Page): Promise<string[][]> {
  const rows = await page
    .locator('table', { has: page.getByText('What the picture shows') })
    .locator('tbody tr')
    .evaluateAll((found) => found.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
  return rows.map((row) => row.map(plain));
}

const labelsOf = async (page: Page) => (await page.locator('svg.chart text').allTextContents()).map(plain);
const plain = (text: string) => text.replace(/(?<=\d),(?=\d{3})/g, '');
