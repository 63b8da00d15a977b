import { expect, test } from 'vitest';
import { workplace, workplaceWithLedger } from '../support/monthend.js';
import { HEADERS, type LabRow, labFile, labRows, monthName, writeLab } from './generate.js';

const SIZE = { orders: 700, months: 3, practices: 7 };
const rowsOf = (size: Parameters<typeof labRows>[0]) => [...labRows(size)];
const texts = (rows: readonly LabRow[], kind: LabRow['kind'], month: number) =>
  rows.filter((row) => row.kind === kind && row.month === month).map(({ text }) => text);
/** Fields without a comma in them. */
const field = (text: string, index: number) => text.split(',')[index] ?? '';

test('one seed makes the same rows, another one others', () => {
  expect(rowsOf(SIZE)).toEqual(rowsOf({ ...SIZE, seed: 1 }));
  expect(rowsOf(SIZE)).not.toEqual(rowsOf({ ...SIZE, seed: 2 }));
});

test('the orders are as many as asked for, spread evenly over the months', () => {
  const rows = rowsOf(SIZE);
  expect([0, 1, 2].map((month) => texts(rows, 'orders', month).length)).toEqual([233, 233, 234]);
  expect(new Set(rows.filter(({ kind }) => kind === 'orders').map(({ text }) => field(text, 0))).size).toBe(
    700,
  );
});

test('the months after 1, 12 and 36 months are of 31 days, and of the same orders', () => {
  expect([1, 12, 36].map(monthName)).toEqual(['2021-08', '2022-07', '2024-07']);
  const rows = rowsOf({ orders: 37 * 20, months: 37, practices: 3 });
  const [second, last] = [1, 36].map((month) =>
    texts(rows, 'orders', month).map((text) => text.replace(/^[^,]*,|,[^,]*$/g, '')),
  );
  expect(last).toEqual(second);
});

test('a month brings its events in order of time, and those of earlier orders too', () => {
  const rows = rowsOf(SIZE);
  const orders = new Set(texts(rows, 'orders', 1).map((text) => field(text, 0)));
  const events = texts(rows, 'history', 1);
  const times = events.map((text) => Date.parse(/,(2021-[^,]*),/.exec(text)?.[1] ?? ''));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(events.some((text) => !orders.has(field(text, 0)))).toBe(true);
});

test('a lab is imported without a problem, and its months are closed', () => {
  const place = workplaceWithLedger();
  writeLab(place.folder, SIZE);
  expect(place.read('orders.csv')).toMatch(new RegExp(`^${HEADERS.orders}\nORD-`));
  const imported = place.run(['import', 'orders.csv', 'history.csv']);
  expect(imported).toMatchObject({ code: 0 });
  expect(imported.stdout).toContain('700 read, 700 new, 0 amended, 0 known already');
  for (const month of [0, 1, 2]) {
    expect(place.run(['close', monthName(month), '--strict'])).toMatchObject({ code: 0 });
  }
  expect(place.read(`invoices/${monthName(2)}/held.csv`)).toContain(',deferred\n');
});

test('divided, every part has its own files', () => {
  const place = workplace();
  writeLab(place.folder, SIZE, (month) => (month === 0 ? 0 : 1));
  const [first = '', second = ''] = [0, 1].map((part) => place.read(labFile('orders', part)));
  expect(first.split('\n')).toHaveLength(1 + 233 + 1);
  expect(second.split('\n')).toHaveLength(1 + 467 + 1);
});
