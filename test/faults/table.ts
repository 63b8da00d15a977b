/** At the end of `npm run test:faults`: the table of docs/architecture.md. */
import path from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type { Figures } from './figures.js';

export class FigureTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap(({ children }) => [...children.allTests()]);
    const took = modules.map(
      (module) =>
        `${path.basename(module.moduleId, '.test.ts')} ${(module.diagnostic().duration / 60_000).toFixed(1)}`,
    );
    console.log(`\n${tableOf(tests.flatMap(figuresOf))}\n\nminutes: ${took.join(', ')}\n`);
  }
}

function figuresOf(test: TestCase): Figures[] {
  const { figures } = test.meta();
  if (figures === undefined) return [];
  const isFailed = test.result().state === 'failed';
  return [isFailed ? { ...figures, found: { ...figures.found, 'failed tests': 1 } } : figures];
}

/** Controls last. */
function tableOf(all: readonly Figures[]): string {
  const isControl = (fault: string) => fault.startsWith('control');
  const faults = [...new Set(all.map(({ fault }) => fault))].sort(
    (a, b) => Number(isControl(a)) - Number(isControl(b)) || (a < b ? -1 : 1),
  );
  const rows = faults.map((fault) => {
    const parts = all.filter((each) => each.fault === fault);
    const [injected, found] = (['injected', 'found'] as const).map((column) =>
      inWords(parts.map((part) => part[column])),
    );
    return `| ${fault} | ${injected} | ${found} |`;
  });
  return ['| fault | injected | found |', '| --- | --- | --- |', ...rows].join('\n');
}

function inWords(counts: readonly Readonly<Record<string, number>>[]): string {
  const sums = new Map<string, number>();
  for (const each of counts)
    for (const [what, count] of Object.entries(each)) sums.set(what, (sums.get(what) ?? 0) + count);
  return [...sums].map(([what, count]) => `${count.toLocaleString('en')} ${what}`).join(', ');
}
