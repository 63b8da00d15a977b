import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { auditLedger } from '../../src/ledger/audit.js';
import { auditBalance } from '../../src/ledger/audit-balance.js';
import { type Ledger, temporaryLedger } from '../../src/ledger/ledger.js';
import { sealOf } from '../../src/ledger/seal.js';
import { event, importFacts, order } from '../support/facts.js';
import { close } from '../support/lab.js';
import { severalMonths } from '../support/several-months.js';

async function closedLedger(): Promise<Ledger> {
  const ledger = temporaryLedger();
  for (const { month, facts, amend } of severalMonths()) {
    await importFacts(ledger, facts, { amend });
    await close(ledger, month, DEFAULT_CONFIG);
  }
  return ledger;
}

/** As a forger would who knows how seals are made: the last month is changed, and sealed anew. */
function forge({ db }: Ledger, table: string, change: string): void {
  for (const each of [table, 'closed_months']) db.exec(`DROP TRIGGER ${each}_refuse_update`);
  db.exec(`UPDATE ${table} SET ${change} WHERE month = '2026-12'`);
  const rows = db.prepare<[], Record<string, string>>('SELECT * FROM closed_months ORDER BY month').all();
  const [before, row] = [rows.at(-2), rows.at(-1)];
  const seal = sealOf(db, {
    month: '2026-12',
    cutOffRule: row?.cut_off_rule ?? '',
    config: row?.config ?? '',
    lastImport: Number(row?.last_import),
    sealBefore: before?.seal ?? '',
  });
  db.prepare("UPDATE closed_months SET seal = ? WHERE month = '2026-12'").run(seal);
}

describe('the balance, reckoned again', () => {
  it('is that of every closed month, also when later facts are known', async () => {
    const ledger = await closedLedger();
    for (const { month } of severalMonths()) expect(await auditBalance(ledger, month), month).toEqual([]);
  });

  it('finds a term that was changed and sealed anew', async () => {
    const ledger = await closedLedger();
    forge(ledger, 'reconciliations', "amount_minor = '1' || amount_minor");
    const seals = (await auditLedger(ledger, undefined)).filter(({ place }) => place === '2026-12');
    expect(seals).toEqual([]);
    expect(await auditBalance(ledger, '2026-12')).toContainEqual({
      place: '2026-12',
      // A104 at 54.00, resumed, and D1 at 100.00.
      message: 'its balance has USD charged 2 lines, 1154.00, but its facts come to 2 lines, 154.00',
    });
  });

  it.each<[what: string, table: string, change: string, finding: RegExp]>([
    [
      'a document moved to another practice',
      'documents',
      "practice_id = practice_id || 'x'",
      /^(holds|lacks) the document of/,
    ],
    [
      'a renamed practice',
      'documents',
      "practice_name = 'Other'",
      /^the document of .*: differs from what its facts give$/,
    ],
    [
      'a later due date',
      'documents',
      "due_date = '2027-02-01'",
      /^the document of .*: differs from what its facts give$/,
    ],
  ])('finds %s, sealed anew', async (_, table, change, finding) => {
    const ledger = await closedLedger();
    forge(ledger, table, change);
    expect((await auditLedger(ledger, undefined)).filter(({ place }) => place === '2026-12')).toEqual([]);
    expect(await auditBalance(ledger, '2026-12')).toContainEqual({
      place: '2026-12',
      message: expect.stringMatching(finding),
    });
  });

  /**
   * Earlier versions did not carry an order forward while a replaced version of an event lay ahead. What its closes stored then makes the
   * same mistake again, if the audit relies on it.
   */
  it('finds the effect of an event that a later date took back, though no close carried the order forward', async () => {
    const ledger = temporaryLedger();
    ledger.db.exec('DROP TRIGGER open_orders_refuse_update');
    const closeAsThen = async (month: string) => {
      await close(ledger, month, DEFAULT_CONFIG);
      ledger.db.prepare("UPDATE open_orders SET data = '[]' WHERE month = ?").run(month);
    };
    const cancelled = event('A1', 'cancelled', '2026-12-10', { eventId: 'E1' });
    await importFacts(ledger, [order('A1', '2026-10-05'), order('A2', '2026-10-05'), cancelled]);
    await closeAsThen('2026-10');
    await importFacts(ledger, [event('A1', 'retracted', '2027-01-10', { eventId: 'E1' })], { amend: true });
    for (const month of ['2026-11', '2026-12', '2027-01']) await closeAsThen(month);
    expect(await auditBalance(ledger, '2026-12')).toEqual([
      {
        place: '2026-12',
        message: 'its balance has USD credited_cancelled 1 lines, -100.00, but its facts come to nothing',
      },
      {
        place: '2026-12',
        message: 'its balance has USD credits 1 lines, -100.00, but its facts come to nothing',
      },
      {
        place: '2026-12',
        message: 'its balance has USD documents 1 lines, -100.00, but its facts come to nothing',
      },
      { place: '2026-12', message: 'holds the document of P1 in USD, but its facts give none' },
    ]);
    // January charged it again, which is right after that credit.
    for (const month of ['2026-10', '2026-11', '2027-01'])
      expect(await auditBalance(ledger, month), month).toEqual([]);
  });
});
