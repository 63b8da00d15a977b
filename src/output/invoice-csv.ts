/** The columns of a practice's invoice or credit note, one row for each line (docs/files.md section 2). */
import { formatAmount, formatUnitPrice } from '../billing/money.js';
import type { IssuedDocument, IssuedLine } from '../billing/month-view.js';
import type { Column } from './csv.js';

export function invoiceColumns(
  document: IssuedDocument,
  { patientRef }: { patientRef: boolean },
): Column<IssuedLine>[] {
  const { documentNumber, documentType, practiceId, practiceName, currency } = document;
  const columns: Column<IssuedLine>[] = [
    { name: 'document_number', type: 'string', cell: () => documentNumber },
    { name: 'document_type', type: 'string', cell: () => documentType },
    { name: 'practice_id', type: 'string', isText: true, cell: () => practiceId },
    { name: 'practice_name', type: 'string', isText: true, cell: () => practiceName },
    { name: 'billing_month', type: 'yearmonth', cell: () => document.billingMonth },
    { name: 'issue_date', type: 'date', cell: () => document.issueDate },
    { name: 'due_date', type: 'date', cell: () => document.dueDate },
    { name: 'currency', type: 'string', cell: () => currency },
    { name: 'line_number', type: 'integer', cell: (line) => line.lineNumber },
    { name: 'line_type', type: 'string', cell: (line) => line.lineType },
    { name: 'reason', type: 'string', cell: (line) => line.reason },
    { name: 'order_id', type: 'string', isText: true, cell: (line) => line.orderId },
    { name: 'order_line', type: 'integer', cell: (line) => line.orderLine },
    { name: 'product', type: 'string', isText: true, cell: (line) => line.product },
    { name: 'description', type: 'string', isText: true, cell: (line) => line.description },
    { name: 'quantity', type: 'number', cell: (line) => line.quantity },
    { name: 'unit_price', type: 'number', cell: (line) => formatUnitPrice(line.unitPrice, currency) },
    { name: 'amount', type: 'number', cell: (line) => formatAmount(line.amountMinor, currency) },
    { name: 'placed_on', type: 'date', cell: (line) => line.placedOn },
    { name: 'deferred_from', type: 'yearmonth', cell: (line) => line.deferredFrom },
    { name: 'resumed_on', type: 'date', cell: (line) => line.resumedOn },
    { name: 'service_month', type: 'yearmonth', cell: (line) => line.serviceMonth },
    { name: 'corrects', type: 'string', cell: (line) => line.corrects },
  ];
  if (patientRef)
    columns.push({ name: 'patient_ref', type: 'string', isText: true, cell: (line) => line.patientRef });
  return columns;
}
