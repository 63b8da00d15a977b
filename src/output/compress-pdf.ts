/**
 * Compresses the streams of a PDF that pdfkit wrote without compression. The only file that uses fflate, which gives the same bytes on
 * every machine; the zlib that pdfkit would use differs between versions of Node. An invoice of 20,000 lines shrinks from 40 MB to 2.
 */
import { zlibSync } from 'fflate';

/** The bytes of one entry in the table of objects. */
const ENTRY = 20;

/** @throws Error if the PDF is not as pdfkit writes it */
export function compressPdf(pdf: Buffer): Buffer {
  const tail = /startxref\n(\d+)\n%%EOF\n$/.exec(pdf.subarray(-64).toString('latin1'));
  const table = Number(tail?.[1]);
  const head = /^xref\n0 (\d+)\n/.exec(pdf.subarray(table, table + 32).toString('latin1'));
  if (tail === null || head === null) throw new Error('a PDF without the table of its objects');
  const count = Number(head[1]);
  const entries = table + head[0].length;
  const offsets = Array.from({ length: count }, (_, id) =>
    Number(pdf.subarray(entries + id * ENTRY, entries + id * ENTRY + 10).toString('latin1')),
  );
  // Object 0 does not exist.
  const inOrder = offsets.slice(1).sort((a, b) => a - b);
  const moved = new Map<number, number>();
  const pieces = [pdf.subarray(0, inOrder[0])];
  let length = inOrder[0] ?? 0;
  for (const [index, offset] of inOrder.entries()) {
    const object = compressObject(pdf.subarray(offset, inOrder[index + 1] ?? table));
    moved.set(offset, length);
    pieces.push(...object);
    length += object.reduce((sum, piece) => sum + piece.length, 0);
  }
  const entryOf = (offset: number) => `${String(moved.get(offset)).padStart(10, '0')} 00000 n \n`;
  const trailer = pdf.subarray(entries + count * ENTRY, pdf.length - tail[0].length).toString('latin1');
  const free = pdf.subarray(entries, entries + ENTRY).toString('latin1');
  const rest = `${head[0]}${free}${offsets.slice(1).map(entryOf).join('')}${trailer}startxref\n${length}\n%%EOF\n`;
  return Buffer.concat([...pieces, Buffer.from(rest, 'latin1')]);
}

const STREAM = '\nstream\n';
const END = '\nendstream\nendobj\n';

/** Returns the object with its stream compressed; unchanged if it has none or it is compressed already. */
function compressObject(object: Buffer): Buffer[] {
  const start = object.indexOf(STREAM, 0, 'latin1');
  if (start < 0) return [object];
  const dictionary = object.subarray(0, start).toString('latin1');
  if (dictionary.includes('/Filter')) return [object];
  const stream = object.subarray(start + STREAM.length, object.length - END.length);
  const compressed = zlibSync(stream);
  const stated = dictionary.replace(/\/Length \d+/, `/Length ${compressed.length}\n/Filter /FlateDecode`);
  return [Buffer.from(stated + STREAM, 'latin1'), Buffer.from(compressed), Buffer.from(END, 'latin1')];
}
