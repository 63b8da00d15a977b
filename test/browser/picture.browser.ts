/**
 * The README's picture: the top of a month's report. `UPDATE_PICTURE=1 npm run test:browser -- picture` draws it anew; look at it
 * before you commit it. Browsers draw letters differently, so only what does not depend on them is compared.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REPOSITORY } from '../support/monthend.js';
import { seededLab } from '../support/seeded-lab.js';
import { type ClosedLab, closedLab } from './lab.js';
import { openBrowser, openPage } from './pages.js';

const PICTURE = path.join(REPOSITORY, 'docs/report.png');
const SIZE = { width: 900, height: 760 };
let lab: ClosedLab;

beforeAll(() => {
  lab = closedLab(seededLab({ practices: 30, orders: 900 }), ['2025-10', '2025-11']);
  lab.run('report', '2025-11');
});
afterAll(() => lab.remove());

test('the README shows the report as it is drawn, in a few dozen KB', async () => {
  const browser = await openBrowser();
  const file = lab.path('reports', '2025-11', 'report.html');
  const view = { name: 'a picture', width: SIZE.width, media: 'screen', scheme: 'light' } as const;
  const { page } = await openPage(browser, file, view);
  const drawn = await page.screenshot({ clip: { x: 0, y: 0, ...SIZE } });
  await browser.close();
  if (process.env.UPDATE_PICTURE === '1') writeFileSync(PICTURE, drawn);
  const kept = readFileSync(PICTURE);
  expect(sizeOf(kept)).toEqual(sizeOf(drawn));
  expect(kept.length).toBeLessThan(100_000);
});

/** Width and height stand in a PNG's first chunk. */
const sizeOf = (png: Buffer) => ({ width: png.readUInt32BE(16), height: png.readUInt32BE(20) });
