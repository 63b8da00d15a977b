/** The README and the pages of docs/ are held to what the program does: their examples run, their lists are complete. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { REPOSITORY, workplace } from './support/monthend.js';
import { blocksOf, shownBy } from './support/page.js';

const read = (name: string) => readFileSync(path.join(REPOSITORY, name), 'utf8');
const DOCS = readdirSync(path.join(REPOSITORY, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const README = read('README.md');

const pagesThatRun = ['README.md', ...DOCS].filter((name) => blocksOf(read(name)).length > 0);

test.each(pagesThatRun)('the examples of %s run as printed, from an empty folder', (name) => {
  const place = workplace();
  for (const block of blocksOf(read(name))) {
    if (block.does === 'write') place.write(block.file, block.text);
    else if (block.does === 'compare') expect(place.read(block.file), block.file).toBe(block.text);
    else expect(shownBy(block.command, place.folder), block.command).toBe(block.shown);
  }
});

describe('the README', () => {
  test('shows two months, from input to invoice', () => {
    const blocks = blocksOf(README);
    expect(blocks.filter(({ does }) => does === 'run').length).toBeGreaterThanOrEqual(5);
  });

  test('is short: at most 130 lines, of at most 100 characters outside its examples and tables', () => {
    const lines = README.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(130);
    const prose = README.replace(/^```[\s\S]*?^```$/gm, '').split('\n');
    expect(prose.filter((line) => line.length > 100)).toEqual([]);
  });

  test('names scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = [...README.matchAll(/npm (?:run )?(sample|test)\b/g)].map(([, name]) => name ?? '');
    expect(new Set(named)).toEqual(new Set(['sample', 'test']));
    for (const name of named) expect(scripts).toHaveProperty(name);
  });

  test('leads to every page', () => {
    for (const page of DOCS) expect(README).toContain(`](${page})`);
  });
});

test.each(DOCS)('%s is one to be read: at most 200 lines', (name) => {
  expect(read(name).trimEnd().split('\n').length).toBeLessThanOrEqual(200);
});
