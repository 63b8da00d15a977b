/** The common parts of the CSV and NDJSON fact readers, which turn bytes into facts and problems. */

import type { Fact, FactKind } from '../billing/order.js';
import type { PackedFacts, PackedPart } from '../billing/packed-facts.js';
import type { Message } from '../errors/message.js';
import type { Place } from '../errors/problem.js';
import type { FactOptions } from './facts.js';
import type { FileReader } from './file-reader.js';
import type { InputProfile } from './input-profile.js';
import type { PlainSettings } from './plain-records.js';
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

export interface FactReader extends Pick<FileReader, 'end' | 'stop' | 'stopped' | 'line' | 'records'> {
  /** @param facts those of the chunk that were read ahead */
  push(chunk: Uint8Array, facts?: readonly PackedFacts[]): void;
  /** How plain records can be read ahead; undefined if they cannot, or not yet. */
  readonly plainSettings?: PlainSettings | undefined;
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
