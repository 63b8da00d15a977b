/** At the end of a run: where its time went. */
import path from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

const SHOWN = 20;

export class SlowestTests implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap(({ children }) => [...children.allTests()]);
    // The reporter before this one has shown all tests of a single file.
    if (modules.length < 2 || tests.length <= SHOWN) return;
    const rows = tests.map((test) => ({
      took: test.diagnostic()?.duration ?? 0,
      name: `${path.relative(process.cwd(), test.module.moduleId)}: ${test.fullName}`,
    }));
    rows.sort((a, b) => b.took - a.took);
    const sum = rows.reduce((all, { took }) => all + took, 0);
    const shown = rows.slice(0, SHOWN).map(({ took, name }) => `${seconds(took)}  ${name}`);
    console.log(`The ${SHOWN} slowest tests, of ${seconds(sum).trim()} in all:\n${shown.join('\n')}\n`);
  }
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1).padStart(6)} s`;
