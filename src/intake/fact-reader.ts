/** What the readers of both formats have in common: bytes go in, facts and problems come out. */

import type { Fact, FactKind } from '../billing/order.js';
import type { Message } from '../errors/message.js';
import type { Place } from '../errors/problem.js';
import type { FactOptions } from './facts.js';
import type { InputProfile } from './input-profile.js';
import type { RawRecord } from './quarantine.js';

export interface IntakeOptions extends FactOptions {
  /** The kind of the file, in the strict format, or the profile to read it by: said outright. */
  readonly as?: FactKind | InputProfile;
  /** Those that a file may be read by whose columns they name. */
  readonly profiles?: readonly InputProfile[];
}

/** What a reader is told of its file: the profile is chosen by then. */
export interface ReaderOptions extends IntakeOptions {
  readonly profile?: InputProfile | undefined;
}

/** The kind that was said outright, of the strict format. */
export const saidKind = ({ as }: IntakeOptions): FactKind | undefined =>
  typeof as === 'string' ? as : undefined;

export interface FactSink {
  /**
   * @param place where a field of the record stands, or the record; valid during the call only
   * @param columnOf what its file calls a field; a field is its own column without a profile
   */
  take(fact: Fact, place: (field?: string) => Place, columnOf?: (field: string) => string): void;
  /** @param value what stands there, if a mend can be worked out from it */
  problem(place: Place, field: string, message: Message, value?: string): void;
}

export interface FactReader {
  push(chunk: Uint8Array): void;
  end(): void;
  /** Ends the reading: nothing is told any more. */
  stop(): void;
  readonly stopped: boolean;
  /** The kind of the file, once it is known. */
  readonly kind: FactKind | undefined;
  /** The physical line that has been reached. */
  readonly line: number;
  /** Data records read so far, good or bad. */
  readonly records: number;
  /** What was read of the file that no fact tells. */
  readonly notes: ReadingNotes;
  /** The same by kind: a quarantine file may hold several. */
  recordsByKind(): ReadonlyMap<FactKind, number>;
  /** The record at hand, during a call of the sink only; undefined if nothing can be made of what follows it. */
  rawRecord(): RawRecord | undefined;
}

/** What an import tells of a file beside its records. */
export interface ReadingNotes {
  /** By kind, the input profile that its records were read by. */
  readonly profiles: ReadonlyMap<FactKind, string>;
  /** Records that a word of theirs says are none of ours. */
  readonly passedOver: number;
  /** Rows without a value. */
  readonly blankRows: number;
  /** Times that occur twice, when the clocks go back, and were read as the first. */
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
    /** @param records read so far: they are of the kind before, or of this one if it is the first */
    change(next: FactKind, records: number): void {
      if (next === kind) return;
      count(records);
      kind = next;
    },
    count,
  };
}

export interface Refusal {
  readonly place: Place;
  readonly field: string;
  readonly message: Message;
  readonly value?: string;
}

/** Tells the problems of one record in the order of the file, and empties the list. */
export function tellRefusals(refusals: Refusal[], sink: FactSink): void {
  if (refusals.length === 0) return;
  const inOrder = refusals
    .splice(0)
    .sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  for (const { place, field, message, value } of inOrder) sink.problem(place, field, message, value);
}
