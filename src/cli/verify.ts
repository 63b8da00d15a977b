/** `monthend verify [MONTH]`: audits the ledger and the written files. */
import type { Command } from 'commander';
import { EXIT_CODES } from '../errors/failure.js';
import { counted } from '../words/words.js';
import { addOut } from './close.js';
import type { Runner } from './command.js';
import type { JsonOf } from './json-documents.js';
import { printable } from './safe-text.js';
import { monthArgument, type Session } from './session.js';

export function addVerify(program: Command, run: Runner): void {
  addOut(program.command('verify'))
    .description('audit the ledger and the written files: seals, facts, documents, numbers; changes nothing')
    .argument('[month]', 'YYYY-MM; its documents and files only (default: every closed month)')
    .addHelpText(
      'after',
      `
Exits with 1 if it finds a difference, and with 5 if the ledger cannot be read.

Examples:
  monthend verify
  monthend verify 2026-10 --out /srv/invoices`,
    )
    .action(
      run(async (session: Session, monthText: string | undefined, { out }: { out: string }) => {
        const { terminal } = session;
        const month = monthText === undefined ? undefined : monthArgument(monthText);
        const { verify } = await import('../month/verify-ledger.js');
        const { findings, months, imports, folders, withoutFolder } = await session.withLedger(
          'read',
          (ledger) => verify(ledger, month, { out, progress: (text) => terminal.progress(text) }),
        );
        for (const { place, message } of findings) terminal.result(printable(`${place}: ${message}`));
        const checked = `${counted(months.length, 'month')}, ${counted(imports, 'import')} and ${counted(folders, 'folder')}`;
        terminal.result(
          findings.length === 0
            ? `Verified: ${checked} match their seals`
            : `${counted(findings.length, 'finding')} in ${checked}`,
        );
        if (withoutFolder.length > 0)
          terminal.note(`not compared: ${out} has no files of ${withoutFolder.join(', ')}`);
        terminal.json({
          findings,
          auditedMonths: months,
          importCount: imports,
          folderCount: folders,
          monthsWithoutFolder: withoutFolder,
        } satisfies JsonOf<'verify'>);
        return findings.length === 0 ? 0 : EXIT_CODES.difference;
      }),
    );
}
