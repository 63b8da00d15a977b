/**
 * Writes what the user sees: results on standard output, everything else on standard error. Every write is checked, so that a full disk
 * is an error. If the reader has gone, as `head` does, the command still ends normally.
 */
import { writeSync } from 'node:fs';
import { styleText } from 'node:util';
import { Failure } from '../errors/failure.js';
import { printable, printableJson, printableText, withoutCommands } from './safe-text.js';

export interface Terminal {
  /** Prints a line of the result; nothing with `--json`. A style applies only on a terminal that supports it. */
  result(text: string, style?: Style): void;
  /** Prints a line that commands a CI server; its parts must be escaped. Prints nothing with `--json`. */
  command(line: string): void;
  /** Adds keys to the command's one JSON document, which `end` prints. */
  json(part: object): void;
  /** True if the document is wanted. What only the document needs is read only then. */
  readonly wantsJson: boolean;
  /** Prints the document, with the keys of `head` first. Only with `--json`. */
  end(head: object): void;
  /** Prints a remark, which is not part of the result. `--quiet` silences it. */
  note(text: string): void;
  error(text: string): void;
  /** Notes what is done for good, such as a closed month. If the command fails later, the error lists it. */
  stands(what: string): void;
  readonly standing: readonly string[];
  /** Shows progress on a terminal and nothing elsewhere. An empty text clears it. */
  progress(text: string): void;
}

export function createTerminal({ json, quiet }: { json: boolean; quiet: boolean }): Terminal {
  const isInteractive = process.stderr.isTTY === true && !quiet;
  let lastProgress = 0;
  let shown = false;
  let document = {};
  const standing: string[] = [];

  function clear(): void {
    if (shown) write(2, '\r\u001B[K');
    shown = false;
  }

  return {
    result(text, style) {
      clear();
      const shown = shownText(text);
      if (!json) write(1, `${style === undefined ? shown : styled(style, shown, process.stdout)}\n`);
    },
    command(line) {
      clear();
      if (!json) write(1, `${printable(line)}\n`);
    },
    json(part) {
      document = { ...document, ...part };
    },
    wantsJson: json,
    end(head) {
      clear();
      if (json) write(1, `${printableJson(JSON.stringify({ ...head, ...document }, null, 2))}\n`);
    },
    note(text) {
      clear();
      if (!quiet) write(2, `${shownText(text)}\n`);
    },
    error(text) {
      clear();
      write(2, `${styled('red', 'monthend:', process.stderr)} ${shownText(text)}\n`);
    },
    stands(what) {
      standing.push(what);
    },
    standing,
    progress(text) {
      const now = performance.now();
      if (!isInteractive || (text !== '' && now - lastProgress < 100)) return;
      lastProgress = now;
      clear();
      if (text === '') return;
      write(2, printable(text).slice(0, (process.stderr.columns || 80) - 1));
      shown = true;
    },
  };
}

type Style = 'bold' | 'yellow';

/** All text that the program prints passes through here. */
const shownText = (text: string): string => withoutCommands(printableText(text));

/** Adds colour on a terminal unless `NO_COLOR` is set. */
function styled(style: 'red' | Style, text: string, stream: { readonly isTTY?: boolean }): string {
  const wanted = stream.isTTY === true && !process.env.NO_COLOR;
  return wanted ? styleText(style, text) : text;
}

/** Windows reports EOF. */
const READER_IS_GONE = new Set(['EPIPE', 'EOF']);

/**
 * Writes to standard output or standard error; does nothing if the reader has gone. @throws Failure system if the text cannot be written
 */
export function write(descriptor: 1 | 2, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(descriptor, bytes, done);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') continue; // a full pipe whose reader is slow
      if (READER_IS_GONE.has(code)) return;
      const name = descriptor === 1 ? 'standard output' : 'standard error';
      throw new Failure('system', `${name}: cannot be written: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}
