import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseMonth } from '../../src/billing/billing-month.js';
import { configOfFile } from '../../src/cli/session.js';
import { DEFAULT_CONFIG } from '../../src/config.js';
import { findCases } from '../../src/fixture-cases.js';
import { closeMonth, draftMonth, readMonth } from '../../src/ledger/close.js';
import { temporaryLedger } from '../../src/ledger/ledger.js';
import { importFiles } from '../../src/month-end.js';
import { renderMonth } from '../../src/output/render-month.js';
import { REPOSITORY, rowsOf, workplace } from '../support/monthend.js';

const ORDERS = `order_id,practice_id,product,unit_price,placed_at
ORD-1,P-1,crown,100.00,2025-10-05T09:00:00-04:00
ORD-2,P-1,crown,200.00,2025-11-06T09:00:00-05:00
`;

describe('preview', () => {
  test('shows what a close would issue, with DRAFT for numbers, and leaves the ledger as it is', () => {
    const place = workplace();
    place.write('orders.csv', ORDERS);
    place.run(['import', 'orders.csv']);
    const before = place.bytes('monthend.db');
    const shown = place.run(['preview', '2025-10', '--out', 'drafts']);
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('2025-10 would be: 1 invoice') });
    expect(rowsOf(place.read('drafts/2025-10/summary.csv'))).toMatchObject([
      { document_number: 'DRAFT', total: '100.00' },
    ]);
    expect(place.bytes('monthend.db').equals(before)).toBe(true);
  });

  test('bills the open months before it first', () => {
    const place = workplace();
    place.write('orders.csv', ORDERS);
    place.run(['run', '2025-09', 'orders.csv']);
    place.run(['preview', '2025-11', '--out', 'drafts']);
    const orders = rowsOf(place.read('drafts/2025-11/invoices/P-1.csv')).map(({ order_id }) => order_id);
    expect(orders).toEqual(['ORD-2']);
  });

  test('of a closed month shows what later facts would correct, and never replaces its files', () => {
    const place = workplace();
    place.write('orders.csv', ORDERS);
    place.write('late.csv', 'order_id,event,at,reason\nORD-1,cancelled,2025-10-20T09:00:00-04:00,\n');
    place.run(['run', '2025-10', 'orders.csv']);
    place.run(['import', 'late.csv']);
    place.run(['preview', '2025-10', '--out', 'drafts']);
    expect(rowsOf(place.read('drafts/2025-10/invoices/P-1.csv'))).toMatchObject([
      { line_type: 'credit', reason: 'cancelled', order_id: 'ORD-1', corrects: 'INV-000001' },
    ]);
    expect(place.run(['preview', '2025-10', '--out', 'invoices'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('holds the issued files of a closed month'),
    });
  });

  test('a draft gives way to the close', () => {
    const place = workplace();
    place.write('orders.csv', ORDERS);
    place.run(['import', 'orders.csv']);
    place.run(['preview', '2025-10', '--out', 'invoices']);
    expect(place.run(['close', '2025-10']).code).toBe(0);
    expect(rowsOf(place.read('invoices/2025-10/summary.csv'))).toMatchObject([
      { document_number: 'INV-000001' },
    ]);
  });
});

test('preview, then close: the same lines in every month of every fixture', async () => {
  for (const folder of findCases(path.join(REPOSITORY, 'fixtures/cases'))) {
    const names = readdirSync(folder);
    const config = names.includes('monthend.json')
      ? configOfFile(path.join(folder, 'monthend.json'))
      : DEFAULT_CONFIG;
    const ledger = temporaryLedger();
    for (const month of names.filter((name) => parseMonth(name) !== undefined).sort()) {
      for (const inputs of ['in', 'amend'].filter((name) =>
        readdirSync(path.join(folder, month)).includes(name),
      )) {
        const files = readdirSync(path.join(folder, month, inputs)).sort();
        const paths = files.map((name) => path.join(folder, month, inputs, name));
        await importFiles(ledger, paths, { amend: inputs === 'amend', config, now: 0 });
      }
      const draft = await draftMonth(ledger, month, config, (view) => renderMonth(view, ''));
      const options = { config, asOf: Number.POSITIVE_INFINITY, catchUp: false, strict: false, now: 0 };
      await closeMonth(ledger, month, month, options);
      const closed = await readMonth(ledger, month, (view) => renderMonth(view, ''));
      draft.delete('manifest.json');
      closed.delete('manifest.json');
      const withoutNumbers = (files: Map<string, string>) =>
        [...files].map(([name, text]) => [
          name,
          text.replace(/^(\uFEFF|ï»¿)?[^,\r\n]+,(invoice|credit_note),/gm, 'NUMBER,$2,'),
        ]);
      expect(withoutNumbers(draft), `${folder} ${month}`).toEqual(withoutNumbers(closed));
    }
    ledger.close();
  }
});
