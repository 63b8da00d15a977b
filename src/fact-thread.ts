/**
 * Reads files in a thread of its own, and hands over their facts as the ledger hashes them: many at a time, as one text, which
 * passes between threads at the cost of a copy. The first thing that is wrong ends it.
 *
 * Both ends stand here: `readInThread` starts the thread, and the thread runs this file.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { FactKind } from './billing/order.js';
import { type IntakeOptions, readFacts } from './intake/read-facts.js';
import { factLine } from './ledger/fact-hash.js';

/** Facts of one kind, each as `factLine` writes it. */
interface FactBatch {
  readonly kind: FactKind;
  readonly lines: string;
}

/** A file that was read to its end without a problem. */
interface ReadFile {
  readonly file: string;
  readonly kind: FactKind;
  readonly sha256: string;
  readonly records: number;
}

export interface ThreadHandlers {
  facts(batch: FactBatch): void;
  file(read: ReadFile): void;
  progress(file: string, bytes: number): void;
}

type Message =
  | { readonly is: 'facts'; readonly batch: FactBatch }
  | { readonly is: 'file'; readonly read: ReadFile }
  | { readonly is: 'progress'; readonly file: string; readonly bytes: number }
  | { readonly is: 'trouble' }
  | { readonly is: 'end' };

interface Task {
  readonly files: readonly string[];
  readonly options: IntakeOptions;
  /** One cell: how many batches are on their way. */
  readonly underWay: Int32Array<SharedArrayBuffer>;
}

/** Something is wrong, or may be, that only the way record by record can tell. */
export class GivenUp extends Error {}

/** Characters of facts that are handed over at a time, and how many such batches may be on their way: bounds the memory. */
const BATCH = 262_144;
const MOST_UNDER_WAY = 16;

/** @throws GivenUp if there is a problem in a file or with the thread itself; whatever a handler throws */
export async function readInThread(
  files: readonly string[],
  options: IntakeOptions,
  handlers: ThreadHandlers,
): Promise<void> {
  const underWay = new Int32Array(new SharedArrayBuffer(4));
  const task: Task = { files, options, underWay };
  const thread = new Worker(new URL(import.meta.url), { workerData: task });
  try {
    await new Promise<void>((resolve, reject) => {
      // Out of memory, say: the thread's own, which another way may do without.
      thread.on('error', () => reject(new GivenUp()));
      thread.on('exit', () => reject(new GivenUp()));
      thread.on('message', (message: Message) => {
        try {
          if (message.is === 'end') resolve();
          else if (message.is === 'trouble') throw new GivenUp();
          else if (message.is === 'file') handlers.file(message.read);
          else if (message.is === 'progress') handlers.progress(message.file, message.bytes);
          else {
            handlers.facts(message.batch);
            Atomics.sub(underWay, 0, 1);
            Atomics.notify(underWay, 0);
          }
        } catch (error) {
          // SQLite may have rolled back by itself: what is on its way would be written outside any transaction.
          thread.removeAllListeners('message');
          reject(error);
        }
      });
    });
  } finally {
    await thread.terminate();
  }
}

/** The thread's own part. */
async function readAll({ files, options, underWay }: Task): Promise<void> {
  const post = (message: Message) => parentPort?.postMessage(message);
  for (const file of files) {
    let batch: FactBatch | undefined;
    const hand = () => {
      if (batch === undefined) return;
      post({ is: 'facts', batch });
      batch = undefined;
      for (let on = Atomics.add(underWay, 0, 1) + 1; on >= MOST_UNDER_WAY; on = Atomics.load(underWay, 0))
        Atomics.wait(underWay, 0, on);
    };
    const { kind, sha256, records, recordsByKind } = await readFacts(file, options, {
      take(record) {
        if (batch !== undefined && batch.kind !== record.kind) throw new GivenUp();
        batch = {
          kind: record.kind,
          lines: (batch?.lines ?? '') + factLine(record),
        };
        if (batch.lines.length >= BATCH) hand();
      },
      problem() {
        throw new GivenUp();
      },
      progress: (bytes) => post({ is: 'progress', file, bytes }),
    });
    hand();
    // What was set aside once may hold several kinds, each of which is counted.
    if (kind === undefined || recordsByKind.size > 1) throw new GivenUp();
    post({ is: 'file', read: { file, kind, sha256, records } });
  }
  post({ is: 'end' });
}

/** Other threads may import this file too. */
function isTask(data: Partial<Task> | null): data is Task {
  return data?.underWay !== undefined;
}

if (!isMainThread && isTask(workerData))
  readAll(workerData).catch(() => {
    parentPort?.postMessage({ is: 'trouble' } satisfies Message);
  });
