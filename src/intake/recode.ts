/**
 * Converts bytes of another encoding to UTF-8, chunk by chunk, so that one reader reads them all. Lines and characters keep their places.
 *
 * An invalid character (half of a pair in UTF-16) becomes U+FFFD, which the reader of the cell refuses. windows-1252 has its own table,
 * because `TextDecoder` reads it as ISO 8859-1 in Node 20.
 */
import type { Encoding } from './input-profile.js';

/** Returns the UTF-8 of a chunk; at the end, of what the last chunk left incomplete. */
export interface Recoder {
  recode(chunk: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

/** Returns the encoding that a byte order mark names; undefined if there is none. It overrides every other statement. */
export function markedEncoding(head: Uint8Array): Encoding | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return undefined;
}

const NOTHING = new Uint8Array(0);

export function createRecoder(encoding: Encoding): Recoder {
  switch (encoding) {
    case 'utf-8':
      return { recode: (chunk) => chunk, end: () => NOTHING };
    case 'utf-16':
      return utf16(false);
    case 'utf-16be':
      return utf16(true);
    case 'windows-1252':
    case 'iso-8859-15':
      return byTable(TABLES[encoding]);
  }
}

/**
 * Node decodes a complete UTF-16 text ten times as fast as a stream. So the bytes of a character that a chunk splits wait for the next
 * chunk.
 */
function utf16(isBigEndian: boolean): Recoder {
  let rest = NOTHING;
  let isStart = true;
  return {
    recode(chunk) {
      const bytes = Buffer.concat([rest, chunk]);
      const end = wholeUnits(bytes, isBigEndian);
      rest = Buffer.from(bytes.subarray(end));
      const units = bytes.subarray(0, end);
      if (isBigEndian) units.swap16();
      const hasMark = isStart && units.length > 0 && units.readUInt16LE(0) === MARK;
      if (units.length > 0) isStart = false;
      return Buffer.from(units.toString('utf16le', hasMark ? 2 : 0));
    },
    end: () => (rest.length === 0 ? NOTHING : Buffer.from('\ufffd')),
  };
}

const MARK = 0xfeff;

/** Returns where the last complete character ends. */
function wholeUnits(bytes: Buffer, isBigEndian: boolean): number {
  const end = bytes.length - (bytes.length % 2);
  if (end === 0) return 0;
  const last = isBigEndian ? bytes.readUInt16BE(end - 2) : bytes.readUInt16LE(end - 2);
  return last >= 0xd800 && last <= 0xdbff ? end - 2 : end;
}

/** @param bytesOf the UTF-8 for each byte */
function byTable(bytesOf: readonly Uint8Array[]): Recoder {
  return {
    recode(chunk) {
      const target = Buffer.allocUnsafe(chunk.length * 3);
      let at = 0;
      for (let from = 0; from < chunk.length; from++) {
        const byte = chunk[from] as number;
        if (byte < 0x80) target[at++] = byte;
        else for (const each of bytesOf[byte] as Uint8Array) target[at++] = each;
      }
      return target.subarray(0, at);
    },
    end: () => NOTHING,
  };
}

/** Both are ISO 8859-1 except for these characters. Bytes that Windows does not use (81, 8D, 8F, 90, 9D) stay control characters. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const ISO_8859_15: Readonly<Record<number, string>> = {
  164: '€',
  166: 'Š',
  168: 'š',
  180: 'Ž',
  184: 'ž',
  188: 'Œ',
  189: 'œ',
  190: 'Ÿ',
};

const tableOf = (characterOf: (byte: number) => string | undefined) =>
  Array.from({ length: 256 }, (_, byte) => Buffer.from(characterOf(byte) ?? String.fromCharCode(byte)));

const TABLES = {
  'windows-1252': tableOf((byte) => WINDOWS_1252[byte - 0x80]),
  'iso-8859-15': tableOf((byte) => ISO_8859_15[byte]),
};
