/** Turns CSV records into facts. The header, or an input profile, decides the kind and which cell is which field. */

import { type Message, say } from '../errors/message.js';
import type { Place } from '../errors/problem.js';
import type { CellPlaces, CsvRecord } from './csv-cells.js';
import type { CsvLayout } from './csv-layout.js';
import { createCsvReader } from './csv-reader.js';
import { type CsvTable, tableBelow } from './csv-table.js';
import { createKindCount, type FactReader, type FactSink, type ReaderOptions } from './fact-reader.js';
import { TOTAL } from './inspect-layout.js';
import {
  createPlainRecords,
  type PlainRecords,
  type PlainSettings,
  unpackedWhenRead,
} from './plain-records.js';
import { QUARANTINE_REASON, withoutReason } from './quarantine.js';
import { createRecordFacts, type RecordFacts } from './record-facts.js';
import type { ShortWay } from './short-way.js';

interface CsvFactsOptions {
  /** If false, plain records do not take the shortcut. The facts are the same, only slower. */
  readonly takesShortWay?: boolean;
  /** True for a quarantine file, which has no lines before or after its tables. */
  readonly isQuarantine?: boolean;
}

export function createCsvFacts(
  options: ReaderOptions,
  sink: FactSink,
  { takesShortWay = true, isQuarantine = false }: CsvFactsOptions = {},
): FactReader {
  const { profile } = options;
  const layout: CsvLayout = isQuarantine ? { separator: profile?.separator } : (profile ?? {});
  const { separator = ',' } = layout;
  const row = createRow();
  const facts = createRecordFacts(options, sink, row);
  const kindCount = createKindCount();
  let table: CsvTable | undefined;
  let headerSeen = false;
  /** True if the reader found no problem in the current record. */
  let isSound = false;
  let plain: PlainRecords | undefined;
  let pushed = 0;

  const reader = createCsvReader(
    {
      record(record) {
        headerSeen = true;
        isSound = true;
        row.take(record);
        if (table === undefined || (table.isQuarantine && record.text(0) === QUARANTINE_REASON))
          startTable(record);
        else readRecord(record, table, facts);
      },
      problem(line, column, cell, message) {
        headerSeen = true;
        isSound = false;
        sink.problem({ line, column }, table?.names[cell] ?? '', message);
      },
    },
    { ...layout, blankRows: profile?.blankRows ?? 'refuse' },
  );

  function startTable(record: CsvRecord): void {
    const cells = Array.from({ length: record.width }, (_, cell) => record.text(cell));
    const found = tableBelow(cells, reader.raw(), separator, options);
    if ('problems' in found) {
      for (const { cell, message } of found.problems) facts.refuse(placeIn(record, cell), message);
      reader.stop();
      facts.tell();
      return;
    }
    table = found;
    row.startTable(table);
    facts.useProfile(table.profile);
    kindCount.change(table.kind, reader.records - facts.passedOver);
    if (table.isQuarantine) reader.expectHeaders(QUARANTINE_REASON);
    if (!takesShortWay || table.plain === undefined) return;
    plain = createPlainRecords(table.plain);
    reader.offerTo(plainWay(plain, table.plain.kind, { row, facts, sink }));
  }

  return {
    push(chunk, ahead = []) {
      plain?.expect(ahead, pushed);
      pushed += chunk.length;
      reader.push(chunk);
    },
    get plainSettings() {
      return takesShortWay ? table?.plain : undefined;
    },
    stop: reader.stop,
    end() {
      const wasStopped = reader.stopped;
      reader.end();
      const missing = wasStopped ? undefined : missingIn(layout, headerSeen, reader.footerSeen());
      if (missing !== undefined) sink.problem({ line: reader.line, column: 1 }, '', missing);
    },
    get stopped() {
      return reader.stopped;
    },
    get line() {
      return reader.line;
    },
    get records() {
      return reader.records - facts.passedOver;
    },
    get notes() {
      return facts.notes(reader.blankRows);
    },
    recordsByKind: () => kindCount.count(reader.records - facts.passedOver),
    rawRecord() {
      if (reader.stopped || table === undefined) return undefined;
      const raw = reader.raw();
      const bytes = table.isQuarantine ? withoutReason(raw, isSound, separator) : raw;
      const { kind, header } = table;
      return { format: 'csv', kind, number: reader.records, header, separator, bytes };
    },
  };
}

/** The current record by the columns of its table. */
function createRow() {
  let cellOf: ReadonlyMap<string, number> = new Map();
  let record: CsvRecord;
  let places: CellPlaces;
  return {
    startTable(table: CsvTable): void {
      cellOf = table.cellOf;
    },
    take(next: CsvRecord): void {
      record = next;
      places = next;
    },
    /** Takes a record of which the shortcut has read all but the places. */
    takePlaces(next: CellPlaces): void {
      places = next;
    },
    text(column: string): string {
      const cell = cellOf.get(column);
      return cell === undefined ? '' : record.text(cell);
    },
    place: (column?: string): Place => placeIn(places, column === undefined ? -1 : cellOf.get(column)),
  };
}

function readRecord(record: CsvRecord, { kind, names }: CsvTable, facts: RecordFacts): void {
  if (facts.passesOver()) return;
  const start = record.text(0);
  if (TOTAL.test(start) && facts.lacksField(kind)) {
    facts.refuse(placeIn(record, 0), say.totalRow(start));
    facts.tell();
    return;
  }
  for (let cell = names.length; cell < record.width; cell++)
    if (record.text(cell) !== '') facts.refuse(placeIn(record, cell), say.valueWithoutColumn());
  facts.read(kind);
}

/** Passes on the facts that the shortcut reads. */
function plainWay(
  records: PlainRecords,
  kind: PlainSettings['kind'],
  {
    row,
    facts,
    sink,
  }: { readonly row: ReturnType<typeof createRow>; readonly facts: RecordFacts; readonly sink: FactSink },
): ShortWay {
  const fact = unpackedWhenRead(kind, records.part);
  return {
    read: records.read,
    takeNew: () => (records.isPassedOver ? 0 : (sink.takeNew?.(records.part) ?? 0)),
    endOf: records.endOf,
    take() {
      row.takePlaces(records.places);
      facts.take(records.isPassedOver ? undefined : fact);
    },
  };
}

/** Returns what the file as a whole lacks. No quarantine could set it aside. */
function missingIn(
  { headerLine, footer }: CsvLayout,
  headerSeen: boolean,
  footerSeen: boolean,
): Message | undefined {
  if (!headerSeen) return headerLine === undefined ? say.emptyFile() : say.noHeaderLine(headerLine);
  return footer === undefined || footerSeen ? undefined : say.noFooter(footer);
}

/** Returns the place of a cell; that of the record if there is none. */
function placeIn(places: CellPlaces, cell = -1): Place {
  if (cell < 0) return { line: places.line, column: 1 };
  return { line: places.lineOf(cell), column: places.columnOf(cell) };
}
