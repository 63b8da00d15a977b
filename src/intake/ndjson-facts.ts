/** Turns NDJSON objects into facts. The keys of the first object tell the kind; the keys of each object tell which value is which field. */

import { FACT_KINDS, type FactKind } from '../billing/order.js';
import { say } from '../errors/message.js';
import type { Place } from '../errors/problem.js';
import { nearMiss } from '../words/near-miss.js';
import {
  createFieldTexts,
  createKindCount,
  type FactReader,
  type FactSink,
  type ReaderOptions,
  saidKind,
  tellRefusals,
} from './fact-reader.js';
import { parseFact } from './facts.js';
import { columnsRead, isIgnored } from './input-profile.js';
import { COLUMNS, columnNames, kindOf } from './kinds.js';
import type { NdjsonHandlers, NdjsonRecord } from './ndjson-line.js';
import { createNdjsonReader } from './ndjson-reader.js';
import { type ColumnTexts, createProfileFields } from './profile-fields.js';
import { QUARANTINE_REASON } from './quarantine.js';

export function createNdjsonFacts(options: ReaderOptions, sink: FactSink): FactReader {
  const { profile } = options;
  const fields = profile && createProfileFields(profile, options);
  const columns = profile === undefined ? [] : columnsRead(profile);
  const said = profile?.kind ?? saidKind(options);
  let passedOver = 0;
  let kind = said;
  const kindCount = createKindCount();
  if (kind !== undefined) kindCount.change(kind, 0);
  /** Lines that only say why the next one was set aside. */
  let reasons = 0;
  let lineSeen = false;
  let record: NdjsonRecord;
  /** The members of the current record, by field. */
  const memberOf = new Map<string, number>();

  const textOf: ColumnTexts = (key) => {
    const member = memberOf.get(key);
    return member === undefined ? '' : (record.value(member) ?? '');
  };
  const { texts, refusals, columnOf } = createFieldTexts({ fields: () => fields, textOf, place });

  const handlers: NdjsonHandlers = {
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
  };
  const reader = createNdjsonReader(
    handlers,
    profile && {
      takesBooleans: true,
      ignores: (key) => !columns.includes(key) && isIgnored(profile, key),
    },
  );

  return {
    push: reader.push,
    stop: reader.stop,
    end() {
      const wasStopped = reader.stopped;
      reader.end();
      if (!wasStopped && !lineSeen && kind === undefined) {
        sink.problem({ line: 1, column: 1 }, '', say.emptyOfUnknownKind());
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
      return recordCount();
    },
    get notes() {
      const profiles = new Map(profile === undefined ? [] : [[profile.kind, profile.name]]);
      return {
        profiles,
        passedOver,
        blankRows: reader.blankRows,
        repeatedTimes: fields?.repeatedTimes ?? 0,
      };
    },
    recordsByKind: () => kindCount.count(recordCount()),
    rawRecord() {
      if (reader.stopped) return undefined;
      return { format: 'ndjson', kind, number: reader.records, bytes: reader.raw() };
    },
  };

  function recordCount(): number {
    return reader.records - reasons - passedOver;
  }

  /** Reads why the next line was set aside, and its kind. `--as` overrides that kind; without either, the keys of the next line tell it. */
  function readReason(): void {
    reasons++;
    const given = record.size > 1 ? record.value(1) : undefined;
    kind = said ?? FACT_KINDS.find((each) => each === given);
    if (kind !== undefined) kindCount.change(kind, recordCount());
  }

  function tellKind(): void {
    kind = kindOf(Array.from({ length: record.size }, (_, member) => record.key(member)));
    if (kind !== undefined) kindCount.change(kind, recordCount() - 1);
  }

  /** Without a kind no key has a meaning, so reading ends there. */
  function refuseKind(): void {
    reader.stop();
    sink.problem({ line: record.line, column: 1 }, '', say.unknownKind());
  }

  function readRecord(known: FactKind): void {
    memberOf.clear();
    for (let member = 0; member < record.size; member++) takeMember(known, member);
    if (fields?.passesOver(textOf) === true) {
      passedOver++;
      refusals.length = 0;
      return;
    }
    const fact = parseFact(known, texts, options, fields?.parsers);
    if (fact !== undefined && refusals.length === 0) sink.take(fact, place, columnOf);
    tellRefusals(refusals, sink);
  }

  function takeMember(known: FactKind, member: number): void {
    const key = record.key(member);
    if (profile !== undefined) {
      if (columns.includes(key)) memberOf.set(key, member);
      else if (!isIgnored(profile, key)) {
        const place = { line: record.line, column: record.keyColumn(member) };
        refusals.push({ place, field: '', message: say.unreadColumn(key, profile.name) });
      }
      return;
    }
    const column = COLUMNS[known].find(({ name }) => name === key);
    if (column === undefined) {
      const names = columnNames(known);
      const message = say.unknownKey(key, nearMiss(key, names), names);
      refusals.push({ place: { line: record.line, column: record.keyColumn(member) }, field: '', message });
      return;
    }
    memberOf.set(key, member);
    if (record.isNumber(member) && !column.takesNumber) texts.refuse(key, say.numberForText());
  }

  function place(field?: string): Place {
    const member = field === undefined ? undefined : memberOf.get(columnOf(field));
    return { line: record.line, column: member === undefined ? 1 : record.valueColumn(member) };
  }
}

/** Tells whether a line of a quarantine file is a reason and not a record. */
function isReason(record: NdjsonRecord): boolean {
  if (record.size === 0 || record.key(0) !== QUARANTINE_REASON) return false;
  return record.size === 1 || (record.size === 2 && record.key(1) === 'kind');
}
