/** A document to be printed: the figures of its CSV, and pages that say nothing else. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import { describe, expect, it } from 'vitest';
import type { IssuedDocument, IssuedLine } from '../../src/billing/month-view.js';
import type { Seller } from '../../src/billing/seller.js';
import { invoiceHtml } from '../../src/output/invoice-html.js';
import { invoicePdf, openFont } from '../../src/output/invoice-pdf.js';
import { printableInvoice } from '../../src/output/printable-invoice.js';
import { issuedDocument, issuedLine } from '../support/facts.js';

const CREDIT = issuedLine({
  lineNumber: 2,
  lineType: 'credit',
  reason: 'cancelled',
  amountMinor: -2500,
  corrects: 'INV-1',
});
const CHARGE = issuedLine({ amountMinor: 123450, quantity: '2.5', unitPrice: '493.8', patientRef: 'PT-7' });
const TOTALS = {
  lineCount: 2,
  chargeCount: 1,
  creditCount: 1,
  chargesMinor: 123450,
  creditsMinor: -2500,
  totalMinor: 120950,
};

function invoiceOf(
  lines: readonly IssuedLine[],
  changes: Partial<IssuedDocument> = {},
  patientRef = false,
  seller?: Seller,
) {
  const document = issuedDocument({ totals: TOTALS, ...changes });
  return printableInvoice(document, lines, { patientRef, seller, pausesOf: () => [] });
}

/** A document of that many lines of 100.00. */
function long(count: number, changes = {}, seller?: Seller) {
  const lines = Array.from({ length: count }, (_, index) => issuedLine({ lineNumber: index + 1 }));
  const amount = count * 10000;
  const totals = {
    lineCount: count,
    chargeCount: count,
    creditCount: 0,
    chargesMinor: amount,
    creditsMinor: 0,
    totalMinor: amount,
  };
  return invoiceOf(lines, { totals, ...changes }, false, seller);
}

describe('the words and figures', () => {
  it('are those of the document', () => {
    const { totals, lines, facts } = invoiceOf([CHARGE, CREDIT]);
    expect(totals).toEqual([
      ['Charges', '1,234.50'],
      ['Credit of INV-1', '-25.00'],
      ['Amount due USD', '1,209.50'],
    ]);
    expect(lines[0]).toEqual({
      number: '1',
      order: 'A1',
      description: 'crown',
      remark: 'placed Oct 5',
      quantity: '2.5',
      unitPrice: '493.80',
      amount: '1,234.50',
    });
    expect(lines[1]?.remark).toBe('credit of INV-1: order cancelled');
    expect(facts).toEqual([
      ['Billing month', 'October 2026'],
      ['Issued on', 'November 1, 2026'],
      ['Terms', '7 days'],
      ['Due on', 'November 8, 2026'],
    ]);
  });

  it('name the patient where the config wants it', () => {
    expect(invoiceOf([CHARGE, CREDIT], {}, true).lines[0]?.remark).toBe('placed Oct 5; patient PT-7');
  });

  it.each([
    ['a line is missing', [CHARGE]],
    ['a line is twice there', [CHARGE, CREDIT, CREDIT]],
    ['an amount is another', [{ ...CHARGE, amountMinor: 123451 }, CREDIT]],
  ])('are refused if %s', (_, lines) => {
    expect(() => invoiceOf(lines)).toThrow('do not add up to its totals');
  });
});

const LAB: Seller = {
  name: 'Lakeview Dental Lab',
  address1: '400 Harbor Drive',
  city: 'Lakeview',
  region: 'NY',
  postalCode: '14085',
  country: 'US',
  phone: '+1 716 555 0100',
  email: 'billing@lakeview.example',
  taxId: '16-1234567',
  payment: ['By bank: routing 021000021', 'By cheque'],
  footer: 'Thank you.',
};
const PRACTICE = {
  legal_name: 'Ash LLC',
  address_1: '1 Main St',
  city: 'Wien',
  postal_code: '1010',
  tax_id: 'ATU1',
};

describe('who, to whom, and how to pay', () => {
  const of = (changes: Partial<IssuedDocument>, seller?: Seller) =>
    invoiceOf([CHARGE, CREDIT], changes, false, seller);

  it('are those of the config and of the practice', () => {
    const billTo = { practiceId: 'P1', name: 'P1 Dental', details: { ...PRACTICE, country: 'AT' } };
    const { from, to, practice, payment, footer } = of({ billTo }, LAB);
    expect({ from, to, practice, payment, footer }).toEqual({
      from: [
        'Lakeview Dental Lab',
        '400 Harbor Drive',
        'Lakeview, NY 14085',
        'US',
        '+1 716 555 0100',
        'billing@lakeview.example',
        'Tax id 16-1234567',
      ],
      to: ['Ash LLC', 'P1 Dental', '1 Main St', 'Wien, 1010', 'AT', 'Tax id ATU1'],
      practice: 'P1',
      payment: ['By bank: routing 021000021', 'By cheque'],
      footer: 'Thank you.',
    });
  });

  it('leave the country out at home', () => {
    const billTo = { practiceId: 'P1', name: 'P1 Dental', details: { ...PRACTICE, country: 'US' } };
    const { from, to } = of({ billTo }, LAB);
    expect([...from, ...to]).not.toContain('US');
  });

  it('are the practice alone where nothing more is known', () => {
    const { from, to, practice, payment } = of({});
    expect({ from, to, practice, payment }).toEqual({
      from: [],
      to: ['P1 Dental'],
      practice: 'P1',
      payment: [],
    });
    expect(of({ practiceName: 'P1' }).practice).toBe('');
  });

  it('name the practice beside the one that pays', () => {
    const billTo = { practiceId: 'P9', name: 'Cedar Group', details: { customer_code: 'C-9' } };
    const { to, practice, facts } = of({ billTo });
    expect([to, practice, facts.at(-1)]).toEqual([
      ['Cedar Group'],
      'for P1 Dental (P1)',
      ['Customer', 'C-9'],
    ]);
  });

  it('say "due on receipt" without days', () => {
    expect(of({ dueDate: '2026-11-01' }).facts).toContainEqual(['Terms', 'due on receipt']);
  });
});

describe('what is not to be paid', () => {
  const credits = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      issuedLine({ ...CREDIT, lineNumber: index + 1, corrects: `INV-${index}`, amountMinor: -100 }),
    );
  const noteOf = (count: number) => {
    const creditsMinor = -100 * count;
    const totals = {
      lineCount: count,
      chargeCount: 0,
      creditCount: count,
      chargesMinor: 0,
      creditsMinor,
      totalMinor: creditsMinor,
    };
    return invoiceOf(
      credits(count),
      { documentType: 'credit_note', documentNumber: 'CN-1', totals },
      false,
      LAB,
    );
  };

  it('a credit note says what it corrects, and neither a due date nor how to pay', () => {
    const { title, facts, totals, payment } = noteOf(2);
    expect({ title, facts, totals, payment }).toEqual({
      title: 'Credit note',
      facts: [
        ['Billing month', 'October 2026'],
        ['Issued on', 'November 1, 2026'],
        ['Corrects', 'INV-0, INV-1'],
      ],
      totals: [
        ['Credit of INV-0', '-1.00'],
        ['Credit of INV-1', '-1.00'],
        ['Amount credited USD', '-2.00'],
      ],
      payment: [],
    });
  });

  it('a credit note to many documents names the first and counts the others', () => {
    const { facts, totals } = noteOf(12);
    expect(facts.at(-1)).toEqual(['Corrects', 'INV-0, INV-1, INV-2 and 9 more']);
    expect(totals.slice(-3)).toEqual([
      ['Credit of INV-6', '-1.00'],
      ['Credits of 5 more documents', '-5.00'],
      ['Amount credited USD', '-12.00'],
    ]);
  });

  it('an invoice of nothing is not due', () => {
    const totals = { ...TOTALS, chargesMinor: 2500, totalMinor: 0 };
    const { facts, payment } = invoiceOf([{ ...CHARGE, amountMinor: 2500 }, CREDIT], { totals }, false, LAB);
    expect([facts.length, payment]).toEqual([2, []]);
  });
});

describe('the HTML', () => {
  it('shows names as they are, and runs nothing', () => {
    const page = invoiceHtml(invoiceOf([CHARGE, CREDIT], { practiceName: '<script>alert(1)</script>' }));
    expect(page).toContain('&#60;script&#62;alert(1)');
    expect(page).not.toContain('<script');
    expect(page).toContain('Amount due USD</th><td class="number">1,209.50</td>');
  });
});

describe('the PDF', () => {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
  const pagesOf = (bytes: Uint8Array) => text(bytes).match(/\/Type \/Page\n/g)?.length;

  it('is the same bytes each time, whatever was printed before', () => {
    const first = invoicePdf(invoiceOf([CHARGE, CREDIT]), 'letter').bytes;
    invoicePdf(long(3, { practiceName: 'Żółć Ω' }), 'letter');
    const again = invoicePdf(invoiceOf([CHARGE, CREDIT]), 'letter').bytes;
    expect(Buffer.compare(first, again)).toBe(0);
    expect(text(first)).toMatch(/^%PDF-1\.\d\n[\s\S]*\(D:20261101000000Z\)[\s\S]*%%EOF\n$/);
    expect(text(first)).toContain('FlateDecode');
  });

  it.each([
    ['letter', '[0 0 612 792]'],
    ['a4', '[0 0 595.28 841.89]'],
  ] as const)('is on sheets of %s', (paper, box) => {
    expect(text(invoicePdf(long(1), paper).bytes)).toContain(`/MediaBox ${box}`);
  });

  it('breaks between lines, as many sheets as they need', () => {
    // A line takes 12.5 points, the totals 38. There are 614 on the first sheet and 668 on the others, so 49 and 53 lines; with the
    // totals 46 and 50.
    const sheets = (count: number, seller?: Seller) =>
      pagesOf(invoicePdf(long(count, {}, seller), 'letter').bytes);
    expect([1, 46, 47, 99, 100, 152, 153].map((count) => sheets(count))).toEqual([1, 1, 2, 2, 3, 3, 4]);
    // The lab takes 92 more on the first, and how to pay 35 on the last: 41 lines, or 35 with the totals and that.
    expect([35, 36, 400].map((count) => sheets(count, LAB))).toEqual([1, 2, 8]);
  });

  it('takes a second row for what has no room beside a description, and stays small', () => {
    const sheets = (description: string, count = 80) => {
      const lines = Array.from({ length: count }, (_, index) =>
        issuedLine({ lineNumber: index + 1, description }),
      );
      const amount = count * 10000;
      const totals = { lineCount: count, chargeCount: count, creditCount: 0 };
      const { bytes } = invoicePdf(
        invoiceOf(lines, {
          totals: { ...totals, chargesMinor: amount, creditsMinor: 0, totalMinor: amount },
        }),
        'a4',
      );
      expect(bytes.length).toBeLessThan(60_000);
      return pagesOf(bytes);
    };
    expect(sheets('Zirconia crown')).toBe(2);
    // Rows of 22.5 points.
    expect(sheets('Porcelain fused to high noble metal, three units, anterior, shade A2')).toBe(3);
    // Rows of 30 lines of text: two on a sheet.
    expect(sheets('word '.repeat(2000), 6)).toBe(3);
  });

  it('finds the opened font in pdfkit, which takes it as a font again', () => {
    const file = readFileSync(
      createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf'),
    );
    const first = new PDFDocument({ font: '' }).registerFont('plain', file);
    const font = openFont(first, 'plain');
    expect([0x41, 0x6771].map((code) => font.hasGlyphForCodePoint(code))).toEqual([true, false]);

    const second = new PDFDocument({ font: '' }).registerFont('plain', font as unknown as Buffer);
    expect(openFont(second, 'plain')).toBe(font);
    expect(second.font('plain', 10).widthOfString('A')).toBe(first.font('plain', 10).widthOfString('A'));
  });

  it('says which characters it cannot show', () => {
    const { unprintable } = invoicePdf(
      long(1, { practiceName: 'Müller Ωµέγα Жемчуг Łódź 東京 שלום 東' }),
      'letter',
    );
    expect(unprintable).toBe('東京שלום');
    expect(invoicePdf(long(1), 'letter').unprintable).toBe('');
  });
});
