/**
 * Makes a printable invoice as a PDF. The only file that uses pdfkit.
 *
 * The same invoice gives the same bytes on every machine: the PDF's dates are those of the invoice, and compress-pdf.ts compresses it
 * afterwards. DejaVu Sans is embedded. It has Latin, Greek, Cyrillic, Armenian and Georgian letters; characters that it lacks are returned
 * beside the bytes.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import { compressPdf } from './compress-pdf.js';
import type { Logo } from './logo.js';
import type { PrintableInvoice, PrintableLine } from './printable-invoice.js';

export type Paper = 'letter' | 'a4';

const fontFile = (name: string) =>
  readFileSync(createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));
/** At first the font files, later the opened fonts, which pdfkit accepts as well: opening takes longer than writing a PDF. */
const fonts = new Map<FontName, Buffer | OpenFont>([
  ['plain', fontFile('DejaVuSansCondensed')],
  ['bold', fontFile('DejaVuSansCondensed-Bold')],
]);

type FontName = 'plain' | 'bold';

/** A font of fontkit, which pdfkit opens and takes as a font too, although its types do not say so. */
interface OpenFont {
  hasGlyphForCodePoint(codePoint: number): boolean;
}

/**
 * Returns the opened font. It is in a private field of pdfkit, which has no public way to it: opening the file a second time with fontkit
 * would take longer than writing the PDF. A test holds what is relied on here, so an upgrade that changes it is noticed.
 */
export function openFont(pdf: Pdf, name: FontName): OpenFont {
  return (pdf.font(name) as unknown as { readonly _font: { readonly font: OpenFont } })._font.font;
}

/** In points, like all lengths here. */
const MARGIN = 40;
/** The width of the facts next to the address. */
const FACTS = 200;
const LEADING = 10;
/** The space above and below the text of a row. */
const PADDING = 1.25;
/** The space between the texts of neighbouring columns. */
const GUTTER = 10;
/** The most lines of text in a row. Longer descriptions are cut, so that a row fits on a sheet. */
const MOST_TEXT_LINES = 30;

const RULE = '#d5dbe1';
const INK = '#1a2128';
const FAINT = '#5d6873';

interface Style {
  readonly font: FontName;
  readonly size: number;
  readonly colour: string;
}

const STYLES = {
  title: { font: 'bold', size: 17, colour: INK },
  lab: { font: 'bold', size: 12, colour: INK },
  labLine: { font: 'plain', size: 8.5, colour: FAINT },
  name: { font: 'bold', size: 10, colour: INK },
  text: { font: 'plain', size: 8.5, colour: INK },
  strong: { font: 'bold', size: 8.5, colour: INK },
  due: { font: 'bold', size: 11, colour: INK },
  remark: { font: 'plain', size: 7.5, colour: FAINT },
} as const satisfies Record<string, Style>;

/** The height of DejaVu above the baseline, in parts of the font size. */
const ASCENT = 0.93;

type Pdf = InstanceType<typeof PDFDocument>;

/** A text and its place: `x` from the left edge of the sheet, `y` from the top of its block to the baseline. */
interface Mark {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly style: Style;
  /** True if the text ends at `x` instead of starting there. */
  readonly isRight?: true;
}

/** A line across the sheet at this distance from the top of the block. */
interface Block {
  readonly height: number;
  readonly marks: readonly Mark[];
  /** Where a line crosses the sheet, from the top of the block. */
  readonly rule?: number;
  /** Drawn at the top right. */
  readonly logo?: Logo;
}

export interface PrintedPdf {
  readonly bytes: Uint8Array;
  /** Characters that the PDF cannot show; empty if it shows all. */
  readonly unprintable: string;
}

/**
 * Makes the PDF of a document.
 *
 * 1. Lay out the blocks: their heights decide on which sheet each one goes.
 * 2. Distribute the blocks to sheets: every sheet shows the number of sheets.
 * 3. Write sheet by sheet. pdfkit holds an unfinished sheet in small pieces; all sheets at once would take 600 MB.
 */
export function invoicePdf(invoice: PrintableInvoice, paper: Paper): PrintedPdf {
  const pdf = openPdf(invoice, paper);
  const sheets = dealOut(pdf, invoice);
  const done: Buffer[] = [];
  for (const [index, blocks] of sheets.entries()) {
    if (index > 0) pdf.addPage();
    done.push(...written(pdf));
    let top = MARGIN;
    for (const block of blocks) {
      writeBlock(pdf, block, top);
      top += block.height;
    }
    writeBlock(pdf, footOf(pdf, invoice, { sheet: index + 1, of: sheets.length }), pdf.page.height - MARGIN);
  }
  const missing = unprintable(pdf, invoice);
  pdf.end();
  done.push(...written(pdf));
  return { bytes: compressPdf(done), unprintable: missing };
}

function openPdf({ title, number, practiceName, issuedOn }: PrintableInvoice, paper: Paper): Pdf {
  const pdf = new PDFDocument({
    size: paper.toUpperCase(),
    margin: MARGIN,
    compress: false,
    lang: 'en',
    font: '', // Helvetica would be loaded otherwise
    info: {
      Title: `${title} ${number}, ${practiceName}`,
      Creator: 'monthend',
      CreationDate: new Date(`${issuedOn}T00:00:00Z`),
    },
  });
  for (const [name, source] of fonts) {
    pdf.registerFont(name, source as Buffer);
    fonts.set(name, openFont(pdf, name));
  }
  return pdf;
}

/** Returns what pdfkit has written since the last call. */
function written(pdf: Pdf): Buffer[] {
  const bytes: Buffer | null = pdf.read();
  return bytes === null ? [] : [bytes];
}

/** Returns the blocks of each sheet, from top to bottom. The totals are never alone on a sheet: the last line goes with them. */
function dealOut(pdf: Pdf, invoice: PrintableInvoice): Block[][] {
  const columns = columnsOf(pdf, invoice.lines);
  const names = columnNames(columns);
  const first = [...headOf(pdf, invoice), names];
  const others = [runningHead(pdf, invoice), names];
  const room = pdf.page.height - 2 * MARGIN - LEADING;
  const sheets: Block[][] = [first];
  let left = room - heightOf(first);
  const add = (...blocks: readonly Block[]) => {
    if (heightOf(blocks) > left) {
      sheets.push([...others]);
      left = room - heightOf(others);
    }
    sheets.at(-1)?.push(...blocks);
    left -= heightOf(blocks);
  };
  const rows = invoice.lines.map((line) => rowOf(pdf, columns, line));
  for (const row of rows.slice(0, -1)) add(row);
  add(...rows.slice(-1), totalsOf(pdf, invoice));
  if (invoice.payment.length > 0) add(paymentOf(pdf, invoice));
  return sheets;
}

const heightOf = (blocks: readonly Block[]): number => blocks.reduce((sum, { height }) => sum + height, 0);

/** Returns the lab with its logo, then the document and its receiver, with the facts next to them. */
function headOf(pdf: Pdf, { title, number, from, logo, to, practice, facts }: PrintableInvoice): Block[] {
  const width = widthOf(pdf);
  const right = MARGIN + width;
  const [lab = '', ...labLines] = from;
  const beside = logo === undefined ? 0 : logo.width * POINTS + GUTTER;
  const seller = column(pdf, MARGIN, width - beside, [
    ...(lab === '' ? [] : [{ text: lab, style: STYLES.lab, leading: 16 }]),
    ...labLines.map((text) => ({ text, style: STYLES.labLine, leading: LEADING + 1 })),
  ]);
  const [name = '', ...address] = to;
  const document = column(pdf, MARGIN, width - FACTS - 2 * GUTTER, [
    { text: `${title} ${number}`, style: STYLES.title, leading: 22 },
    { text: '', style: STYLES.remark, leading: 6 },
    { text: 'Bill to', style: STYLES.remark, leading: 11 },
    { text: name, style: STYLES.name, leading: 13 },
    ...address.map((text) => ({ text, style: STYLES.text, leading: LEADING + 1 })),
    ...(practice === '' ? [] : [{ text: practice, style: STYLES.labLine, leading: LEADING + 1 }]),
  ]);
  const values = facts.map(([fact, value]) => ({
    name: { text: fact, x: right - FACTS, style: STYLES.labLine },
    values: wrap(pdf, value, FACTS - 80, STYLES.text),
  }));
  const marks: Mark[] = [];
  let y = 6 + ASCENT * STYLES.text.size;
  for (const { name, values: rows } of values) {
    marks.push({ ...name, y });
    for (const text of rows) {
      marks.push({ text, x: right, y, style: STYLES.text, isRight: true });
      y += 12;
    }
  }
  const sellerHeight = Math.max(seller.height, logo === undefined ? 0 : logo.height * POINTS);
  return [
    ...(from.length === 0
      ? []
      : [{ ...seller, height: sellerHeight + 10, ...(logo === undefined ? {} : { logo }) }]),
    { marks: [...document.marks, ...marks], height: Math.max(document.height, y) + 9 },
  ];
}

/** The points of a CSS pixel. */
const POINTS = 0.75;

interface ColumnText {
  readonly text: string;
  readonly style: Style;
  readonly leading: number;
}

/** Lays out texts below each other. A text that is too wide is broken, and cut after eight lines. */
function column(pdf: Pdf, x: number, width: number, texts: readonly ColumnText[]): Block {
  const marks: Mark[] = [];
  let y = 0;
  for (const { text, style, leading } of texts)
    for (const row of wrap(pdf, text, width, style).slice(0, 8)) {
      if (row !== '') marks.push({ text: row, x, y: y + ASCENT * style.size, style });
      y += leading;
    }
  return { height: y, marks };
}

/** Returns the head of every sheet after the first. */
function runningHead(pdf: Pdf, { title, number, practiceName }: PrintableInvoice): Block {
  const [text = ''] = wrap(pdf, `${title} ${number} · ${practiceName}`, widthOf(pdf), STYLES.labLine);
  return { height: 18, marks: [{ text, x: MARGIN, y: ASCENT * STYLES.labLine.size, style: STYLES.labLine }] };
}

interface PdfColumn {
  readonly name: string;
  readonly x: number;
  readonly width: number;
  readonly isNumber?: true;
  readonly textOf: (line: PrintableLine) => string;
}

/** Returns the columns. The description gets the width that the others leave. */
function columnsOf(pdf: Pdf, lines: readonly PrintableLine[]): PdfColumn[] {
  const widest = (name: string, textOf: (line: PrintableLine) => string) => {
    const longest = lines.reduce((text, line) => {
      const next = textOf(line);
      return next.length > text.length ? next : text;
    }, '');
    return Math.ceil(
      Math.max(measure(pdf, longest, STYLES.text), measure(pdf, name, STYLES.strong)) + GUTTER,
    );
  };
  const numberColumn = (name: string, textOf: (line: PrintableLine) => string) => ({
    name,
    isNumber: true as const,
    textOf,
    width: widest(name, textOf),
  });
  const order = ({ order }: PrintableLine) => order;
  const before = [
    numberColumn('Line', ({ number }) => number),
    { name: 'Order', textOf: order, width: Math.min(96, widest('Order', order)) },
  ];
  const after = [
    numberColumn('Quantity', ({ quantity }) => quantity),
    numberColumn('Unit price', ({ unitPrice }) => unitPrice),
    numberColumn('Amount', ({ amount }) => amount),
  ];
  const taken = [...before, ...after].reduce((sum, { width }) => sum + width, 0);
  const description = {
    name: DESCRIPTION,
    textOf: ({ description }: PrintableLine) => description,
    width: widthOf(pdf) - taken,
  };
  let x = MARGIN;
  return [...before, description, ...after].map((column) => {
    const placed = { ...column, x };
    x += column.width;
    return placed;
  });
}

const DESCRIPTION = 'Description';

/** Numbers end, and texts start, half a gutter from the edge of their column. */
function cell({ x, width, isNumber }: PdfColumn, text: string, y: number, style: Style): Mark {
  return isNumber
    ? { text, x: x + width - GUTTER / 2, y, style, isRight: true }
    : { text, x: x + GUTTER / 2, y, style };
}

function columnNames(columns: readonly PdfColumn[]): Block {
  const y = ASCENT * STYLES.strong.size;
  const marks = columns.map((column) => cell(column, column.name, y, STYLES.strong));
  return { height: LEADING + 6, marks, rule: LEADING + 4 };
}

/** Returns the row of a line. The remark is next to the description if it has room there, otherwise below it. */
function rowOf(pdf: Pdf, columns: readonly PdfColumn[], line: PrintableLine): Block {
  const baseline = (row: number) => PADDING + ASCENT * STYLES.text.size + row * LEADING;
  const marks: Mark[] = [];
  let most = 1;
  for (const column of columns) {
    const width = column.width - GUTTER;
    const rows = wrap(pdf, column.textOf(line), width, STYLES.text).slice(0, MOST_TEXT_LINES);
    marks.push(...rows.map((text, row) => cell(column, text, baseline(row), STYLES.text)));
    most = Math.max(most, rows.length);
    if (column.name !== DESCRIPTION || line.remark === '') continue;
    const beside = measure(pdf, `${rows[0]}  `, STYLES.text);
    if (rows.length === 1 && beside + measure(pdf, line.remark, STYLES.remark) <= width) {
      const mark = cell(column, drawableText(line.remark), baseline(0), STYLES.remark);
      marks.push({ ...mark, x: mark.x + beside });
      continue;
    }
    const below = wrap(pdf, line.remark, width, STYLES.remark).slice(0, MOST_TEXT_LINES - rows.length);
    marks.push(...below.map((text, row) => cell(column, text, baseline(rows.length + row), STYLES.remark)));
    most = Math.max(most, rows.length + below.length);
  }
  const height = most * LEADING + 2 * PADDING;
  return { height, marks, rule: height };
}

function totalsOf(pdf: Pdf, { totals }: PrintableInvoice): Block {
  const right = MARGIN + widthOf(pdf) - GUTTER / 2;
  const widest = Math.max(...totals.map(([, value]) => measure(pdf, value, STYLES.due)));
  const names = right - Math.max(130, widest + GUTTER);
  const marks = totals.flatMap(([name, value], index): Mark[] => {
    const style = index === totals.length - 1 ? STYLES.due : STYLES.text;
    const y = 16 + index * 14;
    return [
      { text: value, x: right, y, style, isRight: true },
      { text: name, x: names, y, style, isRight: true },
    ];
  });
  return { height: 16 + totals.length * 14 + 8, marks };
}

function paymentOf(pdf: Pdf, { payment }: PrintableInvoice): Block {
  return column(pdf, MARGIN, widthOf(pdf), [
    { text: 'How to pay', style: STYLES.strong, leading: 13 },
    ...payment.map((text) => ({ text, style: STYLES.text, leading: LEADING + 1 })),
  ]);
}

/** Returns the foot of each sheet: the lab's footer, in one line, and the number of the sheet. */
function footOf(
  pdf: Pdf,
  { footer }: PrintableInvoice,
  { sheet, of }: { readonly sheet: number; readonly of: number },
): Block {
  const style = STYLES.remark;
  const [text = ''] = wrap(pdf, footer, widthOf(pdf) - 80, style);
  const number = `page ${sheet} of ${of}`;
  return {
    height: LEADING,
    marks: [
      { text, x: MARGIN, y: 4, style },
      { text: number, x: MARGIN + widthOf(pdf), y: 4, style, isRight: true },
    ],
  };
}

function writeBlock(pdf: Pdf, { marks, rule, logo }: Block, top: number): void {
  for (const { text, x, y, style, isRight } of marks) {
    pdf.font(style.font, style.size).fillColor(style.colour);
    const left = isRight ? x - pdf.widthOfString(text) : x;
    pdf.text(text, left, top + y, { lineBreak: false, baseline: 'alphabetic' });
  }
  if (rule !== undefined)
    pdf
      .moveTo(MARGIN, top + rule)
      .lineTo(MARGIN + widthOf(pdf), top + rule)
      .lineWidth(0.5)
      .strokeColor(RULE)
      .stroke();
  if (logo !== undefined) {
    const size = { width: logo.width * POINTS, height: logo.height * POINTS };
    pdf.image(logo.png as Buffer, MARGIN + widthOf(pdf) - size.width, top, size);
  }
}

/** The width between the margins. */
const widthOf = (pdf: Pdf): number => pdf.page.width - 2 * MARGIN;

function measure(pdf: Pdf, text: string, { font, size }: Style): number {
  return pdf.font(font, size).widthOfString(drawableText(text));
}

/** Breaks text between words; a word wider than the column breaks between characters. */
function wrap(pdf: Pdf, written: string, width: number, { font, size }: Style): string[] {
  pdf.font(font, size);
  const fits = (candidate: string) => pdf.widthOfString(candidate) <= width;
  const text = drawableText(written);
  if (fits(text)) return [text];
  const rows: string[] = [];
  let row = '';
  for (const word of text.split(' ')) {
    const longer = row === '' ? word : `${row} ${word}`;
    if (fits(longer)) {
      row = longer;
      continue;
    }
    if (row !== '') rows.push(row);
    row = '';
    for (const character of fits(word) ? [word] : word) {
      if (row !== '' && !fits(row + character)) {
        rows.push(row);
        row = '';
      }
      row += character;
    }
  }
  return [...rows, row];
}

const drawableText = (text: string): string =>
  text.replace(/\s/g, ' ').replace(/\p{Cc}|\p{Bidi_Control}/gu, '\uFFFD');

/** Returns the characters of an invoice that the font lacks or that run from right to left, each once. */
function unprintable(pdf: Pdf, { from, to, practice, payment, footer, lines }: PrintableInvoice): string {
  const font = openFont(pdf, 'plain');
  const texts = [
    ...from,
    ...to,
    practice,
    ...payment,
    footer,
    ...lines.flatMap(({ order, description, remark }) => [order, description, remark]),
  ];
  return [...new Set(drawableText(texts.join(' ')))]
    .filter(
      (character) =>
        RIGHT_TO_LEFT.test(character) || !font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0),
    )
    .join('');
}

/** Hebrew, Arabic and similar scripts, which pdfkit would write in the wrong direction. */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;
