/**
 * `npm run test:fuzz -- [MINUTES] [TARGET...]`: searches the readers for inputs that they do not bear, led by the source text that
 * an input runs. What it finds, it prints and leaves in `.fuzz/found/`; exit 1 if it finds anything.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomFrom } from '../support/random.js';
import { startCoverage } from './coverage.js';

const here = path.dirname(fileURLToPath(import.meta.url));
// Compiled to .fuzz/test/fuzz/.
const out = path.resolve(here, '../..');
const [minutes = '60', ...names] = process.argv.slice(2);
const seed = Number(process.env.MONTHEND_SEED ?? Date.now() % 1_000_000);

const coverage = startCoverage((url) => url.includes('/.fuzz/src/') || url.includes('/src/intake/'));
// After that, so that what runs while a file is loaded counts too.
const { TARGETS } = await import('./targets.js');
const { createSearch } = await import('./search.js');

const searches = TARGETS.filter(({ name }) => names.length === 0 || names.includes(name)).map(
  (target, index) => ({
    target,
    search: createSearch(target, randomFrom(seed + index), coverage),
  }),
);

const ends = Date.now() + Number(minutes) * 60_000;
let nextReport = Date.now() + 60_000;
console.log(
  `MONTHEND_SEED=${seed}, ${minutes} minutes, ${searches.map(({ target }) => target.name).join(' ')}`,
);

/** So much of each in turn, that a slow target gets the time of a fast one. */
const TURN_MS = 4000;
while (Date.now() < ends) {
  for (const { search } of searches) {
    const turnEnds = Date.now() + TURN_MS;
    do await search.go(64);
    while (Date.now() < turnEnds && Date.now() < ends);
  }
  if (Date.now() >= nextReport) {
    report();
    nextReport = Date.now() + 60_000;
  }
}
report();
writeGaps();
process.exitCode = searches.some(({ search }) => search.findings.length > 0) ? 1 : 0;

function report(): void {
  const found = searches.flatMap(({ search }) => search.findings);
  mkdirSync(path.join(out, 'found'), { recursive: true });
  for (const [index, { target, what, input }] of found.entries()) {
    const text = `${what}\n\n${JSON.stringify(input.toString('latin1'))}\n`;
    writeFileSync(path.join(out, 'found', `${target}-${index}.txt`), text);
  }
  console.log(new Date().toISOString());
  for (const { target, search } of searches)
    console.log(
      `  ${target.name.padEnd(16)} ${search.executions} executions, ${search.kept} kept, ${search.findings.length} findings`,
    );
  const intake = [...coverage.shares()].filter(([url]) => /\/src\/(?:intake|config)\//.test(url));
  for (const [url, share] of intake.sort())
    console.log(`    ${path.basename(url).padEnd(22)} ${(share * 100).toFixed(1)} %`);
}

/** The source text that no input has run. */
function writeGaps(): void {
  const lines: string[] = [];
  for (const [url, gaps] of coverage.gaps()) {
    const text = readFileSync(fileURLToPath(url), 'utf8');
    for (const [start, end] of gaps) {
      const line = text.slice(0, start).split('\n').length;
      lines.push(
        `${path.basename(url)}:${line}: ${text.slice(start, Math.min(end, start + 160)).replaceAll(/\s+/g, ' ')}`,
      );
    }
  }
  writeFileSync(path.join(out, 'gaps.txt'), `${lines.join('\n')}\n`);
}
