/**
 * The thread that writes the invoices of a large month; begin-invoices.ts starts it. It takes batches until the last one, reports what it
 * wrote, and ends by itself. Nothing else ends it, since a thread that is terminated may hang.
 */
import { on } from 'node:events';
import { type MessagePort, parentPort } from 'node:worker_threads';
import type { LineBlock } from '../billing/month-view.js';
import { createFileWriter, type FileMode } from './file-writer.js';
import { createInvoiceWriter, type InvoiceHead, type InvoiceStyle } from './invoice-csv.js';
import type { WrittenFile } from './manifest.js';

export interface InvoiceThreadData {
  readonly staging: string;
  readonly fileMode: FileMode;
  readonly style: InvoiceStyle;
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

/** Between threads an error would keep only its message. */
export interface ThreadError {
  readonly message: string;
  readonly code?: string | undefined;
  readonly path?: string | undefined;
}

export type InvoiceReport = { readonly written: readonly WrittenFile[] } | { readonly error: ThreadError };

async function writeBatches(port: MessagePort): Promise<void> {
  const report = (what: InvoiceReport) => port.postMessage(what);
  try {
    const messages = on(port, 'message') as AsyncIterableIterator<[unknown]>;
    const data = await nextOf<InvoiceThreadData>(messages);
    if (data !== undefined) await writeInvoices(data, () => nextOf<InvoiceBatch>(messages), report);
  } catch (error) {
    const { message, code, path } = error as NodeJS.ErrnoException;
    report({ error: { message, code, path } });
  }
  port.close();
}

/** Returns the next message; undefined for the last one. */
async function nextOf<T>(messages: AsyncIterator<[unknown]>): Promise<T | undefined> {
  const { value } = await messages.next();
  return value[0] as T | undefined;
}

async function writeInvoices(
  { staging, fileMode, style }: InvoiceThreadData,
  nextBatch: () => Promise<InvoiceBatch | undefined>,
  report: (what: InvoiceReport) => void,
): Promise<void> {
  const writer = createFileWriter(staging, fileMode);
  const invoice = createInvoiceWriter(style);
  try {
    for (let batch = await nextBatch(); batch !== undefined; batch = await nextBatch()) {
      const written: WrittenFile[] = [];
      for (const { path, document, blocks } of placed(batch))
        written.push(await writer.write({ path, pieces: invoice(document, blocks) }));
      report({ written });
    }
  } finally {
    await writer.settled();
  }
}

function* placed({ invoices, bytes }: InvoiceBatch) {
  let start = 0;
  for (const { path, document, blocks } of invoices) {
    const found: LineBlock[] = [];
    for (const [firstLine, end] of blocks) {
      found.push({ firstLine, bytes: bytes.subarray(start, end) });
      start = end;
    }
    yield { path, document, blocks: found };
  }
}

if (parentPort !== null) await writeBatches(parentPort);
