/** The room that text takes on a screen: some characters take two columns, some none. The only file that uses string-width. */
import stringWidth from 'string-width';

/** The columns that a line may take. */
export const SCREEN = 80;

/** Most texts are of these characters, each one column wide: ASCII, Latin, dashes and quotation marks. */
const NARROW = /^[ -~¡-¬®-˿‐-‧]*$/;

export const widthOf = (text: string): number => (NARROW.test(text) ? text.length : stringWidth(text));

/** Fills a text with blanks up to a width, after it or before it. */
export function filled(text: string, width: number, side: 'after' | 'before' = 'after'): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return side === 'after' ? text + blanks : blanks + text;
}

interface Wrapping {
  /** Where a line may break: after a blank, unless something else is given. */
  readonly at?: RegExp;
  readonly indent?: string;
  /** By how much more the lines after the first are indented. */
  readonly hanging?: number;
}

/** Figures stay with their words. */
export const AT_COMMAS: Wrapping = { at: /, / };

/** Breaks a text that is wider than the screen. A part that is wider itself stays whole. */
export function wrapped(text: string, { at = / /, indent = '', hanging = 4 }: Wrapping = {}): string[] {
  const lines: string[] = [];
  let line = indent;
  let width = indent.length;
  for (const part of text.split(new RegExp(`(?<=${at.source})`))) {
    const own = widthOf(part);
    const blanks = part.length - part.trimEnd().length;
    if (width + own - blanks > SCREEN && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = indent + ' '.repeat(hanging);
      width = line.length;
    }
    line += part;
    width += own;
  }
  return [...lines, line.trimEnd()];
}
