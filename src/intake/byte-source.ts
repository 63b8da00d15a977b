/** Opens an input and streams its bytes, unpacked if gzipped. It hashes the bytes as they are in the file. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Message, say } from '../errors/message.js';

const CHUNK_BYTES = 512 * 1024;

/** Standard input. */
export const STDIN = '-';

export interface ByteSource {
  /** Each is valid until the next one is asked for. @throws GzipProblem, or an error of the file system from Node */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Returns the hash of the file's own bytes, in hex. Call it after all have been read. */
  sha256(): string;
}

/** The gzip data cannot be unpacked to its end. The message says why. */
export class GzipProblem extends Error {
  constructor(
    readonly said: Message,
    options?: ErrorOptions,
  ) {
    super(said.text, options);
  }
}

/** @param progress called with the number of bytes of the file read so far */
export function openBytes(
  path: string,
  { gzipped, progress }: { readonly gzipped: boolean; readonly progress: (bytes: number) => void },
): ByteSource {
  const hash = createHash('sha256');
  let bytesRead = 0;

  async function* fileBytes(): AsyncGenerator<Uint8Array> {
    const file: AsyncIterable<Uint8Array> = path === STDIN ? process.stdin : chunksOf(path);
    for await (const chunk of file) {
      hash.update(chunk);
      bytesRead += chunk.length;
      progress(bytesRead);
      yield chunk;
    }
  }

  return {
    chunks: gzipped
      ? unpacked(
          () => copied(fileBytes()),
          () => bytesRead,
        )
      : fileBytes(),
    sha256: () => hash.digest('hex'),
  };
}

/** Reads into two buffers in turn, so that the next chunk arrives while one is used. New ones would have to be collected as garbage. */
async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    const read = (into: Buffer) => {
      const reading = file.read(into);
      // If nobody asks for the chunk, its error does not matter.
      reading.catch(() => {});
      return reading;
    };
    let [current, next] = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)];
    for (let reading = read(current); ; [current, next] = [next, current]) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      reading = read(next);
      yield current.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** For a reader that asks for the next chunks before it has used one. */
async function* copied(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

async function* unpacked(
  packed: () => AsyncGenerator<Uint8Array>,
  bytesRead: () => number,
): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  // An error before this destroys the gunzip stream with the same error, which is thrown below.
  pipeline(packed, gunzip, () => {});
  try {
    yield* gunzip as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw gzipProblem(error) ?? error;
  }
  // Node ignores zero bytes after the data, and whatever follows them.
  if (gunzip.bytesWritten < bytesRead()) throw new GzipProblem(say.dataAfterGzip());
}

function gzipProblem(error: unknown): GzipProblem | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'Z_BUF_ERROR') return new GzipProblem(say.truncatedGzip(), { cause: error });
  if (code === 'Z_DATA_ERROR' || code === 'Z_NEED_DICT')
    return new GzipProblem(say.damagedGzip(), { cause: error });
  return undefined;
}
