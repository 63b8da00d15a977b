/**
 * Draws figures as inline SVG. The only file that uses d3-scale, d3-shape and d3-array.
 *
 * Widths are in percent and heights in pixels, so that a chart fits any page and its text keeps its size. Amounts are numbers here,
 * because they only set sizes; the text beside a picture is exact.
 */
import { cumsum, max, min } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import {
  area,
  curveBumpX,
  type SymbolType,
  symbol,
  symbolCircle,
  symbolDiamond,
  symbolSquare,
  symbolTriangle,
} from 'd3-shape';
import { type Html, html, joined, NOTHING } from './html.js';

/** The fill of a bar. Fills differ in lightness or hatching, not in hue alone. */
export type Fill = 'total' | 'more' | 'less' | 'before' | 'past';

/** An order's state along its timeline. `past` means paused beyond the limit. */
export type BarState = 'active' | 'paused' | 'past' | 'shipped';

export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly fill: Fill;
}

export interface BarRow {
  readonly label: string;
  /** The figure as text. */
  readonly value: string;
  /** The bars of a row, one below the other. */
  readonly bars: readonly Segment[];
}

interface Caption {
  /** Unique within the page. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

/** Heights in a row, in pixels: its text, the space above the text, a bar, the space below the last bar. */
const ROW = { text: 17, above: 2, bar: 12, gap: 9 };

/** Draws rows of bars from a common zero. `isBridge` connects the end of each row with the start of the next. */
export function barChart(
  caption: Caption,
  rows: readonly BarRow[],
  { isBridge = false }: { isBridge?: boolean } = {},
): Html {
  const ends = rows.flatMap(({ bars }) => bars.flatMap(({ from, to }) => [from, to]));
  const x = scaleLinear([Math.min(0, min(ends) ?? 0), Math.max(1, max(ends) ?? 1)], [0, 100]);
  /** Lines pause at a row's text and continue below it. */
  const vertical = (name: string, value: number, top: number, bottom: number) =>
    html`<line x1="${percent(x(value))}" x2="${percent(x(value))}" y1="${top}" y2="${bottom}" class="${name}"/>`;
  const lines: Html[] = [];
  let y = 0;
  const parts = rows.map(({ label, value, bars }, index) => {
    const texts = html`<text x="4" y="${y + 12}">${fitted(label)}</text><text x="100%" y="${y + 12}" class="value">${value}</text>`;
    const rectangles = bars.map(({ from, to, fill }, lane) => {
      const [left, right] = [x(Math.min(from, to)), x(Math.max(from, to))];
      const laneTop = y + ROW.text + lane * ROW.bar;
      return html`<rect x="${percent(left)}" y="${laneTop}" width="${percent(right - left)}" height="${ROW.bar}" class="${fill}"/>`;
    });
    const [top, barsTop] = [y, y + ROW.text];
    y = barsTop + bars.length * ROW.bar + ROW.gap;
    const isLast = index === rows.length - 1;
    // No text is in the way at the left edge.
    lines.push(x(0) === 0 ? vertical('zero', 0, top, y) : vertical('zero', 0, barsTop, y + ROW.above));
    if (isBridge && !isLast) {
      const level = bars.at(-1)?.to ?? 0;
      lines.push(vertical('join', level, barsTop, y + ROW.above));
      lines.push(vertical('join', level, y + ROW.text, y + ROW.text + ROW.bar));
    }
    return html`${texts}${rectangles}`;
  });
  return svg(caption, y, joined([...lines, ...parts, NOTHING], LINE_END));
}

export interface Flow {
  readonly label: string;
  readonly value: string;
  readonly amount: number;
  readonly fill: Fill;
}

/** Draws streams that merge from left to right, each as thick as its share. */
export function flowChart(caption: Caption, flows: readonly Flow[]): Html {
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
  let joint = (height - GAP - thickness(sum)) / 2;
  const texts: Html[] = [];
  const streams: Html[] = [];
  for (const [index, { label, value, amount, fill }] of flows.entries()) {
    const slot = slots[index] ?? TEXT;
    const thick = Math.max(1, thickness(amount));
    const middle = top + slot / 2;
    texts.push(
      html`<text x="0" y="${round(middle - 3)}">${label}</text><text x="0" y="${round(middle + 13)}" class="figure">${value}</text>`,
    );
    const path = stream([
      [0, middle - thick / 2, middle + thick / 2],
      [100, joint, joint + thickness(amount)],
    ]);
    streams.push(html`<path d="${path ?? ''}" class="${fill}"/>`);
    joint += thickness(amount);
    top += slot + GAP;
  }
  const nested = html`<svg x="45%" width="55%" height="${round(height)}" viewBox="0 0 100 ${round(height)}" preserveAspectRatio="none">${streams}</svg>`;
  return svg(caption, Math.ceil(height), html`${joined(texts, LINE_END)}\n${nested}\n`);
}

/** The kinds of marks. Each has its own shape, filled if the event counts. */
export type Sign = 'placed' | 'event' | 'void' | 'limit' | 'charge' | 'credit' | 'standing';

export interface TimelineMark {
  readonly at: number;
  readonly sign: Sign;
  /** The text beside the mark. */
  readonly label: string;
}

/** An order over its months. Bands follow each other without gaps and hold their marks in order. */
export interface TimelineFigure<Mark extends TimelineMark = TimelineMark> {
  readonly bands: readonly {
    readonly label: string;
    readonly from: number;
    readonly to: number;
    readonly marks: readonly Mark[];
  }[];
  readonly bars: readonly { readonly from: number; readonly to: number; readonly state: BarState }[];
  /** The limit of the pause that began at `from`. */
  readonly limits: readonly { readonly from: number; readonly at: number }[];
}

/** A run of consecutive bands of a timeline. */
export interface TimelinePiece<Mark extends TimelineMark> {
  /** Counted from 1. */
  readonly number: number;
  readonly of: number;
  readonly bands: TimelineFigure<Mark>['bands'];
}

/**
 * In pixels from the left: bar, signs of issued lines, text. Then the height of a row, letters of a label, and the most height of a piece.
 */
const TIMELINE = { bar: 81, sign: 106, text: 118, line: 17, letters: 27, piece: 420 };

const BAR_WIDTHS: Record<BarState, number> = { active: 4, paused: 14, past: 14, shipped: 4 };

/**
 * Draws a timeline that runs downwards, so that each mark has room for its text even on a phone. Bands are equally high unless their
 * marks need more room; time runs evenly within each. A long timeline is cut into pieces that each fit on a sheet of paper.
 */
export function timelineCharts<Mark extends TimelineMark>(
  captionOf: (piece: TimelinePiece<Mark>) => Caption,
  timeline: TimelineFigure<Mark>,
): Html[] {
  const pieces: TimelineFigure<Mark>['bands'][number][][] = [];
  let height = Number.POSITIVE_INFINITY;
  const heightOf = heightOfBands(timeline.bands.length);
  for (const band of timeline.bands) {
    height += heightOf(band);
    if (height <= TIMELINE.piece) pieces.at(-1)?.push(band);
    else {
      pieces.push([band]);
      height = heightOf(band);
    }
  }
  return pieces.map((bands, index) =>
    timelineChart(
      captionOf({ number: index + 1, of: pieces.length, bands }),
      { ...timeline, bands },
      heightOf,
    ),
  );
}

/** Returns the height of a band: the fewer bands, the more room for each. */
function heightOfBands(count: number): (band: TimelineFigure['bands'][number]) => number {
  const least = Math.min(64, Math.max(TIMELINE.line + 8, Math.floor(640 / count)));
  return ({ marks }) => Math.max(least, marks.length * TIMELINE.line + 8);
}

function timelineChart(
  caption: Caption,
  { bands, bars, limits }: TimelineFigure,
  heightOf: (band: TimelineFigure['bands'][number]) => number,
): Html {
  const [start, end] = [bands[0]?.from ?? 0, bands.at(-1)?.to ?? 0];
  const bottoms = [...cumsum(bands, heightOf)];
  const y = scaleLinear([start, ...bands.map(({ to }) => to)], [0, ...bottoms]).clamp(true);
  const isHere = ({ from, to }: { from: number; to: number }) => from < end && to > start;

  const grounds = bands.map(({ label }, index) => {
    const [top, bottom] = [bottoms[index - 1] ?? 0, bottoms[index] ?? 0];
    const ground = html`<rect y="${top}" width="100%" height="${bottom - top}" class="${index % 2 === 0 ? 'band' : 'band odd'}"/>`;
    const cutOff = html`<line x2="100%" y1="${bottom}" y2="${bottom}" class="cut-off"/>`;
    return html`${ground}${cutOff}<text x="4" y="${top + TIMELINE.line / 2 + 8}">${label}</text>`;
  });
  const states = bars.filter(isHere).map(({ from, to, state }) => {
    const [top, bottom] = [y(from), y(to)];
    const width = BAR_WIDTHS[state];
    return html`<rect x="${TIMELINE.bar - width / 2}" y="${round(top)}" width="${width}" height="${round(bottom - top)}" class="${state}"/>`;
  });
  const brackets = limits
    .filter(({ from, at }) => isHere({ from, to: at + 1 }))
    .map(({ from, at }) => {
      const [left, right] = [TIMELINE.bar - 12, TIMELINE.bar + 14];
      const line =
        at >= start && at < end ? html`<path d="M${left} ${round(y(at))}H${right}" class="limit"/>` : NOTHING;
      return html`<path d="M${left} ${round(y(from))}V${round(y(at))}" class="allowed"/>${line}`;
    });
  const marks = bands.flatMap((band, index) => {
    const within = { top: bottoms[index - 1] ?? 0, bottom: bottoms[index] ?? 0 };
    const rows = spread(
      band.marks.map(({ at }) => y(at)),
      within,
    );
    return band.marks.map((mark, row) => drawMark(mark, { at: y(mark.at), row: rows[row] ?? within.top }));
  });
  const drawn = [...grounds, ...states, ...brackets, ...marks, NOTHING];
  return svg(caption, bottoms.at(-1) ?? 0, joined(drawn, LINE_END));
}

/** Returns rows as near as possible to the wanted places, in the same order, without overlap. */
function spread(wanted: readonly number[], { top, bottom }: { top: number; bottom: number }): number[] {
  const { line } = TIMELINE;
  const rows: number[] = [];
  for (const at of wanted) rows.push(Math.max(at, (rows.at(-1) ?? top + 4 - line / 2) + line));
  for (let row = rows.length - 1, most = bottom - 4 - line / 2; row >= 0; row--, most -= line)
    rows[row] = Math.min(rows[row] ?? most, most);
  return rows;
}

/** A mark of a month's outcome is drawn at its row. Any other mark is drawn at its time on the bar, with a line to its row. */
function drawMark({ sign, label }: TimelineMark, { at, row }: { at: number; row: number }): Html {
  const text = html`<text x="${TIMELINE.text}" y="${round(row + 4)}">${fitted(label, TIMELINE.letters)}</text>`;
  const lead = (from: number) =>
    html`<path d="M${from} ${round(at)}L${TIMELINE.text - 4} ${round(row)}" class="lead"/>`;
  switch (sign) {
    case 'charge':
    case 'credit':
    case 'standing':
      return html`${drawSign(sign, TIMELINE.sign, row)}${text}`;
    case 'limit':
      return html`${lead(TIMELINE.bar + 14)}${text}`;
    default:
      return html`${lead(TIMELINE.bar)}${drawSign(sign, TIMELINE.bar, at)}${text}`;
  }
}

const SHAPES: Record<Exclude<Sign, 'limit'>, SymbolType> = {
  placed: symbolDiamond,
  event: symbolCircle,
  void: symbolCircle,
  charge: symbolTriangle,
  credit: symbolTriangle,
  standing: symbolSquare,
};

function drawSign(sign: Exclude<Sign, 'limit'>, x: number, y: number): Html {
  const path = symbol(SHAPES[sign], 44).digits(2)() ?? '';
  const turned = sign === 'credit' ? ' rotate(180)' : '';
  return html`<path d="${path}" transform="translate(${round(x)} ${round(y)})${turned}" class="sign ${sign}"/>`;
}

/** Returns a swatch for the key of a chart. */
export function swatch(fill: Fill | BarState): Html {
  return html`<svg class="swatch" width="14" height="12" aria-hidden="true"><rect width="14" height="12" class="${fill}"/></svg>`;
}

/** Returns the sign of a mark for the key. */
export function signSwatch(sign: Sign): Html {
  const shape = sign === 'limit' ? html`<path d="M0 6H14" class="limit"/>` : drawSign(sign, 7, 6);
  return html`<svg class="swatch" width="14" height="12" aria-hidden="true">${shape}</svg>`;
}

const LINE_END = html`\n`;

function svg({ id, title, description }: Caption, height: number, content: Html): Html {
  return html`<svg class="chart" width="100%" height="${height}" role="img" aria-labelledby="${id}-title ${id}-description">
<title id="${id}-title">${title}</title>
<desc id="${id}-description">${description}</desc>
${content}</svg>
`;
}

const round = (value: number): number => Math.round(value * 100) / 100;
const percent = (value: number): string => `${round(value)}%`;

/** The room for a row's label beside its figure, in letters. */
const LETTERS = 24;

/** Cuts a label to its room; the table beside the chart shows it in full. Characters of wide scripts count as two letters. */
function fitted(label: string, letters = LETTERS): string {
  let room = letters;
  let text = '';
  for (const character of label) {
    room -= character >= '\u1100' ? 2 : /[A-ZMWmw@%]/.test(character) ? 1.3 : 1;
    if (room < 0) return `${text.trimEnd()}…`;
    text += character;
  }
  return text;
}

/** The hatchings that the pictures use; needed once in a page. */
export const CHART_DEFINITIONS = html`<svg class="definitions" width="0" height="0" aria-hidden="true"><defs>
<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="hatch-ground"/><rect width="3" height="6" class="hatch-line"/></pattern>
<pattern id="cross" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" class="cross-ground"/><path d="M0 0L5 5M5 0L0 5" class="cross-line"/></pattern>
</defs></svg>
`;

export const CHART_STYLE = html`.chart{display:block;overflow:visible}
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
.band{fill:var(--band)}
.band.odd{fill:var(--paper)}
.cut-off{stroke:var(--rule)}
.active{fill:var(--faint)}
.paused{fill:var(--more)}
.shipped{fill:var(--total)}
.limit{stroke:var(--past);stroke-width:2.5;fill:none}
.allowed{stroke:var(--past);stroke-width:1;fill:none}
.lead{stroke:var(--faint);stroke-width:1;fill:none}
.sign{fill:var(--ink);stroke:var(--ink);stroke-width:1.2}
.sign.event,.sign.placed{stroke:var(--paper)}
.sign.void,.sign.credit,.sign.standing{fill:var(--paper)}
.sign.void,.sign.standing{stroke:var(--faint)}
.definitions{position:absolute}
.swatch{vertical-align:-1px;margin:0 4px 0 8px}
.swatch:first-child{margin-left:0}
`;
