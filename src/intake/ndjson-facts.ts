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
  type FactReader,
  type FactSink,
  type IntakeOptions,
  type Refusal,
  tellRefusals,
} from './fact-reader.js';
import { type FieldTexts, parseFact } from './facts.js';
import { COLUMNS, columnNames, kindOf } from './kinds.js';
import { createNdjsonReader, type NdjsonRecord } from './ndjson-reader.js';
import { nearMiss } from './near-miss.js';

export function createNdjsonFacts(options: IntakeOptions, sink: FactSink): FactReader {
  let kind = options.as;
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
      lineSeen = true;
      record = next;
      kind ??= kindOf(Array.from({ length: next.size }, (_, member) => next.key(member)));
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
      return reader.records;
    },
  };

  /** Without a kind no key has a meaning, so reading ends there. */
  function refuseKind(): void {
    sink.problem({ line: record.line, column: 1 }, '', unknownKind());
    reader.stop();
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
