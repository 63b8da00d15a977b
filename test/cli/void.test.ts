/** `monthend void`: a month that was closed and taken back, through the command line. */
import { cpSync, renameSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { rowsOf, type Workplace, workplaceWithLedger } from '../support/monthend.js';

const HEADER = 'order_id,practice_id,product,unit_price,placed_at';
const SEPTEMBER = `${HEADER}\nORD-1,P-1,crown,189.00,2025-09-02T09:00:00-04:00\nORD-2,P-2,crown,640.00,2025-09-03T09:00:00-04:00\n`;
const OCTOBER = `${HEADER}\nORD-3,P-1,crown,100.00,2025-10-06T09:00:00-04:00\n`;
const WHY = ['--reason', 'crowns cost 198.00'];

function closedSeptember(): Workplace {
  const place = workplaceWithLedger();
  place.write('september.csv', SEPTEMBER);
  place.write('correction.csv', SEPTEMBER.replace('189.00', '198.00'));
  place.write('october.csv', OCTOBER);
  expect(place.run(['run', '2025-09', 'september.csv']).code).toBe(0);
  return place;
}

const voided = (place: Workplace) => place.run(['void', '2025-09', ...WHY]);

/** All the files of the months, without what tells the numbers of documents. */
function documents(place: Workplace, month: string) {
  return rowsOf(place.read(`invoices/${month}/summary.csv`)).map(
    ({ document_number, practice_id, total }) => `${document_number} ${practice_id} ${total}`,
  );
}

describe('a month that is voided', () => {
  test('is open again, its documents keep their numbers, and its next close takes the next and lists them', () => {
    const place = closedSeptember();
    const files = place.snapshot('invoices/2025-09');
    expect(voided(place)).toMatchObject({
      code: 0,
      stdout:
        '2025-09 is void, and open again\n' +
        '  void: 2 documents; they keep their numbers: INV-000001, INV-000002\n' +
        '  USD: 829.00\n' +
        '  reason: crowns cost 198.00\n' +
        '  files: invoices/2025-09.void-1\n',
    });
    expect(place.snapshot('invoices')).toEqual(
      Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`2025-09.void-1/${name}`, bytes])),
    );
    expect(place.run(['verify']).stdout).toContain('Verified: 0 months');
    expect(place.run(['status']).stdout).toContain(
      'closed: no month yet\nvoid 1 of 2025-09: crowns cost 198.00\nnext: 2025-09,',
    );

    expect(place.run(['import', '--amend', 'correction.csv']).code).toBe(0);
    expect(place.run(['preview', '2025-09', '--out', 'drafts', '--diff']).code).toBe(0);
    expect(place.run(['close', '2025-09']).code).toBe(0);
    expect(documents(place, '2025-09')).toEqual(['INV-000003 P-1 198.00', 'INV-000004 P-2 640.00']);
    expect(place.read('invoices/2025-09/voided.csv')).toBe(
      'document_number,document_type,practice_id,practice_name,billing_month,issue_date,currency,line_count,total,void_number,void_reason\n' +
        'INV-000001,invoice,P-1,P-1,2025-09,2025-10-01,USD,1,189.00,1,crowns cost 198.00\n' +
        'INV-000002,invoice,P-2,P-2,2025-09,2025-10-01,USD,1,640.00,1,crowns cost 198.00\n',
    );
    const { resources } = JSON.parse(place.read('invoices/2025-09/datapackage.json'));
    expect(resources.map(({ path }: { path: string }) => path)).toContain('voided.csv');
    expect(place.run(['verify']).stdout).toBe(
      'Verified: 1 month, 2 imports and 2 folders match their seals\n',
    );

    // An order that it charged is explained with both.
    const told = place.run(['explain', 'ORD-1']).stdout.replace(/\s+/g, ' ');
    expect(told).toContain('line 1: charge 198.00 USD on INV-000003 to P-1');
    expect(told).toContain(
      'void 2025-09, line 1: charge 189.00 USD on INV-000001 to P-1 is void: crowns cost 198.00',
    );
    expect(place.run(['run', '2025-10', 'october.csv']).code).toBe(0);
    expect(documents(place, '2025-10')).toEqual(['INV-000005 P-1 100.00']);
    expect(place.run(['close', '2025-09']).stdout).toContain('2025-09 is closed already');
    expect(place.run(['verify']).code).toBe(0);
  });

  test('may be voided again: each time has a folder and a number of its own', () => {
    const place = closedSeptember();
    voided(place);
    place.run(['close', '2025-09']);
    expect(place.run(['void', '2025-09', '--reason', 'once more']).stdout).toContain(
      'files: invoices/2025-09.void-2',
    );
    place.run(['close', '2025-09']);
    const rows = rowsOf(place.read('invoices/2025-09/voided.csv'));
    expect(rows.map((row) => `${row.document_number} ${row.void_number} ${row.void_reason}`)).toEqual([
      'INV-000001 1 crowns cost 198.00',
      'INV-000002 1 crowns cost 198.00',
      'INV-000003 2 once more',
      'INV-000004 2 once more',
    ]);
    expect(place.run(['verify']).stdout).toContain('1 month, 1 import and 3 folders match');
  });

  test('is void already when the command is repeated, as after it was stopped: its folder is renamed then', () => {
    const place = closedSeptember();
    voided(place);
    renameSync(place.path('invoices/2025-09.void-1'), place.path('invoices/2025-09'));
    expect(place.run(['verify'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('invoices/2025-09: holds 2025-09 as it was before it was voided'),
    });
    expect(place.run(['void', '2025-09', '--reason', 'another'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^2025-09 is void already, and open again\n.*reason: crowns cost 198.00\n {2}files: invoices\/2025-09\.void-1\n$/s,
      ),
    });
    renameSync(place.path('invoices/2025-09.void-1'), place.path('invoices/2025-09'));
    expect(place.run(['close', '2025-09']).code).toBe(0);
    expect(place.run(['verify']).stdout).toContain('2 folders match');
  });

  test('gives back what it had settled: the first month, the settings, the numbers of other patterns', () => {
    const place = closedSeptember();
    voided(place);
    place.write(
      'monthend.json',
      '{ "pauseLimitDays": 30, "creditNoteNumber": "INV-{seq:6}", "invoiceNumber": "R-{seq}" }',
    );
    expect(place.run(['close', '2025-09']).code).toBe(0);
    place.write(
      'monthend.json',
      '{ "pauseLimitDays": 30, "creditNoteNumber": "CN-{seq:6}", "invoiceNumber": "INV-{seq:1}" }',
    );
    expect(place.run(['run', '2025-10', 'october.csv']).code).toBe(0);
  });
});

describe('refused, with nothing changed:', () => {
  function refused(place: Workplace, words: string[], code: number, message: string): void {
    const before = [place.snapshot('.'), place.bytes('monthend.db').toString('base64')];
    expect(place.run(words)).toMatchObject({ code, stderr: expect.stringContaining(message) });
    expect([place.snapshot('.'), place.bytes('monthend.db').toString('base64')]).toEqual(before);
  }

  test('a month that is not the last, or not closed, or no reason', () => {
    const place = closedSeptember();
    place.run(['run', '2025-10', 'october.csv']);
    refused(
      place,
      ['void', '2025-09', ...WHY],
      4,
      '2025-09 cannot be voided: only the last closed month can, and that is 2025-10',
    );
    refused(place, ['void', '2025-11', ...WHY], 4, '2025-11 is not closed, so there is nothing to void');
    refused(place, ['void', '2025-10'], 2, "required option '--reason <text>' not specified");
    refused(place, ['void', '2025-10', '--reason', ' '], 2, 'a reason is expected');
    refused(place, ['void', '2025-10', '--reason', 'a\nb'], 2, 'one line of text is expected');
  });

  test('something in the way of the void files', () => {
    const place = closedSeptember();
    place.write('invoices/2025-09.void-1/mine.txt', 'mine');
    refused(
      place,
      ['void', '2025-09', ...WHY],
      4,
      "invoices/2025-09.void-1: is in the way of the month's void files; move it away",
    );
  });
});

describe('an audit sees', () => {
  test('a void file that was changed', () => {
    const place = closedSeptember();
    voided(place);
    place.write('invoices/2025-09.void-1/summary.csv', 'changed');
    expect(place.run(['verify'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('invoices/2025-09.void-1/summary.csv: is not what its manifest says'),
    });
  });

  test('a ledger from before the void', () => {
    const place = closedSeptember();
    cpSync(place.path('monthend.db'), place.path('backup.db'));
    voided(place);
    place.run(['close', '2025-09']);
    cpSync(place.path('backup.db'), place.path('monthend.db'));
    expect(place.run(['verify'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(
        'invoices/2025-09: holds 2025-09 as issued by this ledger, which does not know it: it is an older copy (INV-000003 to INV-000004)',
      ),
    });
  });

  test.each([
    [
      "UPDATE voided_rows SET data = replace(data, '189', '198') WHERE part = 'documents'",
      'what the close recorded has changed',
    ],
    ["UPDATE voids SET reason = 'none'", 'what it recorded has changed'],
    ['DELETE FROM voided_rows WHERE row_number > 3', 'what the close recorded has changed'],
    ['DELETE FROM voids; DELETE FROM voided_rows', 'what the close recorded has changed'],
  ])('%s', (sql, message) => {
    const place = closedSeptember();
    voided(place);
    place.run(['close', '2025-09']);
    const db = new Database(place.path('monthend.db'));
    const triggers = db
      .prepare<[], { name: string; sql: string }>(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('voids', 'voided_rows')",
      )
      .all();
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
    db.exec(sql);
    for (const trigger of triggers) db.exec(trigger.sql);
    db.close();
    expect(place.run(['verify'])).toMatchObject({ code: 1, stdout: expect.stringContaining(message) });
  });
});

test('no statement takes a closed month out of the ledger without voiding it', () => {
  const place = closedSeptember();
  const db = new Database(place.path('monthend.db'));
  for (const table of [
    'documents',
    'document_blocks',
    'document_index',
    'closed_months',
    'cut_offs',
    'open_orders',
  ])
    expect(() => db.exec(`DELETE FROM ${table}`), table).toThrow('closed months are never changed');
  db.exec("INSERT INTO voids VALUES (1, '2025-09', 'x', 'no seal', '', '', '', '')");
  expect(() => db.exec('DELETE FROM documents')).toThrow('closed months are never changed');
  db.close();
});
