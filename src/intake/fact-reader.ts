/** The common parts of the CSV and NDJSON fact readers, which turn bytes into facts and problems. */

import type { Fact, FactKind } from '../billing/order.js';
import type { PackedFacts, PackedPart } from '../billing/packed-facts.js';
import { SECRET_FIELD } from '../errors/difference.js';
import type { Message } from '../errors/message.js';
import type { Place } from '../errors/problem.js';
import { createRefuser, type FactOptions, type FieldTexts } from './facts.js';
import type { InputProfile } from './input-profile.js';
import type { PlainSettings } from './plain-records.js';
import type { ColumnTexts, ProfileFields } from './profile-fields.js';
import type { RawRecord } from './quarantine.js';
import type { PlainThread } from './read-ahead.js';

export interface IntakeOptions extends FactOptions {
  /** The kind of the file in the strict format, or the profile to read it by, as the user said. */
  readonly as?: FactKind | InputProfile;
  /** The profiles to choose from by the file's columns. */
  readonly profiles?: readonly InputProfile[];
  /** Reads ahead in large files; absent to read without a thread. */
  readonly thread?: PlainThread | undefined;
}

/** What a reader knows of its file, after its profile was chosen. */
export interface ReaderOptions extends IntakeOptions {
  readonly profile?: InputProfile | undefined;
}

/** Returns the kind that the user said for the strict format; undefined otherwise. */
export const saidKind = ({ as }: IntakeOptions): FactKind | undefined =>
  typeof as === 'string' ? as : undefined;

export interface FactSink {
  /**
   * @param fact valid only during the call
   * @param place returns the place of a field, or of the record. Valid only during the call
   * @param columnOf returns the file's column of a field. Without a profile the two names are equal
   */
  take(fact: Fact, place: (field?: string) => Place, columnOf?: (field: string) => string): void;
  /** Takes the first ones of some packed facts at once. @returns how many; `take` gets the next one */
  takeNew?(facts: PackedPart): number;
  /** @param value the wrong value, if a correction can be derived from it */
  problem(place: Place, field: string, message: Message, value?: string): void;
}

export interface FactReader {
  /** @param facts those of the chunk that were read ahead */
  push(chunk: Uint8Array, facts?: readonly PackedFacts[]): void;
  end(): void;
  /** Ends the reading. The sink is not called afterwards. */
  stop(): void;
  readonly stopped: boolean;
  /** How plain records can be read ahead; undefined if they cannot, or not yet. */
  readonly plainSettings?: PlainSettings | undefined;
  /** The kind of the file; undefined while it is unknown. */
  readonly kind: FactKind | undefined;
  /** The physical line that was reached. */
  readonly line: number;
  /** The number of data records read so far, good or bad. */
  readonly records: number;
  /** What facts do not show of the file. */
  readonly notes: ReadingNotes;
  /** The number of records by kind. A quarantine file may have several kinds. */
  recordsByKind(): ReadonlyMap<FactKind, number>;
  /** Returns the current record; undefined if nothing after it can be read. Only during a call of the sink. */
  rawRecord(): RawRecord | undefined;
}

/** What an import reports of a file besides its records. */
export interface ReadingNotes {
  /** The input profile of each kind's records. */
  readonly profiles: ReadonlyMap<FactKind, string>;
  /** Records that the profile's `null` words skip. */
  readonly passedOver: number;
  /** Rows without any value. */
  readonly blankRows: number;
  /** Local times that occur twice, because clocks go back, and were read as the first occurrence. */
  readonly repeatedTimes: number;
}

/** Counts a file's records by kind. */
export function createKindCount() {
  const counts = new Map<FactKind, number>();
  let kind: FactKind | undefined;
  let counted = 0;
  function count(records: number): ReadonlyMap<FactKind, number> {
    if (kind === undefined) return counts;
    counts.set(kind, (counts.get(kind) ?? 0) + records - counted);
    counted = records;
    return counts;
  }
  return {
    /** @param records read so far. They belong to the previous kind, or to this one if it is the first */
    change(next: FactKind, records: number): void {
      if (next === kind) return;
      count(records);
      kind = next;
    },
    count,
  };
}

/** How a reader reads the fields of its current record, by a profile or without one. */
interface RecordSource {
  /** Returns the fields of the profile; undefined without one. */
  fields(): ProfileFields | undefined;
  readonly textOf: ColumnTexts;
  place(field: string): Place;
}

/** Makes the texts of the current record's fields, and the list of the problems found in them. */
export function createFieldTexts({ fields, textOf, place }: RecordSource) {
  const refusals: Refusal[] = [];
  const columnOf = (field: string): string => fields()?.columnOf(field) ?? field;
  const texts: FieldTexts = {
    text: (field) => fields()?.text(field, textOf, texts.refuser(field)) ?? textOf(field),
    refuser: createRefuser((field, message) => texts.refuse(field, message)),
    refuse(field, message) {
      const value = field === SECRET_FIELD ? {} : { value: textOf(columnOf(field)) };
      refusals.push({ place: place(field), field: columnOf(field), message, ...value });
    },
  };
  return { texts, refusals, columnOf };
}

interface Refusal {
  readonly place: Place;
  readonly field: string;
  readonly message: Message;
  readonly value?: string;
}

/** Reports the problems of one record in the order of the file, and empties the list. */
export function tellRefusals(refusals: Refusal[], sink: FactSink): void {
  if (refusals.length === 0) return;
  const inOrder = refusals
    .splice(0)
    .sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  for (const { place, field, message, value } of inOrder) sink.problem(place, field, message, value);
}
