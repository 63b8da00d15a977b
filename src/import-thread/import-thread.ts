/**
 * The thread of a large import; start-import-thread.ts starts it. It packs the records of chunks and sorts runs, unless the main thread has
 * begun to do so itself. It ends by itself after the last task. Nothing else ends it, since a thread that is terminated may hang.
 */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { createChunkPacker, type PlainTask } from '../intake/plain-chunks.js';
import { type RunTask, sortGiven } from '../ledger/run-queue.js';

/** Undefined for the last one. */
export type ImportTask = { readonly chunk: PlainTask } | { readonly run: RunTask } | undefined;

function workOn(port: MessagePort): void {
  const pack = createChunkPacker();
  port.on('message', (task: ImportTask) => {
    if (task === undefined) port.close();
    else if ('run' in task) sortGiven(task.run);
    else port.postMessage(pack(task.chunk) ?? task.chunk.spare);
  });
}

if (parentPort !== null) workOn(parentPort);
