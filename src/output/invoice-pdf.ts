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

/** pdfkit's fonts come from fontkit, but its types do not say so. */
interface OpenFont {
  hasGlyphForCodePoint(codePoint: number): boolean;
}

function openFont(pdf: Pdf, name: FontName): OpenFont {
  return (pdf.font(name) as unknown as { readonly _font: { readonly font: OpenFont } })._font.font;
}

const MARGIN = 48;
/** The width of the facts beside the address, in points. */
const FACTS = 210;
const SIZE = 9;
const LEADING = 11;
const FAINT = '#5d6873';
const INK = '#1a2128';
const RULE = '#d5dbe1';
/** The most lines of text in a row. Longer descriptions are cut, so that a row fits on a sheet. */
const MOST_TEXT_LINES = 30;

type Pdf = InstanceType<typeof PDFDocument>;

interface PdfColumn {
  readonly name: string;
  /** In points. */
  readonly width: number;
  readonly isNumber: boolean;
  readonly texts: (line: PrintableLine) => readonly { readonly text: string; readonly colour: string }[];
}

const plain = (text: string) => [{ text, colour: INK }];

/** Returns columns that fill `width` points between the margins. The description gets what the others leave. */
function columnsOf(pdf: Pdf, width: number, lines: readonly PrintableLine[]): PdfColumn[] {
  pdf.font('plain', SIZE);
  const wide = (least: number, textOf: (line: PrintableLine) => string) => {
    const longest = lines.reduce((text, line) => {
      const next = textOf(line);
      return next.length > text.length ? next : text;
    }, '');
    return Math.max(least, Math.ceil(pdf.widthOfString(longest)) + 14);
  };
  const order = Math.min(
    96,
    wide(64, (line) => line.order),
  );
  const quantity = wide(52, (line) => line.quantity);
  const unitPrice = wide(62, (line) => line.unitPrice);
  const amount = wide(62, (line) => line.amount);
  const number = wide(32, (line) => line.number);
  return [
    { name: 'Line', width: number, isNumber: true, texts: ({ number }) => plain(number) },
    { name: 'Order', width: order, isNumber: false, texts: ({ order }) => plain(order) },
    {
      name: 'Description',
      width: width - number - order - quantity - unitPrice - amount,
      isNumber: false,
      texts: ({ description, remark }) => [...plain(description), { text: remark, colour: FAINT }],
    },
    { name: 'Quantity', width: quantity, isNumber: true, texts: ({ quantity }) => plain(quantity) },
    { name: 'Unit price', width: unitPrice, isNumber: true, texts: ({ unitPrice }) => plain(unitPrice) },
    { name: 'Amount', width: amount, isNumber: true, texts: ({ amount }) => plain(amount) },
  ];
}

export interface PrintedPdf {
  readonly bytes: Uint8Array;
  /** Characters that the PDF cannot show; empty if it shows all. */
  readonly unprintable: string;
}

export function invoicePdf(invoice: PrintableInvoice, paper: Paper): PrintedPdf {
  const { title, number, practiceName, lines, issuedOn } = invoice;
  const pdf = new PDFDocument({
    size: paper.toUpperCase(),
    margin: MARGIN,
    compress: false,
    bufferPages: true,
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
  const bottom = pdf.page.height - MARGIN - 2 * LEADING;
  const columns = columnsOf(pdf, pdf.page.width - 2 * MARGIN, lines);

  let y = writeHead(pdf, invoice, columns);
  const breakBefore = (height: number) => {
    if (y + height <= bottom) return;
    pdf.addPage();
    y = writeRunningHead(pdf, invoice, columns);
  };
  for (const line of lines) {
    const row = layOut(pdf, columns, line);
    breakBefore(row.height);
    row.write(y);
    y += row.height;
  }
  breakBefore(invoice.totals.length * 20);
  y = writeTotals(pdf, invoice, y);
  if (invoice.payment.length > 0) {
    const payment = layOutPayment(pdf, invoice);
    breakBefore(payment.height);
    payment.write(y);
  }
  writePageNumbers(pdf, invoice.footer);
  const missing = unprintable(pdf, invoice);
  pdf.end();
  return { bytes: compressPdf(pdf.read() as Buffer), unprintable: missing };
}

/** @returns the place where the lines begin */
function writeHead(pdf: Pdf, invoice: PrintableInvoice, columns: readonly PdfColumn[]): number {
  const { title, number, from, logo, to, practice, facts } = invoice;
  const right = pdf.page.width - MARGIN;
  let y = writeFrom(pdf, from, logo);
  pdf.font('bold', 18).fillColor(INK);
  for (const text of wrap(pdf, `${title} ${number}`, right - MARGIN)) {
    write(pdf, text, MARGIN, y);
    y += 26;
  }
  const top = y + 6;
  const width = right - MARGIN - FACTS - 20;
  pdf.font('plain', 8).fillColor(FAINT);
  write(pdf, 'Bill to', MARGIN, top);
  let left = top + 12;
  const [name = '', ...address] = to;
  pdf.font('bold', 11).fillColor(INK);
  for (const text of wrap(pdf, name, width).slice(0, 8)) {
    write(pdf, text, MARGIN, left);
    left += 15;
  }
  pdf.font('plain', SIZE);
  for (const [text, colour] of [
    ...address.map((line) => [line, INK] as const),
    ...(practice === '' ? [] : [[practice, FAINT] as const]),
  ]) {
    pdf.fillColor(colour);
    for (const row of wrap(pdf, text, width).slice(0, 8)) {
      write(pdf, row, MARGIN, left);
      left += LEADING + 2;
    }
  }
  let beside = top;
  for (const [name, value] of facts) {
    pdf.fillColor(FAINT);
    write(pdf, name, right - FACTS, beside);
    pdf.fillColor(INK);
    for (const row of wrap(pdf, value, FACTS - 80)) {
      writeRight(pdf, row, right, beside);
      beside += 14;
    }
  }
  return writeColumnNames(pdf, columns, Math.max(left, beside) + 18);
}

/** Writes the lab at the top. @returns the place where the rest begins */
function writeFrom(pdf: Pdf, [name, ...lines]: readonly string[], logo: PrintableInvoice['logo']): number {
  if (name === undefined) return MARGIN;
  const picture = writeLogo(pdf, logo);
  const width = pdf.page.width - 2 * MARGIN - (picture.width === 0 ? 0 : picture.width + 20);
  let y = MARGIN;
  pdf.font('bold', 12).fillColor(INK);
  for (const text of wrap(pdf, name, width)) {
    write(pdf, text, MARGIN, y);
    y += 16;
  }
  pdf.font('plain', SIZE).fillColor(FAINT);
  for (const line of lines)
    for (const text of wrap(pdf, line, width)) {
      write(pdf, text, MARGIN, y);
      y += LEADING + 1;
    }
  return Math.max(y, MARGIN + picture.height) + 16;
}

/** A point is 4/3 of a CSS pixel. @returns its size in points */
function writeLogo(pdf: Pdf, logo: PrintableInvoice['logo']): { width: number; height: number } {
  if (logo === undefined) return { width: 0, height: 0 };
  const size = { width: logo.width * 0.75, height: logo.height * 0.75 };
  pdf.image(logo.png as Buffer, pdf.page.width - MARGIN - size.width, MARGIN, size);
  return size;
}

/** Writes the head of every sheet after the first. */
function writeRunningHead(pdf: Pdf, invoice: PrintableInvoice, columns: readonly PdfColumn[]): number {
  const { title, number, practiceName } = invoice;
  pdf.font('plain', SIZE).fillColor(FAINT);
  const [text = ''] = wrap(pdf, `${title} ${number} · ${practiceName}`, pdf.page.width - 2 * MARGIN);
  write(pdf, text, MARGIN, MARGIN);
  return writeColumnNames(pdf, columns, MARGIN + 20);
}

function writeColumnNames(pdf: Pdf, columns: readonly PdfColumn[], y: number): number {
  pdf.font('bold', SIZE).fillColor(INK);
  let x = MARGIN;
  for (const { name, width, isNumber } of columns) {
    if (isNumber) writeRight(pdf, name, x + width - 6, y);
    else write(pdf, name, x + 6, y);
    x += width;
  }
  rule(pdf, y + LEADING + 3);
  return y + LEADING + 8;
}

/** Returns a line's height in points, and a function that writes it at a given place. */
function layOut(pdf: Pdf, columns: readonly PdfColumn[], line: PrintableLine) {
  pdf.font('plain', SIZE);
  const cells = columns.map((column) => ({
    ...column,
    rows: column
      .texts(line)
      .flatMap(({ text, colour }) => wrap(pdf, text, column.width - 12).map((row) => ({ text: row, colour })))
      .slice(0, MOST_TEXT_LINES),
  }));
  const height = Math.max(...cells.map(({ rows }) => rows.length)) * LEADING + 7;
  return {
    height,
    write(y: number): void {
      pdf.font('plain', SIZE);
      let x = MARGIN;
      for (const { rows, width, isNumber } of cells) {
        for (const [index, { text, colour }] of rows.entries()) {
          pdf.fillColor(colour);
          if (isNumber) writeRight(pdf, text, x + width - 6, y + index * LEADING);
          else write(pdf, text, x + 6, y + index * LEADING);
        }
        x += width;
      }
      rule(pdf, y + height - 3);
    },
  };
}

/** @returns the place where the rest begins */
function writeTotals(pdf: Pdf, { totals }: PrintableInvoice, top: number): number {
  const right = pdf.page.width - MARGIN;
  for (const [index, [name, value]] of totals.entries()) {
    const isLast = index === totals.length - 1;
    const y = top + 6 + index * 18;
    pdf.font(isLast ? 'bold' : 'plain', isLast ? 12 : SIZE).fillColor(INK);
    writeRight(pdf, value, right - 6, y);
    writeRight(pdf, name, right - 6 - 140, y);
  }
  return top + 6 + totals.length * 18 + 14;
}

function layOutPayment(pdf: Pdf, { payment }: PrintableInvoice) {
  pdf.font('plain', SIZE);
  const rows = payment.flatMap((line) => wrap(pdf, line, pdf.page.width - 2 * MARGIN));
  return {
    height: 16 + rows.length * (LEADING + 2),
    write(top: number): void {
      pdf.font('bold', SIZE).fillColor(INK);
      write(pdf, 'How to pay', MARGIN, top);
      pdf.font('plain', SIZE);
      for (const [index, row] of rows.entries()) write(pdf, row, MARGIN, top + 15 + index * (LEADING + 2));
    },
  };
}

/** Writes the page number and the footer on every sheet, in one line. */
function writePageNumbers(pdf: Pdf, footer: string): void {
  const { count } = pdf.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    pdf.switchToPage(page);
    pdf.font('plain', 8).fillColor(FAINT);
    const [text = ''] = wrap(pdf, footer, pdf.page.width - 2 * MARGIN - 80);
    write(pdf, text, MARGIN, pdf.page.height - MARGIN - 4);
    writeRight(pdf, `page ${page + 1} of ${count}`, pdf.page.width - MARGIN, pdf.page.height - MARGIN - 4);
  }
}

const write = (pdf: Pdf, text: string, x: number, y: number) => pdf.text(text, x, y, { lineBreak: false });
const writeRight = (pdf: Pdf, text: string, right: number, y: number) =>
  write(pdf, text, right - pdf.widthOfString(text), y);

function rule(pdf: Pdf, y: number): void {
  pdf
    .moveTo(MARGIN, y)
    .lineTo(pdf.page.width - MARGIN, y)
    .lineWidth(0.5)
    .strokeColor(RULE)
    .stroke();
}

/** Breaks text between words; a word wider than the column breaks between characters. */
function wrap(pdf: Pdf, text: string, width: number): string[] {
  const rows: string[] = [];
  let row = '';
  const fits = (candidate: string) => pdf.widthOfString(candidate) <= width;
  for (const word of printableText(text).split(' ')) {
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

const printableText = (text: string): string =>
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
  return [...new Set(printableText(texts.join(' ')))]
    .filter(
      (character) =>
        RIGHT_TO_LEFT.test(character) || !font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0),
    )
    .join('');
}

/** Hebrew, Arabic and similar scripts, which pdfkit would write in the wrong direction. */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;
