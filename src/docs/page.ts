/** What the pages made from the program share. */

/** The first line of a page: nobody should mend it by hand. */
export const MADE_FROM = (source: string): string =>
  `<!-- Made from ${source} by "npm run docs". Change that, not this page. -->\n\n`;

const WIDTH = 110;

/** A paragraph, broken at spaces but not within code; lines after the first are indented by `hanging`. */
export function wrapped(text: string, hanging = ''): string {
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
