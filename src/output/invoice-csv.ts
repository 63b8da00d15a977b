/** A practice's invoice or credit note: a row for each line (files-and-commands.md section 2). */
import { formatAmount, formatUnitPrice } from '../billing/money.js';
import type { IssuedDocument, IssuedLine } from '../billing/month-view.js';
import type { Column } from './csv.js';

export function invoiceColumns(
  document: IssuedDocument,
  { patientRef }: { patientRef: boolean },
): Column<IssuedLine>[] {
  const { documentNumber, documentType, practiceId, practiceName, currency } = document;
  const columns: Column<IssuedLine>[] = [
    { name: 'document_number', cell: () => documentNumber },
    { name: 'document_type', cell: () => documentType },
    { name: 'practice_id', isText: true, cell: () => practiceId },
    { name: 'practice_name', isText: true, cell: () => practiceName },
    { name: 'billing_month', cell: () => document.billingMonth },
    { name: 'issue_date', cell: () => document.issueDate },
    { name: 'due_date', cell: () => document.dueDate },
    { name: 'currency', cell: () => currency },
    { name: 'line_number', cell: (line) => line.lineNumber },
    { name: 'line_type', cell: (line) => line.lineType },
    { name: 'reason', cell: (line) => line.reason },
    { name: 'order_id', isText: true, cell: (line) => line.orderId },
    { name: 'order_line', cell: (line) => line.orderLine },
    { name: 'product', isText: true, cell: (line) => line.product },
    { name: 'description', isText: true, cell: (line) => line.description },
    { name: 'quantity', cell: (line) => line.quantity },
    { name: 'unit_price', cell: (line) => formatUnitPrice(line.unitPrice, currency) },
    { name: 'amount', cell: (line) => formatAmount(line.amountMinor, currency) },
    { name: 'placed_on', cell: (line) => line.placedOn },
    { name: 'deferred_from', cell: (line) => line.deferredFrom },
    { name: 'resumed_on', cell: (line) => line.resumedOn },
    { name: 'service_month', cell: (line) => line.serviceMonth },
    { name: 'corrects', cell: (line) => line.corrects },
  ];
  if (patientRef) columns.push({ name: 'patient_ref', isText: true, cell: (line) => line.patientRef });
  return columns;
}
