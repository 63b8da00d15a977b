/** Takes practices into the ledger. */
import { type BillingMonth, LAST_MONTH, nextMonth } from '../billing/billing-month.js';
import type { ZoneSpan } from '../billing/clock.js';
import type { Practice } from '../billing/order.js';
import { PRACTICE_DETAILS } from '../billing/party.js';
import { isSameZone } from '../billing/time-zone.js';
import type { Place, Problem } from '../errors/problem.js';
import type { Connection } from './connect.js';
import { nameOfPractice } from './disputed.js';
import type { ImportState } from './import-state.js';
import type { Field, Taken } from './judge-fact.js';
import { detailsIn } from './parties.js';
import { createPayers } from './payers.js';
import { createSpanReader } from './practice-zones.js';
import type { Where } from './record-places.js';

export interface PracticeTaker {
  take(practice: Practice, place: (field?: string) => Place, where: Where): Taken;
  /** Returns a problem for each practice whose payer is unknown or is billed to another practice. */
  problemsAtEnd(): Problem[];
  readonly zoneChanges: readonly ZoneChange[];
}

/** A practice whose closed months were billed by another zone than its next ones. */
export interface ZoneChange {
  readonly practiceId: string;
  /** In order of time. The last one begins with the first open month. */
  readonly zones: readonly ZoneSpan[];
}

interface PracticeRow {
  readonly import_id: number;
  readonly name: string;
  readonly time_zone: string;
  readonly details: string | null;
}

export function createPracticeTaker(state: ImportState): PracticeTaker {
  const { db, importId, judge, practiceNotes } = state;
  const versions =
    'SELECT * FROM practices LEFT JOIN practice_details USING (practice_id, import_id) WHERE practice_id = ?';
  const findCurrent = db.prepare<[string], PracticeRow>(`${versions} AND superseded_by IS NULL`);
  const findVersions = db.prepare<[string], PracticeRow>(`${versions} ORDER BY import_id`);
  const supersede = db.prepare(
    'UPDATE practices SET superseded_by = ? WHERE practice_id = ? AND superseded_by IS NULL',
  );
  const insert = db.prepare(
    'INSERT INTO practices (practice_id, import_id, position, name, time_zone) VALUES (?, ?, ?, ?, ?)',
  );
  const insertDetails = db.prepare(
    'INSERT INTO practice_details (practice_id, import_id, details) VALUES (?, ?, ?)',
  );
  const places = new Map<string, Where>();
  const zoneChanges = createZoneChanges(db);
  const payers = createPayers(state, (practiceId) => {
    const known = findCurrent.get(practiceId);
    return known && detailsIn(known.details);
  });
  let practices = 0;

  function take(practice: Practice, place: (field?: string) => Place, where: Where): Taken {
    const { practiceId, name, timeZone } = practice;
    const known = findCurrent.get(practiceId);
    const details = Object.keys(practice.details).length === 0 ? detailsIn(known?.details) : practice.details;
    const taken = judgePractice(known, { ...practice, details }, where);
    if (taken !== 'imported' && taken !== 'amended') return taken;
    if (known !== undefined) supersede.run(importId, practiceId);
    practices++;
    insert.run(practiceId, importId, practices, name, timeZone);
    places.set(practiceId, where);
    if (Object.keys(details).length > 0) insertDetails.run(practiceId, importId, JSON.stringify(details));
    if (details.bill_to !== undefined) payers.add({ practiceId, file: where.file, place: place('bill_to') });
    practiceNotes.know(practiceId, where);
    zoneChanges.note(practiceId, timeZone);
    return taken;
  }

  function judgePractice(known: PracticeRow | undefined, given: Practice, where: Where): Taken {
    if (known === undefined) return 'imported';
    const { practiceId } = given;
    const about = {
      kind: 'practices',
      identity: () => nameOfPractice(practiceId),
      other: () => places.get(practiceId),
      versions: () =>
        findVersions.all(practiceId).map((version) => ({
          importId: version.import_id,
          fields: fieldsOf(version, given),
        })),
    } as const;
    return judge({ importId: known.import_id }, fieldsOf(known, given), about, where);
  }

  return { take, problemsAtEnd: payers.problemsAtEnd, zoneChanges: zoneChanges.all };
}

/** Collects the practices to which an import gives another zone than closed months billed them by. */
function createZoneChanges(db: Connection) {
  const zonesOf = createSpanReader(db, LAST_MONTH);
  const findLastClosed = db.prepare<[], BillingMonth>('SELECT max(month) FROM closed_months').pluck();
  const all: ZoneChange[] = [];
  return {
    all,
    /** A row without a zone leaves the zone as it is. */
    note(practiceId: string, timeZone: string): void {
      const zones = zonesOf(practiceId);
      const last = zones.at(-1);
      if (last === undefined || timeZone === '' || isSameZone(last.timeZone, timeZone)) return;
      const since = nextMonth(findLastClosed.get() ?? last.since);
      all.push({ practiceId, zones: [...zones, { timeZone, since }] });
    },
  };
}

function fieldsOf(known: PracticeRow, given: Practice): Field[] {
  const details = detailsIn(known.details);
  return [
    ['name', known.name, given.name],
    ['time_zone', known.time_zone, zoneOf(known, given)],
    ...PRACTICE_DETAILS.map((field): Field => [field, details[field] ?? '', given.details[field] ?? '']),
  ];
}

/** Another name of the same zone is no change. */
function zoneOf({ time_zone: known }: PracticeRow, { timeZone: given }: Practice): string {
  return known !== '' && given !== '' && isSameZone(known, given) ? known : given;
}
