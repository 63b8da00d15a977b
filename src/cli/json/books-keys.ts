/** Exports for accounting systems, and the mapping, in JSON. */
import { z } from 'zod';
import { TARGET_NAMES, type TargetName } from '../../books/targets.js';
import { amount, count, currency, listOf, month, named, product, text } from './values.js';

const target = z.enum(TARGET_NAMES as [TargetName]).describe('The accounting system');

/** A month that `export --to` wrote. */
export const booksExport = named('BooksExport', 'A month written for an accounting system', {
  month,
  target,
  by: z.enum(['line', 'document']).describe('A row for each line, or for each account of a document'),
  folder: text('Where the files are'),
  invoiceCount: count('Invoices'),
  creditNoteCount: count('Documents below zero'),
  fileCount: count('Files'),
  leftOutDocuments: listOf(z.string(), 'Numbers of documents of zero that the target does not take'),
  sums: listOf(
    named('BooksSum', 'What the files and the month come to: the same', {
      currency,
      filesTotal: amount.describe('The sum of the files, as they were written'),
      monthTotal: amount.describe("The sum of the month's documents"),
    }),
    'By currency',
  ),
});

/** What `books` prints. */
export const booksShape = {
  month,
  target: target.describe('With --to').optional(),
  documentCount: count('Documents of the month'),
  products: listOf(
    named('ProductUse', 'A product of the month, and what it is in the books', {
      product,
      currency,
      lineCount: count('Lines on documents'),
      amount: amount.describe('What they come to'),
      account: text('The revenue account; empty if none'),
      item: text('The item; empty if none'),
      taxCode: text('The tax code; empty if none'),
      rule: text('The pattern that gave them, or default; empty if nothing maps the product'),
    }),
    'By product, then currency',
  ),
  refusals: listOf(z.string(), 'Why an export would be refused; none if it would not'),
};
