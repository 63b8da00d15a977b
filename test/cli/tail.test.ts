/**
 * The end of the chain cut off by someone who computes every hash anew: the ledger alone cannot tell, but what was written of it can.
 * `verify` looks at OUT.
 */
import { cpSync, renameSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { deleteLastImport, deleteLastMonth, deleteLastVoid } from '../support/forgery.js';
import { type Workplace, workplaceWithLedger } from '../support/monthend.js';

const HEADER = 'order_id,practice_id,product,unit_price,placed_at';
const OCTOBER = `${HEADER}\nORD-1,P-1,crown,189.00,2025-10-05T09:00:00-04:00\n`;
const NOVEMBER = `${HEADER}\nORD-2,P-1,crown,100.00,2025-11-05T09:00:00-05:00\n`;
const LATER = `${HEADER}\nORD-3,P-1,crown,70.00,2025-12-05T09:00:00-05:00\n`;

/** October and November closed, each with an import of its own. */
function twoMonths(): Workplace {
  const place = workplaceWithLedger();
  place.write('october.csv', OCTOBER);
  place.write('november.csv', NOVEMBER);
  place.write('later.csv', LATER);
  expect(place.run(['run', '2025-10', 'october.csv']).code).toBe(0);
  expect(place.run(['run', '2025-11', 'november.csv']).code).toBe(0);
  return place;
}

const KNOWN_TO_NONE = 'holds 2025-11 as issued by this ledger, which does not know it: it is an older copy';

function expectFound(place: Workplace, message: string, words: readonly string[] = []): void {
  expect(place.run(['verify', ...words])).toMatchObject({
    code: 1,
    stdout: expect.stringContaining(message),
  });
}

/** Without what was written of it, the ledger is one that could have come to be as it is. */
function expectSound(place: Workplace): void {
  expect(place.run(['verify', '--out', 'elsewhere'])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('not compared: elsewhere has no files of 2025-10'),
  });
}

describe('the last month, deleted', () => {
  test('is told by its folder, whatever that is called', () => {
    const place = twoMonths();
    deleteLastMonth(place.path('monthend.db'));
    expectSound(place);
    expectFound(place, `invoices/2025-11: ${KNOWN_TO_NONE} (INV-000002)`);
    renameSync(place.path('invoices/2025-11'), place.path('invoices/sent'));
    expectFound(place, `invoices/sent: ${KNOWN_TO_NONE} (INV-000002)`);
  });

  test('is told when the month is closed again with other facts', () => {
    const place = twoMonths();
    deleteLastMonth(place.path('monthend.db'));
    place.write('another.csv', NOVEMBER.replace('ORD-2', 'ORD-4').replace('100.00', '10.00'));
    expect(place.run(['import', 'another.csv']).code).toBe(0);
    expect(place.run(['close', '2025-11', '--out', 'others', '--accept', 'looks-issued']).code).toBe(0);
    expectFound(place, `invoices/2025-11: ${KNOWN_TO_NONE} (INV-000002)`);
  });

  test('is told by an export for an accounting system', () => {
    const place = twoMonths();
    expect(place.run(['export', '2025-11', '--to', 'lines', '--out', 'books']).code).toBe(0);
    deleteLastMonth(place.path('monthend.db'));
    expectFound(place, `books/2025-11: ${KNOWN_TO_NONE}`, ['--out', 'books']);
  });

  test('is told by a folder from before ledgers had identities', () => {
    const place = twoMonths();
    const { ledger: _, numbers: __, ...older } = JSON.parse(place.read('invoices/2025-11/manifest.json'));
    place.write('invoices/2025-11/manifest.json', `${JSON.stringify(older, null, 2)}\n`);
    deleteLastMonth(place.path('monthend.db'));
    expectFound(place, 'invoices/2025-11: holds 2025-11 as issued by a ledger');
  });
});

describe('the last import, deleted', () => {
  test('is told by the folder of the month that knew it, sealed anew', () => {
    const place = workplaceWithLedger();
    place.write('october.csv', OCTOBER);
    place.write('practices.csv', 'practice_id,name\nP-9,Oak\n');
    expect(place.run(['import', 'october.csv']).code).toBe(0);
    // It brings nothing that the month bills: only the seal will differ.
    expect(place.run(['import', 'practices.csv']).code).toBe(0);
    expect(place.run(['close', '2025-10', '--accept', 'unknown-practice']).code).toBe(0);
    deleteLastImport(place.path('monthend.db'));
    expectSound(place);
    expectFound(place, 'invoices/2025-10: holds 2025-10 as issued by this ledger, which does not know it');
  });

  test('is found in the ledger alone if a month billed it', () => {
    const place = twoMonths();
    deleteLastImport(place.path('monthend.db'));
    expectFound(place, '2025-11: ', ['--out', 'elsewhere']);
    expectFound(place, `invoices/2025-11: ${KNOWN_TO_NONE}`);
  });

  test('is told by a preview that knew it, when no month was closed since', () => {
    const place = twoMonths();
    expect(place.run(['import', 'later.csv']).code).toBe(0);
    expect(place.run(['preview', '2025-12', '--out', 'drafts']).code).toBe(0);
    expect(place.run(['verify', '--out', 'drafts']).code).toBe(0);
    deleteLastImport(place.path('monthend.db'));
    expectSound(place);
    const message =
      'drafts/2025-12: is a preview that knew import 3 (later.csv), which this ledger does not have';
    expectFound(place, message, ['--out', 'drafts']);
    // Another import in its place.
    place.write('instead.csv', LATER.replace('70.00', '7.00'));
    expect(place.run(['import', 'instead.csv']).code).toBe(0);
    expectFound(place, message, ['--out', 'drafts']);
  });
});

test('the last void, deleted, is told by the folder of what it took back', () => {
  const place = twoMonths();
  expect(place.run(['void', '2025-11', '--reason', 'a test']).code).toBe(0);
  const open = place.path('open.db');
  cpSync(place.path('monthend.db'), open);
  deleteLastVoid(open);
  expectFound(place, `invoices/2025-11.void-1: ${KNOWN_TO_NONE} (INV-000002)`, ['--ledger', 'open.db']);
  expect(place.run(['close', '2025-11']).code).toBe(0);
  expect(place.run(['verify']).code).toBe(0);
  deleteLastVoid(place.path('monthend.db'));
  // Its number is missing in the ledger itself.
  expectFound(place, 'INV-000003: is number 3 of its series, but 2 comes next');
});
