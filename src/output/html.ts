/** HTML as text: escaping, tables and the frame of a page that needs no network and no script. */

/** Text for an element or an attribute. What would turn the text around or cannot be shown is replaced. */
export function escapeHtml(text: string): string {
  return text
    .replace(/\s/g, ' ')
    .replace(/\p{Cc}|\p{Bidi_Control}|[\uFFFE\uFFFF]/gu, '\uFFFD')
    .replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** As `escapeHtml`, and a word of many letters may be broken: it would make its column too wide. */
export function breakableHtml(text: string): string {
  const parts = text.match(/\S{1,24}|\s+/gu) ?? [];
  return parts
    .map(
      (part, index) =>
        (/^\S/.test(part) && /^\S/.test(parts[index - 1] ?? ' ') ? '<wbr>' : '') + escapeHtml(part),
    )
    .join('');
}

/** `1234567.50` -> `1,234,567.50`: digits in threes, the sign and the fraction as they are. */
export function grouped(number: string | number): string {
  const [whole = '', fraction] = String(number).split('.');
  const inThrees = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? inThrees : `${inThrees}.${fraction}`;
}

export interface HtmlColumn<Row> {
  readonly name: string;
  readonly isNumber?: boolean;
  /** Never broken: a date. */
  readonly isFixed?: boolean;
  readonly cell: (row: Row) => string;
}

/** A table; on a narrow screen one of more than three columns shows each row as a block, its cells named. */
export function htmlTable<Row>(
  caption: string,
  columns: readonly HtmlColumn<Row>[],
  rows: readonly Row[],
  totals: readonly Row[] = [],
): string {
  const heads = columns.map((column) => `<th scope="col"${classOf(column)}>${escapeHtml(column.name)}</th>`);
  const rowOf = (row: Row) => {
    const cells = columns.map((column, index) => {
      const tag = index === 0 ? 'th scope="row"' : 'td';
      const name = `${classOf(column)} data-name="${escapeHtml(column.name)}"`;
      return `<${tag}${name}>${breakableHtml(column.cell(row))}</${tag.slice(0, 2)}>`;
    });
    return `<tr>${cells.join('')}</tr>\n`;
  };
  const foot = totals.length === 0 ? '' : `<tfoot>\n${totals.map(rowOf).join('')}</tfoot>\n`;
  return `<table${columns.length > 3 ? ' class="wide"' : ''}>
<caption>${escapeHtml(caption)}</caption>
<thead><tr>${heads.join('')}</tr></thead>
<tbody>
${rows.map(rowOf).join('')}</tbody>
${foot}</table>
`;
}

const classOf = ({ isNumber, isFixed }: { isNumber?: boolean; isFixed?: boolean }): string =>
  isNumber ? ' class="number"' : isFixed ? ' class="fixed"' : '';

/** @param style the page's CSS. The policy lets a browser load nothing and run nothing, whatever a name may hold. */
export function htmlPage({ title, style, body }: { title: string; style: string; body: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="monthend">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>
${style}</style>
</head>
<body>
${body}</body>
</html>
`;
}
