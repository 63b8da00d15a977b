/** `monthend report MONTH`: writes a closed month's report, with charts. */
import type { Command } from 'commander';
import { type Runner, VERSION } from './command.js';
import type { JsonOf } from './json-documents.js';
import { folderOption, monthArgument, type Session } from './session.js';

export function addReportCommand(program: Command, run: Runner): void {
  program
    .command('report')
    .description('write the report of a closed month: one HTML file with its charts and figures')
    .argument('<month>', 'YYYY-MM')
    .addOption(
      folderOption(
        '--out <folder>',
        'folder that holds the folders of the reports',
        'MONTHEND_REPORTS',
      ).default('reports'),
    )
    .addHelpText(
      'after',
      `
Examples:
  monthend report 2026-10                       reports/2026-10/report.html
  monthend close 2026-10 --report               into the folder of the month's CSVs`,
    )
    .action(
      run(async (session: Session, monthText: string, { out }: { out: string }) => {
        const month = monthArgument(monthText);
        const { fileMode } = await session.config();
        const options = { out, fileMode, engineVersion: VERSION };
        const { writeReport } = await import('../month/print-month.js');
        const file = await session.withLedger('read', (ledger) => writeReport(ledger, month, options));
        session.terminal.result(`report: ${file}`);
        session.terminal.json({ month, file } satisfies JsonOf<'report'>);
      }),
    );
}
