/** The keys by which ids are found that are like another: those of their likeness. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formKeyOf, keyOf } from '../../src/billing/id-key.js';
import { likeness } from '../../src/billing/like-id.js';

const id = fc.oneof(
  fc.string({ unit: fc.constantFrom('0', '0', '1', '9', 'A', 'z', '-', 'É', '７', ' '), maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('0', '1', 'a'), minLength: 200, maxLength: 300 }),
);

it('an id is found by the key of its likeness, if that is another', () => {
  let others = 0;
  fc.assert(
    fc.property(id, (given) => {
      const form = likeness(given);
      expect(formKeyOf(given)).toBe(form === given ? 0 : keyOf(form));
      if (form !== given) others++;
    }),
    { numRuns: 2000 },
  );
  expect(others).toBeGreaterThan(500);
});

it.each([
  ['ORD-007', 'ORD-7'],
  ['000', '0'],
  ['A00B0', 'A0B0'],
  ['10-01', '10-1'],
  ['ord-7', 'ORD-7'],
])('%s is like %s', (given, form) => {
  expect(formKeyOf(given)).toBe(keyOf(form));
  expect(formKeyOf(form)).toBe(0);
});
