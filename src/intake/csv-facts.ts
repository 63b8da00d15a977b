/** Turns CSV records into facts. The header, or an input profile, decides the kind and which cell is which field. */

import type { FactKind } from '../billing/order.js';
import { type Message, say } from '../errors/message.js';
import type { Place } from '../errors/problem.js';
import { chooseByColumns } from './choose-profile.js';
import type { CellPlaces, CsvRecord } from './csv-cells.js';
import type { CsvLayout } from './csv-layout.js';
import { createCsvReader } from './csv-reader.js';
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
import { type HeaderProblem, headerProblems, namedColumns } from './header.js';
import { trimmed } from './id-damage.js';
import type { InputProfile } from './input-profile.js';
import { TOTAL } from './inspect-layout.js';
import { kindOf } from './kinds.js';
import {
  createPlainRecords,
  type PlainRecords,
  type PlainSettings,
  unpackedWhenRead,
} from './plain-records.js';
import { type ColumnTexts, createProfileFields, type ProfileFields } from './profile-fields.js';
import { profileHeaderProblems, requiredFields } from './profile-header.js';
import { headerOf, QUARANTINE_REASON, withoutReason } from './quarantine.js';

interface CsvFactsOptions {
  /** If false, plain records do not take the shortcut. The facts are the same, only slower. */
  readonly takesShortWay?: boolean;
  /** True for a quarantine file, which has no lines before or after its tables. */
  readonly isQuarantine?: boolean;
}

export function createCsvFacts(
  options: ReaderOptions,
  sink: FactSink,
  { takesShortWay = true, isQuarantine: startsAsQuarantine = false }: CsvFactsOptions = {},
): FactReader {
  const layout: CsvLayout = startsAsQuarantine
    ? { separator: options.profile?.separator }
    : (options.profile ?? {});
  const separator = layout.separator ?? ',';
  let profile: InputProfile | undefined;
  let fields: ProfileFields | undefined;
  const profileNames = new Map<FactKind, string>();
  let passedOver = 0;
  /** The count of the profiles used before the current one. */
  let repeatedTimesBefore = 0;
  let kind: FactKind | undefined;
  let names: readonly string[] = [];
  let headerSeen = false;
  /** The header as written, and whether its first column holds quarantine reasons. */
  let header: Uint8Array | undefined;
  let isQuarantine = false;
  /** True if the reader found no problem in the current record. */
  let isSound = false;
  const kindCount = createKindCount();
  const cellOf = new Map<string, number>();
  let plainSettings: PlainSettings | undefined;
  let plain: PlainRecords | undefined;
  let pushed = 0;
  let record: CsvRecord;
  let places: CellPlaces;

  const textOf: ColumnTexts = (column) => {
    const cell = cellOf.get(column);
    return cell === undefined ? '' : record.text(cell);
  };
  const isEmpty = (field: string) => (fields?.text(field, textOf, () => {}) ?? textOf(field)) === '';
  const { texts, refusals, columnOf } = createFieldTexts({ fields: () => fields, textOf, place });

  const reader = createCsvReader(
    {
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
    },
    { ...layout, blankRows: options.profile?.blankRows ?? 'refuse' },
  );

  return {
    push(chunk, facts = []) {
      plain?.expect(facts, pushed);
      pushed += chunk.length;
      reader.push(chunk);
    },
    get plainSettings() {
      return plainSettings;
    },
    stop: reader.stop,
    end() {
      const wasStopped = reader.stopped;
      reader.end();
      if (wasStopped) return;
      if (!headerSeen)
        refuseFile(layout.headerLine === undefined ? say.emptyFile() : say.noHeaderLine(layout.headerLine));
      else if (layout.footer !== undefined && !reader.footerSeen()) refuseFile(say.noFooter(layout.footer));
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
      return reader.records - passedOver;
    },
    get notes() {
      return {
        profiles: profileNames,
        passedOver,
        blankRows: reader.blankRows,
        repeatedTimes: repeatedTimesBefore + (fields?.repeatedTimes ?? 0),
      };
    },
    recordsByKind: () => kindCount.count(reader.records - passedOver),
    rawRecord() {
      if (reader.stopped || kind === undefined || header === undefined) return undefined;
      const raw = reader.raw();
      const bytes = isQuarantine ? withoutReason(raw, isSound, separator) : raw;
      return { format: 'csv', kind, number: reader.records, header, separator, bytes };
    },
  };

  /** Reports a problem of the whole file, which no quarantine could set aside. */
  function refuseFile(message: Message): void {
    sink.problem({ line: reader.line, column: 1 }, '', message);
  }

  /** Without a valid header no cell has a meaning, so reading ends there. */
  function readHeader(): void {
    headerSeen = true;
    const given = namedColumns(Array.from({ length: record.width }, (_, cell) => record.text(cell)));
    isQuarantine = given[0] === QUARANTINE_REASON;
    useProfile(isQuarantine ? profileOfTable(given.slice(1)) : options.profile);
    const headerKind = profile?.kind ?? saidKind(options) ?? kindOf(given);
    for (const { cell, message } of problemsOf(given, headerKind)) {
      refusals.push({ place: placeOf(cell), field: '', message });
    }
    if (refusals.length > 0) {
      reader.stop();
      tellRefusals(refusals, sink);
      return;
    }
    kind = headerKind as FactKind;
    kindCount.change(kind, reader.records - passedOver);
    if (profile !== undefined) profileNames.set(kind, profile.name);
    names = given;
    if (isQuarantine) reader.expectHeaders(QUARANTINE_REASON);
    header = headerOf(reader.raw(), { hasReasons: isQuarantine, separator });
    cellOf.clear();
    for (const [cell, name] of columnsIn(given).entries()) if (!cellOf.has(name)) cellOf.set(name, cell);
    if (takesShortWay && !isQuarantine && kind !== 'practices') offerPlainRecords(kind, columnsIn(given));
  }

  function useProfile(next: InputProfile | undefined): void {
    repeatedTimesBefore += fields?.repeatedTimes ?? 0;
    profile = next;
    fields = next && createProfileFields(next, options);
  }

  /** A quarantine file may have tables of several profiles. */
  function profileOfTable(columns: readonly string[]): InputProfile | undefined {
    if (options.as !== undefined) return options.profile;
    const possible = (options.profiles ?? []).filter((each) => (each.separator ?? ',') === separator);
    return chooseByColumns(columns, possible).profile;
  }

  function problemsOf(given: readonly string[], headerKind: FactKind | undefined): HeaderProblem[] {
    if (profile === undefined) return headerProblems(given, headerKind);
    const columns = columnsIn(given);
    if (!isQuarantine) return profileHeaderProblems(columns, profile);
    const problems = profileHeaderProblems(columns.slice(1), profile);
    return problems.map(({ cell, message }) => ({ cell: cell < 0 ? cell : cell + 1, message }));
  }

  /** Returns the column names as the profile reads them. */
  function columnsIn(given: readonly string[]): readonly string[] {
    return profile?.trim === true ? given.map(trimmed) : given;
  }

  /** The shortcut is not offered for practices, which are few, nor for quarantine files, which have few plain records. */
  function offerPlainRecords(known: 'orders' | 'history', columns: readonly string[]): void {
    const nameless = Array.from({ length: record.width - columns.length }, () => '');
    const { defaultCurrency } = options;
    plainSettings = { kind: known, names: [...columns, ...nameless], defaultCurrency, profile };
    const records = createPlainRecords(plainSettings);
    plain = records;
    const fact = unpackedWhenRead(known, records.part);
    reader.offerTo({
      read: records.read,
      takeNew: () => (records.isPassedOver ? 0 : (sink.takeNew?.(records.part) ?? 0)),
      endOf: records.endOf,
      take() {
        places = records.places;
        if (records.isPassedOver) passedOver++;
        else sink.take(fact, place, columnOf);
      },
    });
  }

  function readRecord(): void {
    if (fields?.passesOver(textOf) === true) {
      passedOver++;
      return;
    }
    for (let cell = names.length; cell < record.width; cell++)
      if (record.text(cell) !== '')
        refusals.push({ place: placeOf(cell), field: '', message: say.valueWithoutColumn() });
    const start = record.text(0);
    if (TOTAL.test(start) && requiredFields(kind as FactKind).some(isEmpty)) {
      sink.problem(placeOf(0), '', say.totalRow(start));
      refusals.length = 0;
      return;
    }
    const fact = parseFact(kind as FactKind, texts, options, fields?.parsers);
    if (fact !== undefined && refusals.length === 0) sink.take(fact, place, columnOf);
    tellRefusals(refusals, sink);
  }

  function place(field?: string): Place {
    return placeOf(field === undefined ? -1 : (cellOf.get(columnOf(field)) ?? -1));
  }

  function placeOf(cell: number): Place {
    if (cell < 0) return { line: places.line, column: 1 };
    return { line: places.lineOf(cell), column: places.columnOf(cell) };
  }
}
