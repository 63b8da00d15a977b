/** `monthend books check MONTH`: shows how the books map a month's products. */
import { Argument, type Command, Option } from 'commander';
import { TARGET_NAMES, type TargetName } from '../books/targets.js';
import { counted } from '../words/words.js';
import type { Runner } from './command.js';
import type { JsonOf } from './json-documents.js';
import { monthArgument, type Session } from './session.js';
import { table } from './table.js';

export function addBooks(program: Command, run: Runner): void {
  program
    .command('books')
    .description('show how the products of a month are mapped to the accounting system')
    .addArgument(new Argument('<action>', 'what to do').choices(['check']))
    .argument('<month>', 'YYYY-MM')
    .addOption(
      new Option('--to <target>', 'also check what this accounting system requires and can hold').choices(
        TARGET_NAMES,
      ),
    )
    .addHelpText(
      'after',
      `
By "books" in the config: each product with its account, item and tax code, and the pattern that gave them. Of an open month, as
it would be closed now. Exits with 1 if an export would be refused.

Examples:
  monthend books check 2026-10
  monthend books check 2026-10 --to xero`,
    )
    .action(
      run(async (session: Session, _: 'check', monthText: string, { to }: { to?: TargetName }) => {
        const { terminal } = session;
        const month = monthArgument(monthText);
        const config = await session.config();
        const { checkBooks } = await import('../month/export-books.js');
        const { products, refusals, documentCount, isDraft } = await session.withLedger('read', (ledger) =>
          checkBooks(ledger, month, { target: to, config }),
        );
        terminal.result(
          `${month}${isDraft ? ', still open' : ''}: ${counted(documentCount, 'document')}${to === undefined ? '' : ` for ${to}`}`,
        );
        if (products.length > 0)
          terminal.result(
            table(
              ['product', 'account', 'item', 'tax code', 'by', 'lines', 'amount', 'currency'],
              products.map(({ product, mapped, lineCount, amount, currency }) => [
                product,
                mapped.account ?? '-',
                mapped.item ?? '-',
                mapped.taxCode ?? '-',
                mapped.rule === '' ? 'nothing' : mapped.rule,
                lineCount,
                amount,
                currency,
              ]),
            ),
          );
        for (const refusal of refusals) terminal.result(`refused: ${refusal}`, 'yellow');
        if (refusals.length === 0)
          terminal.result(to === undefined ? 'all products are mapped' : 'nothing is refused');
        terminal.json({
          month,
          ...(to === undefined ? {} : { target: to }),
          documentCount,
          products: products.map(({ mapped: { rule, account, item, taxCode }, ...use }) => ({
            ...use,
            account: account ?? '',
            item: item ?? '',
            taxCode: taxCode ?? '',
            rule,
          })),
          refusals: [...refusals],
        } satisfies JsonOf<'books'>);
        return refusals.length > 0 ? 1 : 0;
      }),
    );
}
