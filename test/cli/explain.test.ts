import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { explanationText } from '../../src/cli/explain.js';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { explain } from '../../src/month/explain-order.js';
import { orderHtml } from '../../src/output/order-html.js';
import { event, ledgerWith, order } from '../support/facts.js';
import { billedCase, CASES } from '../support/fixture-ledger.js';
import { REPOSITORY, workplaceWithLedger, workplaceWithSample } from '../support/monthend.js';

const EXPLAINED = path.join(REPOSITORY, 'fixtures/explained');

describe('the worked examples of docs/rules.md section 4, explained', () => {
  const names = readdirSync(EXPLAINED).map((name) => name.replace(/\.txt$/, ''));

  test('each row of the table has its text', () => expect(names.length).toBe(12));

  test.each(names)('%s', async (name) => {
    const { ledger, config } = await billedCase(path.join(CASES, name));
    const text = explanationText(await explain(ledger, 'ORD-1', config));
    expect(`${text}\n`).toBe(readFileSync(path.join(EXPLAINED, `${name}.txt`), 'utf8'));
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    ledger.close();
  });
});

describe('monthend explain', () => {
  function sampleLedger() {
    const place = workplaceWithSample('2025-10');
    place.run(['import', '2025-11/orders.csv', '2025-11/history.csv']);
    return place;
  }

  test('tells open months as a close would do now, works on a read-only ledger, and leaves it as it is', () => {
    const place = sampleLedger();
    const before = place.bytes('monthend.db');
    chmodSync(place.path('monthend.db'), 0o400);
    const { code, stdout } = place.run(['explain', 'ORD-1002']);
    expect(code).toBe(0);
    expect(stdout).toContain(`2025-11, open: as a close would do now
  line 1: charge 640.00 USD on DRAFT to P-100
    Charged in November because it was resumed on Nov 3; without the pause of
      Oct 10 it would have been October.
`);
    expect(place.bytes('monthend.db').equals(before)).toBe(true);
  });

  test('--json carries the same, with the deciding facts, amounts and instants as text', () => {
    const explanation = JSON.parse(sampleLedger().run(['explain', 'ORD-1002', '--json']).stdout);
    expect(explanation).toMatchObject({ orderId: 'ORD-1002', practiceId: 'P-100' });
    expect(explanation.months.at(-1)).toMatchObject({
      month: '2025-11',
      isClosed: false,
      cutOffAt: '2025-12-01T05:00:00.000Z',
      lines: [
        {
          standing: 'charged',
          issued: [{ documentNumber: 'DRAFT', reason: 'resumed', amount: '640.00' }],
          sentence:
            'charged in November because it was resumed on Nov 3; without the pause of Oct 10 it would have been October',
          because: [{ event: 'resumed' }, { event: 'paused', at: '2025-10-10T14:02:00.000Z' }],
        },
      ],
    });
    expect(JSON.stringify(explanation)).not.toContain('patient');
  });

  test('--html writes it as a page, the same bytes each time, and leaves alone what is no such page', () => {
    const place = sampleLedger();
    const page = ['explain', 'ORD-1002', '--html', 'order.html'];
    expect(place.run(page)).toEqual({ code: 0, stdout: 'order ORD-1002: order.html\n', stderr: '' });
    const first = place.bytes('order.html');
    const { stdout } = place.run([...page, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ orderId: 'ORD-1002', file: 'order.html' });
    expect(place.bytes('order.html').equals(first)).toBe(true);
    expect(first.toString()).toContain('<h1>ORD-1002</h1>');
    expect(first.toString()).toContain('charge of line 1 on DRAFT to P-100');
    place.write('notes.html', 'mine');
    expect(place.run(['explain', 'ORD-1002', '--html', 'notes.html'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('notes.html: was not written by this command'),
    });
    expect(place.read('notes.html')).toBe('mine');
  });

  test('an order that no fact names: exit 2', () => {
    expect(sampleLedger().run(['explain', 'ord-1002'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('has the id "ord-1002"; ids are compared to the letter'),
    });
  });

  test('a document number: its lines, each with its reason', () => {
    const place = sampleLedger();
    expect(place.run(['explain', 'INV-000001'])).toEqual({
      code: 0,
      stdout: `invoice INV-000001 to P-100 Lakeside Dental, 2025-10: 2 lines, 338.00 USD
  line 1: charge 189.00 USD, order ORD-1001 line 1, crown-zirconia
    Charged in October because it was placed on Oct 2.
  line 2: charge 149.00 USD, order ORD-1003 line 1, night-guard
    Charged in October because it was placed on Oct 21.
`,
      stderr: '',
    });
    const page = ['explain', 'INV-000001', '--html', 'document.html'];
    expect(place.run(page)).toEqual({ code: 0, stdout: 'document INV-000001: document.html\n', stderr: '' });
    expect(place.read('document.html')).toContain('<h2>Invoice INV-000001, 2025-10: 338.00 USD</h2>');
    expect(place.read('document.html')).toContain('Charged in October because it was placed on Oct 21.');
    // Any page of the command takes the place of another.
    expect(place.run(['explain', 'ORD-1002', '--html', 'document.html']).code).toBe(0);
  });

  test('a void document: its lines, and that it is void', () => {
    const place = sampleLedger();
    place.run(['void', '2025-10', '--reason', 'wrong prices']);
    place.run(['close', '2025-10', '--accept', 'late']);
    const stdout = place.run(['explain', 'INV-000001']).stdout.replace(/\s+/g, ' ');
    expect(stdout).toContain('2025-10: 2 lines, 338.00 USD, void: wrong prices');
    expect(stdout).toContain('Issued for the reason “placed”; the document is void: wrong prices.');
  });

  test('a practice id: the lines of its documents, and its held lines, in every month or in one', () => {
    const place = sampleLedger();
    const { stdout } = place.run(['explain', 'P-200']);
    expect(stdout).toContain('practice P-200 Ortiz & Daughters, DDS, on the clock of America/Chicago\n');
    expect(stdout).toContain('  line 1: charge 512.00 USD, order ORD-2001 line 1, bridge-3\n');
    expect(stdout).toContain(`held at the end of 2025-10
  order ORD-2003 line 1: 567.00 USD, crown-zirconia
    Not charged because it was paused on Oct 15`);
    expect(place.run(['explain', 'P-200', '--month', '2025-10']).stdout).toBe(stdout);
    expect(place.run(['explain', 'P-200', '--html', 'practice.html']).code).toBe(0);
    expect(place.read('practice.html')).toContain('<h2>Held at the end of 2025-10</h2>');
    expect(place.run(['explain', 'P-200', '--month', '2025-11'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('2025-11 is not closed, so there is no line of "P-200" to explain'),
    });
    expect(place.run(['explain', 'ORD-1002', '--month', '2025-10'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--month is for a practice, and "ORD-1002" is the id of an order'),
    });
  });

  test('an id of several things is told by --as, never guessed', () => {
    const place = workplaceWithLedger();
    const row = 'INV-000001,INV-000001,crown,100.00,2025-10-05T09:00:00-04:00';
    place.write('orders.csv', `order_id,practice_id,product,unit_price,placed_at\n${row}\n`);
    place.run(['run', '2025-10', 'orders.csv']);
    expect(place.run(['explain', 'INV-000001'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        '"INV-000001" is the id of an order and of a document and of a practice; say which with --as order or --as document or --as practice',
      ),
    });
    const firstLine = (as: string) =>
      place.run(['explain', 'INV-000001', '--as', as]).stdout.split('\n', 1)[0];
    expect(['order', 'document', 'practice'].map(firstLine)).toEqual([
      'order INV-000001, practice INV-000001, on the clock of America/New_York',
      'invoice INV-000001 to INV-000001, 2025-10: 1 line, 100.00 USD',
      'practice INV-000001, on the clock of America/New_York',
    ]);
    expect(place.run(['explain', 'INV-000002', '--as', 'document'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no document of this ledger has the id "INV-000002"'),
    });
  });

  test('amendments are told, in the text and on the page', () => {
    const place = sampleLedger();
    const orders = place.read('2025-10/orders.csv').split('\n');
    const dearer = orders.map((line) => line.replace('189.00', '179.00')).slice(0, 2);
    place.write('price.csv', `${dearer.join('\n')}\n`);
    place.run(['import', '--amend', 'price.csv']);
    const told = 'order line 1 amended: unit price 189.00 USD -&#62; 179.00 USD';
    const { stdout } = place.run(['explain', 'ORD-1001']);
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      `amended import 3 (price.csv): ${told.replace('&#62;', '>')} `,
    );
    place.run(['explain', 'ORD-1001', '--html', 'order.html']);
    expect(place.read('order.html')).toContain('<h2>Amendments</h2>');
    expect(place.read('order.html')).toContain(told);
    expect(place.run(['explain', 'ORD-1002']).stdout).not.toContain('amended');
  });

  test('an order of which only events are known, before any close', () => {
    const place = workplaceWithLedger();
    place.write('history.csv', 'order_id,event,at,reason\nX-1,shipped,2025-10-10T09:00:00-04:00,\n');
    place.run(['import', 'history.csv']);
    const { code, stdout } = place.run(['explain', 'X-1']);
    expect(code).toBe(0);
    expect(stdout).toContain('order X-1, no line of it is known, on the clock of America/New_York');
    expect(stdout).toContain('exception unknown-order: shipped on Oct 10, without effect');
  });
});

test('an order of 25,000 events is explained in a time that grows with them, not with their square', {
  timeout: 120_000,
}, async () => {
  const start = Date.parse('2026-10-06T00:00:00Z');
  const events = Array.from({ length: 25_000 }, (_, index) =>
    event('A1', index % 2 === 0 ? 'paused' : 'resumed', new Date(start + index * 40_000).toISOString()),
  );
  const ledger = await ledgerWith([order('A1', '2026-10-05'), ...events]);
  const before = process.cpuUsage();
  const explanation = await explain(ledger, 'A1', DEFAULT_CONFIG);
  expect(explanation.events).toHaveLength(25_000);
  expect(explanationText(explanation)).toContain('Charged in October because');
  expect(orderHtml(explanation)).toContain('Charged in October because');
  const { user } = process.cpuUsage(before);
  expect(user / 1e6).toBeLessThan(8);
});
