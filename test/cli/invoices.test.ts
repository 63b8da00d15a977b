/** `monthend invoices`: what is printed is what the CSVs say. */
import { expect, test } from 'vitest';
import { rowsOf, workplaceWithLedger } from '../support/monthend.js';

function twoMonths() {
  const place = workplaceWithLedger();
  place.copy('fixtures/sample', '.');
  for (const [month, files] of [
    ['2025-10', ['practices', 'orders', 'history']],
    ['2025-11', ['orders', 'history']],
  ] as const)
    place.run(['run', month, ...files.map((name) => `${month}/${name}.csv`)]);
  return place;
}

test('each document has its totals and says why a charge comes late', () => {
  const place = twoMonths();
  expect(place.run(['invoices', '2025-11', '--pdf'])).toEqual({
    code: 0,
    stdout: '2025-11: 2 documents to be printed in printable/2025-11\n',
    stderr: '',
  });
  const names = Object.keys(place.snapshot('printable/2025-11/invoices')).sort();
  const summary = rowsOf(place.read('invoices/2025-11/summary.csv'));
  expect(names).toEqual(summary.flatMap((row) => [`${row.practice_id}.html`, `${row.practice_id}.pdf`]));
  for (const row of summary) {
    const page = place
      .read(`printable/2025-11/invoices/${row.practice_id}.html`)
      .replace(/(\d),(?=\d{3})/g, '$1');
    expect(page).toContain(`Total ${row.currency}</th><td class="number">${row.total}</td>`);
    expect(page).toContain(row.document_number);
  }
  const page = place.read('printable/2025-11/invoices/P-100.html');
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
