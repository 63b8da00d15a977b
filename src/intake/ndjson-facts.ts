/** NDJSON objects -> facts: the keys of the first object tell the kind, and the keys of each one which value is which field. */
import type { FactKind } from '../billing/order.js';
import {
  emptyOfUnknownKind,
  numberForText,
  type Place,
  unknownKey,
  unknownKind,
} from '../billing/problem.js';
import {
  createKindCount,
  type FactReader,
  type FactSink,
  type IntakeOptions,
  type Refusal,
  tellRefusals,
} from './fact-reader.js';
import { type FieldTexts, parseFact } from './facts.js';
import { COLUMNS, columnNames, KINDS, kindOf } from './kinds.js';
import { createNdjsonReader, type NdjsonRecord } from './ndjson-reader.js';
import { nearMiss } from './near-miss.js';
import { QUARANTINE_REASON } from './quarantine.js';

export function createNdjsonFacts(options: IntakeOptions, sink: FactSink): FactReader {
  let kind = options.as;
  const kindCount = createKindCount();
  if (kind !== undefined) kindCount.change(kind, 0);
  /** Lines that were no records but said why the next one was set aside. */
  let reasons = 0;
  let lineSeen = false;
  let record: NdjsonRecord;
  /** The members of the record at hand by field. */
  const memberOf = new Map<string, number>();
  const refusals: Refusal[] = [];

  const texts: FieldTexts = {
    text(field) {
      const member = memberOf.get(field);
      return member === undefined ? '' : (record.value(member) ?? '');
    },
    refuse(field, message) {
      refusals.push({ place: place(field), field, message });
    },
  };

  const reader = createNdjsonReader({
    record(next) {
      record = next;
      if (isReason(next)) return readReason();
      lineSeen = true;
      if (kind === undefined) tellKind();
      if (kind !== undefined) readRecord(kind);
      else refuseKind();
    },
    problem(line, column, key, message) {
      lineSeen = true;
      sink.problem({ line, column }, key, message);
    },
  });

  return {
    push: reader.push,
    stop: reader.stop,
    end() {
      const wasStopped = reader.stopped;
      reader.end();
      if (!wasStopped && !lineSeen && kind === undefined) {
        sink.problem({ line: 1, column: 1 }, '', emptyOfUnknownKind());
      }
    },
    get stopped() {
      return reader.stopped;
    },
    get kind() {
      return kind;
    },
    get line() {
      return reader.line;
    },
    get records() {
      return reader.records - reasons;
    },
    recordsByKind: () => kindCount.count(reader.records - reasons),
    rawRecord() {
      if (reader.stopped) return undefined;
      return { format: 'ndjson', kind, number: reader.records, bytes: reader.raw() };
    },
  };

  /** Why the next line was set aside, and of which kind it is: `--as` overrules it, and without it the next line's keys tell. */
  function readReason(): void {
    reasons++;
    const given = record.size > 1 ? record.value(1) : undefined;
    kind = options.as ?? KINDS.find((each) => each === given);
    if (kind !== undefined) kindCount.change(kind, reader.records - reasons);
  }

  function tellKind(): void {
    kind = kindOf(Array.from({ length: record.size }, (_, member) => record.key(member)));
    if (kind !== undefined) kindCount.change(kind, reader.records - reasons - 1);
  }

  /** Without a kind no key has a meaning, so reading ends there. */
  function refuseKind(): void {
    reader.stop();
    sink.problem({ line: record.line, column: 1 }, '', unknownKind());
  }

  function readRecord(known: FactKind): void {
    memberOf.clear();
    for (let member = 0; member < record.size; member++) takeMember(known, member);
    const fact = parseFact(known, texts, options);
    if (fact !== undefined && refusals.length === 0) sink.take(fact, place);
    tellRefusals(refusals, sink);
  }

  function takeMember(known: FactKind, member: number): void {
    const key = record.key(member);
    const column = COLUMNS[known].find(({ name }) => name === key);
    if (column === undefined) {
      const names = columnNames(known);
      const message = unknownKey(key, nearMiss(key, names), names);
      refusals.push({ place: { line: record.line, column: record.keyColumn(member) }, field: '', message });
      return;
    }
    memberOf.set(key, member);
    if (record.isNumber(member) && !column.takesNumber) texts.refuse(key, numberForText());
  }

  function place(field?: string): Place {
    const member = field === undefined ? undefined : memberOf.get(field);
    return { line: record.line, column: member === undefined ? 1 : record.valueColumn(member) };
  }
}

/** A line of a quarantine file that is no record. */
function isReason(record: NdjsonRecord): boolean {
  if (record.size === 0 || record.key(0) !== QUARANTINE_REASON) return false;
  return record.size === 1 || (record.size === 2 && record.key(1) === 'kind');
}
