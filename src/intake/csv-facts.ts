/** CSV records -> facts: the header tells the kind and which cell is which field. */
import type { FactKind } from '../billing/order.js';
import { emptyFile, type Place } from '../billing/problem.js';
import { type CellPlaces, type CsvRecord, createCsvReader } from './csv-reader.js';
import {
  createKindCount,
  type FactReader,
  type FactSink,
  type IntakeOptions,
  type Refusal,
  tellRefusals,
} from './fact-reader.js';
import { type FieldTexts, parseFact } from './facts.js';
import { headerProblems } from './header.js';
import { kindOf } from './kinds.js';
import { createPlainRecords } from './plain-records.js';
import { headerOf, QUARANTINE_REASON, withoutReason } from './quarantine.js';

/** @param takesShortWay whether plain records go the short way; that changes nothing but the time */
export function createCsvFacts(
  options: IntakeOptions,
  sink: FactSink,
  { takesShortWay = true }: { readonly takesShortWay?: boolean } = {},
): FactReader {
  let kind: FactKind | undefined;
  let names: string[] = [];
  let headerSeen = false;
  /** The header as it is written, and whether its first column is a quarantine's. */
  let header: Uint8Array | undefined;
  let isQuarantine = false;
  /** Whether the record at hand came through the reader whole. */
  let isSound = false;
  const kindCount = createKindCount();
  const cellOf = new Map<string, number>();
  const refusals: Refusal[] = [];
  let record: CsvRecord;
  let places: CellPlaces;

  const texts: FieldTexts = {
    text(field) {
      const cell = cellOf.get(field);
      return cell === undefined ? '' : record.text(cell);
    },
    refuse(field, message) {
      refusals.push({ place: place(field), field, message });
    },
  };

  const reader = createCsvReader({
    record(next) {
      record = next;
      places = next;
      isSound = true;
      if (headerSeen && !(isQuarantine && record.text(0) === QUARANTINE_REASON)) readRecord();
      else readHeader();
    },
    problem(line, column, cell, message) {
      headerSeen = true;
      isSound = false;
      sink.problem({ line, column }, names[cell] ?? '', message);
    },
  });

  return {
    push: reader.push,
    stop: reader.stop,
    end() {
      const wasStopped = reader.stopped;
      reader.end();
      if (!wasStopped && !headerSeen) sink.problem({ line: 1, column: 1 }, '', emptyFile());
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
    recordsByKind: () => kindCount.count(reader.records),
    rawRecord() {
      if (reader.stopped || kind === undefined || header === undefined) return undefined;
      const raw = reader.raw();
      const bytes = isQuarantine ? withoutReason(raw, isSound) : raw;
      return { format: 'csv', kind, number: reader.records, header, bytes };
    },
  };

  /** Under a header that is wrong no cell has a meaning, so reading ends there. */
  function readHeader(): void {
    headerSeen = true;
    const given = Array.from({ length: record.width }, (_, cell) => record.text(cell));
    const headerKind = options.as ?? kindOf(given);
    for (const { cell, message } of headerProblems(given, headerKind)) {
      refusals.push({ place: placeOf(cell), field: '', message });
    }
    if (refusals.length > 0) {
      reader.stop();
      tellRefusals(refusals, sink);
      return;
    }
    kind = headerKind as FactKind;
    kindCount.change(kind, reader.records);
    names = given;
    isQuarantine = given[0] === QUARANTINE_REASON;
    if (isQuarantine) reader.expectHeaders(QUARANTINE_REASON);
    header = headerOf(reader.raw(), { hasReasons: isQuarantine });
    cellOf.clear();
    for (const [cell, name] of names.entries()) cellOf.set(name, cell);
    if (takesShortWay && !isQuarantine && kind !== 'practices') offerPlainRecords(kind);
  }

  /** Not for practices, which are few, nor for quarantine files, where few records are plain. */
  function offerPlainRecords(known: 'orders' | 'history'): void {
    const plain = createPlainRecords(known, names, options);
    reader.offerTo({
      read: plain.read,
      take() {
        places = plain.places;
        sink.take(plain.fact, place);
      },
    });
  }

  function readRecord(): void {
    const fact = parseFact(kind as FactKind, texts, options);
    if (fact !== undefined) sink.take(fact, place);
    tellRefusals(refusals, sink);
  }

  function place(field?: string): Place {
    return placeOf(field === undefined ? -1 : (cellOf.get(field) ?? -1));
  }

  function placeOf(cell: number): Place {
    if (cell < 0) return { line: places.line, column: 1 };
    return { line: places.lineOf(cell), column: places.columnOf(cell) };
  }
}
