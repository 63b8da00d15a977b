/** `monthend check DIR…`: the regression test of a billing set-up, for CI. */
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
    .option('--update', 'write what is expected anew (never in CI); read the diff before you commit it')
    .option('--junit <file>', 'write a JUnit report too', fileArgument)
    .addHelpText(
      'after',
      `
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
