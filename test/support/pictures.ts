/** Pictures for tests, made by zlib and read back by it: another hand than the program's. */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

interface PngParts {
  readonly width: number;
  readonly height: number;
  readonly bitDepth?: number;
  /** 0 grey, 2 colour, 3 by a palette, 4 grey with alpha, 6 colour with alpha. */
  readonly colourType: number;
  /** Each row's bytes, without its filter. */
  readonly rows: readonly (readonly number[])[];
  readonly extra?: readonly (readonly [type: string, data: readonly number[]])[];
}

export function png({ width, height, bitDepth = 8, colourType, rows, extra = [] }: PngParts): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitDepth, colourType], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    ...extra.map(([type, data]) => chunk(type, Buffer.from(data))),
    chunk('IDAT', deflateSync(Buffer.from(rows.flatMap((row) => [0, ...row])))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** A picture of one colour. */
export const plainPng = (width: number, height: number, colour: readonly [number, number, number]): Buffer =>
  png({ width, height, colourType: 2, rows: Array(height).fill(Array(width).fill(colour).flat()) });

export const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10">';

/** A PNG without transparency and without filters, as colours row by row. @throws Error if it is another */
export function coloursOf(picture: Uint8Array): { width: number; height: number; colours: string[] } {
  const bytes = Buffer.from(picture);
  if (!bytes.subarray(0, 8).equals(SIGNATURE)) throw new Error('no PNG');
  let packed = Buffer.alloc(0);
  let header = '';
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const body = bytes.subarray(at + 4, at + 8 + length);
    if (crc32(body) !== bytes.readUInt32BE(at + 8 + length)) throw new Error('a wrong check sum');
    const type = body.subarray(0, 4).toString('latin1');
    if (type === 'IHDR') header = body.subarray(4).toString('hex');
    if (type === 'IDAT') packed = Buffer.concat([packed, body.subarray(4)]);
    at += length + 12;
  }
  if (!header.endsWith('0802000000'))
    throw new Error(`8 bits of red, green and blue are expected: ${header}`);
  const [width, height] = [0, 8].map((at) => Number.parseInt(header.slice(at, at + 8), 16)) as [
    number,
    number,
  ];
  const rows = inflateSync(packed);
  const colours: string[] = [];
  for (let row = 0; row < height; row++) {
    const start = row * (1 + width * 3);
    if (rows[start] !== 0) throw new Error('a filter');
    for (let column = 0; column < width; column++)
      colours.push(rows.subarray(start + 1 + column * 3, start + 4 + column * 3).toString('hex'));
  }
  if (rows.length !== height * (1 + width * 3)) throw new Error('more or less than its rows');
  return { width, height, colours };
}
