/** Files that are no CSV or NDJSON of ours, told by their first bytes: one message that says what the file is, instead of thousands. */
import { type Message, say } from '../errors/message.js';
import { namesIn } from './choose-profile.js';
import { headerProblems } from './header.js';
import { isValueLike } from './inspect-layout.js';
import { kindOf } from './kinds.js';

/** Whatever the file's name says. */
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

/** Every second byte of plain text in UTF-16 is zero, and none of UTF-8. */
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

/** Where a header may stand below a preamble. */
const MOST_LINES = 30;

/**
 * Of a CSV that is to be read in the strict format, whose first line is no header of ours.
 * @returns with the line of the header, if it stands further down
 */
export function misplacedHeader(
  head: Uint8Array,
): { readonly line: number; readonly message: Message } | undefined {
  const names = namesIn(head, {});
  if (names === undefined || names[0]?.startsWith('sep=') || isHeader(names)) return undefined;
  for (let line = 2; line <= MOST_LINES; line++) {
    const below = namesIn(head, { headerLine: line });
    if (below === undefined) break;
    if (isHeader(below)) return { line, message: say.headerBelow(line) };
  }
  const isHeaderless = names.length > 1 && kindOf(names) === undefined && names.some(isValueLike);
  return isHeaderless ? { line: 1, message: say.headerlessFile() } : undefined;
}

const isHeader = (names: readonly string[]): boolean => headerProblems(names, kindOf(names)).length === 0;
