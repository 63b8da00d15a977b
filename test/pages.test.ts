/** The README and the pages of docs/ are held to what the program does: their examples run, their lists are complete. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXCEPTION_EFFECTS } from '../src/billing/exception.js';
import { filesBelow } from '../src/files-below.js';
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

test.each(DOCS.filter((name) => name !== 'docs/rules.md'))(
  '%s is one to be read: at most 200 lines',
  (name) => {
    expect(read(name).trimEnd().split('\n').length).toBeLessThanOrEqual(200);
  },
);

test('every exception is documented; commands, config keys and exit codes are by what docs.test.ts makes', () => {
  for (const code of Object.keys(EXCEPTION_EFFECTS)) expect(read('docs/files.md')).toContain(`\`${code}\``);
});

test.each(['README.md', ...DOCS, 'fixtures/README.md', 'src/README.md'])(
  'the links of %s lead somewhere',
  (name) => {
    for (const [, target = ''] of read(name).matchAll(/\]\((?!https:)([^)#]+)(?:#[^)]*)?\)/g)) {
      expect(existsSync(path.join(REPOSITORY, path.dirname(name), target)), target).toBe(true);
    }
  },
);

test('the number of fixture cases is as it says', () => {
  const cases = readdirSync(path.join(REPOSITORY, 'fixtures/cases')).length;
  expect(read('docs/rules.md')).toContain(`${cases} of them`);
});

describe('references to a section', () => {
  /** What is wrong with the references of a text: a bare "section 5" is one of the rules. */
  const unresolved = (text: string) =>
    [...text.matchAll(/(?:docs\/([a-z]+)\.md )?\bsections? (\d+)(?: and (\d+))?/g)].flatMap(
      ([reference, page = 'rules', ...numbers]) => {
        const headings = DOCS.includes(`docs/${page}.md`) ? read(`docs/${page}.md`) : '';
        const missing = numbers.filter((number) => number && !headings.includes(`\n## ${number}. `));
        return missing.length > 0 ? [reference] : [];
      },
    );

  test('a planted one without a heading is found', () => {
    const text =
      'docs/rules.md section 5; docs/rules.md section 99; docs/rules.md sections 5 and 98; docs/none.md section 1';
    expect(unresolved(text)).toEqual([
      'docs/rules.md section 99',
      'docs/rules.md sections 5 and 98',
      'docs/none.md section 1',
    ]);
  });

  test.each(['src', 'test', 'fixtures/cases', 'docs'])('those of %s name headings that exist', (folder) => {
    const files = filesBelow(path.join(REPOSITORY, folder)).filter(
      (name) => /\.(?:ts|md)$/.test(name) && name !== 'pages.test.ts',
    );
    expect(files.length).toBeGreaterThan(5);
    const bad = files.flatMap((name) => {
      const text = read(`${folder}/${name}`);
      const oldNames = text.match(/billing-rules\.md|files-and-commands\.md/g) ?? [];
      return [...unresolved(text), ...oldNames].map((reference) => `${name}: ${reference}`);
    });
    expect(bad).toEqual([]);
  });
});
