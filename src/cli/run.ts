/** `monthend run MONTH FILE…`: the monthly batch. */
import type { Command } from 'commander';
import { EXIT_CODES } from '../failure.js';
import { addCloseFlags, type CloseFlags, closeAndReport, closeRequest } from './close.js';
import type { Runner } from './command.js';
import {
  addImportFlags,
  FILES,
  type ImportFlags,
  importJson,
  importOptions,
  reportImport,
} from './import.js';
import type { JsonOf } from './json-documents.js';
import type { Session } from './session.js';

export function addRun(program: Command, run: Runner): void {
  addCloseFlags(addImportFlags(program.command('run')))
    .description('the monthly batch: import the files, then close the month')
    .argument('<month>', 'YYYY-MM')
    .argument('<file...>', FILES)
    .addHelpText(
      'after',
      `
The same as import, then close, with the options of both. The month stays open if --quarantine set a record aside.

Examples:
  monthend run 2026-10 orders.csv history.csv
  monthend run 2026-11 november/*.csv --strict`,
    )
    .action(
      run(async (session: Session, month: string, files: string[], flags: ImportFlags & CloseFlags) => {
        const request = await closeRequest(session, month, flags);
        const options = await importOptions(session, files, flags);
        return session.withLedger('write', async (ledger) => {
          const { importFiles } = await import('../import-files.js');
          const imported = await importFiles(ledger, files, options);
          session.terminal.stands(`import ${imported.importId} is in the ledger`);
          reportImport(session.terminal, imported);
          session.terminal.json({
            ...importJson(imported),
            newlyClosed: [],
            months: [],
          } satisfies JsonOf<'run'>);
          // A close is for good: it waits until the records that were set aside are mended, or left out on purpose.
          const isWhole = imported.quarantine === undefined;
          const months = isWhole ? await closeAndReport(session, ledger, request) : [];
          const isNew = imported.files.some((file) => file.imported + file.amended > 0);
          if (isNew && months.at(-1)?.wasClosed) {
            const text = `${request.month} was closed before this import: what it brought is billed with the next month that is closed`;
            session.terminal.note(text);
          }
          if (isWhole) return 0;
          session.terminal.note(
            `${request.month} is not closed: mend ${imported.quarantine?.file} and run the command with that file, or ` +
              `close the month without those records by "monthend close ${request.month} --accept set-aside"`,
          );
          return EXIT_CODES.input;
        });
      }),
    );
}
