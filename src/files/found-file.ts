/**
 * Reads files from folders that others can write to. A pipe would block, a device would never end and a link could lead elsewhere,
 * so only regular files are read, and only up to a given size.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';

/** Windows lacks two of these flags; there they are 0. */
const CAREFULLY = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Calls `read` on the open file.
 * @returns the result; undefined if the name is missing, is a link, or is not a regular file
 * @throws errors of the file system, such as a missing permission
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

/** ELOOP means a link, ENXIO a socket. */
const NO_FILE = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EISDIR'];

function openFound(file: string): number | undefined {
  try {
    return openSync(file, CAREFULLY);
  } catch (error) {
    if (NO_FILE.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** Returns the content; undefined also if the file is larger than `atMost` bytes. */
export function readFoundFile(file: string, atMost: number): Buffer | undefined {
  return withFoundFile(file, (descriptor, { size }) => {
    if (size > atMost) return undefined;
    const bytes = bytesAt(descriptor, 0, atMost + 1);
    return bytes.length > atMost ? undefined : bytes;
  });
}

/** Read piece by piece: the count asked for may be far more than the file has. */
const PIECE = 1024 * 1024;

/** Returns at most `count` bytes from `start`; fewer if the file ends before. */
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
