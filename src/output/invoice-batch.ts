/** Some invoices of a month with the packed lines of each, in a form that another thread can be given. */
import type { BilledMonthView, IssuedDocument, LineBlock } from '../billing/month-view.js';
import type { FileWriter } from './file-writer.js';
import type { createInvoiceWriter, InvoiceHead } from './invoice-csv.js';
import type { WrittenFile } from './manifest.js';

/** A document and the path of its file. */
export interface Invoice {
  readonly path: string;
  readonly document: IssuedDocument;
}

export interface InvoiceBatch {
  readonly invoices: readonly {
    readonly path: string;
    readonly document: InvoiceHead;
    /** The number of each block's first line, and where its bytes end. */
    readonly blocks: readonly (readonly [firstLine: number, end: number])[];
  }[];
  /** The bytes of all blocks, one after the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A batch has at least so many bytes, except the last one. Two threads that share batches of this size end within some milliseconds. */
const BATCH_BYTES = 256 * 1024;

/** Reads the lines of the invoices. Each batch is read when it is asked for. */
export function* batchesOf(
  view: Pick<BilledMonthView, 'blocksOf'>,
  invoices: readonly Invoice[],
): Generator<InvoiceBatch> {
  let batch: InvoiceBatch['invoices'][number][] = [];
  let parts: Uint8Array[] = [];
  let size = 0;
  for (const { path, document } of invoices) {
    const { key: _, billTo: __, totals: ___, ...head } = document;
    const blocks: [firstLine: number, end: number][] = [];
    for (const { firstLine, bytes } of view.blocksOf(document)) {
      parts.push(bytes);
      size += bytes.length;
      blocks.push([firstLine, size]);
    }
    batch.push({ path, document: head, blocks });
    if (size < BATCH_BYTES) continue;
    yield { invoices: batch, bytes: joined(parts, size) };
    [batch, parts, size] = [[], [], 0];
  }
  if (batch.length > 0) yield { invoices: batch, bytes: joined(parts, size) };
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Writes the invoices of a batch. @returns their entries for the manifest */
export async function writeBatch(
  { invoices, bytes }: InvoiceBatch,
  writer: FileWriter,
  invoice: ReturnType<typeof createInvoiceWriter>,
): Promise<WrittenFile[]> {
  const written: WrittenFile[] = [];
  let start = 0;
  for (const { path, document, blocks } of invoices) {
    const found: LineBlock[] = [];
    for (const [firstLine, end] of blocks) {
      found.push({ firstLine, bytes: bytes.subarray(start, end) });
      start = end;
    }
    written.push(await writer.write({ path, pieces: invoice(document, found) }));
  }
  return written;
}
