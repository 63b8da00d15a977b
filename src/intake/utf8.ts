/** Checks UTF-8 by hand, because a decoder would replace what is wrong without saying where it was. */

/** More bytes are needed to decide. */
export const INCOMPLETE = -1;

/** The bytes are not UTF-8. */
export const INVALID = 0;

/**
 * Returns the length in bytes (2 to 4) of the multi-byte character at `at`. INVALID if it is overlong, a surrogate, above U+10FFFF, or has
 * a stray or missing continuation. INCOMPLETE if `end` cuts a character that is right so far.
 * @param at the offset of a byte of 0x80 or more
 */
export function multiByteLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at] as number;
  if (lead < 0xc2 || lead > 0xf4) return INVALID;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (at + 1 >= end) return INCOMPLETE;
  const second = bytes[at + 1] as number;
  if (second < lowestSecond(lead) || second > highestSecond(lead)) return INVALID;
  for (let offset = 2; offset < length; offset++) {
    if (at + offset >= end) return INCOMPLETE;
    if (((bytes[at + offset] as number) & 0xc0) !== 0x80) return INVALID;
  }
  return length;
}

/** E0 would be overlong below A0, and F0 below 90. */
function lowestSecond(lead: number): number {
  return lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
}

/** ED would be a surrogate above 9F, and F4 beyond U+10FFFF above 8F. */
function highestSecond(lead: number): number {
  return lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
}

/** Returns the offset of the first byte that is not UTF-8; undefined if there is none. A character cut by `end` is not UTF-8 either. */
export function firstInvalidUtf8(bytes: Uint8Array, start: number, end: number): number | undefined {
  let at = start;
  while (at < end) {
    const length = (bytes[at] as number) < 0x80 ? 1 : multiByteLength(bytes, at, end);
    if (length <= 0) return at;
    at += length;
  }
  return undefined;
}

/** Returns the number of characters in UTF-8 bytes: each byte except continuations starts one. */
export function countCharacters(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (((bytes[at] as number) & 0xc0) !== 0x80) count++;
  return count;
}
