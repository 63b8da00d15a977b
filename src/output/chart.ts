/**
 * Pictures of figures, as inline SVG. The only door to d3-scale, d3-shape and d3-array.
 *
 * Widths are in percent and heights in pixels, so that a chart fits any page and its text keeps its size. Amounts come as
 * numbers here: only a picture is made from them, what is written beside it is exact text.
 */
import { max, min } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { area, curveBumpX } from 'd3-shape';
import { escapeHtml } from './html.js';

/** How a bar is filled: each is told from the others by its lightness or its hatching, not by its hue alone. */
export type Fill = 'total' | 'more' | 'less' | 'before' | 'past';

export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly fill: Fill;
}

export interface BarRow {
  readonly label: string;
  /** The figure as text. */
  readonly value: string;
  /** Bars below each other. */
  readonly bars: readonly Segment[];
}

interface Caption {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

const ROW = { text: 17, bar: 12, gap: 9 };

/** Rows of bars from a common zero; `isBridge` joins the end of each row with the start of the next. */
export function barChart(
  caption: Caption,
  rows: readonly BarRow[],
  { isBridge = false }: { isBridge?: boolean } = {},
): string {
  const ends = rows.flatMap(({ bars }) => bars.flatMap(({ from, to }) => [from, to]));
  const x = scaleLinear([Math.min(0, min(ends) ?? 0), Math.max(1, max(ends) ?? 1)], [0, 100]);
  const joins: string[] = [];
  let y = 0;
  const parts = rows.map(({ label, value, bars }, index) => {
    const texts =
      `<text x="4" y="${y + 12}">${escapeHtml(fitted(label))}</text>` +
      `<text x="100%" y="${y + 12}" class="value">${escapeHtml(value)}</text>`;
    const rectangles = bars.map(({ from, to, fill }, lane) => {
      const [left, right] = [x(Math.min(from, to)), x(Math.max(from, to))];
      const top = y + ROW.text + lane * ROW.bar;
      return `<rect x="${percent(left)}" y="${top}" width="${percent(right - left)}" height="${ROW.bar}" class="${fill}"/>`;
    });
    const barsEnd = y + ROW.text + bars.length * ROW.bar;
    if (isBridge && index < rows.length - 1) {
      const end = percent(x(bars.at(-1)?.to ?? 0));
      const nextBar = barsEnd + ROW.gap + ROW.text;
      joins.push(`<line x1="${end}" x2="${end}" y1="${y + ROW.text}" y2="${nextBar}" class="join"/>`);
    }
    y = barsEnd + ROW.gap;
    return texts + rectangles.join('');
  });
  const zero = `<line x1="${percent(x(0))}" x2="${percent(x(0))}" y1="0" y2="${y}" class="zero"/>`;
  return svg(caption, y, [zero, ...joins, ...parts, ''].join('\n'));
}

export interface Flow {
  readonly label: string;
  readonly value: string;
  readonly amount: number;
  readonly fill: Fill;
}

/** Streams that run together from left to right, each as thick as its share. */
export function flowChart(caption: Caption, flows: readonly Flow[]): string {
  const TEXT = 34;
  const GAP = 8;
  const sum = flows.reduce((total, { amount }) => total + amount, 0);
  const thickness = scaleLinear([0, sum === 0 ? 1 : sum], [0, 140]);
  const slots = flows.map(({ amount }) => Math.max(TEXT, thickness(amount)));
  const height = slots.reduce((total, slot) => total + slot + GAP, 0);
  const stream = area<readonly [x: number, top: number, bottom: number]>()
    .x(([x]) => x)
    .y0(([, top]) => top)
    .y1(([, , bottom]) => bottom)
    .curve(curveBumpX)
    .digits(2);

  let top = 0;
  let joined = (height - GAP - thickness(sum)) / 2;
  const texts: string[] = [];
  const streams: string[] = [];
  for (const [index, { label, value, amount, fill }] of flows.entries()) {
    const slot = slots[index] ?? TEXT;
    const thick = Math.max(1, thickness(amount));
    const middle = top + slot / 2;
    texts.push(
      `<text x="0" y="${round(middle - 3)}">${escapeHtml(label)}</text>` +
        `<text x="0" y="${round(middle + 13)}" class="figure">${escapeHtml(value)}</text>`,
    );
    const path = stream([
      [0, middle - thick / 2, middle + thick / 2],
      [100, joined, joined + thickness(amount)],
    ]);
    streams.push(`<path d="${path}" class="${fill}"/>`);
    joined += thickness(amount);
    top += slot + GAP;
  }
  const nested =
    `<svg x="45%" width="55%" height="${round(height)}" viewBox="0 0 100 ${round(height)}" preserveAspectRatio="none">` +
    `${streams.join('')}</svg>`;
  return svg(caption, Math.ceil(height), `${texts.join('\n')}\n${nested}\n`);
}

/** A swatch for the key of a chart. */
export function swatch(fill: Fill): string {
  return `<svg class="swatch" width="14" height="12" aria-hidden="true"><rect width="14" height="12" class="${fill}"/></svg>`;
}

function svg({ id, title, description }: Caption, height: number, content: string): string {
  return `<svg class="chart" width="100%" height="${height}" role="img" aria-labelledby="${id}-title ${id}-description">
<title id="${id}-title">${escapeHtml(title)}</title>
<desc id="${id}-description">${escapeHtml(description)}</desc>
${content}</svg>
`;
}

const round = (value: number): number => Math.round(value * 100) / 100;
const percent = (value: number): string => `${round(value)}%`;

/** The room that a row's label has beside its figure, in letters. */
const LETTERS = 24;

/** Cut to the room of a label; the table beside the chart has it whole. Wide scripts take two letters each. */
function fitted(label: string): string {
  let room = LETTERS;
  let text = '';
  for (const character of label) {
    room -= character >= '\u1100' ? 2 : /[A-ZMWmw@%]/.test(character) ? 1.3 : 1;
    if (room < 0) return `${text.trimEnd()}…`;
    text += character;
  }
  return text;
}

/** What the pictures need of the page: the hatchings, once. */
export const CHART_DEFINITIONS = `<svg class="definitions" width="0" height="0" aria-hidden="true"><defs>
<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="hatch-ground"/><rect width="3" height="6" class="hatch-line"/></pattern>
<pattern id="cross" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" class="cross-ground"/><path d="M0 0L5 5M5 0L0 5" class="cross-line"/></pattern>
</defs></svg>
`;

export const CHART_STYLE = `.chart{display:block;overflow:visible}
.chart text{paint-order:stroke;stroke:var(--paper);stroke-width:3px;font-size:12px;fill:var(--ink);font-family:inherit}
.chart .value{text-anchor:end;font-variant-numeric:tabular-nums}
.chart .figure{fill:var(--faint);font-variant-numeric:tabular-nums}
.chart path{vector-effect:non-scaling-stroke}
.zero,.join{stroke:var(--faint);stroke-width:1}
.join{stroke-dasharray:2 2}
.total{fill:var(--total)}
.more{fill:var(--more)}
.less{fill:url(#hatch);stroke:var(--less);stroke-width:1}
.before{fill:var(--before);stroke:var(--faint);stroke-width:1}
.past{fill:url(#cross);stroke:var(--past);stroke-width:1}
.hatch-ground,.cross-ground{fill:var(--paper)}
.hatch-line{fill:var(--less)}
.cross-line{stroke:var(--past);stroke-width:1.4}
.definitions{position:absolute}
.swatch{vertical-align:-1px;margin:0 4px 0 8px}
.swatch:first-child{margin-left:0}
`;
