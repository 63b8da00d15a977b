/** The lines of a document as one text: what is packed is found and read again. */
import { describe, expect, it } from 'vitest';
import type { Charge, DocumentLine } from '../../src/billing/document.js';
import {
  CELL,
  chargeOf,
  correctionsIn,
  createLikeFinder,
  createLineCells,
  findCells,
  isCorrection,
  nextLine,
  packLine,
  unpackLine,
  unpackLines,
} from '../../src/billing/line-block.js';

const OWNER = { practiceId: 'P1', currency: 'USD' };
const LIKE = { amountMinor: 18_900, placedOn: '2026-10-05' };

const CHARGE: Charge = {
  ...OWNER,
  ...LIKE,
  orderId: 'A1',
  orderLine: 1,
  product: 'crown',
  description: '',
  patientRef: '',
  quantity: '1',
  unitPrice: '189',
  deferredFrom: '',
  resumedOn: '',
  serviceMonth: '2026-10',
};

/** A block of charges with these changes. */
const block = (changes: readonly Partial<DocumentLine>[]): string =>
  changes
    .map((change) =>
      packLine({ ...CHARGE, lineType: 'charge', reason: 'placed', corrects: undefined, ...change }),
    )
    .join('');

const CREDIT = {
  lineType: 'credit',
  reason: 'cancelled',
  corrects: { key: 7, number: 'INV-000003' },
  amountMinor: -18_900,
} as const;

describe('a packed line', () => {
  it('is read as it was written', () => {
    const charge = {
      ...CHARGE,
      lineNumber: 1,
      lineType: 'charge',
      reason: 'placed',
      correctsKey: 0,
      corrects: '',
    };
    const [first, second] = block([{}, { ...CREDIT, orderLine: 2 }]).split('\n') as [string, string];
    expect(unpackLine(first, 1, OWNER)).toEqual(charge);
    expect(unpackLine(second, 2, OWNER)).toEqual({
      ...charge,
      ...CREDIT,
      lineNumber: 2,
      orderLine: 2,
      correctsKey: 7,
      corrects: 'INV-000003',
    });
  });

  it('is a correction if it credits, or charges what is credited', () => {
    expect(isCorrection({ lineType: 'charge', reason: 'placed' })).toBe(false);
    expect(isCorrection({ lineType: 'charge', reason: 'amended' })).toBe(true);
    expect(isCorrection({ lineType: 'credit', reason: 'cancelled' })).toBe(true);
  });

  it('gives its charge, unless it is a credit', () => {
    const [charge, credit] = unpackLines(block([{}, CREDIT]), 1, OWNER) as [never, never];
    expect(chargeOf(charge)).toEqual(CHARGE);
    expect(() => chargeOf(credit)).toThrow('order A1: a credit is no charge');
    expect(() => chargeOf({ ...(credit as object), corrects: '' } as never)).toThrow('a credit is no charge');
    expect(() => chargeOf({ ...(credit as object), correctsKey: 0 } as never)).toThrow(
      'a credit is no charge',
    );
  });
});

describe('the cells of a line', () => {
  const bytes = Buffer.from(block([{}, { description: 'crown, 2 units', patientRef: '' }, CREDIT]));

  /** The cells that are found in a line, as they are written; undefined if none are. */
  function cellsAt(at: number, text: Uint8Array = bytes): { cells: string[]; next: number } | undefined {
    const places = createLineCells();
    const next = findCells(text, at, places);
    if (next === 0) return undefined;
    const cells = Object.values(CELL).map((cell) =>
      Buffer.from(text.subarray(places.starts[cell], places.ends[cell])).toString(),
    );
    return { cells, next };
  }

  it('are found without reading it whole', () => {
    let at = 0;
    for (const line of bytes.toString().trimEnd().split('\n')) {
      const found = cellsAt(at);
      expect(found?.cells).toEqual((JSON.parse(line) as unknown[]).map(String));
      expect(found?.next).toBe(nextLine(bytes, at));
      at = nextLine(bytes, at);
    }
    expect(at).toBe(bytes.length);
  });

  it.each([
    ['an escape in a text', '"crown"', '"crown \\"A2\\""'],
    ['an escape without a quote', '"crown"', '"crown\\u0041"'],
    ['a control character in a text', '"crown"', '"crown\t"'],
    ['a control character in a number', ',18900,', ',18900\t,'],
    ['a blank in a number', ',18900,', ',18 900,'],
    ['a quote in a number', ',18900,', ',18"900,'],
    ['no bracket before it', '["charge"', '{"charge"'],
    ['no comma after a text', '"A1",', '"A1";'],
    ['a bracket where it goes on', ',18900,', ',18900],'],
    ['a cell too many', ',0,""]', ',0,"",""]'],
    ['a cell too few', ',0,""]', ',""]'],
    ['no line feed', ']\n', '] '],
  ])('are not found in a line with %s', (_, text, damage) => {
    const line = block([{}]);
    expect(line).toContain(text);
    expect(cellsAt(0, Buffer.from(line.replace(text, damage)))).toBeUndefined();
  });

  it('are not found in a line that was cut', () => {
    const line = Buffer.from(block([{}]));
    for (let end = 0; end < line.length; end++)
      expect(cellsAt(0, line.subarray(0, end)), line.toString('utf8', 0, end)).toBeUndefined();
  });
});

it('the next line begins after a line feed, or the block ends', () => {
  const bytes = Buffer.from('\na\nb');
  expect([0, 1, 3].map((at) => nextLine(bytes, at))).toEqual([1, 3, 4]);
});

it('the corrections of a block are found', () => {
  const text = block([
    CREDIT,
    {},
    { reason: 'amended', orderId: 'B1' },
    { description: '["credit","cancelled"' },
    { description: 'a separator of lines \u2028["credit",' },
    { ...CREDIT, orderId: 'C1', description: 'one more \u2028 of them' },
  ]);
  const corrections = unpackLines(text, 1, OWNER).filter(isCorrection);
  expect(corrections.map(({ orderId }) => orderId)).toEqual(['A1', 'B1', 'C1']);
  expect(correctionsIn(text, OWNER)).toEqual(corrections.map((line) => ({ ...line, lineNumber: 0 })));
});

it('lines of an amount and a date are found in the text of a block, with their numbers', () => {
  const text = block([
    {},
    { amountMinor: 1_890 },
    { amountMinor: 118_900 },
    { placedOn: '2026-10-06' },
    { description: ',18900,"2026-10-05",', amountMinor: 1 },
    { orderId: 'B\n,18900,"2026-10-05",' },
    {},
  ]);
  const linesLike = createLikeFinder(text, 11, OWNER);
  const found = linesLike(LIKE);
  expect(found.map(({ lineNumber }) => lineNumber)).toEqual([11, 16, 17]);
  expect(found).toEqual(
    unpackLines(text, 11, OWNER).filter(
      ({ amountMinor, placedOn }) => amountMinor === LIKE.amountMinor && placedOn === LIKE.placedOn,
    ),
  );
  expect(linesLike({ ...LIKE, amountMinor: -18_900 })).toEqual([]);
  // Asked often, it makes an index, and finds the same.
  for (let times = 0; times < 20; times++) expect(linesLike(LIKE)).toEqual(found);
  expect(linesLike({ ...LIKE, amountMinor: -18_900 })).toEqual([]);
  expect(linesLike({ ...LIKE, amountMinor: 1_890 }).map(({ lineNumber }) => lineNumber)).toEqual([12]);
});
