/** `monthend void MONTH`: takes back the last close. */
import { type Command, InvalidArgumentError } from 'commander';
import { formatAmount } from '../billing/money.js';
import type { VoidedMonth } from '../month/void-month.js';
import { counted } from '../words/words.js';
import { addOut } from './close.js';
import type { Runner } from './command.js';
import type { JsonOf } from './json-documents.js';
import { documentJson } from './month-json.js';
import { AT_COMMAS, wrapped } from './screen.js';
import { monthArgument, type Session } from './session.js';

interface VoidFlags {
  readonly reason: string;
  readonly out: string;
}

export function addVoid(program: Command, run: Runner): void {
  addOut(program.command('void'))
    .description('undo the last close, for a mistake that is found before its invoices are sent')
    .argument('<month>', 'YYYY-MM, the last closed month')
    .requiredOption('--reason <text>', 'why the month is voided, kept with it', reasonArgument)
    .addHelpText(
      'after',
      `
Nothing is deleted. The documents become void and keep their numbers, the folder is renamed MONTH.void-1, and the month is
open again. Its next close uses the next numbers and lists the void documents in voided.csv.

Examples:
  monthend void 2026-10 --reason "prices of October were those of September"`,
    )
    .action(
      run(async (session: Session, monthText: string, { reason, out }: VoidFlags) => {
        const { terminal } = session;
        const month = monthArgument(monthText);
        const { voidLastMonth } = await import('../month/void-month.js');
        const voided = await session.withLedger('write', (ledger) =>
          voidLastMonth(ledger, month, { out, reason, now: session.now }),
        );
        for (const line of voidLines(voided)) terminal.result(line);
        terminal.json(voidJson(voided));
      }),
    );
}

const LONGEST_REASON = 500;

function reasonArgument(text: string): string {
  const reason = text.trim();
  if (reason === '') throw new InvalidArgumentError('a reason is expected.');
  if (/\p{Cc}/u.test(reason)) throw new InvalidArgumentError('one line of text is expected.');
  if (reason.length > LONGEST_REASON)
    throw new InvalidArgumentError(`at most ${LONGEST_REASON} characters are expected.`);
  return reason;
}

function voidLines({ month, reason, documents, folder, wasVoid }: VoidedMonth): string[] {
  const numbers = documents.map(({ documentNumber }) => documentNumber);
  const keeps = numbers.length === 1 ? 'it keeps its number' : 'they keep their numbers';
  const kept = numbers.length === 0 ? '' : `; ${keeps}: ${numbers.join(', ')}`;
  return [
    `${month} is void${wasVoid ? ' already' : ''}, and open again`,
    ...wrapped(`  void: ${counted(documents.length, 'document')}${kept}`, AT_COMMAS),
    ...totalsOf(documents).map(([currency, total]) => `  ${currency}: ${total}`),
    ...wrapped(`  reason: ${reason}`),
    ...(folder === undefined ? [] : [`  files: ${folder}`]),
  ];
}

function totalsOf(documents: VoidedMonth['documents']): [currency: string, total: string][] {
  const sums = new Map<string, bigint>();
  for (const { currency, totals } of documents)
    sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(totals.totalMinor));
  return [...sums].sort().map(([currency, sum]) => [currency, formatAmount(sum, currency)]);
}

function voidJson({ month, number, reason, documents, folder, wasVoid }: VoidedMonth): JsonOf<'void'> {
  return {
    month,
    wasVoid,
    voidNumber: number,
    voidReason: reason,
    documents: documents.map(({ voidNumber: _, voidReason: __, ...document }) => documentJson(document)),
    ...(folder === undefined ? {} : { folder }),
  };
}
