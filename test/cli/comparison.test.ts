import { describe, expect, test } from 'vitest';
import { workplaceWithLedger } from '../support/monthend.js';

const HEADER = 'order_id,practice_id,product,unit_price,placed_at\n';
const order = (id: string, practice: string, price: string, day: string) =>
  `${id},${practice},crown,${price},${day}T09:00:00-05:00\n`;

const OCTOBER = `${HEADER}${order('A1', 'P-1', '100.00', '2025-10-05')}${order('A2', 'P-2', '300.00', '2025-10-05')}${order('A3', 'P-3', '80.00', '2025-10-05')}`;
const NOVEMBER = `${HEADER}${order('B1', 'P-1', '150.00', '2025-11-05')}${order('B3', 'P-3', '80.00', '2025-11-05')}${order('B4', 'P-4', '10.00', '2025-11-05')}`;
const DECEMBER = `${HEADER}${order('C2', 'P-2', '301.00', '2025-12-05')}`;

function billed(config: string) {
  const place = workplaceWithLedger();
  place.write('monthend.json', config);
  for (const [month, text] of [
    ['2025-10', OCTOBER],
    ['2025-11', NOVEMBER],
    ['2025-12', DECEMBER],
  ] as const)
    place.write(`${month}.csv`, text);
  return place;
}

describe('the printed summary compares each practice with its last closed month', () => {
  test('the first month with none; a later one, largest change first, with what is to review', () => {
    const place = billed('{ "reviewChangePercent": 60 }');
    expect(place.run(['run', '2025-10', '2025-10.csv']).stdout).not.toContain('against the last closed');
    const { code, stdout } = place.run(['run', '2025-11', '2025-11.csv', '--accept', 'review']);
    expect(code).toBe(0);
    expect(stdout).toContain(`
  against the last closed month: 2 changed, 1 the same, 1 new
    practice  last closed  total then  total now   change     %
    P-2       2025-10          300.00       0.00  -300.00  -100  USD  review
    P-1       2025-10          100.00     150.00    50.00    50  USD
  to review, changed by more than 60 %: 1
  exceptions: 0
`);
  });

  test('the last closed month is the last in which it had a document; a preview says the same, --json too', () => {
    const place = billed('{}');
    for (const month of ['2025-10', '2025-11']) place.run(['run', month, `${month}.csv`]);
    place.run(['import', '2025-12.csv']);
    const preview = place.run(['preview', '2025-12']).stdout;
    expect(preview).toContain('    P-2       2025-10          300.00     301.00     1.00     0  USD\n');
    expect(preview).not.toContain('review');
    const [closed] = JSON.parse(place.run(['close', '2025-12', '--json']).stdout).months;
    expect(closed.comparison).toMatchObject({
      comparedCount: 4,
      firstTimeCount: 0,
      reviewChangePercent: null,
    });
    expect(closed.comparison.changes).toMatchObject([
      {
        practiceId: 'P-1',
        lastClosedMonth: '2025-11',
        totalThen: '150.00',
        total: '0.00',
        changePercent: -100,
      },
      { practiceId: 'P-3', lastClosedMonth: '2025-11', change: '-80.00', needsReview: false },
      { practiceId: 'P-4', lastClosedMonth: '2025-11', totalThen: '10.00', total: '0.00' },
      { practiceId: 'P-2', lastClosedMonth: '2025-10', change: '1.00', changePercent: 0 },
    ]);
  });

  test('a preview of a closed month, or of what an import knew, is no month to compare: it says nothing', () => {
    const place = billed('{}');
    for (const month of ['2025-10', '2025-11']) place.run(['run', month, `${month}.csv`]);
    place.run(['import', '2025-12.csv']);
    for (const words of [
      ['preview', '2025-11'], // only what later facts would correct
      ['preview', '2025-12', '--known-at', '1'], // when November's totals were not known
    ]) {
      expect(place.run(words).stdout).toContain('would be');
      expect(place.run(words).stdout).not.toContain('against the last closed');
      expect(JSON.parse(place.run([...words, '--json']).stdout).months[0].comparison).toMatchObject({
        comparedCount: 0,
        changes: [],
      });
    }
  });

  test('a change beyond the percentage stops a close until it is accepted, and is in no CSV', () => {
    const [marked, plain] = [billed('{ "reviewChangePercent": 1 }'), billed('{}')];
    for (const place of [marked, plain])
      for (const month of ['2025-10', '2025-11'])
        expect(place.run(['run', month, `${month}.csv`, '--accept', 'review']).code).toBe(0);
    expect(marked.read('invoices/2025-11/summary.csv')).toBe(plain.read('invoices/2025-11/summary.csv'));
  });
});
