/** Packs the plain records of chunks before the reader comes to them (read-ahead.ts). */
import { type Claim, doUnlessClaimed } from '../billing/claim.js';
import { createPackedFacts, type PackedFacts } from '../billing/packed-facts.js';
import { createPlainRecords, type PlainRecords, type PlainSettings } from './plain-records.js';
import type { RecordBuffer } from './record-buffer.js';

/** A chunk of the file, and facts that were taken already: others are packed into their memory. */
export interface PlainTask {
  readonly settings: PlainSettings;
  readonly chunk: Uint8Array;
  readonly spare: readonly PackedFacts[];
  readonly claim: Claim;
}

const LF = 0x0a;

/** The length of the shortest usual record. If a chunk has more records, they are packed into further facts. */
const RECORD_BYTES = 40;
/** The bytes of a row for each byte of its record. Longer rows make the facts grow. */
const ROW_BYTES = 1.5;

/**
 * Packs the plain records of a chunk after its first line feed. Where a record begins is only guessed, since a line feed may stand in quotes:
 * the reader takes a fact only if it comes to a record at the same place.
 */
export function packChunk(
  plain: PlainRecords,
  { settings: { kind }, chunk, spare }: Omit<PlainTask, 'claim'>,
): PackedFacts[] {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
  const buffer: RecordBuffer = {
    bytes,
    position: 0,
    start: bytes.indexOf(LF) + 1,
    end: bytes.length,
    text: '',
    textStart: 0,
    textEnd: 0,
  };
  const found: PackedFacts[] = [];
  let packed: PackedFacts | undefined;
  while (buffer.start > 0 && buffer.start < buffer.end) {
    if (packed === undefined || packed.count === packed.keys.length) {
      const records = Math.ceil(bytes.length / RECORD_BYTES);
      packed = spare[found.length] ?? createPackedFacts(kind, records, Math.ceil(bytes.length * ROW_BYTES));
      packed.count = 0;
      found.push(packed);
    }
    const next = plain.pack(buffer, packed);
    buffer.start = next > 0 ? next : bytes.indexOf(LF, buffer.start) + 1;
  }
  return found;
}

/** Returns what packs chunk after chunk, perhaps of several files, and nothing of a chunk that the other thread has claimed. */
export function createChunkPacker(): (task: PlainTask) => PackedFacts[] | undefined {
  let known = '';
  let plain: PlainRecords;
  return (task) =>
    doUnlessClaimed(task.claim, () => {
      const settings = JSON.stringify(task.settings);
      if (settings !== known) plain = createPlainRecords(task.settings);
      known = settings;
      return packChunk(plain, task);
    });
}
