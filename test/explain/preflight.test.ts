import { describe, expect, it } from 'vitest';
import { FINDING_CODES, FINDING_LEVELS } from '../../src/billing/finding.js';
import { type PreflightFacts, preflight } from '../../src/explain/preflight.js';

/** A month in which all is well. */
const WELL: PreflightFacts = {
  month: '2026-10',
  usedNumbers: [],
  lastClosed: { month: '2026-09', documents: 3 },
  firstMonth: null,
  beforeLedger: [],
  documents: 2,
  held: [],
  charges: [{ currency: 'USD', lines: 4, amountMinor: 40_000n }],
  news: { imports: 1, records: 9, files: ['orders.csv'] },
  events: { now: 3, closed: [2, 5] },
  unknownPractices: [],
  looksIssued: [],
  late: [],
  setAside: [],
  farFuture: [],
  reviews: [],
  configChanges: [],
  zoneChanges: [],
  unusedCodes: [],
  exceptions: [],
};
const usd = (lines: number, amountMinor: bigint) => ({ currency: 'USD', lines, amountMinor });

/** A change to the facts for each code, that makes it and nothing else. */
const CHANGES: Readonly<Record<(typeof FINDING_CODES)[number], Partial<PreflightFacts>>> = {
  'used-numbers': {
    usedNumbers: [{ folder: 'invoices/2026-10', month: '2026-10', isThisLedger: true, ranges: [] }],
  },
  'first-month': { lastClosed: undefined, beforeLedger: [{ month: '2026-09', ...usd(1, 100n) }] },
  'empty-month': { documents: 0 },
  'nothing-new': { news: { imports: 1, records: 0, files: ['orders.csv'] } },
  'no-history': { events: { now: 0, closed: [2, 5] } },
  'unknown-practice': { unknownPractices: [{ practiceId: 'P-1', meant: undefined, ...usd(1, 100n) }] },
  'looks-issued': {
    looksIssued: [{ orderId: 'A', otherOrderId: 'B', documentNumber: 'INV-1', ...usd(1, 100n) }],
  },
  'set-aside': { setAside: [{ file: 'bad.csv', orderId: 'A', charges: [usd(1, 100n)] }] },
  'far-future': { farFuture: [{ orderId: 'A', on: '2062-10-05', ...usd(1, 100n) }] },
  review: { reviews: [{ practiceId: 'P-1', currency: 'USD', before: 100n, now: 900n }] },
  late: { late: [{ month: '2026-08', ...usd(1, 100n) }] },
  'config-changed': { configChanges: [{ key: 'cutoff', was: '"24:00"', is: '"19:00"' }] },
  'zone-changed': { zoneChanges: [{ practiceId: 'P-1', was: 'America/New_York', is: 'America/Chicago' }] },
  'not-pausable-unused': { unusedCodes: [{ code: 'aligner', meant: 'aligners' }] },
  exceptions: { exceptions: [{ code: 'not-paused', count: 2 }] },
};

describe('a preflight', () => {
  it('finds nothing where all is well', () => {
    expect(preflight(WELL, {})).toEqual([]);
  });

  it.each(FINDING_CODES)('finds %s alone, with its level', (code) => {
    const found = preflight({ ...WELL, ...CHANGES[code] }, {});
    expect(found.map((each) => [each.code, each.level])).toEqual([[code, FINDING_LEVELS[code]]]);
  });

  it.each(FINDING_CODES)('lets the config raise or lower %s', (code) => {
    for (const level of ['stop', 'tell'] as const)
      expect(preflight({ ...WELL, ...CHANGES[code] }, { [code]: level })[0]?.level).toBe(level);
  });

  it.each<[what: string, facts: Partial<PreflightFacts>]>([
    ['the first month, which the config names', { ...CHANGES['first-month'], firstMonth: '2026-10' }],
    ['nothing before the first month', { lastClosed: undefined }],
    ['no import since the last close', { news: { imports: 0, records: 0, files: [] } }],
    ['no history in a closed month either', { events: { now: 0, closed: [0, 5] } }],
    ['no closed month to compare with', { events: { now: 0, closed: [] } }],
  ])('is silent about %s', (_, facts) => {
    expect(preflight({ ...WELL, ...facts }, {})).toEqual([]);
  });

  it('adds up what it found, by currency', () => {
    const late = [
      { month: '2026-08', ...usd(1, 100n) },
      { month: '2026-08', currency: 'EUR', lines: 2, amountMinor: 300n },
      { month: '2026-09', ...usd(3, 5n) },
    ];
    const [found] = preflight({ ...WELL, late }, {});
    expect(found?.sums).toEqual([{ currency: 'EUR', lines: 2, amountMinor: 300n }, usd(4, 105n)]);
    expect(found?.message).toContain(
      '2026-08: 3 order lines (3.00 EUR and 1.00 USD), 2026-09: 3 order lines (0.05 USD)',
    );
  });

  it('names five, and counts the others', () => {
    const farFuture = Array.from({ length: 8 }, (_, index) => ({
      orderId: `A${index}`,
      on: '2062-10-05',
      ...usd(1, 1n),
    }));
    const [found] = preflight({ ...WELL, farFuture }, {});
    expect(found?.message).toMatch(/A4 on 2062-10-05 \(0\.01 USD\) and 3 more$/);
  });
});
