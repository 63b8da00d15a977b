/**
 * Takes facts into the ledger and decides whether each is new, known or in conflict (docs/files.md section 1). Runs in the import's
 * transaction. A conflict is a value; the caller rolls back the import that has one.
 */

import { formatUnitPrice, lineAmount } from '../billing/money.js';
import {
  type Amend,
  amends,
  compareCodePoints,
  EVENT_KINDS,
  type EventKind,
  type Fact,
  type FactKind,
  type HistoryEvent,
  type Instant,
  type OrderLine,
  type Practice,
  type Retraction,
} from '../billing/order.js';
import { PRACTICE_DETAILS } from '../billing/party.js';
import { formatInstant, isSameZone } from '../billing/time-zone.js';
import type { Difference } from '../errors/difference.js';
import { type Message, say } from '../errors/message.js';
import { type Place, type Problem, placeName } from '../errors/problem.js';
import type { Connection } from './connect.js';
import { hashOfImport } from './fact-hash.js';
import {
  type Bucket,
  createBuckets,
  createSegmentReader,
  type EventRow,
  eventRow,
  identityOfEvent,
  type Known,
  keyOf,
  type LineRow,
  lineOfEvent,
  lineRow,
} from './fact-log.js';
import { createRunWriter, type RunWriter } from './fact-writer.js';
import { createKeyTable } from './key-table.js';
import { createLikeIdWatch, formKeyOf, type LikeIds } from './like-ids.js';
import { createFactFinder, versionsByLine } from './order-facts.js';
import { detailsIn } from './parties.js';
import { createPlaces, createRowsOfFile, type Where } from './record-places.js';

/** What became of a record. */
export type Taken = 'imported' | 'amended' | 'duplicate' | 'kept' | Conflict;

/** What a record replaced. */
export interface Change {
  /** `order line 1 of ORD-1` */
  readonly identity: string;
  readonly file: string;
  readonly line: number;
  readonly differences: readonly Difference[];
}

export interface Conflict {
  /** The wrong column. */
  readonly field: string;
  readonly message: Message;
}

/**
 * Records that this import must skip because they contradict each other, by identity (`order line 2 of A1`), with the refusal of each.
 * These are identities with two differing records, and orders that the import would leave with lines of two practices. Lines of such an
 * order that agree with the known practice are taken.
 */
export type Disputed = ReadonlyMap<string, Refusal>;

/** Returns what is wrong with a record; undefined if it may be taken. */
export type Refusal = (record: Fact, where: Where) => Conflict | undefined;

export interface FactTaker {
  /** @param file the file of the record, for messages */
  take(record: Fact & { place(field?: string): Place }, file: string): Taken;
  /** Checks what only the end of the import can show. Each problem has the place of the record that raised the question. */
  problemsAtEnd(): Problem[];
  /** What the next attempt at this import must leave out. Complete after `problemsAtEnd`. */
  readonly disputed: Disputed;
  /** What records replaced, in the order in which they came; at most MOST_CHANGES. */
  readonly changes: readonly Change[];
  /** Returns ids that are similar to a known one. Called once, after the last record. */
  likeIds(): LikeIds;
  /** Ends the import, after its files are recorded. @returns its hash */
  finish(): string;
}

export interface ImportOptions {
  readonly importId: number;
  /** Whether a record may replace a known one with the same identity. */
  readonly amend: Amend;
  /** If true, a record that repeats a version from before a correction leaves the correction in place. */
  readonly keep?: boolean;
  /** For new order lines without a currency. */
  readonly defaultCurrency: string;
  /** What earlier attempts at this import found to be in dispute. */
  readonly leftOut?: Disputed;
}

export function createFactTaker(
  db: Connection,
  { importId, amend, keep = false, defaultCurrency, leftOut }: ImportOptions,
): FactTaker {
  const changes: Change[] = [];
  const disputed = new Map<string, Refusal>();
  const seen = createSeen(db);
  const knowPractice = createPracticeIndex(db, importId, (id, place) => likeIds.addPractice(id, place));
  const history = importId === 1 ? undefined : createFactFinder(db, importId - 1);
  const lineWriter = createRunWriter<LineRow>(db, { importId, kind: 'orders', atOf: (row) => row[9] });
  const eventWriter = createRunWriter<EventRow>(db, { importId, kind: 'history', atOf: (row) => row[1] });
  // Every fact of this import by its identity. By order only the facts that show its months and practices, since it may have very many.
  const [lineTable, eventTable] = [createKeyTable(), createKeyTable()];
  const [linesOfOrders, eventsOfOrders] = [createKeyTable(), createKeyTable()];
  const linesBefore = createMemory((orderId: string) => {
    const versions = history?.linesOf(orderId, keyOf(orderId)) ?? NONE;
    return { versions, byLine: new Map(versions.map((version) => [version.row[1], version])) };
  });
  const eventsBefore = createMemory((orderId: string, bucket: Bucket) => {
    const last = new Map<string, Known<EventRow>>();
    for (const version of history?.eventsOf(orderId, keyOf(orderId), bucket) ?? NONE)
      if (version.row[5] === '') last.set(identityOfEvent(version.row), version);
    return last;
  });
  const segments = createSegmentReader(db);
  const bucketOf = createBuckets();
  const noteLate = db.prepare('INSERT OR IGNORE INTO late_facts VALUES (?, ?)');
  const noteMoved = db.prepare('INSERT OR IGNORE INTO moved_events VALUES (?, ?, ?)');
  const moved: { orderId: string; practiceId: string; file: string; place: Place }[] = [];
  const billedPractices: { practiceId: string; file: string; place: Place }[] = [];
  let practices = 0;
  /** The place of the current record. */
  let where: Where = { file: '', line: 0 };
  const [linePlaces, eventPlaces, practicePlaces] = [
    createPlaces(),
    createPlaces(),
    new Map<string, Where>(),
  ];
  const rowsOfFile = createRowsOfFile(linePlaces.of);
  /** Events whose order was not known when they came. */
  const ofUnknownOrders: { readonly fact: number; readonly key: number }[] = [];
  const likeIds = createLikeIdWatch(db, importId, {
    factsAt: (key) => linesOfOrders.at(key),
    idsOf: (facts) => facts.flatMap((fact) => idsAt(lineWriter, fact)),
    isKnownBefore: (key, id) =>
      history !== undefined &&
      history.bucketsOf('order_lines', key).length > 0 &&
      history.linesOf(id(), key).length > 0,
  });

  /** Returns the orders to which a fact of this import may belong: its own, or all of its segment if it is written already. */
  function idsAt<Row extends LineRow | EventRow>(writer: RunWriter<Row>, fact: number): readonly string[] {
    const stored = writer.find(fact);
    return 'segment' in stored ? segments.orderIdsIn(stored.segment) : [stored[0]];
  }

  /** Returns the first wanted fact of this import among those that a key finds. Facts already written are read from their segment. */
  function findOwn<Row extends LineRow | EventRow>(
    facts: readonly number[],
    writer: RunWriter<Row>,
    isWanted: (row: Row) => boolean,
    inSegment: (segment: number) => readonly Known<Row>[],
  ): Found<Row> | undefined {
    for (const fact of facts) {
      const stored = writer.find(fact);
      if (!('segment' in stored)) {
        if (isWanted(stored)) return { importId, row: stored, fact };
        continue;
      }
      const found = inSegment(stored.segment).find(({ row }) => isWanted(row));
      if (found !== undefined) return { ...found, fact };
    }
    return undefined;
  }

  function takeOrderLine(given: OrderLine, isUnnumbered: boolean, place: (field?: string) => Place): Taken {
    const { orderId, practiceId } = given;
    const key = keyOf(orderId);
    const identity = given.line === 1 ? key : keyOf(`${orderId}\n${given.line}`);
    const before = history && linesBefore(orderId);
    const known: Found<LineRow> | undefined =
      findOwn(
        lineTable.at(identity),
        lineWriter,
        (row) => row[0] === orderId && row[1] === given.line,
        (segment) => segments.rowsOfOrder<LineRow>(segment, orderId),
      ) ?? before?.byLine.get(given.line);
    const line = given.currency === '' ? { ...given, currency: known?.row[8] ?? defaultCurrency } : given;
    if (known !== undefined && line !== given && lineAmount(line, 'half-up') === undefined)
      return { field: 'unit_price', message: say.amountTooLarge(line.quantity, line.unitPrice) };
    const fields = known && lineFields(known.row, line);
    const rowOf = (fact: number | undefined) => ({ orderId, key, where, fact });
    const rows = isUnnumbered ? rowsOfFile.others(rowOf(known?.fact)) : undefined;
    if (rows !== undefined) {
      const areEqual = fields?.every(([, one, other]) => one === other) ?? false;
      const refusal = { field: 'order_id', message: say.rowsWithoutNumber(orderId, rows, areEqual) };
      // When this message is built, the list has all rows.
      const whole = () => ({ ...refusal, message: say.rowsWithoutNumber(orderId, rows, areEqual) });
      disputed.set(lineOf(orderId, line.line), whole);
      return refusal;
    }
    const taken =
      known === undefined
        ? 'imported'
        : judge(known, fields, {
            kind: 'orders',
            identity: () => lineOf(orderId, line.line),
            other: () => (known?.fact === undefined ? undefined : linePlaces.of(known.fact)),
            versions: () =>
              (before?.versions ?? NONE)
                .filter(({ row }) => row[1] === line.line)
                .map((version) => ({ importId: version.importId, fields: lineFields(version.row, line) })),
          });
    if (taken !== 'imported' && taken !== 'amended') {
      if (isUnnumbered) rowsOfFile.add(rowOf(undefined));
      return taken;
    }
    const formKey = formKeyOf(orderId);
    const fact = lineWriter.add(lineRow(line), key, { otherKey: formKey });
    linePlaces.set(fact, where);
    if (isUnnumbered) rowsOfFile.add(rowOf(fact));
    lineTable.add(identity, fact);
    knowPractice(practiceId, where);
    const bucket = lineWriter.bucketOf(fact);
    const sameOrder = linesOfOrders.at(key);
    const others = sameOrder.length === 0 ? [] : othersOf(sameOrder, orderId);
    if (!others.some((each) => each.bucket === bucket && each.practiceId === practiceId))
      linesOfOrders.add(key, fact);
    if (others.length === 0 && (before?.versions.length ?? 0) === 0)
      likeIds.addOrder({ orderId, key, formKey, fact, where });
    for (const { row } of before?.versions ?? NONE)
      others.push({ bucket: bucketOf(row[9]), practiceId: row[2] });
    // All other lines may move too, so only the end of the import can decide.
    if (others.some((each) => each.practiceId !== practiceId))
      moved.push({ orderId, practiceId, file: where.file, place: place('practice_id') });
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

  /** A close of the event's month does not see a line of a later month, but must know that its order has one. */
  function hasEventBefore(key: number, bucket: Bucket): boolean {
    const facts = eventsOfOrders.at(key);
    if (facts.some((fact) => eventWriter.bucketOf(fact) < bucket)) return true;
    return history?.bucketsOf('order_events', key).some((each) => each < bucket) ?? false;
  }

  /** Tells what is known of the lines of an event's order: none, at least one in a later month than the event, or others. */
  function linesAround(key: number, bucket: Bucket): 'none' | 'after' | 'others' {
    const own = linesOfOrders.at(key);
    if (own.some((fact) => lineWriter.bucketOf(fact) > bucket)) return 'after';
    const before = history?.bucketsOf('order_lines', key) ?? NONE;
    if (before.some((each) => each > bucket)) return 'after';
    return own.length + before.length === 0 ? 'none' : 'others';
  }

  function takeEvent(event: HistoryEvent | Retraction): Taken {
    if (event.eventId === '' && event.event === 'retracted') return takeRetractionByContent(event);
    const row = eventRow(event);
    const text = JSON.stringify(row);
    const identity = keyOf(event.eventId === '' ? text : event.eventId);
    const taken =
      event.eventId === ''
        ? takeEventByContent(event, row, { text, key: identity })
        : takeEventById(event, identity);
    return addEvent(event, row, { text, identity, taken });
  }

  function addEvent(
    event: HistoryEvent | Retraction,
    row: EventRow,
    { text, identity, taken }: { text: string; identity: number; taken: Taken },
  ): Taken {
    if (taken !== 'imported' && taken !== 'amended') return taken;
    const key = keyOf(event.orderId);
    const fact = eventWriter.add(row, key, { text, otherKey: event.eventId === '' ? 0 : identity });
    eventPlaces.set(fact, where);
    eventTable.add(identity, fact);
    const bucket = eventWriter.bucketOf(fact);
    if (!eventsOfOrders.at(key).some((each) => eventWriter.bucketOf(each) <= bucket))
      eventsOfOrders.add(key, fact);
    const lines = linesAround(key, bucket);
    if (lines === 'none') ofUnknownOrders.push({ fact, key });
    if (taken === 'amended' || lines === 'after') noteLate.run(importId, event.orderId);
    return taken;
  }

  /** Returns the last version of the event with this content, whether in force or taken back; undefined if it is not known. */
  function findByContent(
    { text: identity, key }: Content,
    orderId: string,
    at: Instant,
  ): Found<EventRow> | undefined {
    const facts = eventTable.at(key);
    const own = findOwn(
      facts.length < 2 ? facts : facts.toReversed(),
      eventWriter,
      (row) => identityOfEvent(row) === identity,
      (segment) => segments.rowsOfOrder<EventRow>(segment, orderId),
    );
    return own ?? (history && eventsBefore(orderId, bucketOf(at)).get(identity));
  }

  /** Takes an event that its content identifies: it is new, known, or was taken back. */
  function takeEventByContent(event: HistoryEvent | Retraction, row: EventRow, content: Content): Taken {
    const known = findByContent(content, event.orderId, event.at);
    if (known === undefined) return 'imported';
    const taken = judge(known, [['event', known.row[3], row[3]]], {
      kind: 'history',
      identity: () => contentOf(event, event.event),
      other: () => (known?.fact === undefined ? undefined : eventPlaces.of(known.fact)),
      // Before it was taken back, the event was as given here.
      versions: () =>
        known === undefined
          ? NONE
          : [
              { importId: 0, fields: NONE },
              { importId: known.importId, fields: [['event', known.row[3], row[3]]] },
            ],
    });
    // The retraction names no kind, so it is skipped by its own identity.
    const refusal = typeof taken === 'string' ? undefined : disputed.get(contentOf(event, event.event));
    if (refusal !== undefined) disputed.set(contentOf(event, 'retracted'), refusal);
    return taken;
  }

  function takeRetractionByContent(given: Retraction): Taken {
    const { orderId, at } = given;
    const known = EVENT_KINDS.flatMap((kind) => {
      const text = JSON.stringify(eventRow({ ...given, event: kind }));
      const found = findByContent({ text, key: keyOf(text) }, orderId, at);
      return found === undefined ? [] : [{ kind, found }];
    });
    const standing = known.filter(({ found }) => found.row[3] !== 'retracted');
    const [one, other] = standing.length > 0 ? standing : known;
    if (one === undefined) return { field: 'order_id', message: say.retractsNoContent(orderId) };
    if (other !== undefined && standing.length > 0) {
      const kinds = standing.map(({ kind }) => kind);
      return { field: 'event', message: say.retractsSeveral(orderId, kinds) };
    }
    const { kind, found } = one;
    const retraction: Retraction = { ...given, takesBack: kind };
    const row = eventRow(retraction);
    const taken = judge(found, [['event', found.row[3], row[3]]], {
      kind: 'history',
      identity: () => contentOf(given, kind),
      other: () => (found.fact === undefined ? undefined : eventPlaces.of(found.fact)),
      versions: () => NONE,
    });
    const refusal = typeof taken === 'string' ? undefined : disputed.get(contentOf(given, kind));
    if (refusal !== undefined) disputed.set(contentOf(given, 'retracted'), refusal);
    const identity = keyOf(identityOfEvent(row));
    return addEvent(retraction, row, { text: JSON.stringify(row), identity, taken });
  }

  function takeEventById(given: HistoryEvent | Retraction, identity: number): Taken {
    const { eventId, orderId, event } = given;
    const known: Found<EventRow> | undefined =
      findOwn(
        eventTable.at(identity),
        eventWriter,
        (row) => row[5] === eventId,
        (segment) => segments.rowsOfEvent(segment, eventId),
      ) ?? history?.versionsOfEvent(eventId).at(-1);
    if (event === 'retracted' && known?.row[0] !== orderId)
      return { field: 'event_id', message: say.retractsNothing(eventId, orderId) };
    const taken = judge(known, known && eventFields(known.row, given), {
      kind: 'history',
      identity: () => eventOf(eventId),
      versions: () =>
        (history?.versionsOfEvent(eventId) ?? NONE).map((version) => ({
          importId: version.importId,
          fields: eventFields(version.row, given),
        })),
      other: () => (known?.fact === undefined ? undefined : eventPlaces.of(known.fact)),
      refusal: (field, other) =>
        field === 'order_id' && known !== undefined
          ? say.eventOfOtherOrder(eventId, known.row[0], other, orderId)
          : undefined,
    });
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
  const practiceVersions = db.prepare<[string], PracticeRow>(
    `SELECT import_id, name, time_zone, details FROM practices LEFT JOIN practice_details USING (practice_id, import_id)
     WHERE practice_id = ? ORDER BY import_id`,
  );
  const fixedZone = db.prepare<[string], { timeZone: string; since: string }>(
    'SELECT time_zone AS timeZone, fixed_by AS since FROM practice_zones WHERE practice_id = ?',
  );
  const supersedePractice = db.prepare(
    'UPDATE practices SET superseded_by = ? WHERE practice_id = ? AND superseded_by IS NULL',
  );
  const insertPractice = db.prepare('INSERT INTO practices VALUES (?, ?, NULL, ?, ?, ?)');

  const insertDetails = db.prepare('INSERT INTO practice_details VALUES (?, ?, ?)');

  function takePractice(practice: Practice, place: (field?: string) => Place): Taken {
    const { practiceId, name, timeZone } = practice;
    const fixed = fixedZone.get(practiceId);
    if (fixed !== undefined && timeZone !== '' && !isSameZone(timeZone, fixed.timeZone)) {
      return { field: 'time_zone', message: say.zoneIsFixed(practiceId, fixed, timeZone) };
    }
    const current = currentPractice.get(practiceId);
    const knownDetails = detailsIn(current?.details);
    const details = Object.keys(practice.details).length === 0 ? knownDetails : practice.details;
    const fields = current && practiceFields(current, { ...practice, details });
    const known = current && { importId: current.import_id };
    const taken = judge(known, fields, {
      kind: 'practices',
      versions: () =>
        practiceVersions.all(practiceId).map((version) => ({
          importId: version.import_id,
          fields: practiceFields(version, { ...practice, details }),
        })),
      identity: () => practiceOf(practiceId),
      other: () => practicePlaces.get(practiceId),
    });
    if (taken !== 'imported' && taken !== 'amended') return taken;
    if (current !== undefined) supersedePractice.run(importId, practiceId);
    practices++;
    insertPractice.run(practiceId, importId, practices, name, timeZone);
    practicePlaces.set(practiceId, where);
    if (Object.keys(details).length > 0) insertDetails.run(practiceId, importId, JSON.stringify(details));
    // The payer's row may follow later in this import, so only its end can decide.
    if (details.bill_to !== undefined)
      billedPractices.push({ practiceId, file: where.file, place: place('bill_to') });
    knowPractice(practiceId, where);
    return taken;
  }

  /** Decides whether a record is new, known, a replacement or in conflict, alike for every kind of fact. */
  function judge(
    current: Pick<Known<unknown>, 'importId'> | undefined,
    fields: readonly Field[] | undefined,
    about: Identity,
  ): Taken {
    if (current === undefined || fields === undefined) return 'imported';
    const mayAmend = amends(amend, about.kind);
    const first = fields.find(([, known, given]) => known !== given);
    if (first === undefined) {
      if (mayAmend) seen.add(about.identity(), where);
      return 'duplicate';
    }
    const [, knownCurrency = '', givenCurrency = ''] = fields.find(([field]) => field === 'currency') ?? [];
    const differences = fields
      .filter(([, known, given]) => known !== given)
      .map(
        ([field, known, given]): Difference => [
          field,
          shown(field, known, String(knownCurrency)),
          shown(field, given, String(givenCurrency)),
        ],
      );
    const identity = about.identity();
    const [field] = first;
    const own = about.other();
    const corrected = own === undefined ? correctedBy(about.versions()) : undefined;
    if (corrected !== undefined && keep) {
      if (mayAmend) seen.add(identity, where);
      return 'kept';
    }
    const other = own ?? (mayAmend ? seen.placeOf(identity) : undefined);
    if (other !== undefined) {
      const here = where;
      const message = (otherPlace: Where, told?: readonly Difference[]): Message => {
        const name = placeName(otherPlace.file, otherPlace.line);
        return about.refusal?.(field, name) ?? say.differsWithinImport(identity, name, told);
      };
      disputed.set(identity, (_, { file, line }) => {
        const isHere = file === here.file && line === here.line;
        return { field: '', message: message(isHere ? other : here) };
      });
      return { field, message: message(other, differences) };
    }
    if (mayAmend) {
      if (changes.length < MOST_CHANGES) changes.push({ identity, ...where, differences });
      return 'amended';
    }
    if (corrected !== undefined) {
      const back = differences.map(([name, now, given]): Difference => [name, given, now]);
      return { field, message: say.correctedSince(importName(corrected, about.kind), back) };
    }
    const { importId: from } = current;
    const message = about.refusal?.(field, `import ${from}`) ?? say.differsFromKnown(differences, from);
    return { field, message };
  }

  const filesOfImport = db
    .prepare<[number, string], string>(
      'SELECT name FROM import_files WHERE import_id = ? AND kind = ? ORDER BY position',
    )
    .pluck();

  /** `import 3, price.csv` */
  function importName(id: number, kind: FactKind): string {
    const [file, ...others] = filesOfImport.all(id, kind);
    return `import ${id}${file === undefined ? '' : `, ${file}`}${others.length > 0 ? ' and others' : ''}`;
  }

  /** Called after the last record, since an event may come before its order. */
  function noteUnknownOrders(): void {
    const noted = new Set<string>();
    for (const { fact, key } of ofUnknownOrders) {
      if (linesAround(key, 0) !== 'none') continue;
      const orderId = idsAt(eventWriter, fact).find((id) => keyOf(id) === key) ?? '';
      if (noted.has(orderId)) continue;
      noted.add(orderId);
      likeIds.addUnknownOrder(orderId, eventPlaces.of(fact));
    }
  }

  function createCurrentLines(): (orderId: string) => readonly Known<LineRow>[] {
    lineWriter.finish();
    const finder = createFactFinder(db, importId);
    return (orderId) =>
      versionsByLine(finder.linesOf(orderId, keyOf(orderId))).flatMap((versions) => versions.slice(-1));
  }

  /** An amendment may move an order to another practice line by line, so only the end shows whether it moved completely. */
  function problemsAtEnd(): Problem[] {
    if (moved.length === 0) return [];
    const currentLines = createCurrentLines();
    // If other records are in dispute, these orders may be complete without them: the next attempt decides.
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
        const message = say.otherPractice(orderId, given === one ? two : one, given);
        return { field: 'practice_id', message };
      };
      const { field, message } = refusal(practiceId);
      problems.push({ file, ...place, field, kind: message.kind, message: message.text });
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

  /** Checks that each payer is known and is not billed to another practice: no chains and no circles. */
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
          ? say.billedToUnknown(payer)
          : next === practiceId
            ? say.billedInCircle(practiceId, payer)
            : next !== undefined
              ? say.billedInChain(payer, next)
              : other !== undefined
                ? say.billsForAnother(practiceId, other)
                : undefined;
      if (message === undefined) return [];
      const conflict = { field: 'bill_to', message };
      disputed.set(practiceOf(practiceId), () => conflict);
      return [{ file, ...place, field: 'bill_to', kind: message.kind, message: message.text }];
    });
  }

  return {
    take(record, file) {
      where = { file, line: record.place().line };
      const conflict = leftOut && conflictOf(record, leftOut, where);
      if (conflict !== undefined) return conflict;
      switch (record.kind) {
        case 'orders':
          return takeOrderLine(record.fact, record.isUnnumbered === true, record.place);
        case 'history':
          return takeEvent(record.fact);
        case 'practices':
          return takePractice(record.fact, record.place);
      }
    },
    problemsAtEnd: () => [...problemsAtEnd(), ...billToProblems()],
    disputed,
    changes,
    likeIds() {
      noteUnknownOrders();
      return likeIds.result();
    },
    finish() {
      lineWriter.finish();
      eventWriter.finish();
      return hashOfImport(db, importId);
    },
  };
}

/** Returns the refusal of a record that this attempt skips; undefined if it does not. */
function conflictOf(record: Fact, leftOut: Disputed, where: Where): Conflict | undefined {
  switch (record.kind) {
    case 'orders': {
      const { orderId, line } = record.fact;
      return (leftOut.get(lineOf(orderId, line)) ?? leftOut.get(linesNamed(orderId)))?.(record, where);
    }
    case 'history':
      return leftOut.get(eventNamed(record.fact))?.(record, where);
    case 'practices':
      return leftOut.get(practiceOf(record.fact.practiceId))?.(record, where);
  }
}

/** Returns the import that corrected the given content, from versions in order of import; undefined if the content was never known. */
function correctedBy(versions: readonly VersionFields[]): number | undefined {
  const known = versions.findLastIndex(({ fields }) => fields.every(([, one, other]) => one === other));
  return known < 0 ? undefined : versions[known + 1]?.importId;
}

/** The most changes to list. All are counted. */
const MOST_CHANGES = 100_000;

const contentOf = (
  { orderId, at, sequence, reason, line }: HistoryEvent | Retraction,
  kind: EventKind | 'retracted',
) =>
  `the event ${kind} of ${line === undefined ? '' : `order line ${line} of `}${orderId} at ${formatInstant(at)}${sequence > 0 ? ` (${sequence})` : ''} ${JSON.stringify(reason)}`;

const lineOf = (orderId: string, line: number) => `order line ${line} of ${orderId}`;
const linesNamed = (orderId: string) => `lines of order ${orderId}`;
const eventNamed = (event: HistoryEvent | Retraction) =>
  event.eventId === '' ? contentOf(event, event.event) : eventOf(event.eventId);
const eventOf = (eventId: string) => `event ${eventId}`;
const practiceOf = (practiceId: string) => `practice ${practiceId}`;

/** Writes a value for a message: instants as text, unit prices with the digits of their currency. */
function shown(field: string, value: string | number, currency: string): string {
  if (field === 'unit_price') return formatUnitPrice(String(value), currency);
  const isInstant = typeof value === 'number' && (field === 'at' || field === 'placed_at');
  return isInstant ? formatInstant(value) : String(value);
}

const NONE: readonly never[] = [];

/** The content of an event without an id as JSON, and the key of that text. */
interface Content {
  readonly text: string;
  readonly key: number;
}

/** A fact, with its number if it belongs to this import. */
interface Found<Row> extends Known<Row> {
  readonly fact?: number;
}

/** The identity of a record, for messages. */
interface Identity {
  readonly kind: FactKind;
  identity(): string;
  /** Returns every version before this import, in order, compared with the given record. */
  versions(): readonly VersionFields[];
  /** Returns the place of another record of this identity in this import that was taken; undefined if there is none. */
  other(): Where | undefined;
  /** Returns another message than the usual one for a conflict in this field; undefined for the usual one. */
  refusal?(field: string, other: string): Message | undefined;
}

interface VersionFields {
  readonly importId: number;
  readonly fields: readonly Field[];
}

/** Keeps only the last answer, since the facts of an order usually come together. */
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

function practiceFields(known: PracticeRow, given: Practice): Field[] {
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

function eventFields(known: EventRow, given: HistoryEvent | Retraction): Field[] {
  return [
    ['order_id', known[0], given.orderId],
    ['event', known[3], given.event],
    ['at', known[1], given.at],
    ['sequence', known[2], given.sequence],
    ['reason', known[4], given.reason],
    ['line', lineOfEvent(known) ?? '', given.line ?? ''],
  ];
}

interface PracticeRow {
  readonly import_id: number;
  readonly name: string;
  readonly time_zone: string;
  readonly details: string | null;
}

/** Remembers the practices that facts name. Memory grows with their number. */
function createPracticeIndex(
  db: Connection,
  importId: number,
  isNew: (practiceId: string, where: Where) => void,
): (practiceId: string, where: Where) => void {
  const insert = db.prepare('INSERT OR IGNORE INTO known_practices VALUES (?, ?)');
  const noted = new Set<string>();
  return (practiceId, where) => {
    if (noted.has(practiceId)) return;
    noted.add(practiceId);
    if (insert.run(practiceId, importId).changes > 0) isNew(practiceId, where);
  };
}

/**
 * Remembers the identities that an amending import repeated unchanged. A second record that differs is then a conflict, whichever comes
 * first. They are in SQLite's temporary space to limit memory.
 */
function createSeen(db: Connection) {
  db.exec(
    'CREATE TEMP TABLE IF NOT EXISTS seen (identity TEXT PRIMARY KEY, file TEXT, line INTEGER) STRICT, WITHOUT ROWID; DELETE FROM temp.seen',
  );
  const insert = db.prepare('INSERT OR IGNORE INTO temp.seen VALUES (?, ?, ?)');
  const find = db.prepare<[string], Where>('SELECT file, line FROM temp.seen WHERE identity = ?');
  return {
    add: (identity: string, { file, line }: Where): void => void insert.run(identity, file, line),
    placeOf: (identity: string): Where | undefined => find.get(identity),
  };
}
