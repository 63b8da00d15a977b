/**
 * The thread that writes invoices of a large month; begin-invoices.ts starts it. It takes batches until the last one, reports what it
 * wrote, and ends by itself. Nothing else ends it, since a thread that is terminated may hang.
 */
import { on } from 'node:events';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { createFileWriter, type FileMode } from './file-writer.js';
import { type InvoiceBatch, writeBatch } from './invoice-batch.js';
import { createInvoiceWriter, type InvoiceStyle } from './invoice-csv.js';
import type { WrittenFile } from './manifest.js';

export interface InvoiceThreadData {
  readonly staging: string;
  readonly fileMode: FileMode;
  readonly style: InvoiceStyle;
  /** One shared number: how many batches the thread has written. The main thread can read it without waiting for a report. */
  readonly batchesWritten: Int32Array;
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
  { staging, fileMode, style, batchesWritten }: InvoiceThreadData,
  nextBatch: () => Promise<InvoiceBatch | undefined>,
  report: (what: InvoiceReport) => void,
): Promise<void> {
  const writer = createFileWriter(staging, fileMode);
  const invoice = createInvoiceWriter(style);
  try {
    for (let batch = await nextBatch(); batch !== undefined; batch = await nextBatch()) {
      report({ written: await writeBatch(batch, writer, invoice) });
      Atomics.add(batchesWritten, 0, 1);
    }
  } finally {
    await writer.settled();
  }
}

if (parentPort !== null) await writeBatches(parentPort);
