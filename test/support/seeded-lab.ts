/** A lab as it could be: seeded practices, two months of orders and their histories, as the CSVs that a user would import. */
import { randomFrom } from './random.js';

export interface LabFiles {
  readonly practices: string;
  readonly orders: string;
  readonly history: string;
}

const PRODUCTS = [
  ['crown-zirconia', 'Zirconia crown', 189],
  ['crown-emax', 'E.max crown', 205],
  ['bridge-pfm', 'PFM bridge of three units', 567],
  ['denture-full', 'Full upper denture', 640],
  ['night-guard', 'Night guard', 74.5],
  ['implant-abutment', 'Custom abutment', 248],
  ['aligners', 'Aligner set', 1473],
] as const;
const PLACES = ['Lakeside', 'Harbor', 'Old Town', 'Maple Street', 'Riverbend', 'Northgate', 'Summit', 'Bay'];
const KINDS = ['Dental', 'Family Dentistry', 'Smiles', 'Orthodontics', 'Dental Group & Partners'];
const OTHERS = [
  'Zahnarztpraxis Müller-Łukasiewicz',
  '東京みなと歯科医院',
  'Στοματολογικό Κέντρο Αθηνών',
  'Стоматология Жемчуг',
];
const REASONS = ['Need more time to review', 'Shade not decided', 'Patient rescheduled', 'New scan follows'];

/** Orders of October and November 2025: of ten, one is paused, and some are cancelled. */
export function seededLab({
  practices,
  orders,
  seed = 1,
}: {
  practices: number;
  orders: number;
  seed?: number;
}): LabFiles {
  const random = randomFrom(seed);
  const below = (count: number) => Math.floor(random() * count);
  const of = <T>(items: readonly T[]) => items[below(items.length)] as T;
  const history: string[] = [];
  const event = (order: string, kind: string, day: number, reason = '') =>
    history.push(`E-${history.length + 1},${order},${kind},${instantOf(day, below(86_400))},"${reason}"`);

  const practiceRows = Array.from({ length: practices }, (_, index) => {
    const name =
      index % 40 === 39 ? OTHERS[((index - 39) / 40) % OTHERS.length] : `${of(PLACES)} ${of(KINDS)}`;
    return `P-${100 + index},"${name}"`;
  });
  const orderRows = Array.from({ length: orders }, (_, index) => {
    const order = `ORD-${1001 + index}`;
    const [product, description, price] = of(PRODUCTS);
    const day = below(61);
    // Few practices order much, and many little.
    const practice = 100 + Math.floor(practices * random() ** 2);
    if (random() < 0.1) {
      const paused = day + 1 + below(6);
      event(order, 'paused', paused, of(REASONS));
      const resumed = paused + 2 + below(40);
      if (random() < 0.7 && resumed < 61) event(order, 'resumed', resumed);
    } else if (random() < 0.02) event(order, 'cancelled', day + 1 + below(30));
    return `${order},P-${practice},${product},${description},${1 + below(2)},${price},${instantOf(day, below(86_400))}`;
  });
  return {
    practices: csv('practice_id,name', practiceRows),
    orders: csv('order_id,practice_id,product,description,quantity,unit_price,placed_at', orderRows),
    history: csv('event_id,order_id,event,at,reason', history),
  };
}

/** One practice's October: a month with `lines` order lines. */
export function oneInvoice(lines: number): LabFiles {
  const random = randomFrom(lines);
  const rows = Array.from({ length: lines }, (_, index) => {
    const [product, description, price] = PRODUCTS[Math.floor(random() * PRODUCTS.length)] ?? PRODUCTS[0];
    return `ORD-${1001 + index},P-100,${product},${description},1,${price},${instantOf(Math.floor(random() * 31), 50_000)}`;
  });
  return {
    practices: csv('practice_id,name', ['P-100,Lakeside Dental']),
    orders: csv('order_id,practice_id,product,description,quantity,unit_price,placed_at', rows),
    history: csv('event_id,order_id,event,at,reason', []),
  };
}

const csv = (header: string, rows: readonly string[]) => `${[header, ...rows].join('\n')}\n`;

/** @param day from October 1st on */
const instantOf = (day: number, second: number) =>
  new Date(Date.UTC(2025, 9, 1 + day, 6) + second * 1000).toISOString();
