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
      return decoded('utf-16le');
    case 'utf-16be':
      return decoded('utf-16be');
    case 'windows-1252':
    case 'iso-8859-15':
      return byTable(TABLES[encoding]);
  }
}

function decoded(label: string): Recoder {
  const decoder = new TextDecoder(label);
  return {
    recode: (chunk) => Buffer.from(decoder.decode(chunk, { stream: true })),
    end: () => Buffer.from(decoder.decode()),
  };
}

/** @param bytesOf the UTF-8 of each byte */
function byTable(bytesOf: readonly Uint8Array[]): Recoder {
  return {
    recode(chunk) {
      const target = Buffer.allocUnsafe(chunk.length * 3);
      let at = 0;
      for (const byte of chunk) {
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
