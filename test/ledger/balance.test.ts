import fc from 'fast-check';
import { expect, it } from 'vitest';
import { moneyOfLines } from '../../src/ledger/balance.js';
import { CODE_POINT } from '../support/code-point.js';
import { blockOf, issuedLine } from '../support/facts.js';

const OWNER = { practiceId: 'P1', currency: 'USD' };

it('the money of lines is that of every line, whatever its texts hold', () => {
  const lines = fc.array(
    fc.record({
      lineType: fc.constantFrom('charge' as const, 'credit' as const),
      orderId: fc.oneof(fc.constant('A1'), fc.string({ unit: CODE_POINT, maxLength: 9 })),
      description: fc.oneof(fc.constant(''), fc.string({ unit: CODE_POINT, maxLength: 9 })),
      orderLine: fc.integer({ min: 1, max: 12 }),
      amountMinor: fc.maxSafeInteger(),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(lines, (changes) => {
      const { bytes } = blockOf(changes.map((each) => issuedLine(each)));
      const found = Array.from(
        moneyOfLines(Buffer.from(bytes), OWNER),
        ({ lineType, amountMinor, orderLineName }) => ({
          ...{ lineType, amountMinor, name: orderLineName() },
        }),
      );
      expect(found).toEqual(
        changes.map(({ lineType, orderId, orderLine, amountMinor }) => ({
          lineType,
          amountMinor: amountMinor + 0,
          name: `${JSON.stringify(orderId).slice(1)},${orderLine}`,
        })),
      );
    }),
  );
});

it('a block that was cut off is seen', () => {
  const { bytes } = blockOf([issuedLine(), issuedLine({ orderId: 'A2' })]);
  for (let length = bytes.length / 2 + 1; length < bytes.length - 1; length++)
    expect(() => [...moneyOfLines(Buffer.from(bytes.subarray(0, length)), OWNER)]).toThrow(SyntaxError);
});
