/**
 * What `npm pack` makes of this clone, in an empty folder: it starts, bills two months and checks a case with nothing but its own
 * files and its production packages. What the test does not cover is npm's own part, the download and the compiling of better-sqlite3.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  cloneToPack,
  type Installation,
  installPacked,
  removeInstallations,
} from './support/installation.js';
import { REPOSITORY } from './support/monthend.js';
import { brokenLinks } from './support/page.js';

afterAll(removeInstallations);

/** Files below a folder of an installation, with `/`. */
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));

const textOf = (folder: string, name: string) => readFileSync(path.join(folder, name), 'utf8');

/** `@scope/name/file.js` -> `@scope/name`. */
const packageOf = (name: string) => name.split('/', name.startsWith('@') ? 2 : 1).join('/');

/** They hold more than JavaScript. */
const NOT_BUNDLED = ['@resvg/resvg-wasm', 'better-sqlite3', 'dejavu-fonts-ttf', 'pdfkit'];

const LOADED = /(?:from |import |await import\(|new URL\()"\.\/([\w-]+\.js)"/g;

describe('a tarball, unpacked in an empty folder', () => {
  let whole: Installation | undefined;
  const installed = () => {
    whole ??= installPacked();
    return whole;
  };

  test('bills the two sample months, and checks a case of its owner', () => {
    const { run, path: at } = installed();
    const done = (words: readonly string[]) => {
      const result = run(words);
      expect(result, words.join(' ')).toMatchObject({ code: 0 });
      return result.stdout;
    };
    done(['init', '--sample']);
    const october = ['practices', 'orders', 'history'].map((name) => `2025-10/${name}.csv`);
    expect(done(['run', '2025-10', ...october])).toContain(
      'charges 3773.00, credits 0.00, documents 3773.00',
    );
    const november = ['orders', 'history'].map((name) => `2025-11/${name}.csv`);
    expect(done(['run', '2025-11', ...november])).toContain(
      'charges 919.50, credits -1473.00, documents -553.50',
    );
    done(['invoices', '2025-10', '--pdf']);
    done(['export', '2025-10', '--to', 'lines']);
    done(['report', '2025-11']);
    expect(done(['verify'])).toContain('match their seals');

    const input = at('cases/one-crown/2026-10/in');
    mkdirSync(input, { recursive: true });
    writeFileSync(
      path.join(input, 'orders.csv'),
      'order_id,practice_id,product,unit_price,placed_at\nO-1,P-1,crown,100.00,2026-10-05T09:00:00-04:00\n',
    );
    done(['check', 'cases', '--update']);
    expect(done(['check', 'cases'])).toContain('1 passed, 0 failed');
    const invoice = at('cases/one-crown/2026-10/expected/invoices/P-1.csv');
    writeFileSync(invoice, readFileSync(invoice, 'utf8').replaceAll('100.00', '100.01'));
    expect(run(['check', 'cases']).code).toBe(1);
  });

  test('has the files that the program and its threads load, and no others', () => {
    const program = installed().path('node_modules/monthend/dist/program');
    const loaded = new Set(['main.js']);
    for (const name of loaded)
      for (const [, other = ''] of textOf(program, name).matchAll(LOADED)) loaded.add(other);
    expect([...loaded]).toEqual(expect.arrayContaining(['invoice-thread.js', 'import-thread.js']));
    const files = filesBelow(installed().path('node_modules/monthend/dist'));
    const expected = [...loaded, 'licences.txt'].map((name) => `program/${name}`);
    expect(files.sort()).toEqual([...expected, 'monthend.1'].sort());
  });

  test('has as packages what is not bundled, and the licence of each package that is', () => {
    const program = installed().path('node_modules/monthend/dist/program');
    const texts = filesBelow(program).map((name) => textOf(program, name));
    const named = texts.flatMap((text) => [
      ...text.matchAll(
        /^import (?:.* from )?"([^"]+)";$|\bimport\("([^"]+)"\)|\.resolve\([`"]([^`"]+)[`"]\)/gm,
      ),
    ]);
    const imported = named.map((found) => found.slice(1).join(''));
    const packages = imported.filter((name) => !name.startsWith('.') && !isBuiltin(name)).map(packageOf);
    expect([...new Set(packages)].sort()).toEqual(NOT_BUNDLED);

    const built = path.join(REPOSITORY, 'dist/program');
    const sources = filesBelow(built)
      .filter((name) => name.endsWith('.map'))
      .flatMap((name): string[] => JSON.parse(textOf(built, name)).sources);
    const bundled = sources.flatMap((source) => source.split('/node_modules/').slice(1)).map(packageOf);
    expect(bundled).toEqual(expect.arrayContaining(['zod', 'decimal.js']));
    const licences = textOf(program, 'licences.txt')
      .split(/^={80}$/m)
      .slice(1);
    expect(licences.map((text) => text.trim().split(' ')[0])).toEqual([...new Set(bundled)].sort());
    for (const text of licences) expect(text).toMatch(/permission (?:notice )?.*|redistribution/i);
  });

  test('has the pages, the licence and the manual page, and nothing that only development needs', () => {
    const { path: at } = installed();
    const files = filesBelow(at('node_modules/monthend'));
    const pages = filesBelow(path.join(REPOSITORY, 'docs')).map((name) => `docs/${name}`);
    expect(files).toEqual(
      expect.arrayContaining([...pages, 'LICENSE', 'README.md', 'dist/monthend.1', 'src/config.schema.json']),
    );
    const areas = new Set(files.map((name) => name.split('/').slice(0, 1)[0]));
    expect([...areas].sort()).toEqual(
      ['LICENSE', 'README.md', 'bin', 'dist', 'docs', 'fixtures', 'package.json', 'src'].sort(),
    );
    expect(files.filter((name) => /^fixtures\/corpus\/|^src\/.*\.ts$|\.test\./.test(name))).toEqual([]);
  });

  test('has the files of the cases, whatever their names, and no page with a link that leads nowhere', () => {
    const { path: at } = installed();
    const root = at('node_modules/monthend');
    for (const folder of ['fixtures/cases', 'fixtures/rejected', 'fixtures/explained'])
      expect(filesBelow(path.join(root, folder)).sort(), folder).toEqual(
        filesBelow(path.join(cloneToPack(), folder)).sort(),
      );
    const pages = filesBelow(root).filter((name) => name.endsWith('.md'));
    expect(pages.length).toBeGreaterThan(200);
    const broken = pages.flatMap((name) => brokenLinks(root, name).map((link) => `${name}: ${link}`));
    expect(broken).toEqual([]);
  });
});

describe('an installation that lacks a part says in one sentence which command to run', () => {
  const installProgram = (options: { readonly copied?: readonly string[] } = {}) =>
    installPacked({ ...options, parts: ['bin', 'dist', 'package.json', 'src'] });

  /** The program's own words: nothing else is on either stream, and nothing was done. */
  function refused(installation: Installation, words: readonly string[]): string {
    const { code, stdout, stderr } = installation.run(words);
    expect({ code, stdout }, words.join(' ')).toEqual({ code: 74, stdout: '' });
    expect(stderr).toMatch(/^monthend: [^\n]+\n$/);
    expect(existsSync(installation.path('monthend.json'))).toBe(false);
    return stderr;
  }

  const COMMANDS = [
    ['init', '--sample'],
    ['inspect', 'orders.csv'],
    ['import', 'orders.csv'],
    ['preview', '2025-10'],
    ['preflight', '2025-10'],
    ['close', '2025-10'],
    ['run', '2025-10', 'orders.csv'],
    ['export', '2025-10'],
    ['report', '2025-10'],
    ['books', 'check', '2025-10'],
    ['invoices', '2025-10'],
    ['verify'],
    ['void', '2025-10', '--reason', 'a slip'],
    ['explain', 'O-1'],
    ['status'],
    ['check', 'cases'],
  ];
  const WITHOUT_DATABASE = [['--help'], ['close', '--help'], ['--version'], ['man'], ['completion', 'bash']];

  test('better-sqlite3 that npm did not build, in every command that needs it', () => {
    const installation = installProgram({ copied: ['better-sqlite3'] });
    writeFileSync(installation.path('package.json'), '{}');
    const told =
      'monthend: better-sqlite3 has no binary, since its install script has not run; run "npm rebuild better-sqlite3" in ' +
      `${installation.folder} (with npm 12, "npm approve-scripts better-sqlite3" before it)\n`;
    for (const words of COMMANDS) expect(refused(installation, words)).toBe(told);
    for (const words of WITHOUT_DATABASE) {
      const { code, stdout } = installation.run(words);
      expect({ code, isSilent: stdout === '' }, words.join(' ')).toEqual({ code: 0, isSilent: false });
    }
    const named = installation.run(['--help']).stdout.split('Commands:')[1] ?? '';
    const commands = [...named.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
    expect(new Set([...COMMANDS, ['man'], ['completion'], ['help']].map(([name]) => name))).toEqual(
      new Set(commands.filter((name) => name !== 'monthend')),
    );
  });

  test('in JSON where it was asked for', () => {
    const installation = installProgram({ copied: ['better-sqlite3'] });
    const { code, stdout } = installation.run(['--json', 'status']);
    expect(code).toBe(74);
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'status',
      error: { kind: 'system', exitCode: 74, message: expect.stringContaining('npm rebuild') },
    });
  });

  test('the same of a global installation, where there is no package.json', () => {
    const installation = installProgram({ copied: ['better-sqlite3'] });
    expect(refused(installation, ['status'])).toContain(
      'run "npm rebuild --global better-sqlite3" (with npm 12, add --allow-scripts=better-sqlite3)\n',
    );
  });

  test('better-sqlite3 that was built for another version of Node', () => {
    const installation = installProgram({ copied: ['better-sqlite3', 'bindings'] });
    // As Node says it.
    const message = `The module 'better_sqlite3.node'
was compiled against a different Node.js version using
NODE_MODULE_VERSION 1. This version of Node.js requires
NODE_MODULE_VERSION ${process.versions.modules}. Please try re-compiling or re-installing`;
    writeFileSync(
      installation.path('node_modules/bindings/bindings.js'),
      `module.exports = () => { throw Object.assign(new Error(${JSON.stringify(message)}), { code: 'ERR_DLOPEN_FAILED' }); };`,
    );
    const told = refused(installation, ['status']);
    expect(told).toContain(
      `built for another version of Node than this one, ${process.version}; run "npm rebuild`,
    );
  });

  test('a binary that is damaged', () => {
    const installation = installProgram({ copied: ['better-sqlite3'] });
    mkdirSync(installation.path('node_modules/better-sqlite3/build'));
    writeFileSync(installation.path('node_modules/better-sqlite3/build/better_sqlite3.node'), 'no binary');
    expect(refused(installation, ['status'])).toMatch(
      /better-sqlite3 cannot be loaded \(.+\); run "npm rebuild/,
    );
  });

  test('better-sqlite3 that is not there', () => {
    const installation = installProgram();
    rmSync(installation.path('node_modules/better-sqlite3'));
    expect(refused(installation, ['status'])).toContain(
      'better-sqlite3 is not installed; run "npm install" in ',
    );
  });

  test.each(['pdfkit', 'dejavu-fonts-ttf'])('%s that is not there', (name) => {
    const installation = installPacked();
    installation.run(['init', '--sample']);
    const files = ['practices', 'orders', 'history'].map((each) => `2025-10/${each}.csv`);
    expect(installation.run(['run', '2025-10', ...files])).toMatchObject({ code: 0 });
    rmSync(installation.path('node_modules', name));
    expect(installation.run(['invoices', '2025-10', '--pdf'])).toEqual({
      code: 74,
      stdout: '',
      stderr: `monthend: ${name} is not installed; run "npm install" in ${installation.folder}\n`,
    });
  });

  test('a program that is not built', () => {
    const installation = installProgram();
    rmSync(installation.path('node_modules/monthend/dist'), { recursive: true });
    expect(refused(installation, ['--help'])).toContain('it is not built; run "npm ci && npm run build" in ');
  });
});
