/** Orders whose timelines are unlike each other, as the CSVs that a user would import: what a picture of one must be able to show. */

interface MonthFiles {
  readonly month: string;
  readonly orders: string;
  readonly history: string;
}

/** Five years from January 2021, the last of them in one go; DELETED needs `"afterLimit": "delete"`. */
function ordersByMonth(): MonthFiles[] {
  const orders = new Map<string, string[]>();
  const history = new Map<string, string[]>();
  const add = (rows: Map<string, string[]>, month: string, row: string) =>
    rows.set(month, [...(rows.get(month) ?? []), row]);
  const order = (
    id: string,
    day: string,
    {
      line = 1,
      product = 'crown-zirconia',
      price = '189.00',
      practice = 'P-100',
      month = day.slice(0, 7),
    } = {},
  ) => add(orders, month, `${id},${line},${practice},${product},${price},${day}T10:00:00-05:00`);
  const event = (
    id: string,
    kind: string,
    day: string,
    { month = day.slice(0, 7), time = '12:30:00' } = {},
  ) =>
    add(
      history,
      month,
      `${id},${kind},${day}T${time}-05:00,${kind === 'paused' ? 'Need more time to review' : ''}`,
    );

  order('PLAIN', '2021-01-05');
  event('PLAIN', 'shipped', '2021-01-20');

  order('PAUSED', '2021-01-05');
  event('PAUSED', 'paused', '2021-01-10');
  event('PAUSED', 'resumed', '2021-02-03');
  event('PAUSED', 'shipped', '2021-02-11');

  for (const line of [1, 2, 3, 4]) order('LINES', '2021-01-12', { line, price: `${line}234.50` });
  order('LINES', '2021-02-02', { line: 5, product: 'denture-full', price: '640.00' });
  event('LINES', 'paused', '2021-01-28');
  event('LINES', 'resumed', '2021-02-20');

  order('ALIGNERS', '2021-01-05', { product: 'aligners', price: '1473.00' });
  event('ALIGNERS', 'paused', '2021-01-10');
  event('ALIGNERS', 'resumed', '2021-02-02');

  order('DELETED', '2021-01-08');
  event('DELETED', 'paused', '2021-01-18');

  // The pause becomes known when January is closed.
  order('CREDITED', '2021-01-08');
  event('CREDITED', 'paused', '2021-01-25', { month: '2021-02' });
  event('CREDITED', 'resumed', '2021-03-09');
  event('CREDITED', 'cancelled', '2021-04-02');

  order('BUSY', '2021-01-04');
  for (const [day, kind, time] of [
    ['05', 'paused', '12:30:00'],
    ['06', 'resumed', '08:15:00'],
    ['06', 'paused', '12:30:00'],
    ['06', 'paused', '15:00:00'],
    ['07', 'resumed', '08:15:00'],
    ['07', 'resumed', '17:45:00'],
    ['30', 'paused', '12:30:00'],
    ['31', 'resumed', '08:15:00'],
  ] as const)
    event('BUSY', kind, `2021-01-${day}`, { time });

  // 40 events in five years.
  order('LONG', '2021-01-15');
  for (let pause = 0; pause < 20; pause++) {
    const from = Date.UTC(2021, 0, 20 + pause * 90);
    event('LONG', 'paused', dayOf(from));
    event('LONG', 'resumed', dayOf(from + (pause % 4 === 3 ? 40 : 3 + pause) * 86_400_000));
  }

  order('EARLY', '2020-11-20', { month: '2021-01' });
  event('EARLY', 'paused', '2020-12-15', { month: '2021-01' });
  event('EARLY', 'resumed', '2021-01-22');

  order('TOKYO', '2021-01-31', { practice: 'P-300', price: '12345678.90' });
  event('TOKYO', 'paused', '2021-02-27');

  return ['2021-01', '2021-02', '2021-03', '2021-04', '2025-12'].map((month, index, all) => {
    const since = (known: string) => known > (all[index - 1] ?? '') && known <= month;
    const rowsOf = (rows: Map<string, string[]>) =>
      [...rows].flatMap(([known, each]) => (since(known) ? each : []));
    return {
      month,
      orders: csv('order_id,line,practice_id,product,unit_price,placed_at', rowsOf(orders)),
      history: csv('order_id,event,at,reason', rowsOf(history)),
    };
  });
}

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
const csv = (header: string, rows: readonly string[]) => `${[header, ...rows].join('\n')}\n`;

/** What is imported before each month is closed (with the open ones before it), and the orders to look at. */
export const ORDERS_TO_EXPLAIN = {
  practices:
    'practice_id,name,time_zone\nP-100,Lakeside Dental,America/New_York\nP-300,Harbor Smiles,Asia/Tokyo\n',
  months: ordersByMonth(),
  orders: ['PLAIN', 'PAUSED', 'LINES', 'ALIGNERS', 'DELETED', 'CREDITED', 'BUSY', 'LONG', 'EARLY', 'TOKYO'],
} as const;
