/** A practice's time zone that is put right after a close, through the command line. */
import { expect, test } from 'vitest';
import { rowsOf, workplaceWithLedger } from '../support/monthend.js';

const ORDERS = `order_id,practice_id,product,unit_price,placed_at
ORD-1,P-100,crown,189.00,2025-10-05T09:00:00-04:00
ORD-2,P-100,crown,100.00,2025-11-30T23:30:00-06:00
`;
const PRACTICES = 'practice_id,name,time_zone\nP-100,Oak Dental,America/Chicago\n';
const CHANGE = 'P-100: time zone America/New_York for months up to 2025-10, America/Chicago from 2025-11';

test('a zone that comes late is in force from the first open month on, and what is closed stays to the byte', () => {
  const place = workplaceWithLedger();
  place.write('orders.csv', ORDERS);
  place.write('practices.csv', PRACTICES);
  expect(place.run(['run', '2025-10', 'orders.csv']).code).toBe(0);
  const october = place.snapshot('invoices/2025-10');

  const dry = place.run(['import', '--dry-run', 'practices.csv']);
  expect(dry).toMatchObject({ code: 0, stderr: `${CHANGE}\n` });
  const imported = place.run(['import', 'practices.csv', '--json']);
  expect(imported.code).toBe(0);
  expect(JSON.parse(imported.stdout)).toMatchObject({
    zoneChanges: [
      {
        practiceId: 'P-100',
        timeZones: [{ timeZone: 'America/New_York' }, { timeZone: 'America/Chicago', fromMonth: '2025-11' }],
      },
    ],
  });
  expect(place.run(['import', 'practices.csv']).stderr).toBe('');

  // Before the cut-off of November in Chicago, after that in New York.
  const preview = place.run(['preview', '2025-11', '--out', 'drafts']);
  expect(preview.stdout.replace(/\s+/g, ' ')).toContain(
    'zone-changed: 2025-11 is the first month by another time zone: P-100 (America/New_York before, America/Chicago now)',
  );
  expect(rowsOf(place.read('drafts/2025-11/invoices/P-100.csv'))).toMatchObject([
    { order_id: 'ORD-2', reason: 'placed', placed_on: '2025-11-30' },
  ]);
  expect(place.run(['close', '2025-11']).stdout).toContain('zone-changed');
  // Only the first month tells it.
  expect(place.run(['preview', '2025-12']).stdout).not.toContain('zone-changed');
  expect(rowsOf(place.read('invoices/2025-11/invoices/P-100.csv'))).toMatchObject([{ order_id: 'ORD-2' }]);
  expect(JSON.parse(place.read('invoices/2025-11/manifest.json')).cut_offs).toEqual({
    'America/Chicago': '2025-12-01T06:00:00.000Z',
    'America/New_York': '2025-12-01T05:00:00.000Z',
  });

  expect(place.run(['export', '2025-10', '--out', 'again']).code).toBe(0);
  expect(place.snapshot('again/2025-10')).toEqual(october);
  expect(place.run(['verify'])).toMatchObject({
    code: 0,
    stdout: 'Verified: 2 months, 3 imports and 2 folders match their seals\n',
  });
  expect(place.run(['explain', 'ORD-2']).stdout.replace(/\s+/g, ' ')).toContain(
    'on the clock of America/New_York for months up to 2025-10, America/Chicago from 2025-11',
  );

  expect(place.run(['void', '2025-11', '--reason', 'a test']).code).toBe(0);
  expect(place.run(['close', '2025-11']).code).toBe(0);
  expect(place.run(['export', '2025-10', '--out', 'again']).code).toBe(0);
  expect(place.snapshot('again/2025-10')).toEqual(october);
  expect(place.run(['verify']).stdout).toContain('3 folders match');
});

test('a known row with another zone is refused without --amend, and an alias is no change', () => {
  const place = workplaceWithLedger();
  place.write('orders.csv', ORDERS);
  place.write('practices.csv', PRACTICES);
  expect(place.run(['run', '2025-10', 'orders.csv', 'practices.csv']).code).toBe(0);
  place.write('alias.csv', PRACTICES.replace('America/Chicago', 'US/Central'));
  expect(place.run(['import', 'alias.csv'])).toMatchObject({ code: 0, stderr: '' });
  place.write('moved.csv', PRACTICES.replace('America/Chicago', 'America/Denver'));
  expect(place.run(['import', 'moved.csv'])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('America/Denver'),
  });
  expect(place.run(['import', '--amend', 'moved.csv'])).toMatchObject({
    code: 0,
    stderr:
      'moved.csv:2: practice P-100: time_zone America/Chicago → America/Denver\n' +
      'P-100: time zone America/Chicago for months up to 2025-10, America/Denver from 2025-11\n',
  });
  place.write('back.csv', PRACTICES);
  expect(place.run(['import', '--amend', 'back.csv']).stderr).toBe(
    'back.csv:2: practice P-100: time_zone America/Denver → America/Chicago\n',
  );
});
