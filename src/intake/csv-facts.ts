/** CSV records -> facts: the header tells the kind and which cell is which field. */
import type { FactKind } from '../billing/order.js';
import { emptyFile, type Place } from '../billing/problem.js';
import { type CsvRecord, createCsvReader } from './csv-reader.js';
import {
  type FactReader,
  type FactSink,
  type IntakeOptions,
  type Refusal,
  tellRefusals,
} from './fact-reader.js';
import { type FieldTexts, parseFact } from './facts.js';
import { headerProblems } from './header.js';
import { kindOf } from './kinds.js';

export function createCsvFacts(options: IntakeOptions, sink: FactSink): FactReader {
  let kind: FactKind | undefined;
  let names: string[] = [];
  let headerSeen = false;
  const cellOf = new Map<string, number>();
  const refusals: Refusal[] = [];
  let record: CsvRecord;

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
      if (headerSeen) readRecord();
      else readHeader();
    },
    problem(line, column, cell, message) {
      headerSeen = true;
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
      tellRefusals(refusals, sink);
      reader.stop();
      return;
    }
    kind = headerKind;
    names = given;
    for (const [cell, name] of names.entries()) cellOf.set(name, cell);
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
    if (cell < 0) return { line: record.line, column: 1 };
    return { line: record.lineOf(cell), column: record.columnOf(cell) };
  }
}
