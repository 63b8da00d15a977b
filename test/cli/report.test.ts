/** `monthend report`, and the report in a month's folder. */
import { expect, test } from 'vitest';
import { workplaceWithSample } from '../support/monthend.js';

const closedOctober = () => workplaceWithSample('2025-10');

test('is written into a folder of its own, the same bytes each time', () => {
  const place = closedOctober();
  expect(place.run(['report', '2025-10'])).toMatchObject({
    code: 0,
    stdout: 'report: reports/2025-10/report.html\n',
  });
  const first = place.snapshot('reports');
  expect(place.run(['report', '2025-10']).code).toBe(0);
  expect(place.snapshot('reports')).toEqual(first);
  expect(place.read('reports/2025-10/report.html')).toContain('<h1>2025-10</h1>');
});

test('stands in the folder of the month, and in its manifest, if asked for only', () => {
  const place = closedOctober();
  expect(place.read('invoices/2025-10/manifest.json')).not.toContain('report.html');
  place.run(['export', '2025-10', '--report']);
  place.run(['report', '2025-10']);
  expect(place.read('invoices/2025-10/report.html')).toBe(place.read('reports/2025-10/report.html'));
  const { files } = JSON.parse(place.read('invoices/2025-10/manifest.json'));
  expect(files.at(-1).path).toBe('report.html');
  expect(place.run(['verify']).code).toBe(0);
  place.write('invoices/2025-10/report.html', '<h1>2025-10</h1>');
  expect(place.run(['verify'])).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('report.html: is not what'),
  });
  place.run(['close', '2025-10']);
  expect(place.read('invoices/2025-10/manifest.json')).not.toContain('report.html');
});

test('is of closed months, and leaves alone what is not its own', () => {
  const place = closedOctober();
  expect(place.run(['report', '2025-11'])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('2025-11 is not closed'),
  });
  place.write('reports/2025-10/notes.txt', 'mine');
  expect(place.run(['report', '2025-10'])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('was not written by monthend'),
  });
  expect(place.read('reports/2025-10/notes.txt')).toBe('mine');
});
