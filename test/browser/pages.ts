/** Pages in Debian's chromium, and what every page must hold to: nothing fails, nothing is fetched, no text is hidden. */
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** How a page is looked at; paper is a letter sheet less its margins. */
export const VIEWS = [
  { name: 'a telephone', width: 360, media: 'screen', scheme: 'light' },
  { name: 'a screen', width: 1280, media: 'screen', scheme: 'light' },
  { name: 'a dark screen', width: 1280, media: 'screen', scheme: 'dark' },
  { name: 'paper', width: 710, media: 'print', scheme: 'dark' },
] as const;

export interface OpenedPage {
  readonly page: Page;
  /** Errors of the page, and what it asked for besides itself. */
  readonly troubles: readonly string[];
}

export async function openPage(
  browser: Browser,
  file: string,
  view: Pick<(typeof VIEWS)[number], 'media' | 'scheme'> & { readonly width: number },
): Promise<OpenedPage> {
  const page = await browser.newPage({
    viewport: { width: view.width, height: 900 },
    colorScheme: view.scheme,
  });
  await page.emulateMedia({ media: view.media });
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('console', (message) => troubles.push(`console: ${message.text()}`));
  page.on('request', (request) => {
    if (request.url() !== pathToFileURL(file).href) troubles.push(`request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  return { page, troubles };
}

/** Text that lies over other text, or is cut off by the page or by its own picture. Runs in the page. */
export function textTroubles(): string[] {
  const troubles: string[] = [];
  const boxes: { text: string; node: Node; left: number; right: number; top: number; bottom: number }[] = [];
  const width = document.documentElement.clientWidth;
  const isShown = (element: Element) =>
    element.closest('title, desc, style, head') === null && !isForReaders(element);
  /** Hidden from the eye only: the heads of tables that are shown as blocks. */
  const isForReaders = (element: Element) => {
    const head = element.closest('thead');
    return head !== null && getComputedStyle(head).position === 'absolute';
  };
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (element === null || node.textContent?.trim() === '' || !isShown(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const picture = element.closest('svg')?.getBoundingClientRect();
    for (const { left, right, top, bottom } of range.getClientRects()) {
      const text = node.textContent?.trim().slice(0, 40) ?? '';
      boxes.push({ text, node, left, right, top, bottom });
      if (left < -0.5 || right > width + 0.5) troubles.push(`beyond the page: ${text}`);
      if (picture !== undefined && (top < picture.top - 3 || bottom > picture.bottom + 3))
        troubles.push(`beyond its picture: ${text}`);
    }
  }
  boxes.sort((a, b) => a.top - b.top);
  for (const [index, a] of boxes.entries()) {
    for (let next = index + 1; next < boxes.length; next++) {
      const b = boxes[next];
      if (b === undefined || b.top >= a.bottom) break;
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - b.top;
      // Line boxes of small text may touch by their leading.
      if (a.node !== b.node && across > 1 && down > 3)
        troubles.push(`one over the other: ${a.text} | ${b.text}`);
    }
  }
  for (const element of document.querySelectorAll('body *:not(svg, svg *)'))
    if (!isForReaders(element) && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
      troubles.push(`wider than its place: ${element.tagName} ${element.textContent?.trim().slice(0, 40)}`);
  if (document.documentElement.scrollWidth > width) troubles.push('the page scrolls sideways');
  if (boxes.length === 0) troubles.push('no text');
  return troubles;
}
