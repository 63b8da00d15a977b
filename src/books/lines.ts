/**
 * The lines of all documents in one CSV, for pivot tables, queries and imports of one's own. It has the columns of the invoices, signed
 * so that quantity times unit price is the amount on every line, and beside them the values as issued.
 */
import { formatUnitPrice } from '../billing/money.js';
import type { IssuedDocument, IssuedLine } from '../billing/month-view.js';
import type { Column, ColumnType } from '../output/csv.js';
import { type BooksRow, cells } from './csv-target.js';

export interface LinesRow extends BooksRow {
  readonly line: IssuedLine;
}

type LinesColumn = Column<LinesRow>;

export function linesColumns({ patientRef }: { readonly patientRef: boolean }): LinesColumn[] {
  return [
    ofDocument('document_number', (document) => document.documentNumber),
    ofDocument('document_type', (document) => document.documentType),
    { ...ofDocument('practice_id', (document) => document.practiceId), isText: true },
    { ...ofDocument('practice_name', (document) => document.practiceName), isText: true },
    ofDocument('billing_month', (document) => document.billingMonth, 'yearmonth'),
    ofDocument('issue_date', (document) => document.issueDate, 'date'),
    ofDocument('due_date', (document) => document.dueDate, 'date'),
    ofDocument('currency', (document) => document.currency),
    ofLine('line_number', (line) => line.lineNumber, 'integer'),
    ofLine('line_type', (line) => line.lineType),
    ofLine('reason', (line) => line.reason),
    { ...ofLine('order_id', (line) => line.orderId), isText: true },
    ofLine('order_line', (line) => line.orderLine, 'integer'),
    { ...ofLine('product', (line) => line.product), isText: true },
    { ...ofLine('description', (line) => line.description), isText: true },
    { name: 'quantity', type: 'number', cell: cells.quantity },
    { name: 'unit_price', type: 'number', cell: cells.unitPrice },
    { name: 'amount', type: 'number', cell: cells.amount },
    ofLine('placed_on', (line) => line.placedOn, 'date'),
    ofLine('deferred_from', (line) => line.deferredFrom, 'yearmonth'),
    ofLine('resumed_on', (line) => line.resumedOn, 'date'),
    ofLine('service_month', (line) => line.serviceMonth, 'yearmonth'),
    ofLine('corrects', (line) => line.corrects),
    ...(patientRef ? [{ ...ofLine('patient_ref', (line) => line.patientRef), isText: true }] : []),
    ofLine('issued_quantity', (line) => line.quantity, 'number'),
    ofLine('issued_unit_price', (line) => formatUnitPrice(line.unitPrice, line.currency), 'number'),
    { name: 'customer', type: 'string', isText: true, cell: cells.customer },
    { name: 'account', type: 'string', cell: cells.account },
    { name: 'item', type: 'string', cell: cells.item },
    { name: 'tax_code', type: 'string', cell: cells.taxCode },
  ];
}

function ofDocument(
  name: string,
  cell: (document: IssuedDocument) => string,
  type: ColumnType = 'string',
): LinesColumn {
  return { name, type, cell: ({ document }) => cell(document.issued) };
}

function ofLine(
  name: string,
  cell: (line: IssuedLine) => string | number,
  type: ColumnType = 'string',
): LinesColumn {
  return { name, type, cell: ({ line }) => cell(line) };
}
