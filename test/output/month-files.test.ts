/** The columns of every CSV and what stands in them, as docs/files.md section 2 lists them. */
import { describe, expect, it } from 'vitest';
import type { MonthView } from '../../src/billing/month-view.js';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { readOut } from '../../src/output/month-files.js';
import { renderMonth } from '../../src/output/render-month.js';
import { heldLine, instant, issuedDocument, issuedLine, monthView } from '../support/facts.js';

/** The rows of a file, header first. */
function rowsOf(view: MonthView, file: string): string[] | undefined {
  const text = renderMonth(view, '0.0.0').get(file);
  return text === undefined ? undefined : Buffer.from(text, 'latin1').toString('utf8').trimEnd().split('\n');
}

const INVOICE =
  'document_number,document_type,practice_id,practice_name,billing_month,issue_date,due_date,currency,line_number,' +
  'line_type,reason,order_id,order_line,product,description,quantity,unit_price,amount,placed_on,deferred_from,' +
  'resumed_on,service_month,corrects';
const SUMMARY =
  'document_number,document_type,practice_id,practice_name,billing_month,issue_date,due_date,currency,line_count,' +
  'charge_count,credit_count,charges,credits,total';
const HELD =
  'practice_id,practice_name,order_id,order_line,product,amount,currency,placed_on,paused_on,pause_reason,days_paused,limit_on,limit_at,status';
const EXCEPTIONS = 'code,practice_id,order_id,event,event_id,at,effect,amount,currency';
const RECONCILIATION = 'currency,term,lines,amount';

it('a month without anything has its files all the same, with their headers', () => {
  const view = monthView({});
  expect([...renderMonth(view, '0.0.0').keys()]).toEqual([
    'summary.csv',
    'held.csv',
    'exceptions.csv',
    'reconciliation.csv',
    'datapackage.json',
    'manifest.json',
  ]);
  expect(rowsOf(view, 'summary.csv')).toEqual([SUMMARY]);
  expect(rowsOf(view, 'held.csv')).toEqual([HELD]);
  expect(rowsOf(view, 'exceptions.csv')).toEqual([EXCEPTIONS]);
  expect(rowsOf(view, 'reconciliation.csv')).toEqual([RECONCILIATION]);
});

describe('an invoice', () => {
  const charge = issuedLine({ quantity: '2.5', unitPrice: '0.125', amountMinor: 31, patientRef: 'PT-7' });
  const credit = issuedLine({
    lineNumber: 2,
    lineType: 'credit',
    reason: 'cancelled',
    orderId: 'A2',
    description: 'full, zirconia',
    amountMinor: -10000,
    deferredFrom: '2026-08',
    resumedOn: '2026-09-03',
    serviceMonth: '2026-09',
    corrects: 'INV-000000',
  });
  const view = (config = {}) =>
    monthView(
      { documents: [issuedDocument()], lines: [charge, credit] },
      { config: { ...DEFAULT_CONFIG, ...config } },
    );
  const document = 'INV-000001,invoice,P1,P1 Dental,2026-10,2026-11-01,2026-11-08,USD';

  it('has a row for each line', () => {
    expect(rowsOf(view(), 'invoices/P1.csv')).toEqual([
      INVOICE,
      `${document},1,charge,placed,A1,1,crown,,2.5,0.125,0.31,2026-10-05,,,2026-10,`,
      `${document},2,credit,cancelled,A2,1,crown,"full, zirconia",1,100.00,-100.00,2026-10-05,2026-08,2026-09-03,2026-09,INV-000000`,
    ]);
  });

  it('has patient_ref last, if the config wants it', () => {
    const rows = rowsOf(view({ patientRef: true }), 'invoices/P1.csv');
    expect(rows?.[0]).toBe(`${INVOICE},patient_ref`);
    expect(rows?.[1]).toMatch(/,2026-10,,PT-7$/);
  });

  it.each([
    ['JPY', '-100', '100'],
    ['KWD', '-0.100', '100.000'],
  ])("has the currency's digits: %s", (currency, amount, unitPrice) => {
    const documents = [issuedDocument({ currency })];
    const rows = rowsOf(
      monthView({ documents, lines: [issuedLine({ amountMinor: -100 })] }),
      'invoices/P1.csv',
    );
    expect(rows?.[1]).toContain(`,1,${unitPrice},${amount},`);
  });

  it('guards the cells that are text, and no others', () => {
    const text = '=1';
    const line = issuedLine({
      orderId: text,
      product: text,
      description: text,
      patientRef: text,
      amountMinor: -500,
    });
    const documents = [issuedDocument({ practiceId: text, practiceName: text })];
    const config = { ...DEFAULT_CONFIG, patientRef: true };
    const rows = rowsOf(monthView({ documents, lines: [line] }, { config }), 'invoices/%3D1.csv');
    const columns = (rows?.[0] ?? '').split(',');
    const cells = (rows?.[1] ?? '').split(',');
    const guarded = columns.filter((_, index) => cells[index] === "'=1");
    expect(guarded).toEqual([
      'practice_id',
      'practice_name',
      'order_id',
      'product',
      'description',
      'patient_ref',
    ]);
    expect(cells[columns.indexOf('amount')]).toBe('-5.00');
  });
});

it('the summary has a row for each document', () => {
  const totals = {
    lineCount: 3,
    chargeCount: 1,
    creditCount: 2,
    chargesMinor: 10000,
    creditsMinor: -10050,
    totalMinor: -50,
  };
  const documents = [
    issuedDocument(),
    issuedDocument({
      documentNumber: 'CN-000001',
      documentType: 'credit_note',
      practiceId: 'P2',
      practiceName: '-5',
      totals,
    }),
  ];
  expect(rowsOf(monthView({ documents }), 'summary.csv')).toEqual([
    SUMMARY,
    'INV-000001,invoice,P1,P1 Dental,2026-10,2026-11-01,2026-11-08,USD,1,1,0,100.00,0.00,100.00',
    "CN-000001,credit_note,P2,'-5,2026-10,2026-11-01,2026-11-08,USD,3,1,2,100.00,-100.50,-0.50",
  ]);
});

it('the held list has a row for each held line', () => {
  const held = [heldLine(), heldLine({ orderId: 'A3', status: 'slated', pauseReason: '@shade' })];
  expect(rowsOf(monthView({ held }), 'held.csv')).toEqual([
    HELD,
    'P1,P1 Dental,A2,1,crown,100.00,USD,2026-10-05,2026-10-10,late scan,21,2026-11-24,2026-11-24T12:00:00.000Z,deferred',
    "P1,P1 Dental,A3,1,crown,100.00,USD,2026-10-05,2026-10-10,'@shade,21,2026-11-24,2026-11-24T12:00:00.000Z,slated",
  ]);
});

it('the exceptions have a row each, with the effect of their code', () => {
  const at = instant('2026-10-12T08:30:00.005-04:00');
  const exceptions = [
    { code: 'not-paused', orderId: 'A1', event: 'resumed', eventId: '', at } as const,
    { code: 'shipped-while-paused', orderId: 'A2', event: 'shipped', eventId: '+E2', at } as const,
  ];
  expect(rowsOf(monthView({ exceptions }), 'exceptions.csv')).toEqual([
    EXCEPTIONS,
    'not-paused,P1,A1,resumed,,2026-10-12T12:30:00.005Z,none,,',
    "shipped-while-paused,P1,A2,shipped,'+E2,2026-10-12T12:30:00.005Z,applied,,",
  ]);
});

it("the reconciliation has a row for each term, its amount in the currency's digits, however large", () => {
  const reconciliation = [
    { currency: 'JPY', term: 'charged', lines: 2, amountMinor: 20n * BigInt(Number.MAX_SAFE_INTEGER) },
    { currency: 'USD', term: 'opening_held', lines: 0, amountMinor: 0n },
    { currency: 'USD', term: 'amended', lines: -1, amountMinor: -10_005n },
  ] as const;
  expect(rowsOf(monthView({ reconciliation }), 'reconciliation.csv')).toEqual([
    RECONCILIATION,
    'JPY,charged,2,180143985094819820',
    'USD,opening_held,0,0.00',
    'USD,amended,-1,-100.05',
  ]);
});

it('a file whose bytes cannot be taken is read no further, and what it was read from is let go', () => {
  const seen: string[] = [];
  function* pieces(): Generator<string, number> {
    try {
      yield 'first';
      yield 'second';
      return 2;
    } finally {
      seen.push('let go');
    }
  }
  const refuse = (bytes: Uint8Array) => {
    seen.push(Buffer.from(bytes).toString());
    throw new Error('no space left');
  };
  expect(() => readOut({ path: 'a.csv', pieces: pieces() }, refuse)).toThrow('no space left');
  expect(seen).toEqual(['first', 'let go']);
});
