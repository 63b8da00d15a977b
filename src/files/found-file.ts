/**
 * Reading what was found in a folder that others may write: a pipe would make us wait, a device would never end, and a link
 * leads elsewhere. So only a regular file is read, and no more of it than is asked for.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';

/** What Windows has neither of counts as 0 there. */
const CAREFULLY = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Runs `read` on the open file.
 * @returns undefined if no regular file has that name, or a link has it
 * @throws errors of the file system, such as a permission that is missing
 */
export function withFoundFile<T>(file: string, read: (descriptor: number, found: Stats) => T): T | undefined {
  const descriptor = openFound(file);
  if (descriptor === undefined) return undefined;
  try {
    const found = fstatSync(descriptor);
    return found.isFile() ? read(descriptor, found) : undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** Of a link ELOOP, of a socket ENXIO. */
const NO_FILE = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EISDIR'];

function openFound(file: string): number | undefined {
  try {
    return openSync(file, CAREFULLY);
  } catch (error) {
    if (NO_FILE.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** @returns undefined also if the file is larger than `atMost` bytes */
export function readFoundFile(file: string, atMost: number): Buffer | undefined {
  return withFoundFile(file, (descriptor, { size }) => {
    if (size > atMost) return undefined;
    const bytes = bytesAt(descriptor, 0, atMost + 1);
    return bytes.length > atMost ? undefined : bytes;
  });
}

/** What is asked for may be far more than is there. */
const PIECE = 1024 * 1024;

/** The bytes from `start` on, at most `count`; fewer where the file ends. */
export function bytesAt(descriptor: number, start: number, count: number): Buffer {
  const pieces: Buffer[] = [];
  for (let done = 0; done < count; ) {
    const piece = Buffer.alloc(Math.min(count - done, PIECE));
    const read = readSync(descriptor, piece, 0, piece.length, start + done);
    if (read === 0) break;
    pieces.push(piece.subarray(0, read));
    done += read;
  }
  return Buffer.concat(pieces);
}
