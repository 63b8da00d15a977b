/** Makes a month's files in the format of its target. Read each file's pieces before asking for the next file. */
import type { MonthView } from '../billing/month-view.js';
import type { Seller } from '../billing/seller.js';
import { type CsvStyle, toCsv } from '../output/csv.js';
import { safeNames } from '../output/invoice-name.js';
import { inBatches, type MonthFile } from '../output/month-files.js';
import type { BooksDocument, BooksRequest, CheckedMonth } from './check-month.js';
import type { BooksRow, CsvTarget, FileKind } from './csv-target.js';
import { type Entry, entriesOf, entryOf } from './entry.js';
import { journalColumns, journalRows } from './journal.js';
import { linesColumns } from './lines.js';
import { createProductMap } from './mapping.js';
import { netsuite } from './netsuite.js';
import { IIF_HEAD, iifTransaction } from './quickbooks-desktop.js';
import { quickbooksOnline } from './quickbooks-online.js';
import { sageIntacct } from './sage-intacct.js';
import type { Tally } from './tally.js';
import { type Target, targetOf } from './targets.js';
import { ublDocument } from './ubl.js';
import { xero } from './xero.js';

interface BooksMonth extends BooksRequest {
  readonly view: MonthView;
  readonly checked: CheckedMonth;
  readonly style: CsvStyle;
  /** Counts everything that is written. */
  readonly tally: Tally;
}

const CSV_TARGETS: Readonly<Record<string, CsvTarget>> = {
  'quickbooks-online': quickbooksOnline,
  xero,
  netsuite,
  'sage-intacct': sageIntacct,
};

export function* booksFiles(month: BooksMonth): Generator<MonthFile> {
  const csv = CSV_TARGETS[month.target];
  if (csv !== undefined) yield* csvFiles(month, csv);
  else if (month.target === 'lines') yield linesFile(month);
  else if (month.target === 'journal') yield journalFile(month);
  else if (month.target === 'quickbooks-desktop') yield* iifFiles(month);
  else if (month.target === 'ubl') yield* ublFiles(month);
  else throw new Error(`no writer for ${month.target}`);
}

/** Returns a function that reads a document's entries, by line or summed by document. */
function createEntryReader({
  view,
  by,
  books,
  target,
}: BooksMonth): (document: BooksDocument) => Iterable<Entry> {
  const productOf = createProductMap(books);
  const { priceDigits } = targetOf(target);
  return ({ issued, sign }) =>
    entriesOf(view.linesOf(issued), { by, sign, currency: issued.currency, priceDigits, productOf });
}

/** Yields the files to write: invoices and credit notes of each currency, cut at the limits of the target. */
function* parts({ target, checked }: BooksMonth): Generator<{
  name: string;
  kind: FileKind;
  documents: readonly BooksDocument[];
}> {
  for (const currency of checked.totals.keys())
    for (const kind of ['invoices', 'credit-notes'] as const) {
      const documents = checked.documents.filter(
        ({ issued, isCreditNote }) =>
          issued.currency === currency && isCreditNote === (kind === 'credit-notes'),
      );
      for (const [index, part] of cut(documents, targetOf(target)).entries())
        yield { name: `${kind}-${currency}-${index + 1}`, kind, documents: part };
    }
}

/** Cuts documents into files, never within a document: one with too many rows was refused before. */
export function cut(documents: readonly BooksDocument[], target: Target): BooksDocument[][] {
  const { documentsPerFile = Infinity, rowsPerFile = Infinity } = target;
  const files: BooksDocument[][] = [];
  let rows = 0;
  for (const document of documents) {
    const last = files.at(-1);
    rows += document.rowCount;
    if (last !== undefined && last.length < documentsPerFile && rows <= rowsPerFile) last.push(document);
    else {
      files.push([document]);
      rows = document.rowCount;
    }
  }
  return files;
}

function* csvFiles(month: BooksMonth, csv: CsvTarget): Generator<MonthFile> {
  const entriesIn = createEntryReader(month);
  for (const { name, kind, documents } of parts(month)) {
    const columns = csv.columns(kind, month.books);
    const cellOf = (wanted: string | undefined) => columns.find((each) => each.name === wanted)?.cell;
    const [quantity, unitPrice, amount] = [csv.quantity, csv.unitPrice, csv.amount].map(cellOf);
    const sign = kind === 'invoices' ? 1 : -1;
    const text = (cell: ((row: BooksRow) => string | number) | undefined, row: BooksRow) =>
      cell === undefined ? undefined : String(cell(row));
    function* rows(): Generator<BooksRow> {
      for (const document of documents)
        for (const entry of entriesIn(document)) {
          const row = { document, entry };
          month.tally.addRow({
            currency: document.issued.currency,
            quantity: text(quantity, row),
            unitPrice: text(unitPrice, row),
            amount: text(amount, row),
            sign,
          });
          yield row;
        }
    }
    yield { path: `${name}.csv`, pieces: toCsv(columns, rows(), month.style) };
  }
}

function linesFile({ view, books, checked, style, tally }: BooksMonth): MonthFile {
  const productOf = createProductMap(books);
  const columns = linesColumns({ patientRef: view.config.patientRef === true });
  const cellOf = (name: string) => columns.find((each) => each.name === name)?.cell ?? (() => '');
  const [quantity, unitPrice, amount] = ['quantity', 'unit_price', 'amount'].map(cellOf) as [
    ReturnType<typeof cellOf>,
    ReturnType<typeof cellOf>,
    ReturnType<typeof cellOf>,
  ];
  function* rows() {
    for (const document of checked.documents) {
      const { currency } = document.issued;
      for (const line of view.linesOf(document.issued)) {
        const entry = entryOf(line, { sign: 1, currency, priceDigits: undefined, productOf });
        const row = { document, line, entry };
        tally.addRow({
          currency,
          quantity: String(quantity(row)),
          unitPrice: String(unitPrice(row)),
          amount: String(amount(row)),
          sign: 1,
        });
        yield row;
      }
    }
  }
  return { path: 'lines.csv', pieces: toCsv(columns, rows(), style) };
}

/** The file's sum is what it debits and credits to receivables; the revenue of each document must equal that. @throws Error if not */
function journalFile(month: BooksMonth): MonthFile {
  const { books, checked, style, tally } = month;
  const entriesIn = createEntryReader(month);
  const columns = journalColumns(books);
  const cellOf = (name: string) => columns.find((each) => each.name === name)?.cell ?? (() => '');
  const [debit, credit] = [cellOf('debit'), cellOf('credit')];
  function* rows() {
    for (const document of checked.documents) {
      let balance = 0;
      for (const row of journalRows(document, books.receivables ?? '', entriesIn(document))) {
        const { currency } = document.issued;
        balance += row.amountMinor;
        if (row.isReceivable) {
          const [debited, credited] = [String(debit(row)), String(credit(row))];
          if (debited !== '') tally.add(currency, debited);
          if (credited !== '') tally.add(currency, credited, -1);
        }
        yield row;
      }
      if (balance !== 0) throw new Error(`${document.issued.documentNumber}: its journal is not in balance`);
    }
  }
  return { path: 'journal.csv', pieces: toCsv(columns, rows(), style) };
}

function* iifFiles(month: BooksMonth): Generator<MonthFile> {
  const entriesIn = createEntryReader(month);
  for (const { name, documents } of parts(month)) {
    function* rows(): Generator<string, number> {
      yield IIF_HEAD;
      let count = 0;
      for (const document of documents) {
        const amount = yield* iifTransaction(document, entriesIn(document), month.books);
        month.tally.add(document.issued.currency, amount);
        count += document.rowCount + 1;
      }
      return count;
    }
    yield { path: `${name}.iif`, pieces: inBatches(rows()) };
  }
}

function* ublFiles({ view, books, checked, seller, tally }: BooksMonth): Generator<MonthFile> {
  const known: Seller = seller ?? { name: '', payment: [] };
  const { documents } = checked;
  const names = safeNames(documents, {
    nameOf: ({ issued }) => issued.documentNumber,
    suffixOf: () => '.xml',
  });
  for (const [index, document] of documents.entries()) {
    const { issued, sign, rowCount } = document;
    function* pieces(): Generator<string, number> {
      const linesOf = () => view.linesOf(issued);
      const due = yield* ublDocument(document, { books, seller: known, linesOf });
      tally.add(issued.currency, due, sign);
      return rowCount;
    }
    yield { path: `invoices/${names[index]}`, pieces: pieces() };
  }
}
