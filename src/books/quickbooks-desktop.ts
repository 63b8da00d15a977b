/**
 * QuickBooks Desktop, IIF: tab-separated, CRLF, plain ASCII. A document is a TRNS row on receivables, an SPL row for each entry and
 * ENDTRNS; their amounts sum to zero. IIF cannot quote: texts that it cannot hold were refused before, or are replaced in remarks.
 */
import { formatAmount, formatUnitPrice } from '../billing/money.js';
import { addressLines } from '../billing/party.js';
import type { BooksSettings } from '../config/config.js';
import type { BooksDocument } from './check-month.js';
import { dateIn } from './dates.js';
import { type Entry, oneLine } from './entry.js';

const TRNS =
  'TRNSID TRNSTYPE DATE ACCNT NAME CLASS AMOUNT DOCNUM MEMO CLEAR TOPRINT ADDR1 ADDR2 ADDR3 ADDR4 ADDR5 DUEDATE TERMS PAID SHIPDATE'.split(
    ' ',
  );
const SPL =
  'SPLID TRNSTYPE DATE ACCNT NAME CLASS AMOUNT DOCNUM MEMO CLEAR QNTY PRICE INVITEM PAYMETH TAXABLE REIMBEXP EXTRA'.split(
    ' ',
  );

/** The rows that name the columns, once at the start of a file. */
export const IIF_HEAD = row('!TRNS', TRNS) + row('!SPL', SPL) + row('!ENDTRNS', []);

/**
 * Yields a document's rows. Invoices have a positive TRNS and negative SPL rows with a negative QNTY; credit memos the opposite.
 * @returns the amount of the TRNS row as written
 */
export function* iifTransaction(
  document: BooksDocument,
  entries: Iterable<Entry>,
  { receivables = '', dates }: BooksSettings,
): Generator<string, string> {
  const { issued, isCreditNote, totalMinor, customer } = document;
  const { currency } = issued;
  const sign = isCreditNote ? -1 : 1;
  const amount = formatAmount(sign * totalMinor, currency);
  const both = {
    TRNSTYPE: isCreditNote ? 'CREDIT MEMO' : 'INVOICE',
    DATE: dateIn(dates, issued.issueDate),
    DOCNUM: issued.documentNumber,
    CLEAR: 'N',
  };
  yield row('TRNS', TRNS, {
    ...both,
    ACCNT: receivables,
    NAME: customer,
    AMOUNT: amount,
    MEMO: `Billing month ${issued.billingMonth}`,
    TOPRINT: 'N',
    ...addressOf(document),
    DUEDATE: isCreditNote ? '' : dateIn(dates, issued.dueDate),
    PAID: 'N',
  });
  let sumMinor = 0;
  for (const { amountMinor, quantity, unitPrice, product, remark } of entries) {
    sumMinor += amountMinor;
    yield row('SPL', SPL, {
      ...both,
      ACCNT: product.account ?? '',
      AMOUNT: formatAmount(0 - sign * amountMinor, currency),
      MEMO: plain(remark),
      QNTY: isCreditNote ? quantity : negated(quantity),
      PRICE: formatUnitPrice(unitPrice, currency),
      INVITEM: product.item ?? '',
      TAXABLE: 'N',
    });
  }
  if (sumMinor !== totalMinor)
    throw new Error(`${issued.documentNumber}: its rows do not add up to its total`);
  yield row('ENDTRNS', []);
  return amount;
}

/** Returns at most five lines: name and address of the payer. Without an address QuickBooks uses the customer's own. */
function addressOf({ issued }: BooksDocument): Record<string, string> {
  const { name, details } = issued.billTo;
  const address = addressLines(details);
  if (address.length === 0) return {};
  const lines = [details.legal_name ?? name, ...address].map((line) => plain(oneLine(line)));
  return Object.fromEntries(lines.map((line, index) => [`ADDR${index + 1}`, line]));
}

const negated = (quantity: string): string => (quantity.startsWith('-') ? quantity.slice(1) : `-${quantity}`);

/**
 * Replaces what IIF cannot hold: a quote becomes an apostrophe, any other such character a question mark. Remarks match nothing in the
 * books.
 */
function plain(remark: string): string {
  return remark.replaceAll('"', "'").replace(/[^ -~]/gu, '?');
}

function row(keyword: string, columns: readonly string[], cells?: Readonly<Record<string, string>>): string {
  return `${[keyword, ...columns.map((name) => (cells === undefined ? name : (cells[name] ?? '')))].join('\t')}\r\n`;
}
