/** The eyes of these tests: what they must see is seen. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, textTroubles } from './pages.js';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

const at = (left: number, top: number, text: string) =>
  `<p style="position:absolute;left:${left}px;top:${top}px;white-space:nowrap;margin:0">${text}</p>`;

test.each([
  ['text over text', at(10, 10, 'one') + at(20, 14, 'other'), 'one over the other: one | other'],
  ['text beyond the page', at(350, 10, 'far to the right'), 'beyond the page: far to the right'],
  [
    'text above its picture',
    '<svg width="100" height="20" style="margin-top:50px"><text y="-9">up</text></svg>',
    'beyond its picture: up',
  ],
  [
    'a word wider than its cell',
    '<div style="width:40px">unbreakable</div>',
    'wider than its place: DIV unbreakable',
  ],
  ['nothing', '', 'no text'],
])('%s', async (_, body, trouble) => {
  const page = await browser.newPage({ viewport: { width: 360, height: 500 } });
  await page.setContent(`<body style="margin:0;font:16px monospace">${body}</body>`);
  expect(await page.evaluate(textTroubles)).toContain(trouble);
  await page.close();
});

test('text side by side is no trouble', async () => {
  const page = await browser.newPage({ viewport: { width: 360, height: 500 } });
  await page.setContent(`<body style="margin:0">${at(10, 10, 'one')}${at(100, 10, 'other')}</body>`);
  expect(await page.evaluate(textTroubles)).toEqual([]);
  await page.close();
});
