/** `monthend run MONTH FILE…`: the monthly batch. */
import type { Command } from 'commander';
import { EXIT_CODES } from '../failure.js';
import { importFiles } from '../month-end.js';
import { addCloseFlags, type CloseFlags, closeAndReport, closeRequest } from './close.js';
import type { Runner } from './command.js';
import { addImportFlags, type ImportFlags, importAsJson, importOptions, reportImport } from './import.js';
import type { Session } from './session.js';

export function addRun(program: Command, run: Runner): void {
  addCloseFlags(addImportFlags(program.command('run')))
    .description('the monthly batch: import the files, then close the month')
    .argument('<month>', 'YYYY-MM')
    .argument('<file...>', '.csv or .ndjson, either also .gz; - for standard input')
    .addHelpText(
      'after',
      `
Examples:
  monthend run 2026-10 orders.csv history.csv
  monthend run 2026-11 november/*.csv --strict`,
    )
    .action(
      run(async (session: Session, month: string, files: string[], flags: ImportFlags & CloseFlags) => {
        const request = closeRequest(session, month, flags);
        const options = importOptions(session, files, flags);
        return session.withLedger('create', async (ledger) => {
          const imported = await importFiles(ledger, files, options);
          reportImport(session.terminal, imported);
          const months = await closeAndReport(session, ledger, request);
          session.terminal.json({ ...importAsJson(imported), months });
          return imported.quarantine === undefined ? 0 : EXIT_CODES.input;
        });
      }),
    );
}
