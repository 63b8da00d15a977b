/** Other encodings to UTF-8, however the bytes are cut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENCODINGS, type Encoding } from '../../src/intake/input-profile.js';
import { createRecoder, markedEncoding } from '../../src/intake/recode.js';

function recoded(bytes: Uint8Array, encoding: Encoding, chunkSize = bytes.length || 1): string {
  const recoder = createRecoder(encoding);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += chunkSize)
    pieces.push(Buffer.from(recoder.recode(bytes.subarray(at, at + chunkSize))));
  return Buffer.concat([...pieces, recoder.end()]).toString();
}

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('texts', () => {
  it.each<[Encoding, Uint8Array, string]>([
    ['utf-8', Buffer.from('Müller €'), 'Müller €'],
    ['utf-16', Buffer.from('Müller €😀', 'utf16le'), 'Müller €😀'],
    ['utf-16', Buffer.from('\ufeffMüller', 'utf16le'), 'Müller'],
    ['utf-16be', utf16be('Müller €😀'), 'Müller €😀'],
    ['windows-1252', Buffer.from([0x4d, 0xfc, 0x80, 0x85, 0x92, 0x96, 0x9f, 0x8e]), 'Mü€…’–ŸŽ'],
    ['iso-8859-15', Buffer.from([0x4d, 0xfc, 0xa4, 0xa6, 0xa8, 0xb4, 0xb8, 0xbc, 0xbd, 0xbe]), 'Mü€ŠšŽžŒœŸ'],
  ])('%s: %j', (encoding, bytes, text) => {
    expect(recoded(bytes, encoding)).toBe(text);
    expect(recoded(bytes, encoding, 1)).toBe(text);
  });

  it('half a character becomes U+FFFD, also at the end', () => {
    const half = Buffer.from([0x41, 0, 0x00, 0xd8]);
    expect(recoded(Buffer.concat([half, half]), 'utf-16')).toBe('A\ufffdA\ufffd');
  });
});

it('every byte of ISO 8859-15 is what TextDecoder makes of it', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  expect(recoded(bytes, 'iso-8859-15')).toBe(new TextDecoder('iso-8859-15').decode(bytes));
});

it('windows-1252 is ISO 8859-1 but for 80 to 9F, which has 27 signs and 5 gaps', () => {
  const all = recoded(
    Uint8Array.from({ length: 256 }, (_, byte) => byte),
    'windows-1252',
  );
  expect([...all]).toHaveLength(256);
  expect([...all].filter((sign, byte) => sign.codePointAt(0) !== byte)).toHaveLength(27);
});

it('texts come out alike however they are cut', () => {
  fc.assert(
    fc.property(
      fc.uint8Array(),
      fc.constantFrom(...ENCODINGS),
      fc.integer({ min: 1, max: 5 }),
      (bytes, encoding, size) => {
        expect(recoded(bytes, encoding, size)).toBe(recoded(bytes, encoding));
      },
    ),
  );
});

it('a byte order mark tells the encoding', () => {
  expect(markedEncoding(Buffer.from('\ufeffa'))).toBe('utf-8');
  expect(markedEncoding(Buffer.from('\ufeffa', 'utf16le'))).toBe('utf-16');
  expect(markedEncoding(utf16be('\ufeffa'))).toBe('utf-16be');
  expect(markedEncoding(Buffer.from('ab'))).toBeUndefined();
});
