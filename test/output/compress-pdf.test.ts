import { unzlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { compressPdf } from '../../src/output/compress-pdf.js';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

/** What stands at each offset of the table of objects, and in each stream. */
function read(pdf: Buffer) {
  const table = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text(pdf))?.[1]);
  const [, ...lines] = text(pdf.subarray(table)).split('\n');
  const count = Number(lines[0]?.split(' ')[1]);
  return Array.from({ length: count - 1 }, (_, index) => {
    const offset = Number(lines[index + 2]?.slice(0, 10));
    const length = Number(/\/Length (\d+)/.exec(text(pdf.subarray(offset)))?.[1]);
    const start = pdf.indexOf('\nstream\n', offset) + 8;
    const head = text(pdf.subarray(offset, start)).split('\nstream')[0] ?? '';
    const isStream = !head.includes('endobj');
    const stream = isStream ? pdf.subarray(start, start + length) : undefined;
    const content = stream && (/FlateDecode/.test(head) ? unzlibSync(stream) : stream);
    return [head.split(' obj')[0], content && text(content)];
  });
}

const CONTENT = 'BT 1 0 0 1 72 720 Tm ET '.repeat(100);

/** As pdfkit writes it: object 2 stands before object 1. */
function plain(): Buffer {
  const head = '%PDF-1.3\n%\xff\xff\xff\xff\n\n';
  const two = `2 0 obj\n<<\n/Length ${CONTENT.length}\n>>\nstream\n${CONTENT}\nendstream\nendobj\n`;
  const one = '1 0 obj\n<<\n/Type /Catalog\n>>\nendobj\n';
  const packed = '3 0 obj\n<<\n/Filter /X\n/Length 3\n>>\nstream\nabc\nendstream\nendobj\n';
  const entry = (offset: number) => `${String(offset).padStart(10, '0')} 00000 n \n`;
  const at = [head.length + two.length, head.length, head.length + two.length + one.length];
  const table = head.length + two.length + one.length + packed.length;
  const xref = `xref\n0 4\n0000000000 65535 f \n${at.map(entry).join('')}trailer\n<<\n/Size 4\n>>\n`;
  return Buffer.from(`${head}${two}${one}${packed}${xref}startxref\n${table}\n%%EOF\n`, 'latin1');
}

describe('a PDF that is compressed', () => {
  it('holds the same objects and streams, each where its table says', () => {
    const before = plain();
    const after = compressPdf([before]);
    expect(read(after)).toEqual(read(before));
    expect(read(after)[1]).toEqual(['2 0', CONTENT]);
    expect(after.length).toBeLessThan(before.length / 2);
    expect(text(after)).toContain('trailer\n<<\n/Size 4\n>>\nstartxref');
  });

  it('is compressed once: again is the same', () => {
    const once = compressPdf([plain()]);
    expect(compressPdf([Buffer.from(once)]).equals(once)).toBe(true);
  });

  it('is the same from one part and from several', () => {
    const whole = compressPdf([plain()]);
    const ends = [...text(plain()).matchAll(/endobj\n/g)].map(({ index }) => index + 7);
    const parts = [0, ...ends].map((end, index) => plain().subarray(end, ends[index]));
    expect(parts).toHaveLength(4);
    expect(compressPdf(parts).equals(whole)).toBe(true);
  });

  it('is refused without the table of its objects', () => {
    expect(() => compressPdf([Buffer.from('%PDF-1.3\n')])).toThrow('without the table');
  });
});
