/** `monthend preview MONTH`: what a close would issue now. */
import type { Command } from 'commander';
import { formatAmount } from '../billing/money.js';
import { type Preview, previewMonth } from '../month-end.js';
import { reportMonth } from './close.js';
import { type Runner, VERSION } from './command.js';
import { monthArgument, type Session } from './session.js';
import { table } from './table.js';

export function addPreview(program: Command, run: Runner): void {
  program
    .command('preview')
    .description('show what closing a month would issue now; the ledger stays as it is')
    .argument('<month>', 'YYYY-MM; any month: of a closed one, what later facts would correct')
    .option('--out <folder>', 'write the files too, with DRAFT for numbers')
    .addHelpText(
      'after',
      `
Examples:
  monthend preview 2026-11
  monthend preview 2026-11 --out drafts`,
    )
    .action(
      run(async (session: Session, monthText: string, { out }: { out?: string }) => {
        const month = monthArgument(monthText);
        const options = {
          config: session.config(),
          engineVersion: VERSION,
          ...(out === undefined ? {} : { out }),
        };
        const preview = await session.withLedger('read', (ledger) => previewMonth(ledger, month, options));
        if (out === undefined && preview.documents.length > 0)
          session.terminal.result(`${documentTable(preview)}\n`);
        reportMonth(session.terminal, `${month} would be`, preview);
        session.terminal.json(preview);
      }),
    );
}

/** The month's documents side by side, one line each. */
function documentTable({ documents }: Preview): string {
  return table(
    ['practice', 'name', 'document', 'lines', 'total', ''],
    documents.map(({ practiceId, practiceName, documentType, totals, currency }) => [
      practiceId,
      practiceName,
      documentType === 'invoice' ? 'invoice' : 'credit note',
      totals.lineCount,
      formatAmount(totals.totalMinor, currency),
      currency,
    ]),
  );
}
