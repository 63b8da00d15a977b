/** Turns NDJSON objects into facts. The keys of the first object tell the kind; the keys of each object tell which value is which field. */

import { FACT_KINDS, type FactKind } from '../billing/order.js';
import { type Message, say } from '../errors/message.js';
import type { Place } from '../errors/problem.js';
import { nearMiss } from '../words/near-miss.js';
import {
  createKindCount,
  type FactReader,
  type FactSink,
  type ReaderOptions,
  saidKind,
} from './fact-reader.js';
import { columnsRead, type InputProfile, isIgnored } from './input-profile.js';
import { COLUMNS, columnNames, kindOf } from './kinds.js';
import type { NdjsonRecord } from './ndjson-line.js';
import { createNdjsonReader } from './ndjson-reader.js';
import { QUARANTINE_REASON } from './quarantine.js';
import { createRecordFacts } from './record-facts.js';

export function createNdjsonFacts(options: ReaderOptions, sink: FactSink): FactReader {
  const { profile } = options;
  const said = profile?.kind ?? saidKind(options);
  const object = createObject();
  const facts = createRecordFacts(options, sink, object);
  const kindCount = createKindCount();
  let kind: FactKind | undefined;
  let keys: ReadKeys = new Map();
  /** Lines that only say why the next one was set aside. */
  let reasons = 0;
  let lineSeen = false;
  facts.useProfile(profile);
  useKind(said, 0);

  const reader = createNdjsonReader(
    {
      record(record) {
        if (isReason(record)) return readReason(record);
        lineSeen = true;
        if (kind === undefined) useKind(kindOf(keysIn(record)), recordCount() - 1);
        if (kind !== undefined) return readRecord(record, kind);
        // Without a kind no key has a meaning, so reading ends there.
        reader.stop();
        sink.problem({ line: record.line, column: 1 }, '', say.unknownKind());
      },
      problem(line, column, key, message) {
        lineSeen = true;
        sink.problem({ line, column }, key, message);
      },
    },
    profile && { takesBooleans: true, ignores: (key) => !keys.has(key) && isIgnored(profile, key) },
  );

  /** @param records read so far of other kinds */
  function useKind(next: FactKind | undefined, records: number): void {
    kind = next;
    if (next === undefined) return;
    keys = keysRead(next, profile);
    kindCount.change(next, records);
  }

  /** Reads why the next line was set aside, and its kind. `--as` overrides that kind; without either, the keys of the next line tell it. */
  function readReason(record: NdjsonRecord): void {
    reasons++;
    const given = record.size > 1 ? record.value(1) : undefined;
    useKind(said ?? FACT_KINDS.find((each) => each === given), recordCount());
  }

  function readRecord(record: NdjsonRecord, known: FactKind): void {
    object.take(record, keys);
    for (let member = 0; member < record.size; member++) {
      const key = record.key(member);
      const takesNumber = keys.get(key);
      const unread = takesNumber === undefined ? unreadKey(key, known, profile) : undefined;
      if (unread !== undefined) facts.refuse({ line: record.line, column: record.keyColumn(member) }, unread);
      if (takesNumber === false && record.isNumber(member)) facts.refuseField(key, say.numberForText());
    }
    if (!facts.passesOver()) facts.read(known);
  }

  function recordCount(): number {
    return reader.records - reasons - facts.passedOver;
  }

  return {
    push: reader.push,
    stop: reader.stop,
    end() {
      const wasStopped = reader.stopped;
      reader.end();
      if (!wasStopped && !lineSeen && kind === undefined)
        sink.problem({ line: 1, column: 1 }, '', say.emptyOfUnknownKind());
    },
    get stopped() {
      return reader.stopped;
    },
    get line() {
      return reader.line;
    },
    get records() {
      return recordCount();
    },
    get notes() {
      return facts.notes(reader.blankRows);
    },
    recordsByKind: () => kindCount.count(recordCount()),
    rawRecord() {
      if (reader.stopped) return undefined;
      return { format: 'ndjson', kind, number: reader.records, bytes: reader.raw() };
    },
  };
}

/** The current object by those of its keys that are read. */
function createObject() {
  const memberOf = new Map<string, number>();
  let record: NdjsonRecord;
  return {
    take(next: NdjsonRecord, keys: ReadKeys): void {
      record = next;
      memberOf.clear();
      for (let member = 0; member < next.size; member++)
        if (keys.has(next.key(member))) memberOf.set(next.key(member), member);
    },
    text(key: string): string {
      const member = memberOf.get(key);
      return member === undefined ? '' : (record.value(member) ?? '');
    },
    place(key?: string): Place {
      const member = key === undefined ? undefined : memberOf.get(key);
      return { line: record.line, column: member === undefined ? 1 : record.valueColumn(member) };
    },
  };
}

const keysIn = (record: NdjsonRecord): readonly string[] =>
  Array.from({ length: record.size }, (_, member) => record.key(member));

/** The keys that are read, and whether each may have a number as its value. */
type ReadKeys = ReadonlyMap<string, boolean>;

function keysRead(kind: FactKind, profile: InputProfile | undefined): ReadKeys {
  if (profile !== undefined) return new Map(columnsRead(profile).map((column) => [column, true]));
  return new Map(COLUMNS[kind].map(({ name, takesNumber }) => [name, takesNumber]));
}

/** Returns what is wrong with a key that is not read; undefined if the profile ignores it. */
function unreadKey(key: string, kind: FactKind, profile: InputProfile | undefined): Message | undefined {
  if (profile !== undefined) return isIgnored(profile, key) ? undefined : say.unreadColumn(key, profile.name);
  const names = columnNames(kind);
  return say.unknownKey(key, nearMiss(key, names), names);
}

/** Tells whether a line of a quarantine file is a reason and not a record. */
function isReason(record: NdjsonRecord): boolean {
  if (record.size === 0 || record.key(0) !== QUARANTINE_REASON) return false;
  return record.size === 1 || (record.size === 2 && record.key(1) === 'kind');
}
