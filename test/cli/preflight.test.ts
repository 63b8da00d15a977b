import { describe, expect, test } from 'vitest';
import { FINDING_CODES } from '../../src/billing/finding.js';
import { type Workplace, workplaceWithLedger } from '../support/monthend.js';

const HEADER = 'order_id,practice_id,product,unit_price,placed_at';
const HISTORY = 'order_id,event,at,reason';
const orders = (...rows: string[]) => `${[HEADER, ...rows].join('\n')}\n`;
const history = (...rows: string[]) => `${[HISTORY, ...rows].join('\n')}\n`;

const SEPTEMBER = orders(
  'ORD-1,P-1,crown,189.00,2025-09-02T09:00:00-04:00',
  'ORD-2,P-1,denture,640.00,2025-09-03T09:00:00-04:00',
);
const OCTOBER = orders('ORD-3,P-1,crown,100.00,2025-10-06T09:00:00-04:00');
const PAUSED = history('ORD-2,paused,2025-09-10T09:00:00-04:00,shade');

/** Without the line breaks that fit a text to the screen. */
const flat = (text: string) => text.replace(/\s+/g, ' ');

/** A folder in which September is closed, with a pause. */
function closedSeptember(): Workplace {
  const place = workplaceWithLedger();
  place.write('september.csv', SEPTEMBER);
  place.write('paused.csv', PAUSED);
  place.write('october.csv', OCTOBER);
  expect(place.run(['run', '2025-09', 'september.csv', 'paused.csv']).code).toBe(0);
  return place;
}

/** Nothing is issued or written, and the message names what must be said. */
function stops(place: Workplace, month: string, findings: Readonly<Record<string, string>>): void {
  const [ledger, files] = [place.bytes('monthend.db'), place.snapshot('.')];
  const { code, stdout, stderr } = place.run(['close', month]);
  expect({ code, stdout }, stderr).toEqual({ code: 4, stdout: '' });
  const lines = stderr.split('\n').filter((line) => line.startsWith('  '));
  expect(
    Object.fromEntries(
      lines.map((line) =>
        line
          .trim()
          .split(/: (.*)/)
          .slice(0, 2),
      ),
    ),
  ).toEqual(findings);
  const codes = Object.keys(findings).join(',');
  expect(stderr).toContain(`\nIf this is as it should be, repeat the command with --accept ${codes}\n`);
  expect(place.bytes('monthend.db').equals(ledger)).toBe(true);
  expect(place.snapshot('.')).toEqual(files);
  expect(place.run(['preflight', month])).toMatchObject({ code: 4, stderr });
  expect(place.run(['close', month, '--accept', codes]).code).toBe(0);
}

describe('a month that must not be closed is stopped, with its money and what to do, and nothing is written', () => {
  test('first-month: orders before the ledger', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', SEPTEMBER + OCTOBER.split('\n')[1]);
    place.run(['import', 'orders.csv']);
    expect(place.run(['status']).stdout).toContain('next: 2025-09, is over, and can be closed');
    stops(place, '2025-10', {
      'first-month':
        "2025-10 would be this ledger's first month: 2 order lines of 2025-09, 829.00 USD, would count as charged by an " +
        'earlier system, and never be billed here; if nobody has billed them, close 2025-09 first; if they are billed, ' +
        'set "firstMonth": "2025-10" in the config',
    });
  });

  test('empty-month, nothing-new: the files of last month', () => {
    const place = closedSeptember();
    place.run(['import', 'september.csv', 'paused.csv']);
    stops(place, '2025-10', {
      'empty-month':
        '2025-10 would have no invoice and no credit note; 2025-09 had 1 document; held are 1 order line (640.00 USD); ' +
        'import the orders of 2025-10; the export may have failed',
      'nothing-new':
        'what was imported since the last close brought nothing new (september.csv, paused.csv); 2025-10 would charge no ' +
        'order line; check whether these are the files of 2025-10, or those of an earlier month',
      'no-history':
        'no pause, resume, shipment or other event of 2025-10 is known, and every closed month had some; no order line ' +
        'would be charged as if nothing had happened to them; import the history of 2025-10',
    });
  });

  test('empty-month: an export with a header only', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', `${HEADER}\n`);
    place.run(['import', 'orders.csv']);
    stops(place, '2025-10', {
      'empty-month':
        '2025-10 would have no invoice and no credit note; import the orders of 2025-10; the export may have failed',
      'nothing-new':
        'what was imported since the last close brought nothing new (orders.csv); 2025-10 would charge no order line; check ' +
        'whether these are the files of 2025-10, or those of an earlier month',
    });
  });

  test('no-history: the history was forgotten', () => {
    const place = closedSeptember();
    place.run(['import', 'october.csv']);
    stops(place, '2025-10', {
      'no-history':
        'no pause, resume, shipment or other event of 2025-10 is known, and every closed month had some; 1 order line ' +
        '(100.00 USD) would be charged as if nothing had happened to them; import the history of 2025-10',
    });
  });

  test('unknown-practice: typed wrong, or not known at all', () => {
    const place = workplaceWithLedger();
    place.write('practices.csv', 'practice_id,name\nP-100,Lakeside\n');
    place.write(
      'orders.csv',
      orders(
        'ORD-1,P-1OO,denture,640.00,2025-10-02T09:00:00-04:00',
        'ORD-3,Q-9,denture,640.00,2025-10-02T09:00:00-04:00',
        'ORD-4,P-100,denture,640.00,2025-10-02T09:00:00-04:00',
      ),
    );
    place.run(['import', 'practices.csv', 'orders.csv']);
    stops(place, '2025-10', {
      'unknown-practice':
        'these practices have no row, while others have one: P-1OO (1 ' +
        'order line, 640.00 USD, perhaps P-100), Q-9 (1 order line, 640.00 USD); correct the practice of the orders with ' +
        '--amend, or import a row for each practice',
    });
  });

  test('looks-issued: the same orders under other ids', () => {
    const place = closedSeptember();
    place.write('again.csv', SEPTEMBER.replaceAll('ORD-', ''));
    place.write('resumed.csv', history('ORD-2,resumed,2025-10-02T09:00:00-04:00,'));
    place.run(['import', 'again.csv', 'resumed.csv', 'october.csv']);
    stops(place, '2025-10', {
      'looks-issued':
        '1 order line (189.00 USD) would be charged that look issued already, under another order id: same practice, ' +
        'product, amount, patient and instant: 1 as ORD-1 on INV-000001 (189.00 USD); if they are the same orders, cancel ' +
        'one of each pair; if the ids were shortened or renumbered, export them anew',
    });
  });

  test('set-aside: a record in quarantine, forgotten', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', SEPTEMBER);
    place.write('history.csv', history('ORD-2,paused,2025-09-10 10:00,shade'));
    const run = place.run(['run', '2025-09', 'orders.csv', 'history.csv', '--quarantine', 'bad.csv']);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('"monthend close 2025-09 --accept set-aside"');
    stops(place, '2025-09', {
      'set-aside':
        '1 record of bad.csv set aside in quarantine is not back, of ORD-2; 1 order line (640.00 USD) of these orders would ' +
        'be charged without them; mend the quarantine file and import it',
    });
  });

  test('far-future: a year typed wrong', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', SEPTEMBER.replace('2025-09-03', '2062-09-03'));
    place.run(['import', 'orders.csv']);
    stops(place, '2025-09', {
      'far-future':
        'these lie more than a year after 2025-09, and are in no list until then: ORD-2 on 2062-09-03 (640.00 USD); correct ' +
        'the year with --amend',
    });
  });

  test('review: a total that changed by more than the config allows', () => {
    const place = closedSeptember();
    place.write('monthend.json', '{ "reviewChangePercent": 25 }');
    place.write('shipped.csv', history('ORD-1,shipped,2025-10-02T09:00:00-04:00,'));
    place.run(['import', 'october.csv', 'shipped.csv']);
    stops(place, '2025-10', {
      review:
        'totals that changed by more than reviewChangePercent: P-1 from 189.00 to 100.00 USD; look at these documents in a preview',
    });
  });

  test('exceptions, under strict alone', () => {
    const place = closedSeptember();
    place.write('again.csv', history('ORD-2,paused,2025-10-10T09:00:00-04:00,shade'));
    place.write('monthend.json', '{ "strict": true }');
    place.run(['import', 'october.csv', 'again.csv']);
    stops(place, '2025-10', {
      exceptions:
        '2025-10 would list 1 exception: 1 already-paused; see them with "monthend preview 2025-10 --out FOLDER" in exceptions.csv',
    });
  });
});

describe('what settles a finding', () => {
  test('firstMonth in the config', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', SEPTEMBER + OCTOBER.split('\n')[1]);
    place.run(['import', 'orders.csv']);
    place.write('monthend.json', '{ "firstMonth": "2025-10" }');
    expect(place.run(['status']).stdout).toContain('next: 2025-10');
    expect(place.run(['close', '2025-09'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('2025-09 lies before 2025-10, the firstMonth of the config'),
    });
    expect(place.run(['close', '2025-11'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('2025-11 is not the next month: firstMonth is 2025-10 in the config'),
    });
    expect(place.run(['close', '2025-10']).code).toBe(0);
    place.write('monthend.json', '{ "firstMonth": "2025-09" }');
    expect(place.run(['close', '2025-11'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'but the first month of this ledger is 2025-10; set it back to 2025-10',
      ),
    });
  });

  test('a record that was set aside comes back', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', SEPTEMBER);
    place.write('history.csv', history('ORD-2,paused,2025-09-10 10:00,shade'));
    place.run(['import', 'orders.csv', 'history.csv', '--quarantine', 'bad.csv']);
    place.write('bad.csv', place.read('bad.csv').replace('2025-09-10 10:00,', '2025-09-10T10:00:00-04:00,'));
    place.run(['import', 'bad.csv']);
    expect(place.run(['close', '2025-09']).code).toBe(0);
  });

  test('a record without an order id comes back in its quarantine file', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', SEPTEMBER);
    place.write('practices.csv', 'practice_id,name,time_zone\nP-1,Lakeside,Chicago\n');
    place.run(['import', 'orders.csv', 'practices.csv', '--quarantine', 'bad.csv']);
    expect(place.run(['close', '2025-09']).stderr).toContain('set-aside: 1 record of bad.csv');
    place.write('bad.csv', place.read('bad.csv').replace(',Chicago', ',America/Chicago'));
    place.run(['import', 'bad.csv']);
    expect(place.run(['close', '2025-09']).code).toBe(0);
  });

  test('an order that was cancelled under its old id, and a line of another patient', () => {
    const place = closedSeptember();
    place.write('again.csv', SEPTEMBER.split('\n').slice(0, 2).join('\n').replace('ORD-1', 'NEW-1'));
    place.write('cancelled.csv', history('ORD-1,cancelled,2025-10-02T09:00:00-04:00,'));
    place.run(['import', 'again.csv', 'cancelled.csv']);
    expect(flat(place.run(['close', '2025-10']).stdout)).toContain(
      'late: charged late, for they belong to earlier months: 2025-09',
    );
    place.write('other.csv', `${HEADER},patient_ref\nNEW-2,P-1,crown,189.00,2025-09-02T09:00:00-04:00,p7\n`);
    place.write('shipped.csv', history('NEW-2,shipped,2025-11-02T09:00:00-04:00,'));
    place.run(['import', 'other.csv', 'shipped.csv']);
    expect(place.run(['close', '2025-11']).code).toBe(0);
  });

  test('the same run again, after its findings were mended', () => {
    const place = closedSeptember();
    place.write('shipped.csv', history('ORD-1,shipped,2025-10-02T09:00:00-04:00,'));
    const words = ['run', '2025-10', 'october.csv', 'shipped.csv'];
    expect(place.run(['run', '2025-10', 'october.csv']).code).toBe(4);
    expect(place.run(words).code).toBe(0);
  });

  test('the level in the config', () => {
    const place = closedSeptember();
    place.run(['import', 'october.csv']);
    place.write('monthend.json', '{ "preflight": { "no-history": "tell", "late": "stop" } }');
    expect(place.run(['close', '2025-10']).stdout).toContain('  no-history: no pause, resume, shipment');
    place.write('late.csv', orders('ORD-9,P-1,crown,50.00,2025-10-07T09:00:00-04:00'));
    place.write('shipped.csv', history('ORD-9,shipped,2025-11-02T09:00:00-05:00,'));
    place.run(['import', 'late.csv', 'shipped.csv']);
    stops(place, '2025-11', {
      late: 'charged late, for they belong to earlier months: 2025-10: 1 order line (50.00 USD); nothing, if you expected them',
    });
  });
});

describe('findings that tell', () => {
  test('settings that changed, and a code of notPausable that is nearly a product', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', SEPTEMBER.replace('crown', 'alinger'));
    place.run(['import', 'orders.csv']);
    place.write('monthend.json', '{ "notPausable": ["alingers"] }');
    expect(flat(place.run(['close', '2025-09']).stdout)).toContain(
      'not-pausable-unused: notPausable has a code that no order line has: alingers, perhaps alinger',
    );
    place.write('monthend.json', '{ "notPausable": ["alingers"], "paymentTermsDays": 14 }');
    place.write('october.csv', OCTOBER);
    place.run(['import', 'october.csv']);
    expect(flat(place.run(['preview', '2025-10']).stdout)).toContain(
      'config-changed: the config is not that of 2025-09: paymentTermsDays was 7, is 14',
    );
  });
});

describe('what was accepted', () => {
  test('is kept with the month, in its manifest and its report, and sealed', () => {
    const place = closedSeptember();
    place.run(['import', 'october.csv']);
    const { stdout } = place.run(['close', '2025-10', '--accept', 'no-history', '--report']);
    expect(stdout).toContain('  no-history, accepted: no pause, resume');
    const [accepted] = JSON.parse(place.read('invoices/2025-10/manifest.json')).accepted;
    expect(accepted).toMatchObject({
      code: 'no-history',
      sums: [{ currency: 'USD', lines: 1, amount: '100.00' }],
    });
    expect(place.read('invoices/2025-10/report.html')).toContain('no-history');
    expect(place.run(['verify']).code).toBe(0);
    expect(JSON.parse(place.run(['export', '2025-10', '--json']).stdout).months[0].preflight).toMatchObject([
      { code: 'no-history', isAccepted: true, sums: [{ currency: 'USD', lineCount: 1, amount: '100.00' }] },
    ]);
    expect(JSON.parse(place.read('invoices/2025-09/manifest.json'))).not.toHaveProperty('accepted');
  });

  test('must be a finding that there is', () => {
    const place = closedSeptember();
    expect(place.run(['close', '2025-10', '--accept', 'empty-mnoth'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"empty-mnoth" is not a finding; did you mean empty-month?'),
    });
    expect(place.run(['close', '2025-10', '--accept', 'all'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`"all" is not a finding; the findings are ${FINDING_CODES.join(', ')}`),
    });
  });
});
