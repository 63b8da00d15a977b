/** `monthend invoices MONTH`: writes a closed month's documents for printing. */
import { type Command, Option } from 'commander';
import type { PrintOptions } from '../month/print-month.js';
import { counted } from '../words/words.js';
import { type Runner, VERSION } from './command.js';
import type { JsonOf } from './json-documents.js';
import { createProgress } from './progress.js';
import { folderOption, monthArgument, type Session } from './session.js';

interface InvoiceFlags {
  readonly out: string;
  readonly only?: readonly string[];
  readonly pdf?: boolean;
  readonly paper: NonNullable<PrintOptions['pdf']>;
}

export function addInvoices(program: Command, run: Runner): void {
  program
    .command('invoices')
    .description("write a closed month's invoices and credit notes as printable HTML")
    .argument('<month>', 'YYYY-MM')
    .addOption(
      folderOption(
        '--out <folder>',
        'folder that holds the folders of the months',
        'MONTHEND_PRINTABLE',
      ).default('printable'),
    )
    .option('--only <practice...>', 'only documents of these practices, or billed to them')
    .option('--pdf', 'also write a PDF of each')
    .addOption(
      new Option('--paper <size>', 'paper size of the PDFs').choices(['letter', 'a4']).default('letter'),
    )
    .addHelpText(
      'after',
      `
Examples:
  monthend invoices 2026-10 --pdf --paper a4 --only P-100 P-200`,
    )
    .action(
      run(async (session: Session, monthText: string, { out, only, pdf, paper }: InvoiceFlags) => {
        const { terminal } = session;
        const month = monthArgument(monthText);
        const progress = createProgress(terminal);
        const { fileMode } = await session.config();
        const options = {
          out,
          fileMode,
          engineVersion: VERSION,
          ...(only === undefined ? {} : { only }),
          ...(pdf ? { pdf: paper } : {}),
          progress: (done: number, of: number) =>
            progress({ doing: `printing ${month}`, unit: 'documents', done, of }),
        };
        const { printInvoices } = await import('../month/print-month.js');
        const printed = await session.withLedger('read', (ledger) => printInvoices(ledger, month, options));
        for (const { documentNumber, characters } of printed.unprintable)
          terminal.note(`${documentNumber}: its PDF cannot show ${[...characters].join(' ')}; its HTML does`);
        terminal.result(`${month}: ${counted(printed.documents, 'document')} to print, in ${printed.folder}`);
        const { folder, documents: documentCount, unprintable } = printed;
        terminal.json({ month, folder, documentCount, unprintable } satisfies JsonOf<'invoices'>);
      }),
    );
}
