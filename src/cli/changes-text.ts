/** Lists the changes since the last preview, each with the fact that caused it. */
import type { ListName, MonthRow } from '../explain/preview-rows.js';
import type { PreviewChange, PreviewChanges } from '../month/preview-diff.js';
import { printable } from './safe-text.js';

/** A document can have many causes. Its lines name all of them. */
const MOST_CAUSES = 3;

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

/**
 *     + charge ORD-1/1 640.00 USD, resumed, P-100
 *         import 3 (history.csv): resumed on Nov 3 2026
 */
export function changesText({ against, changes }: PreviewChanges): string {
  if (against === undefined) return 'no earlier preview stands there to compare with';
  if (changes.length === 0) return `nothing changes against ${against}`;
  const lines = [`against ${against}:`, ...changes.flatMap(changeLines)];
  return lines.map(printable).join('\n');
}

function changeLines({ list, kind, before, after, columns, causes }: PreviewChange): string[] {
  const row = after ?? before ?? {};
  const was = (column: string) => before?.[column] || '(none)';
  const is = (column: string) => after?.[column] || '(none)';
  const details =
    kind === 'changed'
      ? columns.map((column) => `${column} ${was(column)} -> ${is(column)}`)
      : DETAILS[list](row);
  const head = `  ${SIGNS[kind]} ${TITLES[list](row)}${kind === 'changed' || list === 'documents' || list === 'exceptions' ? ':' : ''} ${details.join(', ')}`;
  const told = causes.slice(0, MOST_CAUSES).map((cause) => `      ${cause}`);
  const more = causes.length - told.length;
  return [head.trimEnd(), ...told, ...(more > 0 ? [`      and ${more} more`] : [])];
}

type Words<T> = Readonly<Record<ListName, (row: MonthRow) => T>>;

const TITLES: Words<string> = {
  documents: (row) =>
    `${(row.document_type ?? '').replace('_', ' ')} of ${row.practice_id} in ${row.currency}`,
  lines: (row) => `${row.line_type} ${row.order_id}/${row.order_line}`,
  held: (row) => `held ${row.order_id}/${row.order_line}`,
  exceptions: (row) => `exception ${row.code} ${row.order_id}`,
};

const DETAILS: Words<string[]> = {
  documents: (row) => [`total ${row.total}`],
  lines: (row) => [`${row.amount} ${row.currency}`, row.reason ?? '', row.practice_id ?? ''],
  held: (row) => [
    `${row.amount} ${row.currency}`,
    `${row.status} since ${row.paused_on}`,
    row.practice_id ?? '',
  ],
  exceptions: (row) => [`${row.event} at ${row.at}`],
};
