/** `monthend run MONTH FILE…`: the monthly batch, import and close. */
import type { Command } from 'commander';
import { EXIT_CODES } from '../errors/failure.js';
import type { ImportOptions } from '../import-files.js';
import type { Ledger } from '../ledger/ledger.js';
import { counted } from '../words/words.js';
import {
  addCloseFlags,
  type CloseFlags,
  type CloseRequest,
  closeAndReport,
  closeRequest,
  reportMonth,
} from './close.js';
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
import { monthJson } from './month-json.js';
import type { Session } from './session.js';

export function addRun(program: Command, run: Runner): void {
  addCloseFlags(addImportFlags(program.command('run')))
    .description('import files, then close the month')
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
        if (options.isDryRun === true)
          return session.withLedger('write', (ledger) =>
            rehearseRun(session, ledger, request, { files, options }),
          );
        return session.withLedger('write', async (ledger) => {
          const { importFiles } = await import('../import-files.js');
          const imported = await importFiles(ledger, files, options);
          session.terminal.stands(`import ${imported.importId} is in the ledger`);
          reportImport(session.terminal, imported, options);
          session.terminal.json({
            ...importJson(imported, options),
            newlyClosed: [],
            months: [],
          } satisfies JsonOf<'run'>);
          // A close waits until the records set aside are corrected, or left out on purpose.
          const isWhole = imported.quarantine === undefined;
          const months = isWhole ? await closeAndReport(session, ledger, request) : [];
          const isNew = imported.files.some((file) => file.imported + file.amended > 0);
          if (isNew && months.at(-1)?.wasClosed) {
            const text = `${request.month} was closed before this import, so what it brought is billed with the next month that you close`;
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

/** Imports and bills in one transaction that is rolled back. Whatever would refuse the close refuses this as well. */
function rehearseRun(
  { terminal }: Session,
  ledger: Ledger,
  { month, ...options }: CloseRequest,
  imports: { readonly files: readonly string[]; readonly options: ImportOptions },
): Promise<number> {
  return ledger.rehearse(async (inside) => {
    const { importFiles } = await import('../import-files.js');
    const imported = await importFiles(inside, imports.files, imports.options);
    reportImport(terminal, imported, imports.options);
    terminal.json({
      ...importJson(imported, imports.options),
      newlyClosed: [],
      months: [],
    } satisfies JsonOf<'run'>);
    const { rehearseClose } = await import('../month/preview-month.js');
    const { difference: _, ...preview } = await rehearseClose(inside, month, options);
    reportMonth(terminal, `${month} would be (nothing is written)`, preview);
    terminal.json({ newlyClosed: [], months: [monthJson(preview)] } satisfies JsonOf<'close'>);
    if (imported.quarantine !== undefined) return EXIT_CODES.input;
    if (!options.strict || preview.exceptionCount === 0) return 0;
    terminal.note(
      `strict would refuse to close ${month}: it lists ${counted(preview.exceptionCount, 'exception')}`,
    );
    return EXIT_CODES.refused;
  });
}
