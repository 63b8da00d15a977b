/** `monthend import FILE…` */
import { statSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { FactKind } from '../billing/order.js';
import { formatProblem } from '../billing/problem.js';
import { Failure } from '../failure.js';
import { type ImportResult, type InputRejected, importFiles } from '../month-end.js';
import type { Runner } from './command.js';
import type { Session } from './session.js';
import type { Terminal } from './terminal.js';

export interface ImportFlags {
  readonly as?: FactKind;
  readonly amend?: boolean;
}

/** How many problems the screen shows; `--json` has them all. */
const PROBLEMS_SHOWN = 50;

export function addImport(program: Command, run: Runner): void {
  addImportFlags(program.command('import'))
    .description('take orders, histories and practices into the ledger: all records of all files, or none')
    .argument('<file...>', '.csv or .ndjson, either also .gz; - for standard input')
    .addHelpText(
      'after',
      `
Examples:
  monthend import orders.csv history.csv
  monthend import --amend corrections.csv       records that replace what the ledger knows
  gunzip -c orders.csv.gz | monthend import --as orders -`,
    )
    .action(
      run(async (session: Session, files: string[], flags: ImportFlags) => {
        const options = importOptions(session, files, flags);
        const result = await session.withLedger('create', (ledger) => importFiles(ledger, files, options));
        reportImport(session.terminal, result);
        session.terminal.json({ import: result.importId, files: result.files });
      }),
    );
}

export function addImportFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--as <kind>', 'what the files hold (default: their headers tell)').choices([
        'orders',
        'history',
        'practices',
      ]),
    )
    .option('--amend', 'records may replace known ones of the same identity; the ledger keeps both');
}

/** What the command line asks for, checked before anything is done. @throws Failure usage */
export function importOptions(
  session: Session,
  files: readonly string[],
  { as, amend = false }: ImportFlags,
) {
  for (const file of files) if (file !== '-') refuseNoFile(file);
  return {
    ...(as === undefined ? {} : { as }),
    amend,
    config: session.config(),
    now: session.now,
    progress: (file: string, bytes: number) =>
      session.terminal.progress(`reading ${file}: ${(bytes / 1e6).toFixed(0)} MB`),
  };
}

function refuseNoFile(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new Failure('usage', `${file}: there is no such file`);
  if (found.isDirectory()) throw new Failure('usage', `${file}: is a folder; name the files in it`);
}

export function reportImport(terminal: Terminal, { importId, files }: ImportResult): void {
  terminal.result(`import ${importId}:`);
  for (const { name, kind, read, imported, amended, duplicates } of files) {
    const parts = [`${imported} new`, `${amended} amended`, `${duplicates} known already`];
    terminal.result(`  ${name} (${kind}): ${read} read, ${parts.join(', ')}`);
  }
}

export function reportProblems(terminal: Terminal, { problems }: InputRejected): void {
  for (const problem of problems.slice(0, PROBLEMS_SHOWN)) terminal.note(formatProblem(problem));
  const more = problems.length - PROBLEMS_SHOWN;
  if (more > 0) terminal.note(`… and ${more} more; --json prints them all`);
  terminal.json({ error: 'input', problems });
}
