/** What two states of a month are compared by, held to the columns of the files that they are read from. */
import { expect, it } from 'vitest';
import { comparedColumns, differencesOf, type ListName, NO_ROWS } from '../../src/explain/preview-rows.js';
import { EXCEPTION_COLUMNS } from '../../src/output/exceptions-csv.js';
import { HELD_COLUMNS } from '../../src/output/held-csv.js';
import { invoiceColumns } from '../../src/output/invoice-csv.js';
import { SUMMARY_COLUMNS } from '../../src/output/summary-csv.js';

const COLUMNS: Readonly<Record<ListName, readonly { readonly name: string }[]>> = {
  documents: SUMMARY_COLUMNS,
  lines: invoiceColumns({ patientRef: true }),
  held: HELD_COLUMNS,
  exceptions: EXCEPTION_COLUMNS,
};

/** Numbers of a draft, what the document says for all its lines, sums of what is compared, what follows from the code. */
const NOT_COMPARED: Readonly<Record<ListName, readonly string[]>> = {
  documents: ['document_number', 'billing_month', 'line_count', 'charge_count', 'credit_count'],
  lines: [
    'document_number',
    'document_type',
    'practice_name',
    'billing_month',
    'issue_date',
    'due_date',
    'line_number',
    'patient_ref',
  ],
  held: [],
  exceptions: ['practice_id', 'effect', 'amount', 'currency'],
};

it.each(Object.keys(COLUMNS) as ListName[])('every column of %s is compared, or left out by name', (list) => {
  const names = COLUMNS[list].map(({ name }) => name);
  expect([...comparedColumns(list), ...NOT_COMPARED[list]].sort()).toEqual([...names].sort());
});

it('a column that an earlier preview had not yet is no change', () => {
  const row = { order_id: 'A1', order_line: '1', practice_id: 'P1', status: 'deferred' };
  const now = { ...row, practice_name: 'P1 Dental', status: 'slated' };
  const changes = differencesOf({ ...NO_ROWS, held: [row] }, { ...NO_ROWS, held: [now] });
  expect(changes.map(({ columns }) => columns)).toEqual([['status']]);
});
