/** The README and the pages of docs/ are held to what the program does: their examples run, their lists are complete. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXCEPTION_EFFECTS } from '../src/billing/exception.js';
import { filesBelow } from '../src/files/files-below.js';
import { COLUMNS } from '../src/intake/kinds.js';
import { invoiceColumns } from '../src/output/invoice-csv.js';
import { TABLES } from '../src/output/month-files.js';
import { REPOSITORY, workplace } from './support/monthend.js';
import { blocksOf, brokenLinks, shownBy } from './support/page.js';

const read = (name: string) => readFileSync(path.join(REPOSITORY, name), 'utf8');
const DOCS = readdirSync(path.join(REPOSITORY, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const README = read('README.md');

const pagesThatRun = ['README.md', ...DOCS].filter((name) => blocksOf(read(name)).length > 0);

test.each(pagesThatRun)('the examples of %s run as printed, from an empty folder', (name) => {
  const place = workplace();
  for (const block of blocksOf(read(name))) {
    if (block.does === 'run') expect(shownBy(block.command, place.folder), block.command).toBe(block.shown);
    else if (block.does === 'write') place.write(block.file, block.text);
    else expect(place.read(block.file), block.file).toBe(block.text);
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

test.each(DOCS)('%s is one to be read: at most 200 lines, of at most 110 characters of prose', (name) => {
  expect(read(name).trimEnd().split('\n').length).toBeLessThanOrEqual(200);
  const prose = read(name)
    .replace(/^```[\s\S]*?^```$/gm, '')
    .split('\n')
    .filter((line) => !/^(?:\|| {4})/.test(line));
  expect(prose.filter((line) => line.length > 110)).toEqual([]);
});

describe('docs/files.md', () => {
  const page = read('docs/files.md');

  test('has every exception, with its effect', () => {
    for (const [code, effect] of Object.entries(EXCEPTION_EFFECTS)) {
      const row = page.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${code}\``));
      expect(row, code).toMatch(new RegExp(`\\| \`${effect}\` \\|$`));
    }
  });

  test('has the columns in, and which must be there', () => {
    const rows = page.matchAll(/^\| (?:(orders|history|practices) )?\| `(\w+)` \| (\S[^|]*)?\|/gm);
    let kind = '';
    const told = [...rows].map(([, named = '', column, required = '']) => {
      kind = named || kind;
      return `${kind} ${column}${required.trim() === 'yes' ? ' required' : ''}`;
    });
    expect(told).toEqual(
      Object.entries(COLUMNS).flatMap(([each, columns]) =>
        columns.map(({ name, required }) => `${each} ${name}${required ? ' required' : ''}`),
      ),
    );
  });

  type Table = [heading: string, columns: readonly { readonly name: string }[]];
  test.each<Table>([
    ['invoices', invoiceColumns({ patientRef: true })],
    ...TABLES.map(({ path: file, columns }): Table => [`\`${file}\``, columns]),
  ])('has the columns of %s', (file, columns) => {
    const row = page.split('\n').findLast((line) => line.startsWith(`| ${file} | \``));
    const [, cell = ''] = row?.split(' | ') ?? [];
    const named = [...cell.matchAll(/`(\w+)`/g)].map(([, column]) => column);
    expect(named).toEqual(columns.map(({ name }) => name));
  });
});

const CASES = readdirSync(path.join(REPOSITORY, 'fixtures/cases'));
const casePage = (name: string) => `fixtures/cases/${name}/case.md`;

test.each(['README.md', ...DOCS, 'fixtures/README.md', 'fixtures/corpus/README.md', 'src/README.md'])(
  'the links of %s lead somewhere',
  (name) => {
    expect(brokenLinks(REPOSITORY, name)).toEqual([]);
  },
);

test('every case links the section that it shows', () => {
  for (const name of CASES) expect(read(casePage(name)), name).toMatch(/docs\/(?:rules|files)\.md#\d/);
  expect(CASES.flatMap((name) => brokenLinks(REPOSITORY, casePage(name)))).toEqual([]);
});

test('planted links that lead nowhere are found', () => {
  const text = '[a](none.md), [b](files.md#none), [c](#none), [d](#2-time)';
  expect(brokenLinks(REPOSITORY, 'docs/rules.md', text)).toEqual([
    '](none.md)',
    '](files.md#none)',
    '](#none)',
  ]);
});

test('every rule in a table is shown by a case or a test', () => {
  const rows = read('docs/rules.md')
    .split(/\n(?!\|)/)
    .filter((table) => /^\|.*\| shown by \|$/m.test(table))
    .flatMap((table) => table.trim().split('\n').slice(2));
  expect(rows.length).toBeGreaterThan(70);
  expect(rows.filter((row) => !/(?:\]\(\.\.\/fixtures\/cases|`test)\/[^|]*\|$/.test(row))).toEqual([]);
  const tests = rows.flatMap((row) => [...row.matchAll(/`(test\/[^`]+)`/g)].map(([, name = '']) => name));
  expect(tests.filter((name) => !existsSync(path.join(REPOSITORY, name)))).toEqual([]);
});

test('the number of fixture cases is as it says', () => {
  expect(read('docs/rules.md')).toContain(`${CASES.length} of them`);
});

describe('references to a section', () => {
  const REFERENCE =
    /(?:docs\/([a-z]+)\.md |(Files), )?\bsections?[\s*/]+(\d+)(?: (?:and|to) (\d+))?(?: of the (rules))?/gi;

  /**
   * What is wrong with the references of a text. A bare "section 5" is one of the page that it stands in, elsewhere one of the
   * rules. Those of other people's pages (`sqlite.org/fileformat.html, section 3`) are not ours.
   */
  const unresolved = (text: string, own = 'rules') =>
    [...text.replace(/\.html,[\s*/]+section \d/g, '').matchAll(REFERENCE)].flatMap(
      ([reference, path, files, first, second, rules]) => {
        const page = (path ?? files ?? rules ?? own).toLowerCase();
        const numbers = [first, second];
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
    expect(unresolved('Section 9; section\n * 10; Files, section 3; section 2')).toEqual([
      'Section 9',
      'section\n * 10',
      'Files, section 3',
    ]);
    expect(unresolved('section 6; section 6 of the rules', 'ledger')).toEqual(['section 6']);
  });

  test.each(['src', 'test', 'fixtures/cases', 'docs'])('those of %s name headings that exist', (folder) => {
    const files = filesBelow(path.join(REPOSITORY, folder)).filter(
      (name) => /\.(?:ts|md)$/.test(name) && name !== 'pages.test.ts',
    );
    expect(files.length).toBeGreaterThan(5);
    const bad = files.flatMap((name) => {
      const text = read(`${folder}/${name}`);
      const oldNames = text.match(/billing-rules\.md|files-and-commands\.md/g) ?? [];
      const own = folder === 'docs' ? name.replace('.md', '') : 'rules';
      return [...unresolved(text, own), ...oldNames].map((reference) => `${name}: ${reference}`);
    });
    expect(bad).toEqual([]);
  });

  test('so do those of the index of the cases', () => {
    expect(unresolved(read('fixtures/README.md'))).toEqual([]);
  });
});
