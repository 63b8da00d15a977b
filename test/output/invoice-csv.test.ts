/** Holds the bytes that rows are made of to the cells that they are. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { IssuedDocument, IssuedLine, LineBlock } from '../../src/billing/month-view.js';
import { createInvoiceWriter, type InvoiceStyle } from '../../src/output/invoice-csv.js';
import { readOut } from '../../src/output/month-files.js';
import { CODE_POINT } from '../support/code-point.js';
import { blockOf, issuedDocument, issuedLine } from '../support/facts.js';
import { runs } from '../support/search.js';

/** What a cell could be read wrongly by. */
const PARTS = [
  'crown',
  'A',
  '7',
  ',',
  '"',
  '\n',
  '\r',
  '\t',
  '\\',
  "'",
  '=',
  '-',
  '@',
  ' ',
  '\u00a0',
  'é',
  '🦷',
  '\ufeff',
  '＝',
  '\u0007',
];

const text = fc
  .array(fc.oneof(fc.constantFrom(...PARTS), fc.string({ unit: CODE_POINT, maxLength: 3 })), { maxLength: 4 })
  .map((parts) => parts.join(''));

const decimal = fc
  .tuple(fc.constantFrom('', '-'), fc.nat(1_000_000), fc.constantFrom('', '.5', '.05', '.1234', '.000001'))
  .map((parts) => parts.join(''));

const line: fc.Arbitrary<Partial<IssuedLine>> = fc.record({
  lineType: fc.constantFrom('charge', 'credit'),
  reason: fc.constantFrom('placed', 'resumed', 'cancelled'),
  orderId: text,
  orderLine: fc.integer({ min: 1, max: 1000 }),
  product: text,
  description: text,
  patientRef: text,
  quantity: decimal,
  unitPrice: decimal,
  amountMinor: fc.oneof(fc.integer({ min: -1100, max: 1100 }), fc.maxSafeInteger()),
  deferredFrom: fc.constantFrom('', '2026-08'),
  resumedOn: fc.constantFrom('', '2026-09-03'),
  corrects: fc.constantFrom('', 'INV-000001', 'INV,1', '=1'),
});

const style: fc.Arbitrary<InvoiceStyle> = fc.record({
  bom: fc.boolean(),
  lineEnding: fc.constantFrom('lf', 'crlf'),
  formulaGuard: fc.boolean(),
  patientRef: fc.boolean(),
});

const document: fc.Arbitrary<IssuedDocument> = fc
  .record({ practiceId: text, practiceName: text, currency: fc.constantFrom('USD', 'JPY', 'KWD', 'CLF') })
  .map((changes) => issuedDocument(changes));

const file = (write: ReturnType<typeof createInvoiceWriter>, of: IssuedDocument, blocks: LineBlock[]) => {
  const pieces: Buffer[] = [];
  const { rows } = readOut({ path: '', pieces: write(of, blocks) }, (bytes) =>
    pieces.push(Buffer.from(bytes)),
  );
  return { rows, text: Buffer.concat(pieces).toString() };
};

/** The same lines with an escape in each, so that none is read as it stands. */
const escaped = ({ firstLine, bytes }: LineBlock): LineBlock => ({
  firstLine,
  bytes: Buffer.from(bytes.toString().replaceAll(/^\["c/gm, '["\\u0063')),
});

const numbered = (lines: readonly Partial<IssuedLine>[], first: number) =>
  lines.map((changes, index) => issuedLine({ ...changes, lineNumber: first + index }));

it('a row that is made from bytes is the row that its cells make', () => {
  fc.assert(
    fc.property(document, style, fc.array(line), fc.array(line), (of, how, first, second) => {
      const blocks = [numbered(first, 1), numbered(second, first.length + 1)].map(blockOf);
      const write = createInvoiceWriter(how);
      const made = file(write, of, blocks);
      expect(made).toEqual(file(write, of, blocks.map(escaped)));
      expect(made.rows).toBe(first.length + second.length);
    }),
    { numRuns: runs(80) },
  );
});

it('a file longer than a piece is whole', () => {
  const lines = numbered(
    Array.from({ length: 9000 }, (_, index) => ({
      orderId: `A${index}`,
      amountMinor: index,
      description: index % 9 ? 'a' : '"',
    })),
    1,
  );
  const of = issuedDocument();
  const write = createInvoiceWriter({ bom: true, lineEnding: 'lf', formulaGuard: true, patientRef: true });
  const made = file(write, of, [blockOf(lines)]);
  expect(made).toEqual(file(write, of, [escaped(blockOf(lines))]));
  expect(made.text.split('\n')).toHaveLength(9002);
  expect(made.text).toContain(',8999,charge,placed,A8998,1,crown,a,1,100.00,89.98,');
});

it('a cell as large as a piece has room, in quotes too', () => {
  const lines = [
    issuedLine({ description: `${'x'.repeat(600_000)},` }),
    issuedLine({ description: `${'"'.repeat(600_000)},` }),
  ];
  const made = file(
    createInvoiceWriter({ bom: false, lineEnding: 'crlf', formulaGuard: true, patientRef: false }),
    issuedDocument(),
    [blockOf(lines)],
  );
  expect(made.text).toContain(`,"${'x'.repeat(600_000)},",1,`);
  expect(made.text).toContain(`,"${'"'.repeat(1_200_000)},",1,`);
});
