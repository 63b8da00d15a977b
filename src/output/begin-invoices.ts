/**
 * Begins the folder of a large month while its close is still being recorded: a thread writes the invoices. Its error is thrown where the
 * folder is completed. A small month is written after the close, without a thread, which is as fast.
 */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { BilledMonthView, IssuedDocument } from '../billing/month-view.js';
import { makeOwnFolder } from './file-writer.js';
import type { InvoiceBatch, InvoiceReport, InvoiceThreadData, ThreadError } from './invoice-thread.js';
import type { WrittenFile } from './manifest.js';
import { INVOICES, invoicePaths, styleOf } from './month-files.js';
import { type BegunFolder, beginFolder, discardFolder, type FolderOptions } from './write-folder.js';

/** Starting a thread costs as much as writing thousands of lines. */
const FEWEST_LINES = 10_000;

const BATCH_BYTES = 1024 * 1024;
/** The batches that the thread has not written yet may have so many bytes. This bounds the memory. */
const MOST_UNDER_WAY = 32 * 1024 * 1024;

export interface HeadStart {
  /** Starts the thread early if about so many lines will come: a thread takes a while to start. */
  expect(lines: number): void;
  /** Hands over all lines. Never throws: a month can be closed even if its files cannot be written. */
  begin(view: BilledMonthView): Promise<void>;
  /** Returns the folder that was begun; undefined if none was. @throws Failure refused if a foreign folder is in the way; errors of the file system */
  folder(): Promise<BegunFolder | undefined>;
  /** Waits for the thread to end, and removes the folder unless it was completed. */
  end(): Promise<void>;
}

/** @param fewestLines the least number of lines for which a thread is used */
export function createHeadStart(options: FolderOptions, fewestLines = FEWEST_LINES): HeadStart {
  let thread: InvoiceThread | undefined;
  let begun: Promise<BegunFolder | undefined> = Promise.resolve(undefined);

  async function beginInvoices(view: BilledMonthView): Promise<BegunFolder | undefined> {
    const documents = [...view.documents()];
    const lines = documents.reduce((sum, { totals }) => sum + totals.lineCount, 0);
    if (documents.length === 0 || lines < fewestLines) return undefined;
    const { fileMode = 'private' } = options;
    const { staging } = beginFolder(view.month, options);
    try {
      makeOwnFolder(path.join(staging, INVOICES), fileMode);
      thread ??= startThread();
      thread.begin({ staging, fileMode, style: styleOf(view) });
      for (const batch of batchesOf(view, documents)) await thread.write(batch);
    } catch (error) {
      await discardFolder({ staging });
      throw error;
    }
    return { staging, invoices: thread.written };
  }
  return {
    expect(lines) {
      if (lines >= fewestLines) thread ??= startThread();
    },
    async begin(view) {
      begun = beginInvoices(view);
      await begun.catch(() => {});
    },
    folder: () => begun,
    async end() {
      await thread?.written().catch(() => {});
      const folder = await begun.catch(() => {});
      if (folder !== undefined) await discardFolder(folder);
    },
  };
}

interface InvoiceThread {
  begin(data: InvoiceThreadData): void;
  /** Waits only while too much is under way. */
  write(batch: InvoiceBatch): Promise<void>;
  /** Tells the thread that no more batches come, and waits for its end. @throws its error */
  written(): Promise<readonly WrittenFile[]>;
}

function startThread(): InvoiceThread {
  const worker = new Worker(new URL('./invoice-thread.js', import.meta.url));
  const written: WrittenFile[] = [];
  const underWay: number[] = [];
  let bytesUnderWay = 0;
  let handedOver = 0;
  let error: unknown;
  let hasEnded = false;
  let wake = () => {};
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      hasEnded = true;
      resolve();
      wake();
    });
  });
  worker.on('error', (thrown) => {
    error ??= thrown;
  });
  worker.on('message', (report: InvoiceReport) => {
    if ('error' in report) error ??= errorOf(report.error);
    else written.push(...report.written);
    bytesUnderWay -= underWay.shift() ?? 0;
    wake();
  });
  return {
    begin: (data) => worker.postMessage(data),
    async write(batch) {
      handedOver += batch.invoices.length;
      underWay.push(batch.bytes.length);
      bytesUnderWay += batch.bytes.length;
      worker.postMessage(batch, [batch.bytes.buffer]);
      while (bytesUnderWay > MOST_UNDER_WAY && error === undefined && !hasEnded)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    },
    async written() {
      worker.postMessage(undefined);
      await ended;
      if (error !== undefined) throw error;
      if (written.length < handedOver) throw new Error('the thread that writes the invoices ended too early');
      return written;
    },
  };
}

function errorOf({ message, ...rest }: ThreadError): Error {
  return Object.assign(new Error(message), rest);
}

function* batchesOf(view: BilledMonthView, documents: readonly IssuedDocument[]): Generator<InvoiceBatch> {
  const paths = invoicePaths(documents);
  let invoices: InvoiceBatch['invoices'][number][] = [];
  let parts: Uint8Array[] = [];
  let size = 0;
  const batch = (): InvoiceBatch => {
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return { invoices, bytes };
  };
  for (const [index, document] of documents.entries()) {
    const { key: _, billTo: __, totals: ___, ...head } = document;
    const blocks: [firstLine: number, end: number][] = [];
    for (const { firstLine, bytes } of view.blocksOf(document)) {
      parts.push(bytes);
      size += bytes.length;
      blocks.push([firstLine, size]);
    }
    invoices.push({ path: paths[index] as string, document: head, blocks });
    if (size < BATCH_BYTES) continue;
    yield batch();
    [invoices, parts, size] = [[], [], 0];
  }
  if (invoices.length > 0) yield batch();
}
