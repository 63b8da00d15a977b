/**
 * What the user sees: results on standard output, everything else on standard error. Every write is checked, so that a full
 * disk is an error and not silence. A reader that has gone, as `head` does, is no error: the command ends as it would have.
 */
import { writeSync } from 'node:fs';
import { styleText } from 'node:util';
import { Failure } from '../errors/failure.js';
import { printable, printableJson, printableText, withoutCommands } from './printable.js';

export interface Terminal {
  /** A result: a line of text, or with `--json` nothing. With a style it catches the eye, on a terminal that wants it. */
  result(text: string, style?: Style): void;
  /** A line by which CI is told to do something, all of whose parts are escaped; with `--json` nothing. */
  command(line: string): void;
  /** Adds keys to the one JSON document of the command, which `end` prints. */
  json(part: object): void;
  /** Whether that document is wanted: what it alone needs is read only then. */
  readonly wantsJson: boolean;
  /** Prints the document; `head` stands before its other keys. With `--json` only. */
  end(head: object): void;
  /** A remark, not part of the result; silenced by `--quiet`. */
  note(text: string): void;
  error(text: string): void;
  /** Notes what is done for good, as `2025-10 is closed`: a failure after it must not look as if nothing had happened. */
  stands(what: string): void;
  readonly standing: readonly string[];
  /** Shows what is under way on a terminal, and nothing elsewhere; an empty text clears it. */
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

/** The one place through which all text goes that the program prints. */
const shownText = (text: string): string => withoutCommands(printableText(text));

/** Colour on a terminal that wants it: `NO_COLOR` is honoured. */
function styled(style: 'red' | Style, text: string, stream: { readonly isTTY?: boolean }): string {
  const wanted = stream.isTTY === true && !process.env.NO_COLOR;
  return wanted ? styleText(style, text) : text;
}

/** EOF is what Windows says. */
const READER_IS_GONE = new Set(['EPIPE', 'EOF']);

/** Writes to standard output or standard error; nothing if nobody reads it any more. @throws Failure system if the text cannot be written whole */
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
