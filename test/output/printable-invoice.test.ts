/** A document to be printed: the figures of its CSV, and pages that say nothing else. */
import { describe, expect, it } from 'vitest';
import type { IssuedLine } from '../../src/billing/month-view.js';
import { invoiceHtml } from '../../src/output/invoice-html.js';
import { invoicePdf } from '../../src/output/invoice-pdf.js';
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
const DOCUMENT = issuedDocument({
  totals: {
    lineCount: 2,
    chargeCount: 1,
    creditCount: 1,
    chargesMinor: 123450,
    creditsMinor: -2500,
    totalMinor: 120950,
  },
});

function invoiceOf(lines: readonly IssuedLine[], changes = {}, patientRef = false) {
  return printableInvoice({ ...DOCUMENT, ...changes }, lines, { patientRef, pausesOf: () => [] });
}

/** A document of that many lines of 100.00. */
function long(count: number, changes = {}) {
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
  return invoiceOf(lines, { totals, ...changes });
}

describe('the words and figures', () => {
  it('are those of the document', () => {
    const { totals, lines, facts } = invoiceOf([CHARGE, CREDIT]);
    expect(totals).toEqual([
      ['Charges', '1,234.50'],
      ['Credits', '-25.00'],
      ['Total USD', '1,209.50'],
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
    expect(facts.map(([, value]) => value)).toEqual(['2026-10', '2026-11-01', '2026-11-08']);
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

describe('the HTML', () => {
  it('shows names as they are, and runs nothing', () => {
    const page = invoiceHtml(invoiceOf([CHARGE, CREDIT], { practiceName: '<script>alert(1)</script>' }));
    expect(page).toContain('&#60;script&#62;alert(1)');
    expect(page).not.toContain('<script');
    expect(page).toContain('Total USD</th><td class="number">1,209.50</td>');
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
    expect(text(first)).not.toContain('FlateDecode');
  });

  it.each([
    ['letter', '[0 0 612 792]'],
    ['a4', '[0 0 595.28 841.89]'],
  ] as const)('is on sheets of %s', (paper, box) => {
    expect(text(invoicePdf(long(1), paper).bytes)).toContain(`/MediaBox ${box}`);
  });

  it('breaks between lines, as many sheets as they need', () => {
    // Each line takes 29 points; 556 are there on the first sheet, 637 on the others.
    expect(pagesOf(invoicePdf(long(1), 'letter').bytes)).toBe(1);
    expect(pagesOf(invoicePdf(long(60), 'letter').bytes)).toBe(3);
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
