/** `monthend export MONTH`: a closed month's files once more. */
import type { Command } from 'commander';
import { addOut, addReport, reportMonth } from './close.js';
import { type Runner, VERSION } from './command.js';
import type { JsonOf } from './json-documents.js';
import { monthJson } from './month-json.js';
import { monthArgument, type Session } from './session.js';

export function addExport(program: Command, run: Runner): void {
  addReport(addOut(program.command('export')))
    .description("write a closed month's files again, byte for byte")
    .argument('<month>', 'YYYY-MM')
    .addHelpText(
      'after',
      `
For a folder that was lost, or a copy elsewhere. The ledger stays as it is.

Examples:
  monthend export 2026-10
  monthend export 2026-10 --out copies`,
    )
    .action(
      run(
        async (
          session: Session,
          monthText: string,
          { out, report = false }: { out: string; report?: boolean },
        ) => {
          const month = monthArgument(monthText);
          const { fileMode } = await session.config();
          const options = {
            out,
            report,
            fileMode,
            engineVersion: VERSION,
            withLists: session.terminal.wantsJson,
          };
          const { exportMonth } = await import('../month-end.js');
          const exported = await session.withLedger('read', (ledger) => exportMonth(ledger, month, options));
          reportMonth(session.terminal, `${month} written again`, exported);
          session.terminal.json({ months: [monthJson(exported)] } satisfies JsonOf<'export'>);
        },
      ),
    );
}
