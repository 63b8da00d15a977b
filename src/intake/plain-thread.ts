/**
 * The thread that reads plain records ahead; read-ahead.ts starts it. It takes chunks of the file until the last one, gives back the facts
 * that it packed of each, and ends by itself. Nothing else ends it, since a thread that is terminated may hang.
 */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { buffersOf, createPackedFacts, type PackedFacts } from '../billing/packed-facts.js';
import { createPlainRecords, type PlainRecords, type PlainSettings } from './plain-records.js';
import type { RecordBuffer } from './record-buffer.js';

/** A chunk of the file, and facts that were taken already: others are packed into their memory. */
export interface PlainTask {
  readonly settings: PlainSettings;
  readonly chunk: Uint8Array<ArrayBuffer>;
  readonly spare: readonly PackedFacts[];
}

const LF = 0x0a;

/** Of the shortest usual record. If a chunk has more records, they are packed into further facts. */
const RECORD_BYTES = 40;
/** The bytes of a row for each byte of its record. Longer rows make the facts grow. */
const ROW_BYTES = 1.5;

/**
 * Packs the plain records of a chunk after its first line feed. Where a record begins is only guessed, since a line feed may stand in quotes:
 * the reader takes a fact only if it comes to a record at the same place.
 */
export function packChunk(
  plain: PlainRecords,
  { settings: { kind }, chunk, spare }: PlainTask,
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

function packChunks(port: MessagePort): void {
  let known = '';
  let plain: PlainRecords | undefined;
  port.on('message', (task: PlainTask | undefined) => {
    if (task === undefined) {
      port.close();
      return;
    }
    const settings = JSON.stringify(task.settings);
    if (plain === undefined || settings !== known) plain = createPlainRecords(task.settings);
    known = settings;
    const packed = packChunk(plain, task);
    port.postMessage(packed, packed.flatMap(buffersOf));
  });
}

if (parentPort !== null) packChunks(parentPort);
