/**
 * Begins the folder of a large month while its close is still being recorded: a thread writes the first invoices. Once the month is closed,
 * the thread and the main thread share the others. Errors are thrown where the folder is completed. A small month is written after the
 * close, without a thread, which is as fast.
 */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { BilledMonthView, BlockTaker, LineBlock } from '../billing/month-view.js';
import { makeOwnFolder } from './file-writer.js';
import { batchesOf, createBatchMaker, type Invoice, type InvoiceBatch, writeBatch } from './invoice-batch.js';
import { createInvoiceWriter } from './invoice-csv.js';
import type { InvoiceReport, InvoiceThreadData, ThreadError } from './invoice-thread.js';
import type { WrittenFile } from './manifest.js';
import { INVOICES, invoicePaths, styleOf } from './month-files.js';
import { type BegunFolder, beginFolder, discardFolder, type FolderOptions } from './write-folder.js';

/** Starting a thread costs as much as writing thousands of lines. */
const FEWEST_LINES = 10_000;

/**
 * The bytes that may wait for the thread while the close is recorded: what it writes in that time. They bound the memory, and the main
 * thread cannot take them back.
 */
const MOST_AHEAD = 24 * 1024 * 1024;
/** The same while both threads write: enough for the time in which the main thread writes a batch, and little, so that both end together. */
const MOST_SHARED = 1024 * 1024;

export interface HeadStart {
  /** Starts the thread early if about so many lines will come: a thread takes a while to start. */
  expect(lines: number): void;
  /**
   * Begins the folder. Never throws: a month can be closed even if its files cannot be written.
   * @returns what takes the month's blocks while they are sealed; undefined if there is no use for them
   */
  begin(view: BilledMonthView): BlockTaker | undefined;
  /** Returns the folder that was begun; undefined if none was. @throws Failure refused if a foreign folder is in the way; errors of the file system */
  folder(): BegunFolder | undefined;
  /** Waits for the thread to end, and removes the folder unless it was completed. */
  end(): Promise<void>;
}

/** Limits that tests set. */
export interface Threading {
  /** The least number of lines for which a thread writes a month's invoices. */
  readonly fewestLines?: number | undefined;
  /** The most bytes of lines that wait for the thread. */
  readonly mostAhead?: number | undefined;
}

export function createHeadStart(
  options: FolderOptions,
  { fewestLines = FEWEST_LINES, mostAhead = MOST_AHEAD }: Threading = {},
): HeadStart {
  let thread: InvoiceThread | undefined;
  let begun: BegunFolder | undefined;
  let failed: { readonly error: unknown } | undefined;

  function beginInvoices(view: BilledMonthView): BlockTaker | undefined {
    const documents = [...view.documents()];
    const lines = documents.reduce((sum, { totals }) => sum + totals.lineCount, 0);
    if (documents.length === 0 || lines < fewestLines) return undefined;
    const { fileMode = 'private' } = options;
    const { staging } = beginFolder(view.month, options);
    begun = { staging };
    makeOwnFolder(path.join(staging, INVOICES), fileMode);
    thread ??= startThread();
    thread.begin({ staging, fileMode, style: styleOf(view) });
    const paths = invoicePaths(documents);
    const invoices = documents.map((document, index) => ({ path: paths[index] as string, document }));
    const month = { thread, invoices, given: new Set<string>(), mostAhead };
    begun = { staging, completeInvoices: completing(month) };
    return giver(month);
  }
  /** Runs an action whose error must not keep the month from being closed. */
  function unlessFailed<T>(action: () => T): T | undefined {
    if (failed !== undefined) return undefined;
    try {
      return action();
    } catch (error) {
      failed = { error };
      return undefined;
    }
  }
  return {
    expect(lines) {
      if (lines >= fewestLines) thread ??= startThread();
    },
    begin(view) {
      const take = unlessFailed(() => beginInvoices(view));
      return take && ((...block) => unlessFailed(() => take(...block)));
    },
    folder() {
      if (failed !== undefined) throw failed.error;
      return begun;
    },
    async end() {
      await thread?.written().catch(() => {});
      if (begun !== undefined) discardFolder(begun);
    },
  };
}

interface SharedMonth {
  readonly thread: InvoiceThread;
  readonly invoices: readonly Invoice[];
  /** The paths of the invoices that the thread got while the month was sealed. */
  readonly given: Set<string>;
  readonly mostAhead: number;
}

/** Gives the thread invoices while it has room, from the blocks of the month's documents. */
function giver({ thread, invoices, given, mostAhead }: SharedMonth): BlockTaker {
  const byKey = new Map(invoices.map((invoice) => [invoice.document.key, invoice]));
  const batches = createBatchMaker();
  let current: number | undefined;
  let taken: { readonly invoice: Invoice; readonly lines: LineBlock[] } | undefined;

  function give({ invoice, lines }: NonNullable<typeof taken>): void {
    const batch = batches.add(invoice, lines);
    if (batch === undefined) return;
    thread.write(batch);
    for (const { path: name } of batch.invoices) given.add(name);
  }
  return (documentKey, firstLine, lines) => {
    if (documentKey !== current) {
      if (taken !== undefined) give(taken);
      current = documentKey;
      const invoice = byKey.get(documentKey);
      const hasRoom = thread.bytesUnderWay() <= mostAhead;
      taken = hasRoom && invoice !== undefined ? { invoice, lines: [] } : undefined;
    }
    taken?.lines.push({ firstLine, bytes: Buffer.from(lines) });
  };
}

/**
 * Returns what writes the other invoices: each batch goes to the thread if that has little left to do, otherwise it is written here. Their
 * lines are read again, since they may not fit in memory.
 */
function completing({
  thread,
  invoices,
  given,
  mostAhead,
}: SharedMonth): NonNullable<BegunFolder['completeInvoices']> {
  return async (view, writer) => {
    const invoice = createInvoiceWriter(styleOf(view));
    const rest = invoices.filter((each) => !given.has(each.path));
    const own: WrittenFile[] = [];
    for (const batch of batchesOf(view, rest)) {
      if (thread.hasEnded()) break;
      if (thread.bytesUnderWay() <= Math.min(mostAhead, MOST_SHARED)) thread.write(batch);
      else own.push(...(await writeBatch(batch, writer, invoice)));
    }
    const written = new Map([...own, ...(await thread.written())].map((file) => [file.path, file]));
    return invoices.map((each) => {
      const file = written.get(each.path);
      if (file === undefined) throw new Error('the thread that writes the invoices ended too early');
      return file;
    });
  };
}

interface InvoiceThread {
  begin(data: Omit<InvoiceThreadData, 'batchesWritten'>): void;
  write(batch: InvoiceBatch): void;
  /** The size of the batches that the thread has not written yet. */
  bytesUnderWay(): number;
  /** True if it has ended before it was told to: `written` throws its error. */
  hasEnded(): boolean;
  /** Tells the thread that no more batches come, and waits for its end. @throws its error */
  written(): Promise<readonly WrittenFile[]>;
}

function startThread(): InvoiceThread {
  const worker = new Worker(new URL('./invoice-thread.js', import.meta.url));
  const batchesWritten = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const written: WrittenFile[] = [];
  const sizes: number[] = [];
  let bytesUnderWay = 0;
  let counted = 0;
  let error: unknown;
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      hasEnded = true;
      resolve();
    });
  });
  worker.on('error', (thrown) => {
    error ??= thrown;
  });
  worker.on('message', (report: InvoiceReport) => {
    if ('error' in report) error ??= errorOf(report.error);
    else written.push(...report.written);
  });
  return {
    begin: (data) => worker.postMessage({ ...data, batchesWritten } satisfies InvoiceThreadData),
    write(batch) {
      sizes.push(batch.bytes.length);
      bytesUnderWay += batch.bytes.length;
      worker.postMessage(batch, [batch.bytes.buffer]);
    },
    bytesUnderWay() {
      for (const end = Atomics.load(batchesWritten, 0); counted < end; counted++)
        bytesUnderWay -= sizes[counted] as number;
      return bytesUnderWay;
    },
    hasEnded: () => hasEnded,
    async written() {
      worker.postMessage(undefined);
      await ended;
      if (error !== undefined) throw error;
      return written;
    },
  };
}

function errorOf({ message, ...rest }: ThreadError): Error {
  return Object.assign(new Error(message), rest);
}
