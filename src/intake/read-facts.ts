/**
 * The one entry to intake: a file -> its facts and every problem in it, in the order of the file, with bounded memory.
 * What is known already, and what conflicts with it, is the ledger's to say.
 */
import type { Fact, FactKind } from '../billing/order.js';
import {
  type Place,
  type Problem,
  tooManyProblems,
  unexpectedGzip,
  unknownFormat,
  zipFile,
} from '../billing/problem.js';
import { GzipProblem, openBytes, STDIN } from './byte-source.js';
import { createCsvFacts } from './csv-facts.js';
import type { FactReader, FactSink, IntakeOptions } from './fact-reader.js';
import { createNdjsonFacts } from './ndjson-facts.js';
import type { Format, RawRecord } from './quarantine.js';

export type { IntakeOptions } from './fact-reader.js';

export type IntakeRecord = Fact & {
  /** Where a field of the record stands, or the record; valid during the call of `take` only. */
  place(field?: string): Place;
  /** Tells `problem` what is wrong with it after all; during the call of `take` only. */
  refuse(field: string, message: string): void;
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
}

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
  if (name === undefined) return refuse(unknownFormat());

  const source = openBytes(path, { gzipped: name.gzipped, progress: (bytes) => handlers.progress?.(bytes) });
  try {
    for await (const chunk of withWholeHead(source.chunks)) {
      if (reader === undefined) {
        const foreign = foreignFormat(chunk);
        if (foreign !== undefined) return refuse(foreign);
        reader = createReader(name.format ?? formatOfBytes(chunk), options, sink);
      }
      reader.push(chunk);
      if (reader.stopped) return result('');
    }
  } catch (error) {
    if (!(error instanceof GzipProblem)) throw error;
    reader?.stop();
    sink.problem({ line: reader?.line ?? 1, column: 1 }, '', error.message);
    return result('');
  }
  reader ??= createReader(name.format ?? 'csv', options, sink);
  reader.end();
  return result(source.sha256());

  function refuse(message: string): IntakeResult {
    sink.problem({ line: 1, column: 1 }, '', message);
    return result('');
  }

  function result(sha256: string): IntakeResult {
    const recordsByKind = reader?.recordsByKind() ?? new Map();
    return { kind: [...recordsByKind.keys()][0], sha256, records: reader?.records ?? 0, recordsByKind };
  }
}

function createReader(format: Format, options: IntakeOptions, sink: FactSink): FactReader {
  return format === 'csv' ? createCsvFacts(options, sink) : createNdjsonFacts(options, sink);
}

/** Passes facts and problems on, and ends the reading when the problems become too many. */
function cappedSink(file: string, handlers: IntakeHandlers, reader: () => FactReader | undefined): FactSink {
  let problems = 0;
  let placeInRecord: IntakeRecord['place'];
  const raw = () => reader()?.rawRecord();
  const refuse = (field: string, message: string) => problem(placeInRecord(field), field, message);

  function problem(place: Place, field: string, message: string): void {
    problems++;
    if (problems <= MOST_PROBLEMS) {
      handlers.problem({ file, ...place, field, message }, raw);
    } else if (problems === MOST_PROBLEMS + 1) {
      reader()?.stop();
      handlers.problem({ file, ...place, field: '', message: tooManyProblems(MOST_PROBLEMS) }, raw);
    }
  }

  return {
    take({ kind, fact }, place) {
      placeInRecord = place;
      handlers.take({ kind, fact, place, refuse } as IntakeRecord);
    },
    problem,
  };
}

function formatOfName(path: string): { readonly format: Format; readonly gzipped: boolean } | undefined {
  const match = /\.(csv|ndjson)(\.gz)?$/i.exec(path);
  if (match === null) return undefined;
  return { format: match[1]?.toLowerCase() === 'csv' ? 'csv' : 'ndjson', gzipped: match[2] !== undefined };
}

/** How many bytes the formats can be told by. */
const HEAD_BYTES = 4;

/** The first chunk comes with at least HEAD_BYTES, unless there are fewer. */
async function* withWholeHead(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < HEAD_BYTES) continue;
    yield head;
    head = undefined;
  }
  if (head !== undefined && head.length > 0) yield head;
}

function foreignFormat(head: Uint8Array): string | undefined {
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03 && head[3] === 0x04) return zipFile();
  if (head[0] === 0x1f && head[1] === 0x8b) return unexpectedGzip();
  return undefined;
}

/** Of standard input, which has no name: an opening brace, perhaps after a byte order mark, is JSON's. */
function formatOfBytes(head: Uint8Array): Format {
  const first = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? head[3] : head[0];
  return first === 0x7b ? 'ndjson' : 'csv';
}
