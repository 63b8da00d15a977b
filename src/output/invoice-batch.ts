/** Some invoices of a month with the packed lines of each, in a form that another thread can be given. */
import type { IssuedDocument, LineBlock, MonthView } from '../billing/month-view.js';
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

interface BatchMaker {
  /** Adds an invoice. @returns the batch, once it is large enough */
  add(invoice: Invoice, lines: Iterable<LineBlock>): InvoiceBatch | undefined;
  /** Returns what was added since the last batch; undefined if nothing. */
  last(): InvoiceBatch | undefined;
}

export function createBatchMaker(): BatchMaker {
  let invoices: InvoiceBatch['invoices'][number][] = [];
  let parts: Uint8Array[] = [];
  let size = 0;
  const last = (): InvoiceBatch | undefined => {
    if (invoices.length === 0) return undefined;
    const batch = { invoices, bytes: joined(parts, size) };
    [invoices, parts, size] = [[], [], 0];
    return batch;
  };
  return {
    add({ path, document }, lines) {
      const { key: _, billTo: __, totals: ___, ...head } = document;
      const blocks: [firstLine: number, end: number][] = [];
      for (const { firstLine, bytes } of lines) {
        parts.push(bytes);
        size += bytes.length;
        blocks.push([firstLine, size]);
      }
      invoices.push({ path, document: head, blocks });
      return size < BATCH_BYTES ? undefined : last();
    },
    last,
  };
}

/** Reads the lines of the invoices from a closed month. Each batch is read when it is asked for. */
export function* batchesOf(
  { blocksOf }: Pick<MonthView, 'blocksOf'>,
  invoices: readonly Invoice[],
): Generator<InvoiceBatch> {
  const batches = createBatchMaker();
  for (const invoice of invoices) {
    const batch = batches.add(invoice, blocksOf(invoice.document));
    if (batch !== undefined) yield batch;
  }
  const last = batches.last();
  if (last !== undefined) yield last;
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
