/** The files of each target: their columns as exports of the targets' own have them, and where they are cut. */
import { describe, expect, it } from 'vitest';
import type { IssuedDocument, IssuedLine } from '../../src/billing/month-view.js';
import { checkMonth } from '../../src/books/check-month.js';
import { cut } from '../../src/books/files.js';
import { linesColumns } from '../../src/books/lines.js';
import { TARGET_NAMES, type TargetName, targetOf } from '../../src/books/targets.js';
import { invoiceColumns } from '../../src/output/invoice-csv.js';
import { BOOKS, exportedInMemory, rowsOfCsv } from '../support/books.js';
import { issuedDocument, issuedLine, monthView } from '../support/facts.js';

const totalsOf = (totalMinor: number): IssuedDocument['totals'] => ({
  lineCount: 1,
  chargeCount: totalMinor >= 0 ? 1 : 0,
  creditCount: totalMinor >= 0 ? 0 : 1,
  chargesMinor: Math.max(totalMinor, 0),
  creditsMinor: Math.min(totalMinor, 0),
  totalMinor,
});

const INVOICE = issuedDocument({ documentNumber: 'INV-1', totals: totalsOf(10_000) });
const CREDIT_NOTE = issuedDocument({
  documentNumber: 'CN-1',
  documentType: 'credit_note',
  practiceId: 'P2',
  totals: totalsOf(-10_000),
});
const CREDIT: Partial<IssuedLine> = {
  lineType: 'credit',
  reason: 'cancelled',
  corrects: 'INV-0',
  amountMinor: -10_000,
};

const view = (documents: readonly IssuedDocument[]) =>
  monthView(
    { documents },
    {
      linesOf: ({ documentType, currency }) => [
        issuedLine({ currency, ...(documentType === 'credit_note' ? CREDIT : {}) }),
      ],
    },
  );

const NO_TAX = { ...BOOKS, products: [], default: { account: '4000', item: 'Lab' } };

const filesOf = (target: TargetName, documents = [INVOICE, CREDIT_NOTE], books = BOOKS) =>
  exportedInMemory(view(documents), { target, books }).files;

const headerOf = (text: string | undefined) => text?.split('\n')[0];

describe('the columns', () => {
  it('of quickbooks-online: those of the US, and those with tax codes', () => {
    expect(headerOf(filesOf('quickbooks-online', [INVOICE], NO_TAX).get('invoices-USD-1.csv'))).toBe(
      '*InvoiceNo,*Customer,*InvoiceDate,*DueDate,Terms,Location,Memo,Item(Product/Service),ItemDescription,ItemQuantity,ItemRate,*ItemAmount,Service Date',
    );
    expect(headerOf(filesOf('quickbooks-online').get('invoices-USD-1.csv'))).toBe(
      '*InvoiceNo,*Customer,*InvoiceDate,*DueDate,Terms,Location,Memo,*Item(Product/Service),ItemDescription,ItemQuantity,ItemRate,*ItemAmount,*Item Tax Code,Item Tax Amount,Currency',
    );
  });

  it('of xero: all 27 of its template', () => {
    expect(headerOf(filesOf('xero').get('invoices-USD-1.csv'))).toBe(
      '*ContactName,EmailAddress,POAddressLine1,POAddressLine2,POAddressLine3,POAddressLine4,POCity,PORegion,POPostalCode,POCountry,*InvoiceNumber,Reference,*InvoiceDate,*DueDate,InventoryItemCode,*Description,*Quantity,*UnitAmount,Discount,*AccountCode,*TaxType,TrackingName1,TrackingOption1,TrackingName2,TrackingOption2,Currency,BrandingTheme',
    );
  });

  it('of sage-intacct: all 54 of its template', () => {
    const header = headerOf(filesOf('sage-intacct').get('invoices-USD-1.csv'))?.split(',') ?? [];
    expect([header.length, header[0], header[2], header[25], header[53]]).toEqual([
      54,
      'DONOTIMPORT',
      'INVOICE_NO',
      'AMOUNT',
      'ARINVOICEITEM_COSTTYPEID',
    ]);
  });

  it('of quickbooks-desktop: the head of an invoice in IIF, once', () => {
    const [trns, spl, end, ...rows] =
      filesOf('quickbooks-desktop').get('invoices-USD-1.iif')?.split('\r\n') ?? [];
    expect([trns, spl, end].map((each) => each?.replaceAll('\t', ' '))).toEqual([
      '!TRNS TRNSID TRNSTYPE DATE ACCNT NAME CLASS AMOUNT DOCNUM MEMO CLEAR TOPRINT ADDR1 ADDR2 ADDR3 ADDR4 ADDR5 DUEDATE TERMS PAID SHIPDATE',
      '!SPL SPLID TRNSTYPE DATE ACCNT NAME CLASS AMOUNT DOCNUM MEMO CLEAR QNTY PRICE INVITEM PAYMETH TAXABLE REIMBEXP EXTRA',
      '!ENDTRNS',
    ]);
    expect(rows).toEqual([
      'TRNS\t\tINVOICE\t11/01/2026\tAccounts Receivable\tP1\t\t100.00\tINV-1\tBilling month 2026-10\tN\tN\t\t\t\t\t\t11/08/2026\t\tN\t',
      'SPL\t\tINVOICE\t11/01/2026\t4000\t\t\t-100.00\tINV-1\tcrown; order A1\tN\t-1\t100.00\tLaboratory\t\tN\t\t',
      'ENDTRNS',
      '',
    ]);
  });

  it('of netsuite: the external id on each row', () => {
    expect(headerOf(filesOf('netsuite').get('invoices-USD-1.csv'))).toBe(
      'External ID,Invoice #,Customer,Date,Due Date,Terms,Posting Period,Memo,Currency,Exchange Rate,Subsidiary,Department,Class,Location,Item,Quantity,Price Level,Rate,Amount,Description,Tax Code',
    );
  });

  it('of lines: those of the invoices, then what was issued and the mapping', () => {
    for (const patientRef of [false, true]) {
      const names = linesColumns({ patientRef }).map(({ name, type, isText }) => [
        name,
        type,
        isText === true,
      ]);
      const invoice = invoiceColumns({ patientRef }).map(({ name, type, isText }) => [
        name,
        type,
        isText === true,
      ]);
      expect(names.slice(0, invoice.length)).toEqual(invoice);
      expect(names.slice(invoice.length).map(([name]) => name)).toEqual([
        'issued_quantity',
        'issued_unit_price',
        'customer',
        'account',
        'item',
        'tax_code',
      ]);
    }
  });

  it('of journal', () => {
    expect(filesOf('journal').get('journal.csv')).toBe(
      `date,account,debit,credit,currency,memo,document,customer
11/01/2026,Accounts Receivable,100.00,,USD,Billing month 2026-10,INV-1,P1
11/01/2026,4000,,100.00,USD,1 line of Laboratory,INV-1,P1
11/01/2026,Accounts Receivable,,100.00,USD,Billing month 2026-10,CN-1,P2
11/01/2026,4000,100.00,,USD,1 line of Laboratory,CN-1,P2
`,
    );
  });
});

describe('the address of the practice that pays', () => {
  const details = {
    legal_name: 'Größe & Co',
    email: 'ap@cedar.example',
    address_1: '1 Main St\nRear',
    city: 'Springfield',
    region: 'IL',
    postal_code: '62701',
    country: 'US',
  };
  const invoice = issuedDocument({ ...INVOICE, billTo: { practiceId: 'P9', name: 'Cedar', details } });

  it('stands in the columns of xero', () => {
    const [row] = rowsOfCsv(filesOf('xero', [invoice]).get('invoices-USD-1.csv') ?? '');
    expect(row).toMatchObject({
      '*ContactName': 'P9',
      EmailAddress: 'ap@cedar.example',
      POAddressLine1: '1 Main St Rear',
      POAddressLine2: '',
      POCity: 'Springfield',
      PORegion: 'IL',
      POPostalCode: '62701',
      POCountry: 'US',
    });
  });

  it('stands in the lines of quickbooks-desktop, in plain ASCII', () => {
    const [head, , , row] =
      filesOf('quickbooks-desktop', [invoice]).get('invoices-USD-1.iif')?.split('\r\n') ?? [];
    const cells = Object.fromEntries(
      (head?.split('\t') ?? []).map((name, index) => [name, row?.split('\t')[index]]),
    );
    expect(cells).toMatchObject({
      NAME: 'P9',
      ADDR1: 'Gr??e & Co',
      ADDR2: '1 Main St Rear',
      ADDR3: 'Springfield, IL 62701',
      ADDR4: 'US',
      ADDR5: '',
    });
  });
});

describe('the form of dates', () => {
  it.each([
    ['MM/DD/YYYY', '11/01/2026'],
    ['DD/MM/YYYY', '01/11/2026'],
    ['YYYY-MM-DD', '2026-11-01'],
  ] as const)('%s', (dates, date) => {
    const [row] = rowsOfCsv(filesOf('xero', [INVOICE], { ...BOOKS, dates }).get('invoices-USD-1.csv') ?? '');
    expect(row?.['*InvoiceDate']).toBe(date);
  });
});

describe('the files', () => {
  it('are invoices and credit notes, each currency by itself', () => {
    const euro = issuedDocument({ ...INVOICE, documentNumber: 'INV-2', currency: 'EUR' });
    for (const target of ['quickbooks-online', 'xero', 'netsuite', 'sage-intacct'] as const)
      expect([...filesOf(target, [INVOICE, euro, CREDIT_NOTE]).keys()]).toEqual([
        'invoices-EUR-1.csv',
        'invoices-USD-1.csv',
        'credit-notes-USD-1.csv',
      ]);
  });

  it('of ubl are named by the number, safely, and never two alike', () => {
    const numbers = ['2026-10/1', '..', 'a1', 'A1'];
    const documents = numbers.map((documentNumber) => ({ ...INVOICE, documentNumber }));
    const names = [...filesOf('ubl', documents).keys()];
    expect(names[0]).toBe('invoices/2026-10%2F1.xml');
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(4);
    for (const name of names) expect(name).toMatch(/^invoices\/[\w.%~-]+\.xml$/);
  });

  it('of a month without documents are heads alone, where there is one file', () => {
    for (const target of TARGET_NAMES)
      expect([target, filesOf(target, []).size]).toEqual([target, /^(lines|journal)$/.test(target) ? 1 : 0]);
  });

  it('guard remarks against formulas, and leave names as the books know them', () => {
    const month = monthView({
      documents: [INVOICE],
      lines: [issuedLine({ description: '=1+1' })],
    });
    const { files } = exportedInMemory(month, { target: 'xero', formulaGuard: true });
    expect(rowsOfCsv(files.get('invoices-USD-1.csv') ?? '')[0]).toMatchObject({
      '*Description': "'=1+1; order A1",
      '*ContactName': 'P1',
    });
  });
});

describe('files are cut at the limits of the target, never within a document', () => {
  const documents = (rows: readonly number[]) => {
    const month = view(rows.map((_, index) => ({ ...INVOICE, documentNumber: `INV-${index}` })));
    const request = { target: 'lines', by: 'line', books: BOOKS, seller: null, formulaGuard: false } as const;
    return checkMonth(month, request).documents.map((each, index) => ({
      ...each,
      rowCount: rows[index] ?? 0,
    }));
  };
  const rowsOf = (rows: readonly number[], limits: object) =>
    cut(documents(rows), { ...targetOf('lines'), ...limits }).map((file) =>
      file.map(({ rowCount }) => rowCount),
    );

  it.each<[string, number[], object, number[][]]>([
    ['no limit', [1, 2, 3], {}, [[1, 2, 3]]],
    ['documents', [1, 1, 1, 1, 1], { documentsPerFile: 2 }, [[1, 1], [1, 1], [1]]],
    ['rows, reached', [4, 6, 1], { rowsPerFile: 10 }, [[4, 6], [1]]],
    ['rows, passed', [4, 7, 3], { rowsPerFile: 10 }, [[4], [7, 3]]],
    [
      'both',
      [9, 1, 1, 1],
      { rowsPerFile: 10, documentsPerFile: 3 },
      [
        [9, 1],
        [1, 1],
      ],
    ],
    ['nothing', [], { rowsPerFile: 10 }, []],
  ])('%s', (_, rows, limits, expected) => {
    expect(rowsOf(rows, limits)).toEqual(expected);
  });

  it('101 invoices are two files for quickbooks-online', () => {
    const many = Array.from({ length: 101 }, (_, index) => ({ ...INVOICE, documentNumber: `INV-${index}` }));
    const files = filesOf('quickbooks-online', many);
    expect([...files].map(([name, text]) => [name, rowsOfCsv(text).length])).toEqual([
      ['invoices-USD-1.csv', 100],
      ['invoices-USD-2.csv', 1],
    ]);
  });
});
