/**
 * Taking facts in: what is new, what is known already, what conflicts (docs/files.md section 1). Runs inside the
 * import's transaction; a conflict is a value, and the import that has one is rolled back by its caller.
 */
import { lineAmount } from '../billing/money.js';
import {
  compareCodePoints,
  type Fact,
  type HistoryEvent,
  type OrderLine,
  type Practice,
  type Retraction,
} from '../billing/order.js';
import { PRACTICE_DETAILS } from '../billing/party.js';
import {
  amountTooLarge,
  billedInChain,
  billedInCircle,
  billedToUnknown,
  billsForAnother,
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
import { hashOfImport } from './fact-hash.js';
import {
  type Bucket,
  createBuckets,
  createSegmentReader,
  type EventRow,
  eventRow,
  type Known,
  keyOf,
  type LineRow,
  lineRow,
} from './fact-log.js';
import { createKeyTable, createRunWriter, type RunWriter } from './fact-writer.js';
import { createFactFinder, versionsByLine } from './order-facts.js';
import { detailsIn } from './parties.js';

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
  /** Of new order lines that name no currency. */
  readonly defaultCurrency: string;
  /** What attempts before this one found to be disputed. */
  readonly leftOut?: Disputed;
}

export function createFactTaker(
  db: Connection,
  { importId, amend, defaultCurrency, leftOut }: ImportOptions,
): FactTaker {
  const disputed = new Map<string, Refusal>();
  const seen = createSeen(db);
  const knowPractice = createPracticeIndex(db, importId);
  const history = importId === 1 ? undefined : createFactFinder(db, importId - 1);
  const lineWriter = createRunWriter<LineRow>(db, { importId, kind: 'orders', atOf: (row) => row[9] });
  const eventWriter = createRunWriter<EventRow>(db, { importId, kind: 'history', atOf: (row) => row[1] });
  // By identity every fact of this import; by order only what tells its months and practices, however many facts it has.
  const [lineTable, eventTable] = [createKeyTable(), createKeyTable()];
  const [linesOfOrders, eventsOfOrders] = [createKeyTable(), createKeyTable()];
  const linesBefore = createMemory((orderId: string) => {
    const versions = history?.linesOf(orderId, keyOf(orderId)) ?? NONE;
    return { versions, byLine: new Map(versions.map((version) => [version.row[1], version])) };
  });
  const eventsBefore = createMemory((orderId: string, bucket: Bucket) => {
    const versions = history?.eventsOf(orderId, keyOf(orderId), bucket) ?? NONE;
    return new Set(versions.map(({ row }) => JSON.stringify(row)));
  });
  const segments = createSegmentReader(db);
  const bucketOf = createBuckets();
  const noteLate = db.prepare('INSERT OR IGNORE INTO late_facts VALUES (?, ?)');
  const noteMoved = db.prepare('INSERT OR IGNORE INTO moved_events VALUES (?, ?, ?)');
  const moved: { orderId: string; practiceId: string; file: string; place: Place }[] = [];
  const billedPractices: { practiceId: string; file: string; place: Place }[] = [];
  let practices = 0;

  /** The first fact of this import that a key finds and that is wanted: what is written already is read from its segment. */
  function findOwn<Row extends LineRow | EventRow>(
    facts: readonly number[],
    writer: RunWriter<Row>,
    isWanted: (row: Row) => boolean,
    inSegment: (segment: number) => readonly Known<Row>[],
  ): Known<Row> | undefined {
    for (const fact of facts) {
      const stored = writer.find(fact);
      if (!('segment' in stored)) {
        if (isWanted(stored)) return { importId, row: stored };
        continue;
      }
      const found = inSegment(stored.segment).find(({ row }) => isWanted(row));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  function takeOrderLine(given: OrderLine, file: string, place: (field?: string) => Place): Taken {
    const { orderId, practiceId } = given;
    const identity = keyOf(`${orderId}\n${given.line}`);
    const before = history && linesBefore(orderId);
    const known =
      findOwn(
        lineTable.factsAt(identity),
        lineWriter,
        (row) => row[0] === orderId && row[1] === given.line,
        (segment) => segments.rowsOfOrder<LineRow>(segment, orderId),
      ) ?? before?.byLine.get(given.line);
    const line = given.currency === '' ? { ...given, currency: known?.row[8] ?? defaultCurrency } : given;
    if (known !== undefined && line !== given && lineAmount(line, 'half-up') === undefined)
      return { field: 'unit_price', message: amountTooLarge(line.quantity, line.unitPrice) };
    const taken = judge(known, known && lineFields(known.row, line), () => lineOf(orderId, line.line));
    if (taken !== 'imported' && taken !== 'amended') return taken;
    const key = keyOf(orderId);
    const fact = lineWriter.add(lineRow(line), key);
    lineTable.add(identity, fact);
    knowPractice(practiceId);
    const bucket = lineWriter.bucketOf(fact);
    const others = othersOf(linesOfOrders.factsAt(key), orderId);
    if (!others.some((each) => each.bucket === bucket && each.practiceId === practiceId))
      linesOfOrders.add(key, fact);
    for (const { row } of before?.versions ?? NONE)
      others.push({ bucket: bucketOf(row[9]), practiceId: row[2] });
    // It may move with all its other lines: only the end of the import can tell.
    if (others.some((each) => each.practiceId !== practiceId))
      moved.push({ orderId, practiceId, file, place: place('practice_id') });
    const isSpread = others.some((each) => each.bucket !== bucket) || hasEventBefore(key, bucket);
    if (taken === 'amended' || isSpread) noteLate.run(importId, orderId);
    return taken;
  }

  function othersOf(facts: readonly number[], orderId: string): { bucket: Bucket; practiceId: string }[] {
    return facts.flatMap((fact) => {
      const stored = lineWriter.find(fact);
      const bucket = lineWriter.bucketOf(fact);
      if (!('segment' in stored)) return stored[0] === orderId ? [{ bucket, practiceId: stored[2] }] : [];
      const rows = segments.rowsOfOrder<LineRow>(stored.segment, orderId);
      return [...new Set(rows.map(({ row }) => row[2]))].map((practiceId) => ({ bucket, practiceId }));
    });
  }

  /** A close sees no line of a later month beside an event, but must know that its order has one. */
  function hasEventBefore(key: number, bucket: Bucket): boolean {
    const facts = eventsOfOrders.factsAt(key);
    if (facts.some((fact) => eventWriter.bucketOf(fact) < bucket)) return true;
    return history?.bucketsOf('order_events', key).some((each) => each < bucket) ?? false;
  }

  function hasLineAfter(key: number, bucket: Bucket): boolean {
    for (const fact of linesOfOrders.factsAt(key)) if (lineWriter.bucketOf(fact) > bucket) return true;
    return history?.bucketsOf('order_lines', key).some((each) => each > bucket) ?? false;
  }

  function takeEvent(event: HistoryEvent | Retraction): Taken {
    const row = eventRow(event);
    const text = JSON.stringify(row);
    const identity = keyOf(event.eventId === '' ? text : event.eventId);
    const taken =
      event.eventId === '' ? takeEventByContent(row, text, identity) : takeEventById(event, identity);
    if (taken !== 'imported' && taken !== 'amended') return taken;
    const key = keyOf(event.orderId);
    const fact = eventWriter.add(row, key, text, event.eventId === '' ? 0 : identity);
    eventTable.add(identity, fact);
    const bucket = eventWriter.bucketOf(fact);
    if (!eventsOfOrders.factsAt(key).some((each) => eventWriter.bucketOf(each) <= bucket))
      eventsOfOrders.add(key, fact);
    if (taken === 'amended' || hasLineAfter(key, bucket)) noteLate.run(importId, event.orderId);
    return taken;
  }

  function takeEventByContent(given: EventRow, text: string, identity: number): Taken {
    const [orderId, at] = given;
    const own = findOwn(
      eventTable.factsAt(identity),
      eventWriter,
      (row) => given.every((value, index) => value === row[index]),
      (segment) => segments.rowsOfOrder<EventRow>(segment, orderId),
    );
    const isKnown = own !== undefined || (history && eventsBefore(orderId, bucketOf(at)).has(text));
    return isKnown ? 'duplicate' : 'imported';
  }

  function takeEventById(given: HistoryEvent | Retraction, identity: number): Taken {
    const { eventId, orderId, event } = given;
    const known =
      findOwn(
        eventTable.factsAt(identity),
        eventWriter,
        (row) => row[5] === eventId,
        (segment) => segments.rowsOfEvent(segment, eventId),
      ) ?? history?.versionsOfEvent(eventId).at(-1);
    if (event === 'retracted' && known?.row[0] !== orderId)
      return { field: 'event_id', message: retractsNothing(eventId, orderId) };
    const taken = judge(known, known && eventFields(known.row, given), () => eventOf(eventId));
    if (taken === 'amended' && known !== undefined && known.row[0] !== orderId) {
      noteMoved.run(known.row[0], eventId, importId);
      noteLate.run(importId, known.row[0]);
    }
    return taken;
  }

  const currentPractice = db.prepare<[string], PracticeRow>(
    `SELECT import_id, name, time_zone, details FROM practices LEFT JOIN practice_details USING (practice_id, import_id)
     WHERE practice_id = ? AND superseded_by IS NULL`,
  );
  const fixedZone = db
    .prepare<[string], string>('SELECT time_zone FROM practice_zones WHERE practice_id = ?')
    .pluck();
  const supersedePractice = db.prepare(
    'UPDATE practices SET superseded_by = ? WHERE practice_id = ? AND superseded_by IS NULL',
  );
  const insertPractice = db.prepare('INSERT INTO practices VALUES (?, ?, NULL, ?, ?, ?)');

  const insertDetails = db.prepare('INSERT INTO practice_details VALUES (?, ?, ?)');

  function takePractice(practice: Practice, file: string, place: (field?: string) => Place): Taken {
    const { practiceId, name, timeZone } = practice;
    const fixed = fixedZone.get(practiceId);
    if (fixed !== undefined && timeZone !== '' && timeZone !== fixed) {
      return { field: 'time_zone', message: zoneIsFixed(practiceId, fixed, timeZone) };
    }
    const current = currentPractice.get(practiceId);
    const knownDetails = detailsIn(current?.details);
    const details = Object.keys(practice.details).length === 0 ? knownDetails : practice.details;
    const fields: Field[] | undefined = current && [
      ['name', current.name, name],
      ['time_zone', current.time_zone, timeZone],
      ...PRACTICE_DETAILS.map((field): Field => [field, knownDetails[field] ?? '', details[field] ?? '']),
    ];
    const known = current && { importId: current.import_id };
    const taken = judge(known, fields, () => practiceOf(practiceId));
    if (taken !== 'imported' && taken !== 'amended') return taken;
    if (current !== undefined) supersedePractice.run(importId, practiceId);
    practices++;
    insertPractice.run(practiceId, importId, practices, name, timeZone);
    if (Object.keys(details).length > 0) insertDetails.run(practiceId, importId, JSON.stringify(details));
    // Whom it names may come later in this import: only its end can tell.
    if (details.bill_to !== undefined) billedPractices.push({ practiceId, file, place: place('bill_to') });
    knowPractice(practiceId);
    return taken;
  }

  /** New, known, replaced or in conflict: the same four answers for every kind of fact. */
  function judge(
    current: Pick<Known<unknown>, 'importId'> | undefined,
    fields: readonly Field[] | undefined,
    named: () => string,
  ): Taken {
    if (current === undefined || fields === undefined) return 'imported';
    const identity = named();
    const difference = fields.find(([, known, given]) => known !== given);
    if (difference === undefined) {
      if (amend) seen.add(identity);
      return 'duplicate';
    }
    const [field, known, given] = difference;
    if (current.importId === importId || (amend && seen.has(identity))) {
      disputed.set(identity, () => ({ field: '', message: differsWithinImport(identity, field) }));
      const values = [shown(field, known), shown(field, given)] as const;
      return { field, message: differsWithinImport(identity, field, values) };
    }
    if (amend) return 'amended';
    return {
      field,
      message: differsFromKnown(field, shown(field, known), shown(field, given), current.importId),
    };
  }

  function createCurrentLines(): (orderId: string) => readonly Known<LineRow>[] {
    lineWriter.finish();
    const finder = createFactFinder(db, importId);
    return (orderId) =>
      versionsByLine(finder.linesOf(orderId, keyOf(orderId))).flatMap((versions) => versions.slice(-1));
  }

  /** At the end, since an amendment may move an order to another practice line by line: it must have moved whole. */
  function problemsAtEnd(): Problem[] {
    if (moved.length === 0) return [];
    const currentLines = createCurrentLines();
    // Without two records of one identity the orders may come out whole: a question for the next attempt.
    const isDisputed = disputed.size === 0;
    const practicesOf = new Map<string, readonly string[]>();
    const problems: Problem[] = [];
    for (const { orderId, practiceId, file, place } of moved) {
      if (!practicesOf.has(orderId)) {
        const practices = currentLines(orderId).map(({ row }) => row[2]);
        practicesOf.set(orderId, [...new Set(practices)].sort(compareCodePoints));
      }
      const [one = '', two] = practicesOf.get(orderId) ?? [];
      if (two === undefined) continue;
      const refusal = (given: string): Conflict => {
        const message = otherPractice(orderId, given === one ? two : one, given);
        return { field: 'practice_id', message };
      };
      problems.push({ file, ...place, ...refusal(practiceId) });
      if (!isDisputed) continue;
      const known = amend
        ? undefined
        : currentLines(orderId).find((line) => line.importId < importId)?.row[2];
      disputed.set(linesNamed(orderId), ({ fact }) => {
        const given = (fact as OrderLine).practiceId;
        return given === known ? undefined : refusal(given);
      });
    }
    return problems;
  }

  /** The practice that pays is known, and is not billed to another itself: no chains, no circles. */
  function billToProblems(): Problem[] {
    const payerOf = (practiceId: string) => detailsIn(currentPractice.get(practiceId)?.details).bill_to;
    const billedTo = db
      .prepare<[string], string>(
        `SELECT practice_id FROM practice_details JOIN practices USING (practice_id, import_id)
       WHERE superseded_by IS NULL AND details->>'bill_to' = ? ORDER BY practice_id LIMIT 1`,
      )
      .pluck();
    return billedPractices.flatMap(({ practiceId, file, place }) => {
      const payer = payerOf(practiceId);
      if (payer === undefined) return [];
      const next = payerOf(payer);
      const other = billedTo.get(practiceId);
      const message =
        currentPractice.get(payer) === undefined
          ? billedToUnknown(payer)
          : next === practiceId
            ? billedInCircle(practiceId, payer)
            : next !== undefined
              ? billedInChain(payer, next)
              : other !== undefined
                ? billsForAnother(practiceId, other)
                : undefined;
      if (message === undefined) return [];
      const conflict = { field: 'bill_to', message };
      disputed.set(practiceOf(practiceId), () => conflict);
      return [{ file, ...place, ...conflict }];
    });
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
          return takePractice(record.fact, file, record.place);
      }
    },
    problemsAtEnd: () => [...problemsAtEnd(), ...billToProblems()],
    disputed,
    finish() {
      lineWriter.finish();
      eventWriter.finish();
      return hashOfImport(db, importId);
    },
  };
}

/** What to say of a record that this attempt leaves out. */
function conflictOf(record: Fact, leftOut: Disputed): Conflict | undefined {
  switch (record.kind) {
    case 'orders': {
      const { orderId, line } = record.fact;
      return (leftOut.get(lineOf(orderId, line)) ?? leftOut.get(linesNamed(orderId)))?.(record);
    }
    case 'history':
      return leftOut.get(eventOf(record.fact.eventId))?.(record);
    case 'practices':
      return leftOut.get(practiceOf(record.fact.practiceId))?.(record);
  }
}

const lineOf = (orderId: string, line: number) => `order ${orderId} line ${line}`;
const linesNamed = (orderId: string) => `lines of order ${orderId}`;
const eventOf = (eventId: string) => `event ${eventId}`;
const practiceOf = (practiceId: string) => `practice ${practiceId}`;

/** Instants are compared as integers, and shown as a person can read them. */
function shown(field: string, value: string | number): string {
  return typeof value === 'number' && (field === 'at' || field === 'placed_at')
    ? formatInstant(value)
    : String(value);
}

const NONE: readonly never[] = [];

/** Keeps the last answer: the facts of an order mostly come together. */
function createMemory<Key extends readonly (string | number)[], Value>(
  read: (...key: Key) => Value,
): (...key: Key) => Value {
  let last: { readonly key: Key; readonly value: Value } | undefined;
  return (...key) => {
    if (last === undefined || key.some((part, index) => part !== last?.key[index]))
      last = { key, value: read(...key) };
    return last.value;
  };
}

type Field = readonly [name: string, known: string | number, given: string | number];

function lineFields(known: LineRow, given: OrderLine): Field[] {
  return [
    ['practice_id', known[2], given.practiceId],
    ['product', known[3], given.product],
    ['description', known[4], given.description],
    ['patient_ref', known[5], given.patientRef],
    ['quantity', known[6], given.quantity],
    ['unit_price', known[7], given.unitPrice],
    ['currency', known[8], given.currency],
    ['placed_at', known[9], given.placedAt],
  ];
}

function eventFields(known: EventRow, given: HistoryEvent | Retraction): Field[] {
  return [
    ['order_id', known[0], given.orderId],
    ['event', known[3], given.event],
    ['at', known[1], given.at],
    ['sequence', known[2], given.sequence],
    ['reason', known[4], given.reason],
  ];
}

interface PracticeRow {
  readonly import_id: number;
  readonly name: string;
  readonly time_zone: string;
  readonly details: string | null;
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
