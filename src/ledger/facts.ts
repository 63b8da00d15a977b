/**
 * Taking facts in: what is new, what is known already, what conflicts (files-and-commands.md section 1). Runs inside the
 * import's transaction; a conflict is a value, and the import that has one is rolled back by its caller.
 */
import type { Fact, HistoryEvent, OrderLine, Practice, Retraction } from '../billing/order.js';
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
import type { Connection } from './ledger.js';

/** What became of a record. */
export type Taken = 'imported' | 'amended' | 'duplicate' | Conflict;

export interface Conflict {
  /** The column at fault. */
  readonly field: string;
  readonly message: string;
}

export interface FactTaker {
  /** @param file that the record stands in, for messages */
  take(record: Fact & { place(field?: string): Place }, file: string): Taken;
  /** Checks what only the end of the import can tell. Each problem has the place of the record that raised the question. */
  problemsAtEnd(): Problem[];
}

export interface ImportOptions {
  readonly importId: number;
  /** Whether a record may replace a known one of the same identity. */
  readonly amend: boolean;
}

interface Version {
  readonly import_id: number;
}

export function createFactTaker(db: Connection, { importId, amend }: ImportOptions): FactTaker {
  const lateness = createLateness(db, importId);
  const seen = createSeen(db);
  const orders = createOrderKeys(db);
  const knowPractice = createPracticeIndex(db, importId);

  const currentLine = db.prepare<[number, number], OrderLineRow>(
    'SELECT * FROM order_lines WHERE order_key = ? AND order_line = ? AND superseded_by IS NULL',
  );
  const supersedeLine = db.prepare(
    'UPDATE order_lines SET superseded_by = ? WHERE order_key = ? AND order_line = ? AND superseded_by IS NULL',
  );
  const insertLine = db.prepare('INSERT INTO order_lines VALUES (?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?)');
  const practiceOfOtherLine = db
    .prepare<[number, string], string>(
      'SELECT practice_id FROM order_lines WHERE order_key = ? AND practice_id <> ? AND superseded_by IS NULL LIMIT 1',
    )
    .pluck();
  const disputed: { orderKey: number; orderId: string; practiceId: string; file: string; place: Place }[] =
    [];

  function takeOrderLine(line: OrderLine, file: string, place: (field?: string) => Place): Taken {
    const order = orders.keyOf(line.orderId);
    const current = order.isNew ? undefined : currentLine.get(order.key, line.line);
    const taken = judge(
      current,
      current && lineFields(current, line),
      `order ${line.orderId} line ${line.line}`,
    );
    if (taken !== 'imported' && taken !== 'amended') return taken;
    if (current !== undefined) supersedeLine.run(importId, order.key, line.line);
    insertLine.run(
      order.key,
      line.line,
      importId,
      line.practiceId,
      line.product,
      line.description,
      line.patientRef,
      line.quantity,
      line.unitPrice,
      line.currency,
      line.placedAt,
    );
    knowPractice(line.practiceId);
    if (!order.isNew && practiceOfOtherLine.get(order.key, line.practiceId) !== undefined) {
      const { orderId, practiceId } = line;
      disputed.push({ orderKey: order.key, orderId, practiceId, file, place: place('practice_id') });
    }
    lateness.note(order.key, line.placedAt, taken === 'amended' || order.isFromEarlierImport);
    return taken;
  }

  const eventById = db.prepare<[string], EventRow>(
    "SELECT * FROM events WHERE event_id = ? AND event_id <> '' AND superseded_by IS NULL",
  );
  const eventByContent = db.prepare<[number, number, number, string, string], EventRow>(
    "SELECT * FROM events WHERE order_key = ? AND at = ? AND sequence = ? AND event = ? AND reason = ? AND event_id = ''",
  );
  const supersedeEvent = db.prepare('UPDATE events SET superseded_by = ? WHERE event_key = ?');
  const insertEvent = db.prepare('INSERT INTO events VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, NULL)');

  function takeEvent(event: HistoryEvent | Retraction): Taken {
    const order = orders.keyOf(event.orderId);
    const current =
      event.eventId === ''
        ? eventByContent.get(order.key, event.at, event.sequence, event.event, event.reason)
        : eventById.get(event.eventId);
    if (event.event === 'retracted') {
      if (current === undefined || current.order_key !== order.key) {
        return { field: 'event_id', message: retractsNothing(event.eventId, event.orderId) };
      }
      if (current.event === 'retracted') return 'duplicate';
    }
    const fields = current && eventFields(current, orders.idOf(current.order_key), event);
    const taken = judge(current, fields, `event ${event.eventId}`);
    if (taken !== 'imported' && taken !== 'amended') return taken;
    if (current !== undefined) {
      supersedeEvent.run(importId, current.event_key);
      lateness.note(current.order_key, current.at, true);
    }
    const { at, sequence, reason, eventId } = event;
    insertEvent.run(order.key, event.event, at, sequence, reason, eventId, importId);
    lateness.note(order.key, at, taken === 'amended');
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
  const insertPractice = db.prepare('INSERT INTO practices VALUES (?, ?, NULL, ?, ?)');

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
    const taken = judge(current, fields, `practice ${practiceId}`);
    if (taken !== 'imported' && taken !== 'amended') return taken;
    if (current !== undefined) supersedePractice.run(importId, practiceId);
    insertPractice.run(practiceId, importId, name, timeZone);
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
      return {
        field,
        message: differsWithinImport(identity, field, shown(field, known), shown(field, given)),
      };
    }
    if (amend) return 'amended';
    return {
      field,
      message: differsFromKnown(field, shown(field, known), shown(field, given), current.import_id),
    };
  }

  return {
    take(record, file) {
      switch (record.kind) {
        case 'orders':
          return takeOrderLine(record.fact, file, record.place);
        case 'history':
          return takeEvent(record.fact);
        case 'practices':
          return takePractice(record.fact);
      }
    },
    // An amendment may move an order to another practice line by line: only the end tells whether it moved whole.
    problemsAtEnd: () =>
      disputed.flatMap(({ orderKey, orderId, practiceId, file, place }) => {
        const other = practiceOfOtherLine.get(orderKey, practiceId);
        if (other === undefined) return [];
        return [{ file, ...place, field: 'practice_id', message: otherPractice(orderId, other, practiceId) }];
      }),
  };
}

/** Instants are compared as integers, and shown as a person can read them. */
function shown(field: string, value: string | number): string {
  return typeof value === 'number' && (field === 'at' || field === 'placed_at')
    ? formatInstant(value)
    : String(value);
}

type Field = readonly [name: string, known: string | number, given: string | number];

interface OrderLineRow extends Version {
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
  readonly event_key: number;
  readonly order_key: number;
  readonly event: string;
  readonly at: number;
  readonly sequence: number;
  readonly reason: string;
}

function eventFields(known: EventRow, knownOrderId: string, given: HistoryEvent | Retraction): Field[] {
  return [
    ['order_id', knownOrderId, given.orderId],
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

interface OrderKey {
  readonly key: number;
  /** First named by this very record. */
  readonly isNew: boolean;
  readonly isFromEarlierImport: boolean;
}

/** Orders by their key in the ledger; an order gets one when a fact first names it. */
function createOrderKeys(db: Connection) {
  const find = db.prepare<[string], number>('SELECT order_key FROM orders WHERE order_id = ?').pluck();
  const insert = db.prepare<[string]>('INSERT INTO orders (order_id) VALUES (?)');
  const idOf = db.prepare<[number], string>('SELECT order_id FROM orders WHERE order_key = ?').pluck();
  const lastEarlier = db.prepare<[], number | null>('SELECT max(order_key) FROM orders').pluck().get() ?? 0;
  return {
    keyOf(orderId: string): OrderKey {
      const known = find.get(orderId);
      if (known !== undefined) return { key: known, isNew: false, isFromEarlierImport: known <= lastEarlier };
      return { key: Number(insert.run(orderId).lastInsertRowid), isNew: true, isFromEarlierImport: false };
    },
    idOf: (orderKey: number): string => idOf.get(orderKey) ?? '',
  };
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
  return {
    note(orderKey: number, at: number, changesWhatIsKnown: boolean): void {
      if (typeof lastCutOff !== 'number') return;
      if (changesWhatIsKnown || at < lastCutOff) insert.run(importId, orderKey);
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
