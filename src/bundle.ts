/**
 * The second half of `npm run build`: bundles the program into the few files of `dist/program`, which bin/monthend.js starts. A command needs
 * some 340 modules of ours and of packages; loading each from a file of its own takes longer than most commands.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type BuildOptions, build, type OutputOptions, type Plugin } from 'rolldown';

/** They hold more than JavaScript, so that they are loaded from where they are installed. All other packages are bundled. */
const NOT_BUNDLED = ['better-sqlite3', 'pdfkit', '@resvg/resvg-wasm', 'dejavu-fonts-ttf'];

const isInstalled = (name: string): boolean =>
  name.startsWith('node:') || NOT_BUNDLED.some((each) => `${name}/`.startsWith(`${each}/`));

const LICENCES: Plugin = {
  name: 'licences',
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
    const folders = new Set(modules.flatMap((module) => packageFolderOf(module) ?? []));
    const source = `The files of this folder contain these packages.\n${[...folders].sort().map(licenceOf).join('')}`;
    this.emitFile({ type: 'asset', fileName: 'licences.txt', source });
  },
};

/** Returns the folder of the package that a module belongs to; undefined if it is ours. */
const packageFolderOf = (module: string): string | undefined =>
  /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(module)?.[0];

function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (file === undefined) throw new Error(`${name} has no licence file`);
  const text = readFileSync(path.join(folder, file), 'utf8').replaceAll('\r', '').trim();
  return `\n${'='.repeat(80)}\n${name} ${version}, ${license}\n\n${text}\n`;
}

function bundle(input: string, output: OutputOptions, plugins: Plugin[] = []): BuildOptions {
  return {
    input,
    plugins,
    platform: 'node',
    external: isInstalled,
    // jsonc-parser's `main` requires its other files in a way that cannot be bundled.
    resolve: { mainFields: ['module', 'main'] },
    transform: { target: 'node20.19' },
    // The groups below decide what is loaded late.
    checks: { ineffectiveDynamicImport: false },
    output: {
      dir: 'dist/program',
      entryFileNames: '[name].js',
      chunkFileNames: '[name].js',
      // For `npm run bench`; they are not packed.
      sourcemap: 'hidden',
      ...output,
    },
  };
}

const groups = [
  // What every start loads.
  { name: 'start', tags: ['$initial' as const] },
  // What most commands load, among it the ledger.
  { name: 'ledger', minShareCount: 8 },
];
await build([
  bundle('src/cli/main.ts', { codeSplitting: { groups } }, [LICENCES]),
  // A thread compiles what it needs for itself.
  bundle('src/output/invoice-thread.ts', { codeSplitting: false }),
  bundle('src/import-thread/import-thread.ts', { codeSplitting: false }),
]);
