/** Recognises files that are not CSV or NDJSON by their first bytes, so that one message says what the file is instead of thousands. */
import { type Message, say } from '../errors/message.js';
import { namesIn } from './choose-profile.js';
import { isStrictHeader } from './header.js';
import { isValueLike } from './inspect-layout.js';
import { kindOf } from './kinds.js';

/** Returns what the file is, whatever its name says; undefined if it may be text. */
export function foreignFile(head: Uint8Array): Message | undefined {
  if (startsWith(head, [0x50, 0x4b, 0x03, 0x04])) return say.zipFile();
  if (startsWith(head, [0xd0, 0xcf, 0x11, 0xe0])) return say.oldWorkbook();
  if (startsWith(head, [0x25, 0x50, 0x44, 0x46])) return say.pdfFile();
  if (startsWith(head, [0x1f, 0x8b])) return say.unexpectedGzip();
  if (isUnmarkedUtf16(head)) return say.utf16();
  const start = Buffer.from(head.subarray(0, 64)).toString('latin1');
  return /^(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|\?xml)/i.test(start) ? say.htmlPage() : undefined;
}

function startsWith(head: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => head[index] === byte);
}

/** In plain text in UTF-16 every second byte is zero; UTF-8 has no zeros. */
function isUnmarkedUtf16(head: Uint8Array): boolean {
  const sample = head.subarray(0, 64);
  let [even, odd] = [0, 0];
  for (const [index, byte] of sample.entries()) {
    if (byte !== 0) continue;
    if (index % 2 === 0) even++;
    else odd++;
  }
  const most = sample.length / 2;
  return sample.length >= 8 && ((even === 0 && odd > most * 0.8) || (odd === 0 && even > most * 0.8));
}

/** The most lines in which to look for a header below other lines. */
const MOST_LINES = 30;

/**
 * Looks for the header of a CSV in the strict format if the first line is not one.
 * @returns the line of the header if it is further down; line 1 if there seems to be none; undefined otherwise
 */
export function misplacedHeader(
  head: Uint8Array,
): { readonly line: number; readonly message: Message } | undefined {
  const names = namesIn(head, {});
  if (names === undefined || names[0]?.startsWith('sep=') || isStrictHeader(names)) return undefined;
  for (let line = 2; line <= MOST_LINES; line++) {
    const below = namesIn(head, { headerLine: line });
    if (below === undefined) break;
    if (isStrictHeader(below)) return { line, message: say.headerBelow(line) };
  }
  const isHeaderless = names.length > 1 && kindOf(names) === undefined && names.some(isValueLike);
  return isHeaderless ? { line: 1, message: say.headerlessFile() } : undefined;
}
