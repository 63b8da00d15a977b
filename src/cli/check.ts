/** `monthend check DIR…`: a regression test of a billing set-up, for CI. */
import type { Command } from 'commander';
import type { CheckFlags } from './check-cases.js';
import type { Runner } from './command.js';
import { fileArgument, type Session } from './session.js';

export function addCheck(program: Command, run: Runner): void {
  program
    .command('check')
    .description(
      'bill every fixture case below the folders in a fresh ledger, and compare the files byte for byte',
    )
    .argument('<folder...>', 'folders with cases, at any depth')
    .option('--update', 'rewrite the expected files (never in CI); read the diff before you commit it')
    .option('--junit <file>', 'also write a JUnit report', fileArgument)
    .addHelpText(
      'after',
      `
A case is a folder of any name, with a folder for each month:
  my-case/2026-10/in/               the files to import before October 2026 is closed
  my-case/2026-10/amend/            then these, as with --amend
  my-case/2026-10/expected/         what October must come to; only the files in it are compared,
                                    or exactly these if it has all four of summary.csv, held.csv,
                                    exceptions.csv and reconciliation.csv
  my-case/2026-10/expected/error.txt   instead: how the month must be refused
  my-case/monthend.json             the config, if it is not the default one
  my-case/case.md                   what the case shows, in your words
  my-case/case.json                 {"complete": true}: exactly the expected files, in every month

Examples:
  monthend check fixtures/cases
  monthend check fixtures/cases --junit report.xml
  monthend check fixtures/cases/my-case --update`,
    )
    .action(
      run(async (session: Session, folders: string[], flags: CheckFlags) => {
        const { checkFolders } = await import('./check-cases.js');
        return checkFolders(session, folders, flags);
      }),
    );
}
