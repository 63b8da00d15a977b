import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/billing/order.js';
import type { Party, PracticeDetails } from '../../src/billing/party.js';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { auditLedger } from '../../src/ledger/audit.js';
import { auditBalance } from '../../src/ledger/audit-balance.js';
import { draftMonth } from '../../src/ledger/draft-month.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { readMonth, sealOfMonth } from '../../src/ledger/read-month.js';
import { close, importFacts, ledgerWith, order, practice } from '../support/facts.js';

const ADDRESS: PracticeDetails = { legal_name: 'Ash LLC', city: 'Lakeside', country: 'US', terms_days: '30' };

const with_ = (practiceId: string, details: PracticeDetails): Fact => practice(practiceId, { details });

interface Addressed {
  readonly dueDate: string;
  readonly billTo: Party;
}

const addressed = async (ledger: Ledger, month: string): Promise<Addressed[]> =>
  readMonth(ledger, month, (view) =>
    [...view.documents()].map(({ dueDate, billTo }) => ({ dueDate, billTo })),
  );

const detailsKept = ({ db }: Ledger) => db.prepare('SELECT count(*) FROM document_details').pluck().get();

describe('a document keeps to whom it is addressed', () => {
  it('as its close knew it, whatever comes later', async () => {
    const ledger = await ledgerWith([with_('P1', ADDRESS), order('A1', '2026-10-05')]);
    await close(ledger, '2026-10');
    const moved = { ...ADDRESS, city: 'Hillside', terms_days: '0' };
    expect(await importFacts(ledger, [with_('P1', moved)], { amend: true })).toEqual(['amended']);
    await importFacts(ledger, [order('A2', '2026-11-05')]);
    await close(ledger, '2026-11');
    const party = (details: PracticeDetails) => ({ practiceId: 'P1', name: 'P1 Dental', details });
    expect(await addressed(ledger, '2026-10')).toEqual([{ dueDate: '2026-12-01', billTo: party(ADDRESS) }]);
    expect(await addressed(ledger, '2026-11')).toEqual([{ dueDate: '2026-12-01', billTo: party(moved) }]);
    for (const month of ['2026-10', '2026-11']) expect(await auditBalance(ledger, month)).toEqual([]);
    expect(await auditLedger(ledger, undefined)).toEqual([]);
  });

  it('which is the practice that pays, with its terms', async () => {
    const ledger = await ledgerWith([
      with_('P1', { city: 'Elsewhere', terms_days: '3', bill_to: 'P2' }),
      with_('P2', ADDRESS),
      order('A1', '2026-10-05'),
    ]);
    await close(ledger, '2026-10');
    const billTo = { practiceId: 'P2', name: 'P2 Dental', details: ADDRESS };
    expect(await addressed(ledger, '2026-10')).toEqual([{ dueDate: '2026-12-01', billTo }]);
  });

  it('also if no more than the name of the one that pays is known', async () => {
    const ledger = await ledgerWith([
      with_('P1', { bill_to: 'P2' }),
      practice('P2'),
      order('A1', '2026-10-05'),
    ]);
    await close(ledger, '2026-10');
    const billTo = { practiceId: 'P2', name: 'P2 Dental', details: {} };
    expect(await addressed(ledger, '2026-10')).toEqual([{ dueDate: '2026-11-08', billTo }]);
  });

  it('by id and name where nothing more is known, and records nothing then', async () => {
    const ledger = await ledgerWith([practice('P1'), order('A1', '2026-10-05')]);
    await close(ledger, '2026-10');
    const billTo = { practiceId: 'P1', name: 'P1 Dental', details: {} };
    expect(await addressed(ledger, '2026-10')).toEqual([{ dueDate: '2026-11-08', billTo }]);
    expect(detailsKept(ledger)).toBe(0);
  });

  it('in a preview too, which leaves no trace', async () => {
    const ledger = await ledgerWith([with_('P1', ADDRESS), order('A1', '2026-10-05')]);
    const drafted = await draftMonth(ledger, '2026-10', DEFAULT_CONFIG, (view) =>
      [...view.documents()].map(({ billTo }) => billTo.details),
    );
    expect(drafted).toEqual([ADDRESS]);
    expect(detailsKept(ledger)).toBe(0);
  });

  it('under the seal', async () => {
    const seals = [];
    for (const city of ['Lakeside', 'Hillside']) {
      const ledger = await ledgerWith([order('A1', '2026-10-05')], [with_('P1', { city })]);
      await close(ledger, '2026-10');
      seals.push(sealOfMonth(ledger, '2026-10'));
    }
    expect(seals[0]).not.toBe(seals[1]);
  });
});

describe('what is known of a practice beside its name', () => {
  const taken = async (before: PracticeDetails, then: PracticeDetails, amend = false) => {
    const ledger = await ledgerWith([with_('P1', before)]);
    const outcome = await importFacts(ledger, [with_('P1', then)], { amend });
    const row = ledger.db
      .prepare(
        `SELECT details FROM practices JOIN practice_details USING (practice_id, import_id) WHERE superseded_by IS NULL`,
      )
      .pluck()
      .get();
    return { outcome, details: row === undefined ? {} : JSON.parse(row as string) };
  };

  it.each([
    ['the same', ADDRESS, ADDRESS, 'duplicate'],
    ['a record without any says nothing against it', ADDRESS, {}, 'duplicate'],
    [
      'nothing was known',
      {},
      ADDRESS,
      'legal_name: was "" at import 1, is "Ash LLC" here; also city "" → Lakeside, country "" → US, terms_days "" → 30; if that is a correction, import this file with --amend',
    ],
    [
      'another',
      ADDRESS,
      { ...ADDRESS, city: 'Hill' },
      'city: was Lakeside at import 1, is Hill here; if that is a correction, import this file with --amend',
    ],
    [
      'one less',
      ADDRESS,
      { city: 'Lakeside', country: 'US', terms_days: '30' },
      'legal_name: was "Ash LLC" at import 1, is "" here; if that is a correction, import this file with --amend',
    ],
  ])('%s', async (_, before, then, outcome) => {
    expect(await taken(before, then)).toEqual({ outcome: [outcome], details: before });
  });

  it('is replaced whole by a record with --amend', async () => {
    expect(await taken(ADDRESS, { city: 'Hill' }, true)).toEqual({
      outcome: ['amended'],
      details: { city: 'Hill' },
    });
  });

  it('stays when the name alone is amended', async () => {
    const ledger = await ledgerWith([with_('P1', ADDRESS), order('A1', '2026-10-05')]);
    await importFacts(ledger, [practice('P1', { name: 'Ash & Oak' })], { amend: true });
    await close(ledger, '2026-10');
    const [document] = await addressed(ledger, '2026-10');
    expect(document?.billTo).toEqual({ practiceId: 'P1', name: 'Ash & Oak', details: ADDRESS });
  });
});

/** The refusals themselves are in fixtures/rejected; here, which states they let through. */
describe('bill_to', () => {
  const billedTo = (practiceId: string, payer: string) =>
    with_(practiceId, payer === '' ? { city: 'X' } : { bill_to: payer });
  const GROUP = [practice('P2'), practice('P3'), billedTo('P1', 'P2')];

  it.each([
    ['another practice of the same payer', [billedTo('P4', 'P2')], ['imported']],
    ['another payer', [billedTo('P1', 'P3')], ['amended']],
    ['both turned round', [billedTo('P1', ''), billedTo('P2', 'P1')], ['amended', 'amended']],
    [
      'the payer moves on, and the practice with it',
      [billedTo('P2', 'P3'), billedTo('P1', 'P3')],
      ['amended', 'amended'],
    ],
  ])('takes %s', async (_, facts, outcomes) => {
    const ledger = await ledgerWith(GROUP);
    expect(await importFacts(ledger, facts, { amend: true })).toEqual(outcomes);
  });

  it.each([
    [
      'a payer that is billed to a practice',
      [billedTo('P2', 'P3')],
      'bill_to: P1 is billed to P2, so that cannot be billed to another; change P1 first, or with it',
    ],
    [
      'a practice billed to one that does not pay',
      [billedTo('P3', 'P1')],
      'bill_to: names P1, which is billed to P2 itself; name P2 here',
    ],
    [
      'a circle',
      [billedTo('P2', 'P1')],
      'bill_to: P2 and P1 name each other; leave it empty for the one that pays',
    ],
  ])('refuses %s, known from an earlier import', async (_, facts, problem) => {
    const ledger = await ledgerWith(GROUP);
    expect((await importFacts(ledger, facts, { amend: true })).at(-1)).toBe(problem);
  });
});
