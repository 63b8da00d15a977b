/** Who may import what: the rooms of src/README.md, held as tables. An import outside them fails here. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * bin -> cli -> import-files, month-end, month, cases -> intake, ledger, output -> billing. What an area may import of the others;
 * intake, ledger and output do not know each other.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  cli: [
    'import-files',
    'inspect-files',
    'month-end',
    'month',
    'books',
    'cases',
    'config',
    'explain',
    'errors',
    'words',
    'files',
    'billing',
  ],
  docs: ['cli', 'config'],
  bundle: [],
  cases: ['import-files', 'ledger', 'output', 'config', 'errors', 'files', 'billing'],
  'import-files': ['import-thread', 'intake', 'ledger', 'output', 'config', 'errors', 'files', 'billing'],
  'import-thread': ['intake', 'ledger', 'billing'],
  'inspect-files': ['intake', 'config', 'errors', 'billing'],
  'month-end': ['month', 'ledger', 'output', 'errors', 'billing'],
  month: ['books', 'intake', 'ledger', 'output', 'config', 'explain', 'errors', 'words', 'files', 'billing'],
  intake: ['errors', 'words', 'billing'],
  ledger: ['config', 'explain', 'errors', 'words', 'files', 'billing'],
  output: ['explain', 'errors', 'words', 'files', 'billing'],
  books: ['output', 'config', 'words', 'billing'],
  config: ['intake', 'errors', 'words', 'files', 'billing'],
  files: ['errors'],
  errors: ['words', 'billing'],
  explain: ['words', 'billing'],
  words: ['billing'],
  billing: [],
};

/** Each of these is an import that the layers do not allow, and why it stands all the same. */
const LAYER_EXCEPTIONS: readonly string[] = [
  // A session opens the ledger that its commands hand to month-end.ts, and closes it whatever they do.
  'src/cli/session.ts -> src/ledger/audit.ts',
  'src/cli/session.ts -> src/ledger/ledger.ts',
  // `init` makes an empty ledger: no stage of a month's end.
  'src/cli/init.ts -> src/ledger/ledger.ts',
  // `--as-of` is read by the rules for instants in files.
  'src/cli/session.ts -> src/intake/instant.ts',
  // Types only: what month-end.ts asks for.
  'src/cli/close.ts -> src/ledger/close.ts',
  'src/cli/close.ts -> src/ledger/ledger.ts',
  'src/cli/run.ts -> src/ledger/ledger.ts',
];

/** One library, one door. */
const DOORS: Readonly<Record<string, string | readonly string[]>> = {
  '@resvg/resvg-wasm': 'src/output/logo.ts',
  'better-sqlite3': 'src/ledger/',
  commander: 'src/cli/',
  'csv-stringify': 'src/output/csv.ts',
  'd3-array': 'src/output/chart.ts',
  'd3-scale': 'src/output/chart.ts',
  'd3-shape': 'src/output/chart.ts',
  'date-fns-tz': 'src/billing/time-zone.ts',
  'decimal.js': 'src/billing/money.ts',
  diff: 'src/cli/case-text.ts',
  'fast-xml-builder': 'src/books/ubl.ts',
  'jsonc-parser': ['src/config/read-config.ts', 'src/config/save-profile.ts'],
  fflate: ['src/output/compress-pdf.ts', 'src/output/png.ts'],
  pdfkit: 'src/output/invoice-pdf.ts',
  rolldown: 'src/bundle.ts',
  'string-width': 'src/cli/screen.ts',
  zod: [
    'src/config/read-config.ts',
    'src/config/read-inputs.ts',
    'src/cli/json-documents.ts',
    'src/cli/json/',
  ],
};

/** What stands in no file but those. */
const WORDS: readonly (readonly [what: string, pattern: RegExp, where: RegExp | undefined])[] = [
  ['console', /\bconsole\./, undefined],
  ['the environment', /\bprocess\.env\b/, /^src\/cli\//],
  ['writing to a stream', /\bprocess\.(stdout|stderr)\b/, /^src\/cli\//],
  ['ending the process', /\bprocess\.exit/, /^src\/cli\//],
  ['the clock', /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bperformance\.now\b/, /^src\/cli\//],
  ['chance', /\bMath\.random\b/, undefined],
  ['the locale', /\btoLocale\w*|\blocaleCompare\b/, undefined],
  ['Intl, which knows the names of zones', /\bIntl\./, /^src\/(intake\/zone-name|billing\/time-zone)\.ts$/],
  [
    "the machine's zone",
    /\.(get|set)(FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds)\(/,
    undefined,
  ],
  [
    'a schema of SQLite by name, which a draft would pass by',
    /(?<![/\w])(?:main|temp)\.\w/,
    /^src\/ledger\/(?:accounts|document-index|document-writer|draft-tables|identity|judge-fact|looks-issued|preflight-facts|schema-differences|view)\.ts$/,
  ],
  ['process in billing', /\bprocess\.|\bBuffer\b/, /^src\/(?!billing\/)/],
];

interface SourceFile {
  /** From the root of the package, with `/`. */
  readonly name: string;
  /** Without comments. */
  readonly code: string;
  /** As written: `./plan.js`, `node:fs`, `zod`. */
  readonly imports: readonly string[];
}

const SOURCES: readonly SourceFile[] = readdirSync(path.join(ROOT, 'src'), {
  recursive: true,
  encoding: 'utf8',
})
  .filter((file) => file.endsWith('.ts'))
  .sort()
  .map((file) => {
    const text = readFileSync(path.join(ROOT, 'src', file), 'utf8');
    const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
    return { name: `src/${file.split(path.sep).join('/')}`, code, imports: importsIn(code) };
  });

/** Types included: `import … from`, `export … from`, `import '…'`, `import('…')`. */
function importsIn(code: string): string[] {
  const STATEMENT =
    /^\s*(?:import|export)\b[^;'"]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;
  return [...code.matchAll(STATEMENT)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

const isOwn = (imported: string) => imported.startsWith('.');
const fileOf = (from: string, imported: string) =>
  path.posix.join(path.posix.dirname(from), imported).replace(/\.js$/, '.ts');
const areaOf = (name: string) => name.replace(/^src\//, '').replace(/\.ts$|\/.*$/, '');
const packageOf = (imported: string) => /^(@[^/]+\/)?[^/]+/.exec(imported)?.[0] ?? imported;

const OWN_IMPORTS = SOURCES.flatMap(({ name, imports }) =>
  imports.filter(isOwn).map((imported) => ({ from: name, to: fileOf(name, imported) })),
);

describe('the reading of imports', () => {
  it('finds them in every form', () => {
    const code = `import a from 'a';\nimport {\n  type B,\n} from './b.js';\nexport type { C } from './c.js';
      import 'd';\nconst e = await import('./e.js');\nexport * from './f.js';\nconst text = 'import g';`;
    expect(importsIn(code)).toEqual(['a', './b.js', './c.js', 'd', './e.js', './f.js']);
  });

  it('finds the files that they name', () => {
    const names = SOURCES.map(({ name }) => name);
    expect(OWN_IMPORTS.length).toBeGreaterThan(100);
    expect(OWN_IMPORTS.filter(({ to }) => !names.includes(to))).toEqual([]);
  });
});

describe('the layers', () => {
  it('each area of src has its row', () => {
    expect([...new Set(SOURCES.map(({ name }) => areaOf(name)))].sort()).toEqual(
      Object.keys(MAY_IMPORT).sort(),
    );
  });

  it.each(Object.entries(MAY_IMPORT))('%s imports of the others only: %j', (area, allowed) => {
    const outside = OWN_IMPORTS.filter(
      ({ from, to }) => areaOf(from) === area && ![area, ...allowed].includes(areaOf(to)),
    );
    const found = [...new Set(outside.map(({ from, to }) => `${from} -> ${to}`))].sort();
    expect(found).toEqual(LAYER_EXCEPTIONS.filter((each) => each.startsWith(`src/${area}`)).sort());
  });

  it('src/README.md tells the same', () => {
    const rows = readFileSync(path.join(ROOT, 'src/README.md'), 'utf8')
      .split('\n## The rooms\n')[1]
      ?.split('\n## ')[0]
      ?.matchAll(/^\| (`.*?) \| .* \| (.*?) \|$/gm);
    const named = (cell = '') => [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name = '']) => name);
    const told = [...(rows ?? [])].flatMap(([, rooms, imports]) =>
      named(rooms).map((room) => [room, named(imports)] as const),
    );
    const sorted = Object.entries(MAY_IMPORT).map(([room, imports]) => [room, [...imports].sort()] as const);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(sorted));
    expect(told).toHaveLength(sorted.length);
  });

  it('bin imports the command line alone', () => {
    const code = readFileSync(path.join(ROOT, 'bin/monthend.js'), 'utf8');
    expect(importsIn(code)).toEqual(['../dist/program/main.js']);
  });

  it('billing uses nothing of Node', () => {
    const used = SOURCES.filter(({ name }) => areaOf(name) === 'billing').flatMap(({ name, imports }) =>
      imports.filter((each) => each.startsWith('node:')).map((each) => `${name} -> ${each}`),
    );
    expect(used).toEqual([]);
  });
});

describe('one library, one door', () => {
  const uses = SOURCES.flatMap(({ name, imports }) =>
    imports
      .filter((imported) => !isOwn(imported) && !imported.startsWith('node:'))
      .map((imported) => ({ name, library: packageOf(imported) })),
  );

  it.each(Object.entries(DOORS))('%s: %s', (library, door) => {
    const users = uses.filter((use) => use.library === library).map(({ name }) => name);
    expect(users).not.toEqual([]);
    expect(users.filter((name) => ![door].flat().some((each) => name.startsWith(each)))).toEqual([]);
  });

  it('every other library has none', () => {
    expect(uses.filter(({ library }) => DOORS[library] === undefined)).toEqual([]);
  });
});

describe('what stands in few files or none', () => {
  it.each(WORDS)('%s', (_, pattern, where) => {
    const found = SOURCES.filter(({ name, code }) => pattern.test(code) && !where?.test(name));
    expect(found.map(({ name }) => name)).toEqual([]);
  });
});

/** Files whose names are not their own: the keys of JSON documents are named as what they hold. */
const NAMED_BY_OTHERS = ['src/cli/json/values.ts'];

/** Commands with a file of their name in `cli`, and another in the room that does what the command is for. */
const COMMANDS = ['close.ts', 'import.ts', 'preflight.ts', 'status.ts', 'void.ts'];

describe('one name, one meaning', () => {
  it('no two files declare an exported name', () => {
    const files = SOURCES.filter(({ name }) => !NAMED_BY_OTHERS.includes(name));
    expect(repeated(files.flatMap(({ name, code }) => exportsIn(code).map((each) => [each, name])))).toEqual(
      [],
    );
  });

  it('no two files have one name', () => {
    const found = repeated(SOURCES.map(({ name }) => [path.basename(name), name]));
    expect(found.map(([name]) => name).sort()).toEqual(COMMANDS);
    expect(found.map(([, places]) => places[0])).toEqual(COMMANDS.map((name) => `src/cli/${name}`));
  });

  it('finds declarations of every form, but not what is passed on', () => {
    const code = `export const A = 1;\nexport async function b() {}\nexport function* c() {}\nexport interface D {}
export type E = 1;\nexport class F {}\nexport type { G } from './g.js';\nconst h = 1;\nexport let i = 1;`;
    expect(exportsIn(code)).toEqual(['A', 'b', 'c', 'D', 'E', 'F', 'i']);
    expect(
      repeated([
        ['a', '1'],
        ['b', '1'],
        ['a', '2'],
      ]),
    ).toEqual([['a', ['1', '2']]]);
  });
});

function exportsIn(code: string): string[] {
  const DECLARATION =
    /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|let|class|interface|type|enum) (\w+)/gm;
  return [...code.matchAll(DECLARATION)].map(([, name = '']) => name);
}

/** @returns the names with several places */
function repeated(places: readonly (readonly string[])[]): [name: string, places: readonly string[]][] {
  const byName = new Map<string, string[]>();
  for (const [name = '', place = ''] of places) byName.set(name, [...(byName.get(name) ?? []), place]);
  return [...byName].filter(([, all]) => all.length > 1);
}

it('no files import each other in a circle, types included', () => {
  expect(circles(OWN_IMPORTS)).toEqual([]);
});

it('circles are found', () => {
  const edges = ['ab', 'bc', 'ca', 'cd', 'ef', 'fe', 'gg'].map(([from = '', to = '']) => ({ from, to }));
  expect(circles(edges)).toEqual([['a', 'b', 'c'], ['e', 'f'], ['g']]);
});

/** The strongly connected components that hold an edge: files that reach each other, or themselves. */
function circles(edges: readonly { readonly from: string; readonly to: string }[]): string[][] {
  const nodes = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].sort();
  const reached = new Map(nodes.map((node) => [node, reachableFrom(node, edges)]));
  const reaches = (from: string, to: string) => reached.get(from)?.has(to) === true;
  const inCircle = nodes.filter((node) => reaches(node, node));
  const components = inCircle.map((node) =>
    inCircle.filter((other) => reaches(node, other) && reaches(other, node)),
  );
  return components.filter((component, index) => component[0] === inCircle[index]);
}

function reachableFrom(
  start: string,
  edges: readonly { readonly from: string; readonly to: string }[],
): Set<string> {
  const reached = new Set<string>();
  const pending = [start];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const { from, to } of edges) {
      if (from !== node || reached.has(to)) continue;
      reached.add(to);
      pending.push(to);
    }
  }
  return reached;
}
