import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cutOffInstant } from '../../src/billing/billing-month.js';
import { type Config, DEFAULT_CONFIG, FIXED_SETTINGS } from '../../src/config/config.js';
import { auditLedger } from '../../src/ledger/audit.js';
import { auditBalance } from '../../src/ledger/audit-balance.js';
import { closeMonth } from '../../src/ledger/close.js';
import { createLedger, type Ledger, openLedger } from '../../src/ledger/ledger.js';
import { monthsToClose } from '../../src/ledger/months-to-close.js';
import {
  allRows,
  close,
  closed,
  closeOptions,
  drafted,
  event,
  importFacts,
  instant,
  ledgerWith,
  ONE_OF_EACH,
  order,
  practice,
  temporaryFolder,
} from '../support/facts.js';

const months = ({ db }: Ledger) =>
  db.prepare<[], string>('SELECT month FROM closed_months ORDER BY month').pluck().all();

/** Expects a refusal of that kind, whose message names what is at stake, and a ledger that stays as it is. */
async function expectRefused(
  ledger: Ledger,
  attempt: () => Promise<unknown>,
  kind: string,
  ...named: readonly string[]
): Promise<void> {
  const before = allRows(ledger);
  const error: unknown = await attempt().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ kind });
  for (const words of named) expect((error as Error).message).toContain(words);
  expect(allRows(ledger)).toEqual(before);
}

it('says whether it did: another process may have closed the month meanwhile', async () => {
  const ledger = await ledgerWith(ONE_OF_EACH);
  const options = closeOptions();
  expect(await closeMonth(ledger, '2026-10', '2026-10', options)).toEqual(expect.any(Array));
  expect(await closeMonth(ledger, '2026-10', '2026-10', options)).toBeUndefined();
  expect(months(ledger)).toEqual(['2026-10']);
});

describe('months are closed in order', () => {
  it('the first may be any', async () => {
    const ledger = await ledgerWith();
    await close(ledger, '2024-02');
    expect(months(ledger)).toEqual(['2024-02']);
  });

  it.each([
    ['one that leaves a month out', '2026-12', '2026-11'],
    ['one before the first', '2026-09', '2026-10'],
  ])('%s is refused, naming the month at stake', async (_, month, named) => {
    const ledger = await ledgerWith(ONE_OF_EACH);
    await close(ledger, '2026-10');
    await expectRefused(ledger, () => close(ledger, month), 'refused', month, named);
  });

  it('one before the first cannot be previewed or caught up with either', async () => {
    const ledger = await ledgerWith();
    await close(ledger, '2026-10');
    await expectRefused(ledger, () => drafted(ledger, '2026-09'), 'refused', '2026-10');
    await expectRefused(ledger, () => close(ledger, '2026-09', { catchUp: true }), 'refused', '2026-10');
  });

  it('December to January is in order', async () => {
    const ledger = await ledgerWith();
    for (const month of ['2026-12', '2027-01']) await close(ledger, month);
    expect(months(ledger)).toEqual(['2026-12', '2027-01']);
  });
});

it('refuses a month more than a hundred years after the last one, to be closed or previewed', async () => {
  const ledger = await ledgerWith([order('A1', '2026-10-05')]);
  await close(ledger, '2026-10');
  const message = /^9998-12 lies 95666 months after 2026-10, .* one command closes at most 1,200$/;
  await expect(close(ledger, '9998-12', { catchUp: true })).rejects.toThrow(message);
  await expect(drafted(ledger, '9998-12')).rejects.toThrow(message);
  expect(() => monthsToClose(ledger, '2100-01', { config: DEFAULT_CONFIG, catchUp: false })).toThrow(
    'use --catch-up to close 2026-11 to 2100-01 in turn',
  );
});

describe('a month must be over in every zone that it bills', () => {
  const [newYork, losAngeles, tokyo] = ['America/New_York', 'America/Los_Angeles', 'Asia/Tokyo'];
  it.each<[what: string, zones: readonly string[], config: Partial<Config>, end: string, zone: string]>([
    ['the last one counts', [newYork, losAngeles, tokyo], {}, '2026-11-01T07:00:00.000Z', losAngeles],
    ["the config's does not, if no practice is in it", [tokyo], {}, '2026-10-31T15:00:00.000Z', tokyo],
    ["without practices, it is the config's", [], {}, '2026-11-01T04:00:00.000Z', newYork],
    ['by the rule of the config', [newYork], { cutoff: '19:00' }, '2026-10-31T23:00:00.000Z', newYork],
  ])('%s', async (_, zones, changes, end, zone) => {
    const config = { ...DEFAULT_CONFIG, ...changes };
    const ledger = await ledgerWith(zones.map((timeZone, index) => practice(`P${index}`, { timeZone })));
    const closeAsOf = (asOf: number) => () => close(ledger, '2026-10', { config, asOf });
    await expectRefused(ledger, closeAsOf(instant(end) - 1), 'refused', '2026-10', end, zone);
    await closeAsOf(instant(end))();
    expect(months(ledger)).toEqual(['2026-10']);
  });
});

describe('what the first close fixed', () => {
  const others = {
    pauseLimitDays: 46,
    afterLimit: 'delete',
    rounding: 'half-even',
    creditAfterShipment: true,
  } satisfies Omit<Pick<Config, (typeof FIXED_SETTINGS)[number]>, 'notPausable'>;
  it.each(Object.keys(others) as (keyof typeof others)[])(
    '%s: another value is refused by name',
    async (key) => {
      const ledger = await ledgerWith();
      await close(ledger, '2026-10');
      const config = { ...DEFAULT_CONFIG, [key]: others[key] };
      for (const month of ['2026-10', '2026-11']) {
        await expectRefused(
          ledger,
          () => close(ledger, month, { config }),
          'usage',
          key,
          JSON.stringify(others[key]),
        );
        await expectRefused(ledger, () => drafted(ledger, month, config), 'usage', key);
      }
    },
  );

  it('notPausable: a code may be added that no order up to the last closed month has', async () => {
    const ledger = await ledgerWith([
      order('A1', '2026-10-05', { product: 'splint' }),
      order('A2', '2026-11-05', { product: 'retainers' }),
    ]);
    await close(ledger, '2026-10');
    const withCode = (...codes: string[]) => ({ ...DEFAULT_CONFIG, notPausable: ['aligners', ...codes] });
    const closing = (config: Config) => () => close(ledger, '2026-11', { config });
    await expectRefused(ledger, closing(withCode('splint')), 'usage', '"splint"', 'up to 2026-10');
    await close(ledger, '2026-11', { config: withCode('retainers') });
    await expectRefused(
      ledger,
      () => close(ledger, '2026-12', { config: DEFAULT_CONFIG }),
      'usage',
      'lacks "retainers", but 2026-11 was closed with it',
    );
    await close(ledger, '2026-12', { config: withCode('retainers', 'night-guard') });
    expect(await auditLedger(ledger, undefined)).toEqual([]);
    for (const month of months(ledger)) expect(await auditBalance(ledger, month)).toEqual([]);
  });

  it('any other setting may change', async () => {
    const ledger = await ledgerWith();
    await close(ledger, '2026-10');
    const fixed = Object.fromEntries(FIXED_SETTINGS.map((key) => [key, DEFAULT_CONFIG[key]]));
    const changed = {
      timeZone: 'Asia/Tokyo',
      currency: 'EUR',
      cutoff: '19:00',
      paymentTermsDays: 30,
      bom: true,
    };
    await close(ledger, '2026-11', { config: { ...DEFAULT_CONFIG, ...changed, ...fixed } });
    expect(months(ledger)).toEqual(['2026-10', '2026-11']);
  });
});

describe('strict', () => {
  it('refuses a month that would list exceptions', async () => {
    const ledger = await ledgerWith(ONE_OF_EACH);
    await expectRefused(
      ledger,
      () => close(ledger, '2026-10', { strict: true }),
      'refused',
      '1 exception',
      '2026-10',
    );
    await close(ledger, '2026-10');
    expect(await closed(ledger, '2026-10')).toContain('not-paused charged');
  });

  it('closes one that lists none, also after one that did', async () => {
    const ledger = await ledgerWith(ONE_OF_EACH);
    await close(ledger, '2026-10');
    await close(ledger, '2026-11', { strict: true });
    expect(months(ledger)).toEqual(['2026-10', '2026-11']);
  });
});

describe('catching up', () => {
  const facts = [
    order('A1', '2026-10-05'),
    order('A2', '2026-11-05'),
    event('A2', 'paused', '2026-11-10'),
    event('A2', 'resumed', '2026-12-03'),
    event('A1', 'cancelled', '2026-12-10'),
  ];

  it('closes the months in between, each by its own cut-off: the same as month by month', async () => {
    const [atOnce, monthByMonth] = [await ledgerWith(facts), await ledgerWith(facts)];
    await close(atOnce, '2026-10');
    await close(atOnce, '2026-12', { catchUp: true });
    for (const month of ['2026-10', '2026-11', '2026-12']) await close(monthByMonth, month);
    expect(allRows(atOnce)).toEqual(allRows(monthByMonth));
    expect(await closed(atOnce, '2026-11')).toEqual(['held A2/1 deferred 100.00']);
    expect(await closed(atOnce, '2026-12')).toEqual([
      'INV-000002 P1 A1/1 cancelled -100.00',
      'INV-000002 P1 A2/1 resumed 100.00',
    ]);
  });

  it('closes none of them if the last is not over', async () => {
    const ledger = await ledgerWith(facts);
    await close(ledger, '2026-10');
    const options = { catchUp: true, asOf: instant('2026-12-15') };
    await expectRefused(ledger, () => close(ledger, '2026-12', options), 'refused', '2026-12 is not over');
  });
});

describe('a second close', () => {
  it('writes nothing, whatever has come in since', async () => {
    const file = path.join(temporaryFolder(), 'monthend.db');
    createLedger(file);
    const ledger = openLedger(file, { readonly: false });
    onTestFinished(() => ledger.close());
    await importFacts(ledger, ONE_OF_EACH);
    await close(ledger, '2026-10');
    await importFacts(ledger, [order('late', '2026-10-06'), event('charged', 'cancelled', '2026-10-20')]);
    const bytes = readFileSync(file);

    await close(ledger, '2026-10');
    await close(ledger, '2026-10', { catchUp: true, strict: true });
    // Another process may close the month between our looking and our writing.
    await closeMonth(ledger, '2026-10', '2026-10', closeOptions());
    expect(readFileSync(file)).toEqual(bytes);
  });
});

describe('the cut-offs of a closed month', () => {
  const NEW_YORK = 'America/New_York';
  const cutOffs = ({ db }: Ledger) =>
    db.prepare('SELECT month, time_zone, at, stored_by FROM cut_offs ORDER BY month, time_zone').raw().all();

  it('are stored for every zone in use, that of the config included', async () => {
    const ledger = await ledgerWith([practice('P1', { timeZone: 'Asia/Tokyo' })]);
    await close(ledger, '2026-10');
    expect(cutOffs(ledger)).toEqual([
      ['2026-10', NEW_YORK, instant('2026-11-01T04:00:00Z'), '2026-10'],
      ['2026-10', 'Asia/Tokyo', instant('2026-10-31T15:00:00Z'), '2026-10'],
    ]);
  });

  it('follow the stored rule in a zone that comes later', async () => {
    const ledger = await ledgerWith([practice('P1')]);
    await close(ledger, '2026-10', { config: { ...DEFAULT_CONFIG, cutoff: '19:00' } });
    const [before, after] = ['2026-11-01T01:59:59.999Z', '2026-11-01T02:00:00.000Z']; // 19:00 in Los Angeles
    await importFacts(ledger, [
      practice('P2', { timeZone: 'America/Los_Angeles' }),
      order('B1', before, { practiceId: 'P2' }),
      order('B2', after, { practiceId: 'P2' }),
    ]);
    await close(ledger, '2026-11');
    expect(await closed(ledger, '2026-11')).toEqual([
      'INV-000001 P2 B1/1 late 100.00',
      'INV-000001 P2 B2/1 placed 100.00',
    ]);
    expect(cutOffs(ledger)).toContainEqual(['2026-10', 'America/Los_Angeles', instant(after), '2026-11']);
  });

  it('are used as stored, whatever the time-zone data say later', async () => {
    const ledger = await ledgerWith([practice('P1')]);
    // As if the runtime that closed October had thought the month an hour longer.
    const stored = cutOffInstant('2026-10', NEW_YORK, '24:00') + 3_600_000;
    ledger.db.prepare("INSERT INTO cut_offs VALUES ('2026-10', ?, ?, '2026-10')").run(NEW_YORK, stored);
    await close(ledger, '2026-10');
    await importFacts(ledger, [
      order('A1', new Date(stored - 1).toISOString()),
      order('A2', new Date(stored).toISOString()),
    ]);
    await close(ledger, '2026-11');
    expect(await closed(ledger, '2026-11')).toEqual([
      'INV-000001 P1 A1/1 late 100.00',
      'INV-000001 P1 A2/1 placed 100.00',
    ]);
  });

  it('stay as they are when the config gets another cut-off', async () => {
    const ledger = await ledgerWith([
      order('A1', '2026-11-01T00:30:00Z'),
      order('A2', '2026-10-31T22:30:00Z'),
    ]);
    await close(ledger, '2026-10', { config: { ...DEFAULT_CONFIG, cutoff: '19:00' } }); // 23:00 UTC
    await close(ledger, '2026-11');
    expect(await closed(ledger, '2026-10')).toEqual(['INV-000001 P1 A2/1 placed 100.00']);
    expect(await closed(ledger, '2026-11')).toEqual(['INV-000002 P1 A1/1 placed 100.00']);
  });
});

describe('numbers', () => {
  it('run without gaps in order of practice, then currency, in two series that never restart', async () => {
    const orders = [
      order('A1', '2026-10-05', { practiceId: 'b' }),
      order('A2', '2026-10-05', { practiceId: 'b', line: 1, currency: 'EUR' }),
      order('A3', '2026-10-05', { practiceId: 'B' }),
      order('A4', '2026-10-05', { practiceId: 'é' }),
    ];
    const ledger = await ledgerWith(orders);
    await close(ledger, '2026-10');
    await importFacts(ledger, [event('A3', 'cancelled', '2026-11-05'), order('A5', '2026-11-05')]);
    await close(ledger, '2026-11');
    const numbers =
      'SELECT document_number, practice_id, currency FROM documents ORDER BY month, document_number';
    expect(ledger.db.prepare(numbers).raw().all()).toEqual([
      ['INV-000001', 'B', 'USD'],
      ['INV-000002', 'b', 'EUR'],
      ['INV-000003', 'b', 'USD'],
      ['INV-000004', 'é', 'USD'],
      ['CN-000001', 'B', 'USD'],
      ['INV-000005', 'P1', 'USD'],
    ]);
  });
});
