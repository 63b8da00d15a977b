/** Helpers for the pages that the program makes. */

/** Returns the first line of a page: a warning not to edit it by hand. */
export const MADE_FROM = (source: string): string =>
  `<!-- Made from ${source} by "npm run docs". Change that, not this page. -->\n\n`;

const WIDTH = 110;

/** Breaks a paragraph at spaces, but not within code. Lines after the first begin with `hanging`. */
export function wrappedPage(text: string, hanging = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(/(?:`[^`]*`|[^\s`])+/g) ?? []) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = hanging + word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
