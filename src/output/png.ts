/** Writes a picture without transparency as a PNG. fflate compresses it, because the bytes of Node's zlib depend on the version of Node. */
import { crc32 } from 'node:zlib';
import { zlibSync } from 'fflate';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and a fourth byte that is ignored, row by row. */
  readonly rgba: Uint8Array;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const BIT_DEPTH = 8;
const TRUE_COLOUR = 2;

export function pngOf({ width, height, rgba }: Pixels): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([BIT_DEPTH, TRUE_COLOUR], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', zlibSync(rowsOf({ width, height, rgba }))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Each row begins with its filter type: 0, none. */
function rowsOf({ width, height, rgba }: Pixels): Uint8Array {
  const rows = new Uint8Array(height * (1 + width * 3));
  let at = 0;
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (pixel % width === 0) at++;
    rows.set(rgba.subarray(pixel * 4, pixel * 4 + 3), at);
    at += 3;
  }
  return rows;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(data.length, 0);
  numbers.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([numbers.subarray(0, 4), body, numbers.subarray(4)]);
}

/** @returns undefined if it is not a PNG */
export function sizeOfPng(bytes: Buffer): { readonly width: number; readonly height: number } | undefined {
  if (bytes.length < 33 || !bytes.subarray(0, 8).equals(SIGNATURE)) return undefined;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}
