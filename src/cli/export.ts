/** `monthend export MONTH`: writes a closed month's files again, or the month for an accounting system. */
import { type Command, Option } from 'commander';
import { type By, TARGET_NAMES, type TargetName, targetOf } from '../books/targets.js';
import { Failure } from '../errors/failure.js';
import { counted } from '../words/words.js';
import { addReport, reportMonth } from './close.js';
import { type Runner, VERSION } from './command.js';
import type { JsonOf } from './json-documents.js';
import { monthJson } from './month-json.js';
import { folderOption, monthArgument, type Session } from './session.js';

interface ExportFlags {
  readonly to?: TargetName;
  readonly by?: By;
  readonly out?: string;
  readonly report?: boolean;
}

export function addExport(program: Command, run: Runner): void {
  const command = program.command('export');
  addReport(command)
    .description("write a closed month's files again, byte for byte, or export it to an accounting system")
    .argument('<month>', 'YYYY-MM')
    .addOption(
      new Option('--to <target>', 'export the month to this accounting system (docs/accounting.md)').choices(
        TARGET_NAMES,
      ),
    )
    .addOption(
      new Option(
        '--by <rows>',
        'with --to: one row for each line, or for each account, item and tax code of a document',
      ).choices(['line', 'document']),
    )
    .addOption(
      folderOption(
        '--out <folder>',
        'folder that holds the folders of the months; by default invoices, with --to books/TARGET',
        'MONTHEND_OUT',
      ),
    )
    .addHelpText(
      'after',
      `
Restores a lost folder, or makes a copy elsewhere. With --to, "books" in the config maps products and practices. What the
target cannot hold is refused by name before anything is written.

Examples:
  monthend export 2026-10
  monthend export 2026-10 --out copies
  monthend export 2026-10 --to quickbooks-online
  monthend export 2026-10 --to journal --by line`,
    )
    .action(
      run(async (session: Session, monthText: string, flags: ExportFlags) => {
        const month = monthArgument(monthText);
        const { to, out, ...others } = flags;
        if (to === undefined) return exportAgain(session, month, flags);
        // The variable names the folder of the months' own files, which an export must not replace.
        const named = command.getOptionValueSource('out') === 'cli' ? out : undefined;
        return exportTo(session, month, { ...others, to, out: named ?? `books/${to}` });
      }),
    );
}

async function exportAgain(
  session: Session,
  month: string,
  { out = 'invoices', report = false, by }: ExportFlags,
): Promise<void> {
  if (by !== undefined)
    throw new Failure('usage', '--by says how an export with --to is written; name its target');
  const { fileMode } = await session.config();
  const options = { out, report, fileMode, engineVersion: VERSION, withLists: session.terminal.wantsJson };
  const { exportMonth } = await import('../month/export-month.js');
  const exported = await session.withLedger('read', (ledger) => exportMonth(ledger, month, options));
  reportMonth(session.terminal, `${month} written again`, exported);
  session.terminal.json({ months: [monthJson(exported)] } satisfies JsonOf<'export'>);
}

async function exportTo(
  { terminal, ...session }: Session,
  month: string,
  { to, by, out, report }: ExportFlags & { readonly to: TargetName; readonly out: string },
): Promise<void> {
  if (report) throw new Failure('usage', '--report has no place in an export with --to');
  if (by !== undefined && !targetOf(to).by.includes(by))
    throw new Failure('usage', `--by ${by}: ${to} is written by ${targetOf(to).by.join(' or ')} only`);
  const config = await session.config();
  const { exportBooks } = await import('../month/export-books.js');
  const exported = await session.withLedger('read', (ledger) =>
    exportBooks(ledger, month, {
      target: to,
      by,
      config,
      out,
      engineVersion: VERSION,
      progress: (file) => terminal.progress(`writing ${file}`),
    }),
  );
  const { folder, invoiceCount, creditNoteCount, leftOut, fileCount, sums } = exported;
  terminal.result(
    `${month} for ${to}: ${counted(invoiceCount, 'invoice')}, ${counted(creditNoteCount, 'credit note')}`,
    'bold',
  );
  for (const { currency, files, month: total } of sums)
    terminal.result(`  ${currency}: the files come to ${files}, the month to ${total}`);
  if (leftOut.length > 0)
    terminal.result(
      `  left out, for they come to 0, which ${to} does not take: ${leftOut.join(', ')}`,
      'yellow',
    );
  terminal.result(`  ${counted(fileCount, 'file')}: ${folder}`);
  terminal.json({
    months: [],
    booksExport: {
      month,
      target: to,
      by: exported.by,
      folder,
      invoiceCount,
      creditNoteCount,
      fileCount,
      leftOutDocuments: [...leftOut],
      sums: sums.map(({ currency, files, month: total }) => ({
        currency,
        filesTotal: files,
        monthTotal: total,
      })),
    },
  } satisfies JsonOf<'export'>);
}
