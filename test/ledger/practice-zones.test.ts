/** A practice that gets another time zone after months were closed: closed months stay, open ones follow. */
import { describe, expect, it } from 'vitest';
import { zoneAt } from '../../src/billing/clock.js';
import { formatInstant } from '../../src/billing/time-zone.js';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { auditLedger } from '../../src/ledger/audit.js';
import { auditBalance } from '../../src/ledger/audit-balance.js';
import { draftMonth } from '../../src/ledger/draft-month.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { readMonth } from '../../src/ledger/read-month.js';
import { readOrder } from '../../src/ledger/read-order.js';
import { readStatus } from '../../src/ledger/status.js';
import { voidMonth } from '../../src/ledger/void.js';
import {
  allRows,
  close,
  closed,
  drafted,
  event,
  importFacts,
  inShort,
  instant,
  ledgerWith,
  order,
  practice,
} from '../support/facts.js';

/** P1's zones as rows: the zone, and the month whose close wrote it. */
const zonesOf = ({ db }: Ledger) =>
  db
    .prepare("SELECT time_zone, fixed_by FROM main.practice_zones WHERE practice_id = 'P1' ORDER BY fixed_by")
    .raw()
    .all();

const moveTo = (ledger: Ledger, timeZone: string) =>
  importFacts(ledger, [practice('P1', { timeZone })], { amend: true });

async function expectClean(ledger: Ledger): Promise<void> {
  expect(await auditLedger(ledger, undefined)).toEqual([]);
  const months = ledger.db.prepare<[], string>('SELECT month FROM closed_months').pluck().all();
  for (const month of months) expect(await auditBalance(ledger, month)).toEqual([]);
}

/** Placed in October of New York and in November of Los Angeles; October ends there three hours later. */
const BETWEEN = '2026-11-01T05:00:00Z';
/** Before November's cut-off in Los Angeles (08:00Z), after that in New York (05:00Z). */
const LATE_NOVEMBER = '2026-12-01T06:00:00Z';

const OCTOBER = [practice('P1', { timeZone: 'America/New_York' }), order('A1', '2026-10-05')];

describe('a changed zone', () => {
  it('is in force from the first open month on; each instant is billed once', async () => {
    const ledger = await ledgerWith([...OCTOBER, order('A2', BETWEEN), order('A3', LATE_NOVEMBER)]);
    await close(ledger, '2026-10');
    const october = await closed(ledger, '2026-10');
    await moveTo(ledger, 'America/Los_Angeles');
    await close(ledger, '2026-11');
    await close(ledger, '2026-12');
    expect(october).toEqual(['INV-000001 P1 A1/1 placed 100.00']);
    expect(await closed(ledger, '2026-10')).toEqual(october);
    expect(await closed(ledger, '2026-11')).toEqual([
      'INV-000002 P1 A2/1 placed 100.00',
      'INV-000002 P1 A3/1 placed 100.00',
    ]);
    expect(await closed(ledger, '2026-12')).toEqual([]);
    expect(zonesOf(ledger)).toEqual([
      ['America/New_York', '2026-10'],
      ['America/Los_Angeles', '2026-11'],
    ]);
    await expectClean(ledger);
  });

  it.each([
    ['to the east', 'Pacific/Kiritimati'],
    ['to the west', 'Pacific/Pago_Pago'],
  ])('may change again, %s, and back', async (_, timeZone) => {
    const ledger = await ledgerWith(OCTOBER);
    await close(ledger, '2026-10');
    await moveTo(ledger, timeZone);
    await close(ledger, '2026-11');
    await close(ledger, '2026-12');
    await moveTo(ledger, 'America/New_York');
    await close(ledger, '2027-01');
    expect(zonesOf(ledger)).toEqual([
      ['America/New_York', '2026-10'],
      [timeZone, '2026-11'],
      ['America/New_York', '2027-01'],
    ]);
    await expectClean(ledger);
  });

  it.each([
    ['by a row without a zone', [practice('P1'), order('A1', '2026-10-05')]],
    ['by an order alone', [order('A1', '2026-10-05')]],
  ])('may be the first of its own: the practice was known %s', async (_, facts) => {
    const ledger = await ledgerWith(facts);
    await close(ledger, '2026-10');
    await moveTo(ledger, 'Asia/Tokyo');
    await close(ledger, '2026-11');
    expect(zonesOf(ledger)).toEqual([
      ['America/New_York', '2026-10'],
      ['Asia/Tokyo', '2026-11'],
    ]);
    await expectClean(ledger);
  });

  it.each<[string, readonly string[]]>([
    ['another name of the zone', ['US/Eastern']],
    ['a row without a zone', ['']],
    ['a change taken back before a close', ['Asia/Tokyo', 'America/New_York']],
  ])('is not: %s', async (_, zones) => {
    const ledger = await ledgerWith(OCTOBER);
    await close(ledger, '2026-10');
    for (const timeZone of zones) await moveTo(ledger, timeZone);
    await close(ledger, '2026-11');
    expect(zonesOf(ledger)).toEqual([['America/New_York', '2026-10']]);
    await expectClean(ledger);
  });

  it('stays when a row without a zone follows it, before or after a close', async () => {
    const ledger = await ledgerWith(OCTOBER);
    await close(ledger, '2026-10');
    for (const timeZone of ['Asia/Tokyo', '']) await moveTo(ledger, timeZone);
    await close(ledger, '2026-11');
    await importFacts(ledger, [practice('P1', { name: 'Oak' })], { amend: true });
    await close(ledger, '2026-12');
    expect(zonesOf(ledger)).toEqual([
      ['America/New_York', '2026-10'],
      ['Asia/Tokyo', '2026-11'],
    ]);
    await expectClean(ledger);
  });

  it('is not a zone that was taken back before the first close', async () => {
    const ledger = await ledgerWith([practice('P1', { timeZone: 'Asia/Tokyo' })]);
    await moveTo(ledger, '');
    for (const month of ['2026-10', '2026-11']) await close(ledger, month);
    expect(zonesOf(ledger)).toEqual([['America/New_York', '2026-10']]);
    await expectClean(ledger);
  });

  it('counts for cut-offs, and for when a month is over', async () => {
    const ledger = await ledgerWith(OCTOBER);
    await close(ledger, '2026-10');
    await moveTo(ledger, 'America/Los_Angeles');
    const cutOffsOf = (month: string) =>
      readMonth(ledger, month, ({ cutOffs }) =>
        cutOffs.map(({ timeZone, at }) => [timeZone, formatInstant(at)]),
      );
    const status = await readStatus(ledger, { config: DEFAULT_CONFIG, asOf: 0, days: 7 });
    expect(formatInstant(status.endsAt)).toBe('2026-12-01T08:00:00.000Z');
    const early = close(ledger, '2026-11', { asOf: instant('2026-12-01T07:59:59.999Z') });
    await expect(early).rejects.toThrow('2026-11 is not over: it ends at 2026-12-01T08:00:00.000Z');
    await close(ledger, '2026-11', { asOf: instant('2026-12-01T08:00:00Z') });
    expect(await cutOffsOf('2026-10')).toEqual([['America/New_York', '2026-11-01T04:00:00.000Z']]);
    expect(await cutOffsOf('2026-11')).toEqual([
      ['America/Los_Angeles', '2026-12-01T08:00:00.000Z'],
      ['America/New_York', '2026-12-01T05:00:00.000Z'],
    ]);
  });

  it('is not known to months that were closed before it, in what is shown of them', async () => {
    const ledger = await ledgerWith(OCTOBER);
    await close(ledger, '2026-10');
    await moveTo(ledger, 'America/Los_Angeles');
    await close(ledger, '2026-11');
    const zone = (month: string) =>
      readMonth(ledger, month, (view) => zoneAt(view.clockOf('P1'), instant('2026-12-05')));
    expect(await zone('2026-10')).toBe('America/New_York');
    expect(await zone('2026-11')).toBe('America/Los_Angeles');
  });
});

describe('a draft', () => {
  it('of the first open month is what its close then issues', async () => {
    const ledger = await ledgerWith([...OCTOBER, order('A2', BETWEEN), order('A3', LATE_NOVEMBER)]);
    await close(ledger, '2026-10');
    await moveTo(ledger, 'America/Los_Angeles');
    const before = allRows(ledger);
    const draft = await drafted(ledger, '2026-11');
    expect(allRows(ledger)).toEqual(before);
    await close(ledger, '2026-11');
    const numbered = await closed(ledger, '2026-11');
    expect(draft).toEqual(numbered.map((line) => line.replace('INV-000002', 'DRAFT')));
    expect(draft).toHaveLength(2);
  });

  it('of a closed month keeps its zone, so that there is nothing to correct', async () => {
    const ledger = await ledgerWith([...OCTOBER, order('A2', BETWEEN)]);
    await close(ledger, '2026-10');
    await moveTo(ledger, 'America/Los_Angeles');
    expect(await drafted(ledger, '2026-10')).toEqual([]);
    await close(ledger, '2026-11');
    for (const month of ['2026-10', '2026-11']) expect(await drafted(ledger, month)).toEqual([]);
  });

  it('of several open months changes the zone in the first of them', async () => {
    const ledger = await ledgerWith([...OCTOBER, order('A3', LATE_NOVEMBER)]);
    await close(ledger, '2026-10');
    await moveTo(ledger, 'America/Los_Angeles');
    expect(await drafted(ledger, '2026-12')).toEqual([]);
  });

  it('as of an earlier import does not know it', async () => {
    const ledger = await ledgerWith([...OCTOBER, order('A3', LATE_NOVEMBER)]);
    await close(ledger, '2026-10');
    await moveTo(ledger, 'America/Los_Angeles');
    await close(ledger, '2026-11');
    const knownAt = (month: string, importId: number) =>
      draftMonth(ledger, month, DEFAULT_CONFIG, inShort, { knownAt: importId });
    expect(await knownAt('2026-11', 1)).toEqual([]);
    expect(await knownAt('2026-12', 1)).toEqual(['DRAFT P1 A3/1 placed 100.00']);
    expect(await knownAt('2026-11', 2)).toEqual(['DRAFT P1 A3/1 placed 100.00']);
  });
});

describe('a void', () => {
  it('of the first month in the new zone takes the zone back with it, and the next close brings it again', async () => {
    const ledger = await ledgerWith([...OCTOBER, order('A3', LATE_NOVEMBER)]);
    await close(ledger, '2026-10');
    await moveTo(ledger, 'America/Los_Angeles');
    await close(ledger, '2026-11');
    const [rows, lines] = [zonesOf(ledger), await closed(ledger, '2026-11')];
    await voidMonth(ledger, '2026-11', { reason: 'a test', now: 0 });
    expect(zonesOf(ledger)).toEqual([['America/New_York', '2026-10']]);
    await expectClean(ledger);
    await close(ledger, '2026-11');
    expect(zonesOf(ledger)).toEqual(rows);
    expect(await closed(ledger, '2026-11')).toEqual(lines.map((line) => line.replace('000002', '000003')));
    await expectClean(ledger);
  });

  it('of a month before the change lets the new zone begin with that month, the first open one', async () => {
    const ledger = await ledgerWith([...OCTOBER, order('A3', LATE_NOVEMBER)]);
    await close(ledger, '2026-10');
    await close(ledger, '2026-11');
    expect(await closed(ledger, '2026-11')).toEqual([]);
    await moveTo(ledger, 'America/Los_Angeles');
    await voidMonth(ledger, '2026-11', { reason: 'the wrong zone', now: 0 });
    await close(ledger, '2026-11');
    expect(zonesOf(ledger)).toEqual([
      ['America/New_York', '2026-10'],
      ['America/Los_Angeles', '2026-11'],
    ]);
    expect(await closed(ledger, '2026-11')).toEqual(['INV-000002 P1 A3/1 placed 100.00']);
    await expectClean(ledger);
  });

  it('of every month lets the new zone hold for all', async () => {
    const ledger = await ledgerWith([...OCTOBER, order('A2', BETWEEN)]);
    await close(ledger, '2026-10');
    await moveTo(ledger, 'America/Los_Angeles');
    await voidMonth(ledger, '2026-10', { reason: 'the wrong zone', now: 0 });
    await close(ledger, '2026-10');
    expect(zonesOf(ledger)).toEqual([['America/Los_Angeles', '2026-10']]);
    expect(await closed(ledger, '2026-10')).toEqual([
      'INV-000002 P1 A1/1 placed 100.00',
      'INV-000002 P1 A2/1 placed 100.00',
    ]);
    await expectClean(ledger);
  });
});

it('an order is explained by the zones in force, month by month', async () => {
  const ledger = await ledgerWith([...OCTOBER, event('A1', 'paused', '2026-10-10')]);
  await close(ledger, '2026-10');
  await moveTo(ledger, 'America/Los_Angeles');
  const told = () =>
    readOrder(ledger, 'A1', DEFAULT_CONFIG, (record) => {
      const { clock, cutOff } = record.calendarOf('P1');
      return {
        zones: clock.map(({ timeZone, since }) => `${timeZone} ${since}`),
        cutOffs: ['2026-10', '2026-11'].map((month) => formatInstant(cutOff(month))),
      };
    });
  const expected = {
    zones: ['America/New_York ', 'America/Los_Angeles 2026-11'],
    cutOffs: ['2026-11-01T04:00:00.000Z', '2026-12-01T08:00:00.000Z'],
  };
  expect(await told()).toEqual(expected);
  await close(ledger, '2026-11');
  expect(await told()).toEqual(expected);
});
