/** `monthend invoices`: what is printed is what the CSVs say. */
import { expect, test } from 'vitest';
import { rowsOf, workplaceWithLedger, workplaceWithSample } from '../support/monthend.js';

const twoMonths = () => workplaceWithSample('2025-11');

test('each document has its totals and says why a charge comes late', () => {
  const place = twoMonths();
  expect(place.run(['invoices', '2025-11', '--pdf'])).toEqual({
    code: 0,
    stdout: '2025-11: 2 documents to print, in printable/2025-11\n',
    stderr: '',
  });
  const names = Object.keys(place.snapshot('printable/2025-11/invoices')).sort();
  const summary = rowsOf(place.read('invoices/2025-11/summary.csv'));
  const nameOf = (row: Record<string, string>) =>
    `${row.document_number} ${row.practice_name} ${row.billing_month}`;
  expect(names).toEqual(summary.flatMap((row) => [`${nameOf(row)}.html`, `${nameOf(row)}.pdf`]).sort());
  expect(rowsOf(place.read('printable/2025-11/index.csv'))).toEqual(
    summary.map((row) => ({
      document_number: row.document_number,
      document_type: row.document_type,
      practice_id: row.practice_id,
      practice_name: row.practice_name,
      bill_to: row.practice_id,
      email: '',
      file: `invoices/${nameOf(row)}.pdf`,
      due_date: row.due_date,
      currency: row.currency,
      total: row.total,
    })),
  );
  for (const row of summary) {
    const page = place
      .read(`printable/2025-11/invoices/${nameOf(row)}.html`)
      .replace(/(\d),(?=\d{3})/g, '$1');
    expect(page).toContain(`${row.currency}</th><td class="number">${row.total}</td>`);
    expect(page).toContain(row.document_number);
  }
  const page = place.read('printable/2025-11/invoices/INV-000004 Lakeside Dental 2025-11.html');
  expect(page).toContain('placed Oct 5, paused Oct 10 to Nov 3');
});

test('it is the same bytes again, also when later facts tell another story', () => {
  const place = twoMonths();
  place.run(['invoices', '2025-11', '--pdf']);
  const first = place.snapshot('printable');
  const history = place.read('2025-10/history.csv').split('\n');
  const pause = history.find((row) => row.includes('ORD-1002') && row.includes('paused')) ?? '';
  expect(pause).toContain('2025-10-10');
  place.write('amended.csv', `${history[0]}\n${pause.replace('2025-10-10', '2025-10-12')}\n`);
  expect(place.run(['import', '--amend', 'amended.csv']).code).toBe(0);
  expect(place.run(['invoices', '2025-11', '--pdf']).code).toBe(0);
  expect(place.snapshot('printable')).toEqual(first);
});

test('--only prints the documents of some practices, and those billed to them', () => {
  const place = workplaceWithLedger();
  place.write(
    'practices.csv',
    'practice_id,name,email,bill_to\nP1,Ash,,P3\nP2,Birch,b@birch.example,\nP3,Cedar,ap@cedar.example,\n',
  );
  const rows = ['P1', 'P2', 'P3'].map((id) => `O-${id},${id},CROWN,100,2026-10-05T10:00:00-04:00\n`);
  place.write('orders.csv', `order_id,practice_id,product,unit_price,placed_at\n${rows.join('')}`);
  place.run(['run', '2026-10', 'practices.csv', 'orders.csv']);
  expect(place.run(['invoices', '2026-10', '--only', 'P3'])).toMatchObject({ code: 0 });
  const index = rowsOf(place.read('printable/2026-10/index.csv'));
  expect(index.map(({ practice_id, email, file }) => [practice_id, email, file])).toEqual([
    ['P1', 'ap@cedar.example', 'invoices/INV-000001 Ash 2026-10.html'],
    ['P3', 'ap@cedar.example', 'invoices/INV-000003 Cedar 2026-10.html'],
  ]);
  expect(place.run(['invoices', '2026-10', '--only', 'P3', 'P9'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'monthend: P9 has no document in 2026-10; --only takes ids of practices, as in summary.csv\n',
  });
});
