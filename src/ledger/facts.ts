/**
 * Taking facts in: what is new, what is known already, what conflicts (docs/files.md section 1). Runs inside the
 * import's transaction; a conflict is a value, and the import that has one is rolled back by its caller.
 */
import type { Fact, HistoryEvent, Instant, OrderLine, Practice, Retraction } from '../billing/order.js';
import {
  differsFromKnown,
  differsWithinImport,
  otherPractice,
  type Place,
  type Problem,
  retractsNothing,
  zoneIsFixed,
} from '../billing/problem.js';
import { formatInstant } from '../billing/time-zone.js';
import type { Connection } from './connect.js';
import { addNotes, createFactHash, type FactValues, factValues } from './fact-hash.js';
import { FACT_INDEXES } from './schema.js';

/** What became of a record. */
export type Taken = 'imported' | 'amended' | 'duplicate' | Conflict;

export interface Conflict {
  /** The column at fault. */
  readonly field: string;
  readonly message: string;
}

/**
 * Identities of which an import may take no record at all: those of which it has two that differ, and orders whose lines it
 * would leave with two practices (but for lines that agree with the known ones). By a text for each (`order A1 line 2`), with
 * its refusal.
 */
export type Disputed = ReadonlyMap<string, Refusal>;

/** What is wrong with a record; undefined if it may be taken all the same. */
export type Refusal = (record: Fact) => Conflict | undefined;

export interface FactTaker {
  /** @param file that the record stands in, for messages */
  take(record: Fact & { place(field?: string): Place }, file: string): Taken;
  /** Checks what only the end of the import can tell. Each problem has the place of the record that raised the question. */
  problemsAtEnd(): Problem[];
  /** What another attempt at this import has to leave out, once `problemsAtEnd` has been asked. */
  readonly disputed: Disputed;
  /** Ends the import, if all is well and its files are recorded. @returns its hash */
  finish(): string;
}

export interface ImportOptions {
  readonly importId: number;
  /** Whether a record may replace a known one of the same identity. */
  readonly amend: boolean;
  /** What attempts before this one found to be disputed. */
  readonly leftOut?: Disputed;
}

interface Version {
  readonly import_id: number;
}

export function createFactTaker(db: Connection, { importId, amend, leftOut }: ImportOptions): FactTaker {
  const disputed = new Map<string, Refusal>();
  const lateness = createLateness(db, importId);
  const seen = createSeen(db);
  const knowPractice = createPracticeIndex(db, importId);
  const indexes = deferIndexes(db);
  const hash = createFactHash();

  const insertLine = db.prepare(
    `INSERT OR IGNORE INTO order_lines VALUES (?, ?, ?, ?, NULL, ${'?, '.repeat(8)}?)`,
  );
  const currentLine = db.prepare<[string, number], OrderLineRow>(
    'SELECT * FROM order_lines WHERE order_id = ? AND order_line = ? AND superseded_by IS NULL',
  );
  const supersedeLine = db.prepare(
    'UPDATE order_lines SET superseded_by = ? WHERE order_id = ? AND order_line = ? AND superseded_by IS NULL',
  );
  // Any other line will do: an order has one practice until a record noted here gives it another.
  const practiceOfOtherLine = db
    .prepare<[string, number], string>(
      'SELECT practice_id FROM order_lines WHERE order_id = ? AND order_line <> ? AND superseded_by IS NULL LIMIT 1',
    )
    .pluck();
  const practicesOf = db
    .prepare<[string], string>(
      'SELECT DISTINCT practice_id FROM order_lines WHERE order_id = ? AND superseded_by IS NULL ORDER BY practice_id LIMIT 2',
    )
    .pluck();
  const practiceOfKnownLine = db
    .prepare<[string], string>(
      `SELECT practice_id FROM order_lines WHERE order_id = ? AND import_id < ${importId} AND superseded_by IS NULL LIMIT 1`,
    )
    .pluck();
  const moved: { orderId: string; practiceId: string; file: string; place: Place }[] = [];
  let position = 0;

  /** @returns false if the ledger has this version already */
  function insertVersion([orderId, orderLine, ...values]: FactValues, version: number): boolean {
    return insertLine.run(orderId, orderLine, version, importId, position + 1, ...values).changes === 1;
  }

  function takeOrderLine(line: OrderLine, file: string, place: (field?: string) => Place): Taken {
    const values = factValues.order_lines(line);
    const taken = insertVersion(values, 1) ? 'imported' : takeKnownLine(line, values);
    if (taken !== 'imported' && taken !== 'amended') return taken;
    position = hash.add('order_lines', values);
    const { orderId, practiceId } = line;
    knowPractice(practiceId);
    const other = practiceOfOtherLine.get(orderId, line.line);
    if (other !== undefined && other !== practiceId)
      moved.push({ orderId, practiceId, file, place: place('practice_id') });
    lateness.noteLine(line, taken === 'amended');
    return taken;
  }

  function takeKnownLine(line: OrderLine, values: FactValues): Taken {
    const known = currentLine.get(line.orderId, line.line);
    const fields = known && lineFields(known, line);
    const taken = judge(known, fields, lineOf(line.orderId, line.line));
    if (taken === 'amended') {
      supersedeLine.run(importId, line.orderId, line.line);
      insertVersion(values, (known?.version ?? 0) + 1);
    }
    return taken;
  }

  const eventById = db.prepare<[string], EventRow>(
    "SELECT * FROM events WHERE event_id = ? AND event_id <> '' AND superseded_by IS NULL",
  );
  const supersedeEvent = db.prepare(
    "UPDATE events SET superseded_by = ? WHERE event_id = ? AND event_id <> '' AND superseded_by IS NULL",
  );
  const insertEvent = db.prepare('INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)');

  /** @returns false if the ledger has this version already */
  function insertEventVersion(values: FactValues, version: number): boolean {
    return insertEvent.run(...values, version, importId, position + 1).changes === 1;
  }

  function takeEvent(event: HistoryEvent | Retraction): Taken {
    const values = factValues.events(event);
    const taken = event.eventId === '' ? takeEventByContent(values) : takeEventById(event, values);
    if (taken !== 'imported' && taken !== 'amended') return taken;
    position = hash.add('events', values);
    lateness.noteEvent(event.orderId, event.at, taken === 'amended');
    return taken;
  }

  function takeEventByContent(values: FactValues): Taken {
    return insertEventVersion(values, 1) ? 'imported' : 'duplicate';
  }

  function takeEventById(given: HistoryEvent | Retraction, values: FactValues): Taken {
    const { eventId, orderId, event } = given;
    const known = eventById.get(eventId);
    if (event === 'retracted' && known?.order_id !== orderId)
      return { field: 'event_id', message: retractsNothing(eventId, orderId) };
    const taken = judge(known, known && eventFields(known, given), eventOf(eventId));
    if (taken !== 'imported' && taken !== 'amended') return taken;
    if (known !== undefined) {
      supersedeEvent.run(importId, eventId);
      lateness.noteEvent(known.order_id, known.at, true);
    }
    insertEventVersion(values, (known?.version ?? 0) + 1);
    return taken;
  }

  const currentPractice = db.prepare<[string], PracticeRow>(
    'SELECT * FROM practices WHERE practice_id = ? AND superseded_by IS NULL',
  );
  const fixedZone = db
    .prepare<[string], string>('SELECT time_zone FROM practice_zones WHERE practice_id = ?')
    .pluck();
  const supersedePractice = db.prepare(
    'UPDATE practices SET superseded_by = ? WHERE practice_id = ? AND superseded_by IS NULL',
  );
  const insertPractice = db.prepare('INSERT INTO practices VALUES (?, ?, NULL, ?, ?, ?)');

  function takePractice(practice: Practice): Taken {
    const { practiceId, name, timeZone } = practice;
    const fixed = fixedZone.get(practiceId);
    if (fixed !== undefined && timeZone !== '' && timeZone !== fixed) {
      return { field: 'time_zone', message: zoneIsFixed(practiceId, fixed, timeZone) };
    }
    const current = currentPractice.get(practiceId);
    const fields: Field[] | undefined = current && [
      ['name', current.name, name],
      ['time_zone', current.time_zone, timeZone],
    ];
    const taken = judge(current, fields, practiceOf(practiceId));
    if (taken !== 'imported' && taken !== 'amended') return taken;
    if (current !== undefined) supersedePractice.run(importId, practiceId);
    insertPractice.run(practiceId, importId, position + 1, name, timeZone);
    position = hash.add('practices', factValues.practices(practice));
    knowPractice(practiceId);
    return taken;
  }

  /** New, known, replaced or in conflict: the same four answers for every kind of fact. */
  function judge(
    current: Version | undefined,
    fields: readonly Field[] | undefined,
    identity: string,
  ): Taken {
    if (current === undefined || fields === undefined) return 'imported';
    const difference = fields.find(([, known, given]) => known !== given);
    if (difference === undefined) {
      if (amend) seen.add(identity);
      return 'duplicate';
    }
    const [field, known, given] = difference;
    if (current.import_id === importId || (amend && seen.has(identity))) {
      disputed.set(identity, () => ({ field: '', message: differsWithinImport(identity, field) }));
      const values = [shown(field, known), shown(field, given)] as const;
      return { field, message: differsWithinImport(identity, field, values) };
    }
    if (amend) return 'amended';
    return {
      field,
      message: differsFromKnown(field, shown(field, known), shown(field, given), current.import_id),
    };
  }

  /** At the end, since an amendment may move an order to another practice line by line: it must have moved whole. */
  function problemsAtEnd(): Problem[] {
    // Without two records of one identity the orders may come out whole: a question for the next attempt.
    const isDisputed = disputed.size === 0;
    const practices = new Map<string, readonly string[]>();
    const problems: Problem[] = [];
    for (const { orderId, practiceId, file, place } of moved) {
      if (!practices.has(orderId)) practices.set(orderId, practicesOf.all(orderId));
      const [one = '', two] = practices.get(orderId) ?? [];
      if (two === undefined) continue;
      const refusal = (given: string): Conflict => {
        const message = otherPractice(orderId, given === one ? two : one, given);
        return { field: 'practice_id', message };
      };
      problems.push({ file, ...place, ...refusal(practiceId) });
      if (!isDisputed) continue;
      const known = amend ? undefined : practiceOfKnownLine.get(orderId);
      disputed.set(linesOf(orderId), ({ fact }) => {
        const given = (fact as OrderLine).practiceId;
        return given === known ? undefined : refusal(given);
      });
    }
    return problems;
  }

  return {
    take(record, file) {
      const conflict = leftOut && conflictOf(record, leftOut);
      if (conflict !== undefined) return conflict;
      switch (record.kind) {
        case 'orders':
          return takeOrderLine(record.fact, file, record.place);
        case 'history':
          return takeEvent(record.fact);
        case 'practices':
          return takePractice(record.fact);
      }
    },
    problemsAtEnd,
    disputed,
    finish() {
      indexes.restore();
      addNotes(hash, db, importId);
      return hash.digest();
    },
  };
}

/** What to say of a record that this attempt leaves out. */
function conflictOf(record: Fact, leftOut: Disputed): Conflict | undefined {
  switch (record.kind) {
    case 'orders': {
      const { orderId, line } = record.fact;
      return (leftOut.get(lineOf(orderId, line)) ?? leftOut.get(linesOf(orderId)))?.(record);
    }
    case 'history':
      return leftOut.get(eventOf(record.fact.eventId))?.(record);
    case 'practices':
      return leftOut.get(practiceOf(record.fact.practiceId))?.(record);
  }
}

const lineOf = (orderId: string, line: number) => `order ${orderId} line ${line}`;
const linesOf = (orderId: string) => `lines of order ${orderId}`;
const eventOf = (eventId: string) => `event ${eventId}`;
const practiceOf = (practiceId: string) => `practice ${practiceId}`;

/** Instants are compared as integers, and shown as a person can read them. */
function shown(field: string, value: string | number): string {
  return typeof value === 'number' && (field === 'at' || field === 'placed_at')
    ? formatInstant(value)
    : String(value);
}

type Field = readonly [name: string, known: string | number, given: string | number];

/** A row of `order_lines` as the schema names it. */
export interface OrderLineRow extends Version {
  readonly version: number;
  readonly practice_id: string;
  readonly product: string;
  readonly description: string;
  readonly patient_ref: string;
  readonly quantity: string;
  readonly unit_price: string;
  readonly currency: string;
  readonly placed_at: number;
}

function lineFields(known: OrderLineRow, given: OrderLine): Field[] {
  return [
    ['practice_id', known.practice_id, given.practiceId],
    ['product', known.product, given.product],
    ['description', known.description, given.description],
    ['patient_ref', known.patient_ref, given.patientRef],
    ['quantity', known.quantity, given.quantity],
    ['unit_price', known.unit_price, given.unitPrice],
    ['currency', known.currency, given.currency],
    ['placed_at', known.placed_at, given.placedAt],
  ];
}

interface EventRow extends Version {
  readonly version: number;
  readonly order_id: string;
  readonly event: string;
  readonly at: number;
  readonly sequence: number;
  readonly reason: string;
}

function eventFields(known: EventRow, given: HistoryEvent | Retraction): Field[] {
  return [
    ['order_id', known.order_id, given.orderId],
    ['event', known.event, given.event],
    ['at', known.at, given.at],
    ['sequence', known.sequence, given.sequence],
    ['reason', known.reason, given.reason],
  ];
}

interface PracticeRow extends Version {
  readonly name: string;
  readonly time_zone: string;
}

/** Remembers the practices that facts name. Bounded by their number. */
function createPracticeIndex(db: Connection, importId: number): (practiceId: string) => void {
  const insert = db.prepare('INSERT OR IGNORE INTO known_practices VALUES (?, ?)');
  const noted = new Set<string>();
  return (practiceId) => {
    if (noted.has(practiceId)) return;
    noted.add(practiceId);
    insert.run(practiceId, importId);
  };
}

/**
 * Notes the orders that the next close must look at although their new facts lie before its month, or change what is known:
 * its other orders it finds by the dates of their facts. Before the first close there are none.
 */
function createLateness(db: Connection, importId: number) {
  const lastCutOff = db
    .prepare<[], number | null>(
      'SELECT max(at) FROM cut_offs WHERE month = (SELECT max(month) FROM closed_months)',
    )
    .pluck()
    .get();
  const insert = db.prepare('INSERT OR IGNORE INTO late_facts VALUES (?, ?)');
  const isOfEarlierOrder = db
    .prepare<[object], number>(
      `SELECT EXISTS (SELECT 1 FROM order_lines WHERE order_id = :orderId AND import_id < :importId)
         OR EXISTS (SELECT 1 FROM events WHERE order_id = :orderId AND import_id < :importId)`,
    )
    .pluck();

  function noteEvent(orderId: string, at: Instant, changesWhatIsKnown: boolean): void {
    if (typeof lastCutOff !== 'number') return;
    if (changesWhatIsKnown || at < lastCutOff) insert.run(importId, orderId);
  }

  return {
    noteEvent,
    /** A new line of a known order may move its first placement, or make it one that cannot be paused. */
    noteLine({ orderId, placedAt }: OrderLine, changesWhatIsKnown: boolean): void {
      if (typeof lastCutOff !== 'number') return;
      noteEvent(orderId, placedAt, changesWhatIsKnown || isOfEarlierOrder.get({ orderId, importId }) === 1);
    },
  };
}

/**
 * On a ledger without facts, the indexes that no check of an import needs are made when all its facts are in, which takes a
 * fraction of the time.
 */
function deferIndexes(db: Connection): { restore(): void } {
  const isEmpty =
    db.prepare('SELECT 1 FROM order_lines UNION ALL SELECT 1 FROM events LIMIT 1').get() === undefined;
  if (isEmpty) for (const name of Object.keys(FACT_INDEXES)) db.exec(`DROP INDEX ${name}`);
  return {
    restore() {
      if (isEmpty) for (const statement of Object.values(FACT_INDEXES)) db.exec(statement);
    },
  };
}

/**
 * The identities that an amending import has repeated unchanged: a second record that differs is then a conflict, whichever
 * of the two comes first. In SQLite's temporary space, so that memory stays bounded.
 */
function createSeen(db: Connection) {
  db.exec(
    'CREATE TEMP TABLE IF NOT EXISTS seen (identity TEXT PRIMARY KEY) STRICT, WITHOUT ROWID; DELETE FROM temp.seen',
  );
  const insert = db.prepare('INSERT OR IGNORE INTO temp.seen VALUES (?)');
  const find = db.prepare('SELECT 1 FROM temp.seen WHERE identity = ?').pluck();
  return {
    add: (identity: string): void => void insert.run(identity),
    has: (identity: string): boolean => find.get(identity) !== undefined,
  };
}
