/** `monthend preview MONTH`: shows what a close would issue now. */
import type { Command } from 'commander';
import { formatAmount } from '../billing/money.js';
import { Failure } from '../errors/failure.js';
import type { Preview } from '../month/preview-month.js';
import { changesText } from './changes-text.js';
import { reportMonth } from './close.js';
import { type Runner, VERSION } from './command.js';
import type { JsonOf } from './json-documents.js';
import { differenceJson, monthJson } from './month-json.js';
import { folderOption, monthArgument, type Session } from './session.js';
import { table } from './table.js';

interface PreviewFlags {
  readonly out?: string;
  readonly diff?: boolean;
  readonly knownAt?: string;
}

export function addPreview(program: Command, run: Runner): void {
  program
    .command('preview')
    .description('show what closing a month now would issue; changes nothing')
    .argument('<month>', 'YYYY-MM; for a closed month, what later facts would correct')
    .addOption(
      folderOption('--out <folder>', 'also write the files, with DRAFT for numbers', 'MONTHEND_DRAFTS'),
    )
    .option(
      '--diff',
      'show what changed since the preview in the --out folder, or since the close, and which fact changed it',
    )
    .option(
      '--known-at <import>',
      'bill the whole month with only the facts of the imports up to this number',
    )
    .addHelpText(
      'after',
      `
Shows what today's facts require at the month's cut-off, less what closed months have issued. Once the ledger has a closed
month, earlier open months are billed first. Nothing is kept.

Examples:
  monthend preview 2026-11
  monthend preview 2026-11 --out drafts
  monthend preview 2026-11 --out drafts --diff  what changed since the files in drafts/2026-11
  monthend preview 2026-10 --known-at 3         October as imports 1 to 3 tell it`,
    )
    .action(
      run(async (session: Session, monthText: string, { out, diff = false, knownAt }: PreviewFlags) => {
        const month = monthArgument(monthText);
        const options = {
          config: await session.configWithLogo(),
          engineVersion: VERSION,
          out,
          diff,
          knownAt: knownAt === undefined ? undefined : importArgument(knownAt),
        };
        const { previewMonth } = await import('../month/preview-month.js');
        const preview = await session.withLedger('read', (ledger) => previewMonth(ledger, month, options));
        const { terminal } = session;
        if (out === undefined && !diff && preview.lists.documents.length > 0)
          terminal.result(`${documentTable(preview)}\n`);
        if (preview.difference !== undefined) terminal.result(`${changesText(preview.difference)}\n`);
        const known = knownAt === undefined ? '' : ` by the imports up to ${options.knownAt}`;
        reportMonth(terminal, `${month} would be${known}`, preview);
        const { difference, ...shown } = preview;
        const told = difference === undefined ? {} : { difference: differenceJson(difference) };
        terminal.json({ months: [monthJson(shown)], ...told } satisfies JsonOf<'preview'>);
      }),
    );
}

/** @throws Failure usage */
function importArgument(text: string): number {
  if (!/^\d{1,15}$/.test(text))
    throw new Failure('usage', `--known-at: "${text}" is no number of an import, for example 3`);
  return Number(text);
}

/** Lists the month's documents, one on each line. */
function documentTable({ lists }: Preview): string {
  return table(
    ['practice', 'name', 'document', 'lines', 'total', ''],
    lists.documents.map(({ practiceId, practiceName, documentType, totals, currency }) => [
      practiceId,
      practiceName,
      documentType === 'invoice' ? 'invoice' : 'credit note',
      totals.lineCount,
      formatAmount(totals.totalMinor, currency),
      currency,
    ]),
  );
}
