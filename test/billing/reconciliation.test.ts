/** The balance of docs/rules.md section 8: each movement of an order line, history and balance side by side. */
import { describe, expect, it } from 'vitest';
import { TERMS, type TermSum } from '../../src/billing/balance-terms.js';
import type { DocumentLine } from '../../src/billing/document.js';
import type { HeldLine, OrderPlan } from '../../src/billing/plan.js';
import { createReckoning } from '../../src/billing/reckoning.js';
import { type Fault, reconcile, unequalSides } from '../../src/billing/reconciliation.js';
import { describeImbalance } from '../../src/explain/reconciliation-text.js';
import { balanced, documented, reconciled } from '../support/balance.js';
import type { Settings } from '../support/notation.js';

type Row = [history: string, result: string, settings?: Settings];

const table = (rows: readonly Row[]) =>
  it.each(rows.map(([history, result, settings]) => ({ history, result, settings })))(
    '$history',
    ({ history, result, settings }) => {
      expect(balanced(history, settings)).toBe(result);
    },
  );

describe('placed, held, charged, ended', () => {
  table([
    ['placed Oct 5', 'Oct: placed 1 100.00 = charged 1 100.00 | Nov: - | Dec: -'],
    [
      'placed Oct 5, paused Oct 10',
      'Oct: placed 1 100.00 = deferred 1 100.00 | Nov: opening 1 100.00 = slated 1 100.00 | Dec: opening 1 100.00 = slated 1 100.00',
    ],
    [
      'placed Oct 5, paused Oct 10, resumed Nov 3',
      'Oct: placed 1 100.00 = deferred 1 100.00 | Nov: opening 1 100.00 = charged 1 100.00 | Dec: -',
    ],
    [
      'placed Oct 5, paused Oct 10, cancelled Nov 5',
      'Oct: placed 1 100.00 = deferred 1 100.00 | Nov: opening 1 100.00 = ended 1 100.00 | Dec: -',
    ],
    ['placed Oct 5, cancelled Oct 6', 'Oct: placed 1 100.00 = ended 1 100.00 | Nov: - | Dec: -'],
    // Zero is an amount: the line counts.
    ['placed Oct 5 at 0', 'Oct: placed 1 0.00 = charged 1 0.00 | Nov: - | Dec: -'],
    ['placed Oct 31 24:00', 'Oct: - | Nov: placed 1 100.00 = charged 1 100.00 | Dec: -'],
    [
      'placed Oct 5, paused Oct 10',
      'Oct: placed 1 100.00 = deferred 1 100.00 | Nov: opening 1 100.00 = ended 1 100.00 | Dec: -',
      { policy: { afterLimit: 'delete' } },
    ],
  ]);
});

describe('from charged to the documents', () => {
  it.each<Row>([
    ['placed Oct 5', 'Oct: charged 1 100.00 = charges 1 100.00 + documents 1 100.00 | Nov: - | Dec: -'],
    [
      'placed Oct 5, price amended to 80.00 (known Nov)',
      'Oct: charged 1 100.00 = charges 1 100.00 + documents 1 100.00 | ' +
        'Nov: recharged 1 80.00 + amended 1 -100.00 = charges 1 80.00 + credits 1 -100.00 + documents 2 -20.00 | Dec: -',
    ],
    [
      'placed Oct 5, cancelled Nov 5',
      'Oct: charged 1 100.00 = charges 1 100.00 + documents 1 100.00 | ' +
        'Nov: cancelled 1 -100.00 = credits 1 -100.00 + documents 1 -100.00 | Dec: -',
    ],
    [
      'placed Oct 5, deleted Dec 5',
      'Oct: charged 1 100.00 = charges 1 100.00 + documents 1 100.00 | Nov: - | ' +
        'Dec: deleted 1 -100.00 = credits 1 -100.00 + documents 1 -100.00',
    ],
    // A late pause: credited, then charged in the month of its resume.
    [
      'placed Oct 5, paused Oct 20 (known Nov), resumed Dec 2',
      'Oct: charged 1 100.00 = charges 1 100.00 + documents 1 100.00 | ' +
        'Nov: paused 1 -100.00 = credits 1 -100.00 + documents 1 -100.00 | ' +
        'Dec: charged 1 100.00 = charges 1 100.00 + documents 1 100.00',
    ],
    // Its limit, Dec 15, ends it.
    [
      'placed Oct 5, paused Nov 1',
      'Oct: charged 1 100.00 = charges 1 100.00 + documents 1 100.00 | Nov: - | ' +
        'Dec: deleted 1 -100.00 = credits 1 -100.00 + documents 1 -100.00',
      { policy: { afterLimit: 'delete' } },
    ],
    [
      'placed Oct 5, practice amended to P-200 (known Nov)',
      'Oct: charged 1 100.00 = charges 1 100.00 + documents 1 100.00 | ' +
        'Nov: recharged 1 100.00 + amended 1 -100.00 = charges 1 100.00 + credits 1 -100.00 + documents 2 0.00 | Dec: -',
    ],
  ])('%s', (history, result, settings) => {
    expect(documented(history, settings)).toBe(result);
  });
});

describe('the first month', () => {
  table([
    [
      'placed Sep 5, paused Sep 16',
      'Oct: opening 1 100.00 = slated 1 100.00 | Nov: opening 1 100.00 = slated 1 100.00 | Dec: opening 1 100.00 = slated 1 100.00',
    ],
    [
      'placed Sep 5, paused Sep 16, resumed Oct 5',
      'Oct: opening 1 100.00 = charged 1 100.00 | Nov: - | Dec: -',
    ],
    [
      'placed Sep 5, paused Sep 16, cancelled Oct 5',
      'Oct: opening 1 100.00 = ended 1 100.00 | Nov: - | Dec: -',
    ],
    // Ended before it: neither charged by the earlier system nor held at the start.
    ['placed Sep 5, cancelled Sep 16', 'Oct: late 1 100.00 = ended 1 100.00 | Nov: - | Dec: -'],
    // Charged by the earlier system: in no term, whatever comes later.
    ['placed Sep 5', 'Oct: - | Nov: - | Dec: -'],
    ['placed Sep 5, cancelled Nov 5, price amended to 80.00 (known Nov)', 'Oct: - | Nov: - | Dec: -'],
    ['placed Sep 5 (known Nov)', 'Oct: - | Nov: - | Dec: -'],
    // Known in a later month, it was at no start.
    [
      'placed Sep 5 (known Nov), paused Sep 16',
      'Oct: - | Nov: late 1 100.00 = slated 1 100.00 | Dec: opening 1 100.00 = slated 1 100.00',
    ],
  ]);
});

describe('known late', () => {
  table([
    ['placed Oct 5 (known Nov)', 'Oct: - | Nov: late 1 100.00 = charged 1 100.00 | Dec: -'],
    ['placed Oct 5 (known Nov), paused Nov 20', 'Oct: - | Nov: late 1 100.00 = charged 1 100.00 | Dec: -'],
    ['placed Oct 5 (known Nov), cancelled Nov 5', 'Oct: - | Nov: late 1 100.00 = ended 1 100.00 | Dec: -'],
    // Known before it is placed: counted in its own month.
    ['placed Nov 5', 'Oct: - | Nov: placed 1 100.00 = charged 1 100.00 | Dec: -'],
  ]);
});

describe('charged lines', () => {
  table([
    // Credited and not held, or credited and charged again: the books of the documents, no term of the balance.
    ['placed Oct 5, cancelled Nov 5', 'Oct: placed 1 100.00 = charged 1 100.00 | Nov: - | Dec: -'],
    [
      'placed Oct 5, price amended to 80.00 (known Nov)',
      'Oct: placed 1 100.00 = charged 1 100.00 | Nov: - | Dec: -',
    ],
    [
      'placed Oct 5, currency amended to EUR (known Nov)',
      'Oct: placed 1 100.00 = charged 1 100.00 | Nov: - | Dec: -',
    ],
    [
      'placed Oct 5, placement amended to Dec 5 (known Nov)',
      'Oct: placed 1 100.00 = charged 1 100.00 | Nov: - | Dec: revived 1 100.00 = charged 1 100.00',
    ],
    [
      'placed Oct 5, paused Oct 25 (known Nov), resumed Dec 2 (known Dec)',
      'Oct: placed 1 100.00 = charged 1 100.00 | Nov: returned 1 100.00 = deferred 1 100.00 | Dec: opening 1 100.00 = charged 1 100.00',
    ],
    // What the month credits, then what it has become worth.
    [
      'placed Oct 5, paused Oct 25 (known Nov), price amended to 80.00 (known Nov)',
      'Oct: placed 1 100.00 = charged 1 100.00 | Nov: returned 1 100.00 + amended 0 -20.00 = deferred 1 80.00 | Dec: opening 1 80.00 = slated 1 80.00',
    ],
    [
      'placed Oct 5, paused Oct 25 (known Nov), currency amended to EUR (known Nov)',
      'Oct: placed 1 100.00 = charged 1 100.00 | Nov: EUR amended 1 100.00 = deferred 1 100.00; returned 1 100.00 + amended -1 -100.00 = 0 | Dec: EUR opening 1 100.00 = slated 1 100.00',
    ],
    // A charge that stays, though its service month is another by now.
    [
      'placed Oct 5, paused Oct 25 (known Nov), resumed Nov 3 (known Nov)',
      'Oct: placed 1 100.00 = charged 1 100.00 | Nov: - | Dec: -',
    ],
  ]);
});

describe('lines that come back', () => {
  table([
    [
      'placed Oct 5, cancelled Oct 6 as e1, e1 retracted (known Nov)',
      'Oct: placed 1 100.00 = ended 1 100.00 | Nov: revived 1 100.00 = charged 1 100.00 | Dec: -',
    ],
    [
      'placed Oct 5, paused Oct 6, cancelled Oct 7 as e1, e1 retracted (known Nov)',
      'Oct: placed 1 100.00 = ended 1 100.00 | Nov: revived 1 100.00 = slated 1 100.00 | Dec: opening 1 100.00 = slated 1 100.00',
    ],
    [
      'placed Oct 5, cancelled Nov 5 as e1, e1 retracted (known Dec)',
      'Oct: placed 1 100.00 = charged 1 100.00 | Nov: - | Dec: revived 1 100.00 = charged 1 100.00',
    ],
    // Back at another price: at what it is worth now, since an ended line is no held one.
    [
      'placed Oct 5, cancelled Oct 6 as e1, e1 retracted (known Nov), price amended to 80.00 (known Nov)',
      'Oct: placed 1 100.00 = ended 1 100.00 | Nov: revived 1 80.00 = charged 1 80.00 | Dec: -',
    ],
    [
      'placed Oct 5, cancelled Oct 6, placement amended to Dec 5 (known Nov)',
      'Oct: placed 1 100.00 = ended 1 100.00 | Nov: - | Dec: revived 1 100.00 = charged 1 100.00',
    ],
  ]);
});

describe('amended while held', () => {
  table([
    [
      'placed Oct 5, paused Oct 25, price amended to 80.00 (known Nov)',
      'Oct: placed 1 100.00 = deferred 1 100.00 | Nov: opening 1 100.00 + amended 0 -20.00 = deferred 1 80.00 | Dec: opening 1 80.00 = slated 1 80.00',
    ],
    [
      'placed Oct 5, paused Oct 10, resumed Nov 3, quantity amended to 2 (known Nov)',
      'Oct: placed 1 100.00 = deferred 1 100.00 | Nov: opening 1 100.00 + amended 0 100.00 = charged 1 200.00 | Dec: -',
    ],
    [
      'placed Oct 5, paused Oct 10, cancelled Nov 5, price amended to 80.00 (known Nov)',
      'Oct: placed 1 100.00 = deferred 1 100.00 | Nov: opening 1 100.00 + amended 0 -20.00 = ended 1 80.00 | Dec: -',
    ],
    [
      'placed Oct 5, paused Oct 25, currency amended to EUR (known Nov)',
      'Oct: placed 1 100.00 = deferred 1 100.00 | Nov: EUR amended 1 100.00 = deferred 1 100.00; opening 1 100.00 + amended -1 -100.00 = 0 | Dec: EUR opening 1 100.00 = slated 1 100.00',
    ],
    // Before anything of it is recorded, an amendment is no movement.
    [
      'placed Oct 5 at 90.00 (known Nov), price amended to 80.00 (known Nov)',
      'Oct: - | Nov: late 1 80.00 = charged 1 80.00 | Dec: -',
    ],
    // Into a month before the first: it has been counted, so the earlier system has not charged it.
    [
      'placed Oct 5, paused Oct 25, placement amended to Sep 5 (known Nov)',
      'Oct: placed 1 100.00 = deferred 1 100.00 | Nov: opening 1 100.00 = charged 1 100.00 | Dec: -',
    ],
    // Out of the month, and placed again when its own comes; or in the month that it left.
    [
      'placed Oct 5, paused Oct 25, placement amended to Dec 5 (known Nov)',
      'Oct: placed 1 100.00 = deferred 1 100.00 | Nov: opening 1 100.00 + amended -1 -100.00 = 0 | Dec: again 1 100.00 = charged 1 100.00',
    ],
    [
      'placed Oct 5, paused Oct 25, placement amended to Jan 5 2027 (known Nov), placement amended to Oct 6 (known Dec)',
      'Oct: placed 1 100.00 = deferred 1 100.00 | Nov: opening 1 100.00 + amended -1 -100.00 = 0 | Dec: again 1 100.00 = slated 1 100.00',
    ],
    [
      'placed Oct 5, paused Oct 25, placement amended to Dec 5 (known Nov), cancelled Dec 6',
      'Oct: placed 1 100.00 = deferred 1 100.00 | Nov: opening 1 100.00 + amended -1 -100.00 = 0 | Dec: -',
    ],
    // Another practice of the same currency makes no difference.
    [
      'placed Oct 5, paused Oct 25, practice amended to P-200 (known Nov)',
      'Oct: placed 1 100.00 = deferred 1 100.00 | Nov: opening 1 100.00 = deferred 1 100.00 | Dec: opening 1 100.00 = slated 1 100.00',
    ],
  ]);
});

describe('a planted fault is found', () => {
  const firstOf = <T>(list: readonly T[], change: (each: T) => readonly T[]) =>
    list.flatMap((each, index) => (index === 0 ? change(each) : [each]));
  const lines =
    (change: (line: DocumentLine) => readonly DocumentLine[]) =>
    (plan: OrderPlan): OrderPlan => ({ ...plan, documentLines: firstOf(plan.documentLines, change) });
  const held =
    (change: (line: HeldLine) => readonly HeldLine[]) =>
    (plan: OrderPlan): OrderPlan => ({ ...plan, held: firstOf(plan.held, change) });
  const dearer = <T extends { readonly amountMinor: number }>(line: T) => [
    { ...line, amountMinor: line.amountMinor + 1 },
  ];
  const inEuro = <T extends { readonly currency: string }>(line: T) => [{ ...line, currency: 'EUR' }];

  const CHARGED = 'placed Oct 5';
  const HELD = 'placed Oct 5, paused Oct 10';
  const RESUMED = 'placed Oct 5, paused Oct 10, resumed Nov 3';
  const LATE = 'placed Oct 5 (known Nov)';
  const LATE_PAUSE = 'placed Oct 5, paused Oct 25 (known Nov)';
  const REVIVED = 'placed Oct 5, cancelled Oct 6 as e1, e1 retracted (known Nov)';
  const AGAIN = 'placed Oct 5, paused Oct 25, placement amended to Dec 5 (known Nov)';
  const AMENDED = 'placed Oct 5, paused Oct 10, price amended to 80.00 (known Nov)';
  const CORRECTED = 'placed Oct 5, price amended to 80.00 (known Nov)';
  const CANCELLED = 'placed Oct 5, cancelled Nov 5';
  const ENDED = 'placed Oct 5, paused Oct 10, cancelled Nov 5';
  const charge = (plan: OrderPlan, of: OrderPlan): OrderPlan => ({
    ...plan,
    documentLines: [...plan.documentLines, ...of.documentLines],
  });
  const chargeOf = (history: string, month: string): OrderPlan => {
    let found: OrderPlan | undefined;
    reconciled(history, (plan, name) => {
      if (name === month) found = plan;
      return plan;
    });
    if (found === undefined) throw new Error(`no ${month}`);
    return found;
  };

  it.each<
    [what: string, history: string, month: string, fault: (plan: OrderPlan) => OrderPlan, kinds: string]
  >([
    // opening held, placed this month, known late, returned to held, revived, placed again: none may get lost
    ['a resumed line is not charged', RESUMED, 'Nov', lines(() => []), 'sides term document'],
    ['a held line is forgotten', HELD, 'Nov', held(() => []), 'sides term'],
    ['a charge is forgotten', CHARGED, 'Oct', lines(() => []), 'sides term document'],
    ['a late line is not charged', LATE, 'Nov', lines(() => []), 'sides term document'],
    ['a credited line is not held', LATE_PAUSE, 'Nov', held(() => []), 'sides term'],
    ['a revived line is not charged', REVIVED, 'Nov', lines(() => []), 'sides term document'],
    ['a line placed again is not charged', AGAIN, 'Dec', lines(() => []), 'sides term document'],
    // amended
    [
      'a held line keeps its old price',
      AMENDED,
      'Nov',
      held((line) => [{ ...line, amountMinor: 10000 }]),
      'sides term',
    ],
    // charged
    ['a line is charged twice', CHARGED, 'Oct', lines((line) => [line, line]), 'sides term document'],
    ['a charge is a cent too much', CHARGED, 'Oct', lines(dearer), 'sides term document'],
    [
      'a charge is in the wrong currency',
      CHARGED,
      'Oct',
      lines(inEuro),
      'sides sides term term document document',
    ],
    [
      'a charge is to the wrong practice',
      CHARGED,
      'Oct',
      lines((line) => [{ ...line, practiceId: 'P-200' }]),
      'document document',
    ],
    [
      'a held line is charged as well',
      HELD,
      'Nov',
      (plan) => charge(plan, chargeOf(CHARGED, 'Oct')),
      'sides term document',
    ],
    // ended uncharged
    [
      'an ended line is charged',
      ENDED,
      'Nov',
      (plan) => charge(plan, chargeOf(CHARGED, 'Oct')),
      'sides term document',
    ],
    [
      'an ended line is held',
      ENDED,
      'Nov',
      (plan) => ({ ...plan, held: chargeOf(HELD, 'Oct').held }),
      'sides term',
    ],
    // closing held
    [
      'a deferred line is listed as slated',
      HELD,
      'Oct',
      held((line) => [{ ...line, status: 'slated' }]),
      'term term',
    ],
    [
      'a slated line is listed as deferred',
      HELD,
      'Nov',
      held((line) => [{ ...line, status: 'deferred' }]),
      'term term',
    ],
    ['a held line is a cent too much', HELD, 'Oct', held(dearer), 'sides term'],
    ['a held line is in the wrong currency', HELD, 'Oct', held(inEuro), 'sides sides term term'],
    ['a held line is listed twice', HELD, 'Oct', held((line) => [line, line]), 'sides term'],
    // Documents: credits, and charges beside them
    ['a credit is forgotten', CANCELLED, 'Nov', lines(() => []), 'term document'],
    ['a credit is a cent too little', CANCELLED, 'Nov', lines(dearer), 'term document'],
    [
      'a credit has no cause',
      CHARGED,
      'Nov',
      (plan) => charge(plan, chargeOf(CANCELLED, 'Nov')),
      'term document',
    ],
    [
      'a credit gives another reason',
      CANCELLED,
      'Nov',
      lines((line) => [{ ...line, reason: 'deleted' }]),
      'term term',
    ],
    [
      'a charge beside a credit gives another reason',
      CORRECTED,
      'Nov',
      (plan) => ({
        ...plan,
        documentLines: plan.documentLines.map((line) =>
          line.lineType === 'charge' ? { ...line, reason: 'late' } : line,
        ),
      }),
      'sides term',
    ],
    [
      'a correction has no cause',
      CHARGED,
      'Nov',
      (plan) => charge(plan, chargeOf(CORRECTED, 'Nov')),
      'term term document document',
    ],
    [
      'a correction is forgotten',
      CORRECTED,
      'Nov',
      (plan) => ({ ...plan, documentLines: [] }),
      'term term document document',
    ],
    ['a returned line is not credited', LATE_PAUSE, 'Nov', lines(() => []), 'term document'],
    [
      'a line is left to the earlier system',
      CHARGED,
      'Oct',
      (plan) => ({ ...plan, documentLines: [], beforeLedger: [] }),
      'sides term document',
    ],
  ])('%s', (_, history, month, fault, kinds) => {
    const months = reconciled(history, (plan, name) => (name === month ? fault(plan) : plan));
    const shown = months.map(({ faults }) => faults.map(({ kind }) => kind).join(' '));
    expect(shown).toEqual(['Oct', 'Nov', 'Dec'].map((name) => (name === month ? kinds : '')));
  });

  it('a line that was held and is not looked at any more', () => {
    const reckoning = createReckoning();
    reckoning.addSum('opening_held', 'USD', { lines: 1, amountMinor: 10000n });
    expect(reconcile(reckoning, createReckoning(), []).faults).toMatchObject([{ kind: 'sides' }]);
  });

  const sum = (lines: number, amountMinor: bigint) => ({ lines, amountMinor });
  it.each([
    ['charges', { charges: sum(1, 9900n), credits: sum(0, 0n), total: sum(1, 10000n) }],
    ['credits', { charges: sum(1, 10000n), credits: sum(1, 0n), total: sum(1, 10000n) }],
    ['total', { charges: sum(1, 10000n), credits: sum(0, 0n), total: sum(2, 10000n) }],
  ] as const)('a document that does not state the sum of its lines: %s', (part, stated) => {
    const [reckoning, written] = [createReckoning(), createReckoning()];
    const money = { practiceId: 'P-100', currency: 'USD', amountMinor: 10000 };
    reckoning.add('placed_this_month', money, 1);
    for (const each of [reckoning, written]) {
      each.add('charged', money, 1);
      each.addToDocument('charges', money);
    }
    const document = { ...written.documentOf(money), stated };
    const { faults } = reconcile(reckoning, written, [document]);
    expect(faults.filter(({ kind }) => kind !== 'sides')).toMatchObject([
      { kind: 'document', part, against: 'lines' },
    ]);
    expect(faults[0]?.kind).toBe('sides');
  });
});

it('sums are exact beyond 2^53', () => {
  const reckoning = createReckoning();
  const amountMinor = Number.MAX_SAFE_INTEGER;
  for (let i = 0; i < 1000; i++) reckoning.add('charged', { currency: 'USD', amountMinor }, 1);
  expect(reckoning.sumOf('charged', 'USD')).toEqual({
    lines: 1000,
    amountMinor: BigInt(amountMinor) * 1000n,
  });
});

it('a currency has every term, in the order of docs/rules.md section 8; currencies stand by code point', () => {
  const reckoning = createReckoning();
  reckoning.addSum('opening_held', 'USD', { lines: 0, amountMinor: 0n });
  reckoning.addSum('opening_held', 'EUR', { lines: 0, amountMinor: 0n });
  const { terms } = reconcile(reckoning, createReckoning(), []);
  expect(terms.map(({ currency, term }) => `${currency} ${term}`)).toEqual(
    ['EUR', 'USD'].flatMap((currency) => TERMS.map((term) => `${currency} ${term}`)),
  );
});

it('a month that does not balance is described in words, with its terms and the difference', () => {
  const sum = (lines: number, amountMinor: bigint) => ({ lines, amountMinor });
  const terms: TermSum[] = [
    { currency: 'USD', term: 'placed_this_month', ...sum(2, 30000n) },
    { currency: 'USD', term: 'charged', ...sum(1, 10000n) },
    { currency: 'USD', term: 'charges', ...sum(1, 10000n) },
    { currency: 'USD', term: 'documents', ...sum(1, 9900n) },
  ];
  const document = { practiceId: 'P-100', currency: 'USD' } as const;
  const faults: Fault[] = [
    ...unequalSides(terms),
    { kind: 'term', currency: 'USD', term: 'charged', due: sum(2, 30000n), written: sum(1, 10000n) },
    {
      kind: 'document',
      ...document,
      part: 'charges',
      against: 'facts',
      due: sum(2, 30000n),
      written: sum(1, 10000n),
    },
  ];
  const [first, ...rest] = describeImbalance('2026-10', terms, faults).split('\n');
  expect(first).toMatch(/^2026-10 does not balance, so it was not closed/);
  expect(rest.slice(0, 7)).toEqual([
    'USD: to account for 2 lines, 300.00; accounted for 1 line, 100.00; difference 1 line, 200.00',
    'USD: charges + credits 1 line, 100.00; documents 1 line, 99.00; difference 0 lines, 1.00',
    'USD, charged: written 1 line, 100.00; by the facts 2 lines, 300.00',
    'USD, charges of practice P-100: written 1 line, 100.00; by the facts 2 lines, 300.00',
    'USD:',
    '  held at the last cut-off            ',
    '  placed this month                   2 lines, 300.00',
  ]);
});

describe('what differs', () => {
  const sum = (lines: number, amountMinor: number) => ({ lines, amountMinor: BigInt(amountMinor) });
  const none = sum(0, 0);

  it('is told of each document, by currency and practice, with the part that differs', () => {
    const facts = createReckoning();
    const owner = { practiceId: 'P2', currency: 'USD' };
    facts.addSumToDocument('charges', owner, sum(1, 100));
    facts.addSumToDocument('credits', owner, sum(1, -30));
    const document = { practiceId: 'P1', currency: 'USD', charges: sum(1, 50), credits: none };
    const stated = { charges: sum(1, 50), credits: none, total: sum(1, 50) };
    const { faults } = reconcile(facts, createReckoning(), [{ ...document, stated }]);
    const shared = { kind: 'document', currency: 'USD', against: 'facts' };
    expect(faults.filter(({ kind }) => kind === 'document')).toEqual([
      { ...shared, practiceId: 'P1', part: 'charges', due: none, written: sum(1, 50) },
      { ...shared, practiceId: 'P2', part: 'charges', due: sum(1, 100), written: none },
      { ...shared, practiceId: 'P2', part: 'credits', due: sum(1, -30), written: none },
    ]);
  });

  it('is told by currency in their order, whichever side has them', () => {
    const [facts, written] = [createReckoning(), createReckoning()];
    for (const currency of ['USD', 'CHF']) facts.addSum('charged', currency, none);
    for (const currency of ['USD', 'EUR', 'AUD']) written.addSum('charged', currency, none);
    expect(facts.currencies()).toEqual(['CHF', 'USD']);
    const { terms } = reconcile(facts, written, []);
    expect([...new Set(terms.map(({ currency }) => currency))]).toEqual(['AUD', 'CHF', 'EUR', 'USD']);
  });
});
