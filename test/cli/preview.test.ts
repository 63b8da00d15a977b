import { describe, expect, test } from 'vitest';
import { rowsOf, type Workplace, workplaceWithLedger } from '../support/monthend.js';

const ORDERS = `order_id,practice_id,product,unit_price,placed_at
ORD-1,P-1,crown,100.00,2025-10-05T09:00:00-04:00
ORD-2,P-1,crown,200.00,2025-11-06T09:00:00-05:00
`;

describe('preview', () => {
  test('shows what a close would issue, with DRAFT for numbers, and leaves the ledger as it is', () => {
    const place = workplaceWithLedger();
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
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.run(['run', '2025-09', 'orders.csv']);
    place.run(['preview', '2025-11', '--out', 'drafts']);
    const orders = rowsOf(place.read('drafts/2025-11/invoices/P-1.csv')).map(({ order_id }) => order_id);
    expect(orders).toEqual(['ORD-2']);
  });

  test('of a closed month shows what later facts would correct, and never replaces its files', () => {
    const place = workplaceWithLedger();
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
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.run(['import', 'orders.csv']);
    place.run(['preview', '2025-10', '--out', 'invoices']);
    expect(place.run(['close', '2025-10']).code).toBe(0);
    expect(rowsOf(place.read('invoices/2025-10/summary.csv'))).toMatchObject([
      { document_number: 'INV-000001' },
    ]);
  });
});

describe('--known-at', () => {
  function ledgerOfThreeImports() {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.write('late.csv', 'order_id,event,at,reason\nORD-1,paused,2025-10-20T09:00:00-04:00,late scan\n');
    place.write('more.csv', ORDERS.replaceAll('ORD-', 'NEW-'));
    place.run(['run', '2025-10', 'orders.csv']);
    place.run(['run', '2025-11', 'late.csv']);
    place.run(['import', 'more.csv']);
    return place;
  }
  const lines = (place: Workplace, month: string, knownAt: string) => {
    const { code } = place.run(['preview', month, '--out', 'drafts', '--known-at', knownAt]);
    expect(code).toBe(0);
    const file = `drafts/${month}/invoices/P-1.csv`;
    return rowsOf(place.read(file)).map(({ order_id, reason, amount }) => `${order_id} ${reason} ${amount}`);
  };

  test('answers what a month would have shown with the facts of the imports up to then', () => {
    const place = ledgerOfThreeImports();
    const before = place.bytes('monthend.db');
    expect(lines(place, '2025-10', '1')).toEqual(['ORD-1 placed 100.00']);
    expect(place.run(['preview', '2025-10', '--known-at', '2']).stdout).toContain(
      '2025-10 would be by the imports up to 2: 0 invoices, 0 credit notes\n  USD: 0 lines, charges 0.00, credits 0.00, documents 0.00\n  held: 1 deferred',
    );
    expect(lines(place, '2025-10', '3')).toEqual(['NEW-1 placed 100.00']);
    // November closed after October and knows its pause; with import 1 alone there was none.
    expect(lines(place, '2025-11', '1')).toEqual(['ORD-2 placed 200.00']);
    expect(lines(place, '2025-11', '2')).toEqual(['ORD-1 paused -100.00', 'ORD-2 placed 200.00']);
    expect(place.bytes('monthend.db').equals(before)).toBe(true);
  });

  test.each([
    ['9', 'import 9 is not among the imports of this ledger: they are 1 to 3'],
    ['0', 'import 0 is not among the imports of this ledger: they are 1 to 3'],
    ['last', '--known-at: "last" is no number of an import, for example 3'],
  ])('refuses %j, which is no import', (importId, message) => {
    const place = ledgerOfThreeImports();
    expect(place.run(['preview', '2025-10', '--known-at', importId])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
  });
});

describe('--diff', () => {
  test('shows what changed since the last preview, line by line, with the fact that caused it', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.write(
      'news.csv',
      'order_id,event,at,reason\nORD-1,paused,2025-10-20T09:00:00-04:00,late scan\nORD-1,resumed,2025-10-10T09:00:00-04:00,\n',
    );
    place.write('price.csv', ORDERS.replace('100.00', '120.00').split('\n').slice(0, 2).join('\n'));
    place.run(['import', 'orders.csv']);
    const preview = () => place.run(['preview', '2025-10', '--out', 'drafts', '--diff']).stdout;
    expect(preview()).toMatch(/^no earlier preview stands there to compare with\n/);
    expect(preview()).toMatch(/^nothing changes against the preview in drafts\/2025-10/);

    place.run(['import', '--amend', 'price.csv']);
    expect(preview()).toContain(`against the preview in drafts/2025-10, which knew the imports up to 1:
  ~ invoice of P-1 in USD: charges 100.00 -> 120.00, total 100.00 -> 120.00
      import 2 (price.csv): order line 1 amended: unit price 100.00 USD -> 120.00 USD
  ~ charge ORD-1/1: amount 100.00 -> 120.00, unit_price 100.00 -> 120.00
      import 2 (price.csv): order line 1 amended: unit price 100.00 USD -> 120.00 USD

2025-10 would be`);
    place.run(['import', 'news.csv']);
    expect(preview()).toContain(`against the preview in drafts/2025-10, which knew the imports up to 2:
  - invoice of P-1 in USD: total 120.00
      import 3 (news.csv): paused on Oct 20 2025
      import 3 (news.csv): resumed on Oct 10 2025
  - charge ORD-1/1 120.00 USD, placed, P-1
      import 3 (news.csv): paused on Oct 20 2025
      import 3 (news.csv): resumed on Oct 10 2025
  + held ORD-1/1 120.00 USD, deferred since 2025-10-20, P-1
      import 3 (news.csv): paused on Oct 20 2025
      import 3 (news.csv): resumed on Oct 10 2025
  + exception not-paused ORD-1: resumed at 2025-10-10T13:00:00.000Z
      import 3 (news.csv): paused on Oct 20 2025
      import 3 (news.csv): resumed on Oct 10 2025

2025-10 would be`);
  });

  test('of a closed month: what later facts would correct; with --known-at: against all that it issued', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.write('late.csv', 'order_id,event,at,reason\nORD-1,cancelled,2025-10-20T09:00:00-04:00,\n');
    place.run(['run', '2025-10', 'orders.csv']);
    place.run(['import', 'late.csv']);
    expect(place.run(['preview', '2025-10', '--diff']).stdout).toContain(`against 2025-10 as it was closed:
  + credit note of P-1 in USD: total -100.00
      import 2 (late.csv): cancelled on Oct 20 2025
  + credit ORD-1/1 -100.00 USD, cancelled, P-1
      import 2 (late.csv): cancelled on Oct 20 2025
`);
    const { difference } = JSON.parse(
      place.run(['preview', '2025-10', '--diff', '--known-at', '2', '--json']).stdout,
    );
    expect(difference.changes).toMatchObject([
      { list: 'documents', kind: 'removed' },
      { list: 'lines', kind: 'removed', before: { orderId: 'ORD-1', orderLine: 1, lineType: 'charge' } },
    ]);
  });

  test("names a practice's new name, and a setting, as the cause", () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.write('practices.csv', 'practice_id,name\nP-1,Lakeside Dental\n');
    place.run(['import', 'orders.csv']);
    place.run(['preview', '2025-10', '--out', 'drafts']);
    place.run(['import', 'practices.csv']);
    place.write('monthend.json', '{ "paymentTermsDays": 14 }');
    const { stdout } = place.run(['preview', '2025-10', '--out', 'drafts', '--diff']);
    expect(stdout).toContain(`
  ~ invoice of P-1 in USD: practice_name P-1 -> Lakeside Dental, due_date 2025-11-08 -> 2025-11-15
      import 2 (practices.csv): the practice is named Lakeside Dental
      config: paymentTermsDays 7 -> 14
`);
  });

  test('of an open month needs the folder of the last preview: exit 2', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.run(['import', 'orders.csv']);
    expect(place.run(['preview', '2025-10', '--diff'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("name that preview's folder with --out"),
    });
  });
});
