/** Inspects the bytes of a file: its format, its encoding and the start of its text. Only files that are not text are refused here. */
import { htmlPage, zipFile } from '../errors/messages.js';
import type { Encoding } from './input-profile.js';
import { createRecoder, markedEncoding } from './recode.js';

export interface ByteSurvey {
  readonly encoding: Encoding;
  /** True if a byte order mark says so. */
  readonly isMarked: boolean;
  /** The start of the file as text, up to the last complete line. */
  readonly head: string;
  /** What the file is, if it is not text; otherwise undefined. */
  readonly foreign: string | undefined;
}

const HEAD_BYTES = 256 * 1024;

/** Reads all of the bytes. */
export async function surveyBytes(chunks: AsyncIterable<Uint8Array>): Promise<ByteSurvey> {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  let isUtf8 = true;
  let head = Buffer.alloc(0);
  const seen = new Uint32Array(256);
  const zeros = [0, 0];
  let offset = 0;
  for await (const chunk of chunks) {
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk]).subarray(0, HEAD_BYTES);
    for (const byte of chunk) {
      seen[byte] = (seen[byte] as number) + 1;
      if (byte === 0) zeros[offset % 2] = (zeros[offset % 2] as number) + 1;
      offset++;
    }
    isUtf8 &&= decodes(utf8, chunk);
  }
  const marked = markedEncoding(head);
  const encoding = marked ?? unmarkedEncoding({ isUtf8, seen, zeros, size: offset });
  const text = textOf(head, encoding);
  const lastLine = offset > HEAD_BYTES ? text.lastIndexOf('\n') + 1 : text.length;
  return {
    encoding,
    isMarked: marked !== undefined,
    head: text.slice(0, lastLine),
    foreign: foreignText(head, text),
  };
}

function decodes(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array): boolean {
  try {
    decoder.decode(chunk, { stream: true });
    return true;
  } catch {
    return false;
  }
}

interface Bytes {
  readonly isUtf8: boolean;
  readonly seen: Uint32Array;
  readonly zeros: readonly number[];
  readonly size: number;
}

/** Latin text in UTF-16 has a zero in every second byte. */
function unmarkedEncoding({ isUtf8, seen, zeros, size }: Bytes): Encoding {
  const [even = 0, odd = 0] = zeros;
  if (odd > size / 4) return 'utf-16';
  if (even > size / 4) return 'utf-16be';
  if (isUtf8) return 'utf-8';
  // The euro sign is 80 in windows-1252 and A4 in ISO 8859-15, which has no characters from 80 to 9F.
  const windowsOnly = seen.subarray(0x80, 0xa0).some((count) => count > 0);
  return !windowsOnly && (seen[0xa4] as number) > 0 ? 'iso-8859-15' : 'windows-1252';
}

function textOf(head: Uint8Array, encoding: Encoding): string {
  const text = Buffer.from(createRecoder(encoding).recode(head)).toString();
  return text.replace(/^\ufeff/, '');
}

function foreignText(head: Uint8Array, text: string): string | undefined {
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03 && head[3] === 0x04) return zipFile();
  return /^\s*<(?:!doctype|html|table|\?xml)/i.test(text) ? htmlPage() : undefined;
}
