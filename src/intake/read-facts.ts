/**
 * The one entry to intake: a file -> its facts and every problem in it, in the order of the file, with bounded memory.
 * What is known already, and what conflicts with it, is the ledger's to say.
 */

import type { Fact, FactKind } from '../billing/order.js';
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
import { createRecoder, markedEncoding, type Recoder } from './recode.js';

export type { IntakeOptions } from './fact-reader.js';

export type IntakeRecord = Fact & {
  /** Where a field of the record stands, or the record; valid during the call of `take` only. */
  place(field?: string): Place;
  /** Tells `problem` what is wrong with it after all; during the call of `take` only. */
  refuse(field: string, message: Message): void;
};

export interface IntakeHandlers {
  take(record: IntakeRecord): void;
  /** @param raw the record that it is of; undefined if the file cannot be read without mending it */
  problem(problem: Problem, raw: () => RawRecord | undefined): void;
  /** @param bytes read of the file so far, as they stand in it (packed ones of a gzipped file) */
  progress?(bytes: number): void;
}

export interface IntakeResult {
  /** Undefined if it could not be told. */
  readonly kind: FactKind | undefined;
  /** Of the bytes as they stand in the file, in hex; empty if a problem ended the reading before them all were read. */
  readonly sha256: string;
  /** Data records read, good or bad. */
  readonly records: number;
  /** The same by kind: several in a quarantine file, `kind` alone in any other. */
  readonly recordsByKind: ReadonlyMap<FactKind, number>;
  readonly notes: ReadingNotes;
}

const NO_NOTES: ReadingNotes = { profiles: new Map(), passedOver: 0, blankRows: 0, repeatedTimes: 0 };

/** Reading stops after these, with one that says so. */
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
        // Only a profile reads UTF-16: by its mark, or because it says so.
        const readsUtf16 =
          choice.profile !== undefined && encodingOf(chunk, choice.profile).startsWith('utf-16');
        if (foreign !== undefined && !readsUtf16) return refuse(foreign);
        const isStrictCsv = format === 'csv' && choice.profile === undefined && !isQuarantine(chunk);
        const misplaced = isStrictCsv ? misplacedHeader(chunk) : undefined;
        if (misplaced !== undefined) return refuse(misplaced.message, misplaced.line);
        recoder = recoderOf(chunk, choice);
        reader = createReader(format, { ...options, profile: choice.profile }, sink, isQuarantine(chunk));
      }
      reader.push(recoder === undefined ? chunk : recoder.recode(chunk));
      if (reader.stopped) return result('');
    }
  } catch (error) {
    if (!(error instanceof GzipProblem)) throw error;
    reader?.stop();
    sink.problem({ line: reader?.line ?? 1, column: 1 }, '', error.said);
    return result('');
  }
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

/** Only a profile says that a file is other than UTF-8; undefined if the bytes are UTF-8 as they are. */
function recoderOf(head: Uint8Array, { profile }: Choice): Recoder | undefined {
  if (profile === undefined || isQuarantine(head)) return undefined;
  const encoding = encodingOf(head, profile);
  return encoding === 'utf-8' ? undefined : createRecoder(encoding);
}

/** Passes facts and problems on, and ends the reading when the problems become too many. */
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

  return {
    take(record, place, columnOf) {
      placeInRecord = place;
      columnInRecord = columnOf;
      // Written out: to spread a record into another one costs more than all else that is done with it here.
      const { kind, fact } = record;
      const isUnnumbered = kind === 'orders' && record.isUnnumbered === true;
      handlers.take({ kind, fact, isUnnumbered, place, refuse } as IntakeRecord);
    },
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

/** The first chunk comes with at least so many bytes, unless there are fewer. */
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
    // What came before is read first: a damaged file is told where the damage begins.
    if (!(error instanceof GzipProblem)) throw error;
    stopped = error;
  }
  if (head !== undefined && head.length > 0) yield head;
  if (stopped !== undefined) throw stopped;
}

/** Of standard input, which has no name: an opening brace, perhaps after a byte order mark, is JSON's. */
function formatOfBytes(head: Uint8Array): Format {
  const first = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? head[3] : head[0];
  return first === 0x7b ? 'ndjson' : 'csv';
}
