/** Makes HTML: escaping, tables and the frame of a page that needs no network and no script. */

import type { Logo } from './logo.js';

const MARKUP = Symbol('markup');

/** Markup that may stand in a page. Only `html` and `breakable` make it, so text gets into a page escaped or not at all. */
export interface Html {
  readonly [MARKUP]: string;
  /** Throws: in another template than `html` it would be text. */
  readonly toString: () => string;
}

const marked = (markup: string): Html => ({ [MARKUP]: markup, toString: refuseText });

function refuseText(): never {
  throw new Error('markup in a template that is not tagged with html');
}

/** Text is escaped, markup and lists of it stay as they are. */
type Part = Html | string | number | readonly Html[];

/** Makes markup from a template. Attributes that hold a part need double quotes around it. */
export function html(template: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let markup = template[0] ?? '';
  for (const [index, part] of parts.entries()) markup += markupOf(part) + template[index + 1];
  return marked(markup);
}

function markupOf(part: Part): string {
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return MARKUP in part ? part[MARKUP] : part.map((each) => each[MARKUP]).join('');
}

export const NOTHING = html``;

/** Puts markup between the items. */
export const joined = (items: readonly Html[], between: Html): Html =>
  html`${items.map((item, index) => (index === 0 ? item : html`${between}${item}`))}`;

/** Most texts have nothing to escape. */
const PLAIN = /^[ !#-%'-;=?-~]*$/;

/** Escapes text for an element or attribute. Replaces characters that turn the direction of text or cannot be shown. */
function escapeHtml(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(/\s/g, ' ')
    .replace(/\p{Cc}|\p{Bidi_Control}|[\uFFFE\uFFFF]/gu, '\uFFFD')
    .replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Makes markup of a text in which long words may break, because they would make their column too wide. */
export function breakable(text: string): Html {
  const parts = text.match(/\S{1,24}|\s+/gu) ?? [];
  const pieces = parts.map(
    (part, index) =>
      (/^\S/.test(part) && /^\S/.test(parts[index - 1] ?? ' ') ? '<wbr>' : '') + escapeHtml(part),
  );
  return marked(pieces.join(''));
}

export interface HtmlColumn<Row> {
  readonly name: string;
  readonly isNumber?: boolean;
  /** Never wrapped, for dates. */
  readonly isFixed?: boolean;
  /** Contains sentences. Where cells stack on a narrow screen, they stay left-aligned. */
  readonly isProse?: boolean;
  readonly cell: (row: Row) => string;
}

/** Makes a table. On a narrow screen, a table of more than three columns shows each row as a block with named cells. */
export function htmlTable<Row>(
  caption: string,
  columns: readonly HtmlColumn<Row>[],
  rows: readonly Row[],
  totals: readonly Row[] = [],
): Html {
  const heads = columns.map((column) => html`<th scope="col"${classOf(column)}>${column.name}</th>`);
  const rowOf = (row: Row) => {
    const cells = columns.map((column, index) => {
      const attributes = html`${classOf(column)} data-name="${column.name}"`;
      const text = breakable(column.cell(row));
      return index === 0
        ? html`<th scope="row"${attributes}>${text}</th>`
        : html`<td${attributes}>${text}</td>`;
    });
    return html`<tr>${cells}</tr>\n`;
  };
  const foot = totals.length === 0 ? NOTHING : html`<tfoot>\n${totals.map(rowOf)}</tfoot>\n`;
  return html`<table${columns.length > 3 ? html` class="wide"` : NOTHING}>
<caption>${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${rows.map(rowOf)}</tbody>
${foot}</table>
`;
}

function classOf<Row>({ isNumber, isFixed, isProse }: HtmlColumn<Row>): Html {
  const name = isNumber ? 'number' : isFixed ? 'fixed' : isProse ? 'prose' : '';
  return name === '' ? NOTHING : html` class="${name}"`;
}

interface PictureSection {
  readonly title: string;
  readonly lead: Html;
  readonly charts: readonly Html[];
  readonly table: Html;
}

/** Makes a section with a heading, its pictures and a table of their figures. */
export function pictureSection({ title, lead, charts, table }: PictureSection): Html {
  const figures = charts.map((chart) => html`<figure>${chart}</figure>`);
  return html`<section>
<h2>${title}</h2>
<p>${lead}</p>
<div class="${charts.length > 1 ? 'pair trio' : 'pair'}">
${joined(figures, html`\n`)}
<div>${table}</div>
</div>
</section>
`;
}

interface HtmlPage {
  readonly title: string;
  /** The page's CSS. */
  readonly style: Html;
  readonly body: Html;
  readonly logo?: Logo | undefined;
}

/** The policy forbids a browser to load or run anything, whatever a name may contain. A logo is part of the page itself. */
export function htmlDocument({ title, style, body, logo }: HtmlPage): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'${logo === undefined ? '' : '; img-src data:'}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="monthend">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>
${style}${logo === undefined ? NOTHING : LOGO_STYLE}</style>
</head>
<body>
${body}</body>
</html>
`;
  return page[MARKUP];
}

/** Has an empty alternative text, since the lab's name is next to it. */
export function logoHtml(logo: Logo | undefined): Html {
  if (logo === undefined) return NOTHING;
  return html`<img class="logo" src="${logo.uri}" width="${logo.width}" height="${logo.height}" alt="">\n`;
}

/** Logos are made for white paper, so they are shown on white. */
const LOGO_STYLE = html`.logo{max-width:100%;height:auto}
@media screen and (prefers-color-scheme:dark){.logo{background:#fff;box-shadow:0 0 0 6px #fff}}
`;

const LIGHT = html`--paper:#fff;--ink:#1a2128;--faint:#5d6873;--rule:#d5dbe1;--band:#f1f4f7;--total:#2b3640;--more:#1f6fb2;--less:#b45309;--before:#c3ccd5;--past:#a3291c`;
const DARK = html`--paper:#13181d;--ink:#e8ecf0;--faint:#a3aeb9;--rule:#36414b;--band:#1b222a;--total:#dfe6ec;--more:#58a6e8;--less:#f0a63c;--before:#5b6773;--past:#ff8f7d`;

/** The style of pages with pictures: light and dark, on phones, screens and paper. */
export const PAGE_STYLE = html`:root{${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1160px;padding:16px;background:var(--paper);color:var(--ink);font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif;overflow-wrap:anywhere}
h1{font-size:34px;line-height:1.1;margin:0}
h2{font-size:19px;margin:0 0 4px}
p{margin:0 0 10px}
.over{margin:0;color:var(--faint);text-transform:uppercase;letter-spacing:.08em;font-size:12px}
header dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:12px;margin:12px 0 0}
header dl div{border:1px solid var(--rule);border-radius:6px;padding:10px 12px}
dt{color:var(--faint)}
dd{margin:0;color:var(--faint);font-size:12px}
dd.big{font-size:22px;color:var(--ink);font-variant-numeric:tabular-nums}
section{border-top:1px solid var(--rule);margin-top:28px;padding-top:16px}
.pair{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:16px 40px;align-items:start}
.trio{column-gap:32px}
.trio>div{grid-column:1/-1}
@media screen and (min-width:1080px){
.trio{grid-template-columns:repeat(3,minmax(0,1fr))}
.trio>div{grid-column:auto}
}
figure{margin:0 0 14px}
figcaption{color:var(--faint);margin-bottom:4px}
table{border-collapse:collapse;width:100%;font-size:13px}
caption{text-align:left;color:var(--faint);padding-bottom:4px}
th,td{overflow-wrap:break-word;text-align:left;vertical-align:top;padding:4px 10px 4px 0;border-bottom:1px solid var(--rule);font-weight:400}
thead th,tfoot th,tfoot td{font-weight:600}
th:last-child,td:last-child{padding-right:0}
.fixed,.wide thead th{white-space:nowrap}
.number{text-align:right;font-variant-numeric:tabular-nums}
td.number{white-space:nowrap}
code{font-size:12px}
.key{white-space:nowrap;margin-right:8px}
@media screen and (max-width:820px){.pair{grid-template-columns:minmax(0,1fr)}}
@media screen and (max-width:640px){
.wide thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.wide,.wide tbody,.wide tfoot,.wide tr,.wide th,.wide td,.wide caption{display:block}
.wide tr{border-bottom:1px solid var(--rule);padding:6px 0}
.wide th,.wide td{display:flex;justify-content:space-between;gap:12px;border:0;padding:1px 0;text-align:right}
.wide th::before,.wide td::before{content:attr(data-name);color:var(--faint);font-weight:400;white-space:nowrap}
.wide th[scope=row]{font-weight:600}
td.fixed,th.fixed{white-space:normal}
.wide .prose{display:block;text-align:left}
.wide .prose::before{content:""}
}
@page{margin:14mm}
@media print{
body{padding:0;max-width:none;font-size:10pt}
table{font-size:9pt}
.pair{gap:8px 24px}
.pair:has(.wide){grid-template-columns:minmax(0,1fr)}
.pair:not(.trio,:has(.wide,.chart+.chart)){break-inside:avoid}
p,dl{break-inside:avoid}
h2,h2+p,figcaption,caption,thead{break-after:avoid}
figure:not(:has(.chart+.chart)),.chart,tr,header dl div{break-inside:avoid}
thead{display:table-header-group}
}
`;
