/**
 * The entry to intake: reads a file's facts and all its problems, in the order of the file, with limited memory. The ledger decides what
 * is known already and what conflicts with it.
 */

import type { Fact, FactKind } from '../billing/order.js';
import type { PackedPart } from '../billing/packed-facts.js';
import { type Message, say } from '../errors/message.js';
import type { Place, Problem } from '../errors/problem.js';
import { GzipProblem, openBytes, STDIN } from './byte-source.js';
import { type Choice, chooseProfile, isQuarantine, MOST_HEAD_BYTES } from './choose-profile.js';
import { createCsvFacts } from './csv-facts.js';
import type { FactReader, FactSink, IntakeOptions, ReaderOptions, ReadingNotes } from './fact-reader.js';
import { foreignFile, misplacedHeader } from './foreign-file.js';
import type { InputProfile } from './input-profile.js';
import { createNdjsonFacts } from './ndjson-facts.js';
import type { Format, RawRecord } from './quarantine.js';
import { createReadAhead } from './read-ahead.js';
import { createRecoder, markedEncoding, type Recoder } from './recode.js';

export type { IntakeOptions } from './fact-reader.js';

export type IntakeRecord = Fact & {
  /** Returns the place of a field, or of the record. Valid only during the call of `take`. */
  place(field?: string): Place;
  /** Reports a problem of the record to `problem`. Valid only during the call of `take`. */
  refuse(field: string, message: Message): void;
};

export interface IntakeHandlers {
  take(record: IntakeRecord): void;
  /** Takes the first ones of some packed facts, without looking at each. @returns how many; `take` gets the next one */
  takeNew?(facts: PackedPart): number;
  /** @param raw returns the record of the problem; undefined if the file must be corrected before it can be read */
  problem(problem: Problem, raw: () => RawRecord | undefined): void;
  /** @param bytes read of the file so far; for a gzipped file, packed bytes */
  progress?(bytes: number): void;
}

export interface IntakeResult {
  /** Undefined if it could not be determined. */
  readonly kind: FactKind | undefined;
  /** The hash of the file's own bytes, in hex; empty if a problem ended the reading early. */
  readonly sha256: string;
  /** The number of data records read, good or bad. */
  readonly records: number;
  /** The number of records by kind: several kinds in a quarantine file, otherwise only `kind`. */
  readonly recordsByKind: ReadonlyMap<FactKind, number>;
  readonly notes: ReadingNotes;
}

const NO_NOTES: ReadingNotes = { profiles: new Map(), passedOver: 0, blankRows: 0, repeatedTimes: 0 };

/** Reading stops after this many, with one more problem that says so. */
export const MOST_PROBLEMS = 100_000;

/**
 * @param path a `.csv` or `.ndjson` file, either also `.gz`, or `-` for standard input
 * @throws errors of the file system as Node throws them (ENOENT, EACCES, EISDIR…), and whatever `take` throws
 */
export async function readFacts(
  path: string,
  options: IntakeOptions,
  handlers: IntakeHandlers,
): Promise<IntakeResult> {
  const sink = cappedSink(path, handlers, () => reader);
  let reader: FactReader | undefined;

  const name = path === STDIN ? { format: undefined, gzipped: false } : formatOfName(path);
  if (name === undefined) return refuse(say.unknownFormat());

  const ahead = createReadAhead((chunk, facts) => reader?.push(chunk, facts), options.thread);
  let recoder: Recoder | undefined;
  const { as, profiles = [] } = options;
  const source = openBytes(path, { gzipped: name.gzipped, progress: (bytes) => handlers.progress?.(bytes) });
  try {
    for await (const chunk of withWholeHead(source.chunks, MOST_HEAD_BYTES)) {
      if (reader === undefined) {
        const foreign = foreignFile(chunk);
        if (foreign !== undefined && foreign.kind !== 'utf16') return refuse(foreign);
        const format = name.format ?? formatOfBytes(chunk);
        const choice = choose(chunk, format);
        if (choice.problem !== undefined) return refuse(choice.problem);
        // UTF-16 is read only by a profile, if the profile or a byte order mark says so.
        const readsUtf16 =
          choice.profile !== undefined && encodingOf(chunk, choice.profile).startsWith('utf-16');
        if (foreign !== undefined && !readsUtf16) return refuse(foreign);
        const isStrictCsv = format === 'csv' && choice.profile === undefined && !isQuarantine(chunk);
        const misplaced = isStrictCsv ? misplacedHeader(chunk) : undefined;
        if (misplaced !== undefined) return refuse(misplaced.message, misplaced.line);
        recoder = recoderOf(chunk, choice);
        reader = createReader(format, { ...options, profile: choice.profile }, sink, isQuarantine(chunk));
      }
      const bytes = recoder === undefined ? chunk : recoder.recode(chunk);
      await ahead.push(bytes, reader.plainSettings);
      if (reader.stopped) return result('');
    }
    await ahead.drain();
  } catch (error) {
    if (!(error instanceof GzipProblem)) throw error;
    await ahead.drain();
    if (reader?.stopped === true) return result('');
    reader?.stop();
    sink.problem({ line: reader?.line ?? 1, column: 1 }, '', error.said);
    return result('');
  }
  if (reader?.stopped === true) return result('');
  reader ??= createReader(name.format ?? 'csv', options, sink, false);
  if (recoder !== undefined) reader.push(recoder.end());
  reader.end();
  return result(source.sha256());

  function choose(head: Uint8Array, format: Format): Choice {
    if (typeof as === 'object') return { profile: as };
    return as === undefined && profiles.length > 0 ? chooseProfile(head, format, profiles) : {};
  }

  function refuse(message: Message, line = 1): IntakeResult {
    sink.problem({ line, column: 1 }, '', message);
    return result('');
  }

  function result(sha256: string): IntakeResult {
    const recordsByKind = reader?.recordsByKind() ?? new Map();
    const [kind] = recordsByKind.keys();
    const notes = reader?.notes ?? NO_NOTES;
    return { kind, sha256, records: reader?.records ?? 0, recordsByKind, notes };
  }
}

function createReader(
  format: Format,
  options: ReaderOptions,
  sink: FactSink,
  isQuarantine: boolean,
): FactReader {
  return format === 'csv'
    ? createCsvFacts(options, sink, { isQuarantine })
    : createNdjsonFacts(options, sink);
}

const encodingOf = (head: Uint8Array, profile: InputProfile) =>
  markedEncoding(head) ?? profile.encoding ?? 'utf-8';

/** Returns the recoder of a file in another encoding, which only a profile can have; undefined for UTF-8. */
function recoderOf(head: Uint8Array, { profile }: Choice): Recoder | undefined {
  if (profile === undefined || isQuarantine(head)) return undefined;
  const encoding = encodingOf(head, profile);
  return encoding === 'utf-8' ? undefined : createRecoder(encoding);
}

/** Passes facts and problems on, and ends the reading when there are too many problems. */
function cappedSink(file: string, handlers: IntakeHandlers, reader: () => FactReader | undefined): FactSink {
  let problems = 0;
  let placeInRecord: IntakeRecord['place'];
  let columnInRecord: ((field: string) => string) | undefined;
  const raw = () => reader()?.rawRecord();
  const refuse = (field: string, message: Message) =>
    problem(placeInRecord(field), columnInRecord?.(field) ?? field, message);

  function problem(place: Place, field: string, message: Message, value?: string): void {
    problems++;
    if (problems <= MOST_PROBLEMS) {
      const { kind, text } = message;
      const known = value === undefined ? {} : { value };
      handlers.problem({ file, ...place, field, kind, message: text, ...known }, raw);
    } else if (problems === MOST_PROBLEMS + 1) {
      reader()?.stop();
      const { kind, text } = say.tooManyProblems(MOST_PROBLEMS);
      handlers.problem({ file, ...place, field: '', kind, message: text }, raw);
    }
  }

  let given: Fact;
  // One for all records, since most are looked at only in part.
  const record = {
    get kind() {
      return given.kind;
    },
    get fact() {
      return given.fact;
    },
    get isUnnumbered() {
      return given.kind === 'orders' && given.isUnnumbered === true;
    },
    place: (field?: string) => placeInRecord(field),
    refuse,
  } as IntakeRecord;

  return {
    take(fact, place, columnOf) {
      given = fact;
      placeInRecord = place;
      columnInRecord = columnOf;
      handlers.take(record);
    },
    takeNew: (facts) => handlers.takeNew?.(facts) ?? 0,
    problem,
  };
}

export function formatOfName(
  path: string,
): { readonly format: Format; readonly gzipped: boolean } | undefined {
  const match = /\.(?:(csv|tsv|tab|txt)|ndjson|jsonl)(\.gz)?$/i.exec(path);
  if (match === null) return undefined;
  return { format: match[1] === undefined ? 'ndjson' : 'csv', gzipped: match[2] !== undefined };
}

/** Makes the first chunk at least this long, or the whole file if that is shorter. */
async function* withWholeHead(
  chunks: AsyncIterable<Uint8Array>,
  headBytes: number,
): AsyncGenerator<Uint8Array> {
  let head: Buffer | undefined = Buffer.alloc(0);
  let stopped: unknown;
  try {
    for await (const chunk of chunks) {
      if (head === undefined) {
        yield chunk;
        continue;
      }
      head = Buffer.concat([head, chunk]);
      if (head.length < headBytes) continue;
      yield head;
      head = undefined;
    }
  } catch (error) {
    // What came before is read first, so that the message has the place where the damage begins.
    if (!(error instanceof GzipProblem)) throw error;
    stopped = error;
  }
  if (head !== undefined && head.length > 0) yield head;
  if (stopped !== undefined) throw stopped;
}

/** For standard input, which has no name: an opening brace, perhaps after a byte order mark, means JSON. */
function formatOfBytes(head: Uint8Array): Format {
  const first = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? head[3] : head[0];
  return first === 0x7b ? 'ndjson' : 'csv';
}
