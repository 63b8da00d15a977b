/** The keys by which ids and events are found, and ids that are like another: by the key of their likeness. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  formKeyOf,
  keyOf,
  keyOfBytes,
  keyOfContent,
  keyOfLine,
  keyOfReason,
  keyOfReasonBytes,
} from '../../src/billing/id-key.js';
import { likeness } from '../../src/billing/like-id.js';

// Ledgers contain these numbers. They were computed by another program from the same definition.
it.each([
  ['', 8359709958404732],
  ['AAA', 2196915824618470],
  ['ORD-1', 6787641456809403],
  ['ORD-1\n2', 1502191813874344],
  ['ÄÖ-7', 5568636081798327],
])('the key of %j is for ever %i', (id, key) => {
  expect(keyOf(id)).toBe(key);
});

it('bytes have the key of their text, wherever they lie', () => {
  expect(keyOfBytes(Buffer.from('xORD-1,'), 1, 6)).toBe(keyOf('ORD-1'));
});

it('line 1 has the key of its order; others have their own', () => {
  expect(keyOfLine('ORD-1', 1, 42)).toBe(42);
  expect(keyOfLine('ORD-1', 2, 42)).toBe(keyOf('ORD-1\n2'));
});

it('a reason has the key of its ASCII characters as JSON writes them, as text and as bytes', () => {
  const reason = 'a "late" scan: Ä, 😀, \x7f, \n';
  expect(keyOfReason(reason)).toBe(keyOf('a \\"late\\" scan: , , \x7f, \\n'));
  const bytes = Buffer.from(JSON.stringify(reason));
  expect(keyOfReasonBytes(bytes, 1, bytes.length - 1)).toBe(keyOfReason(reason));
});

/** Numbers that differ by it have the same lowest 32 bits. */
const WORD = 2 ** 32;
const PAUSE = {
  orderKey: 5,
  at: Date.UTC(2026, 9, 5),
  kind: 'paused',
  sequence: 0,
  line: 0,
  reasonKey: 9,
} as const;

it.each([
  { orderKey: 6 },
  { orderKey: 5 + WORD },
  { at: PAUSE.at + 1 },
  { at: PAUSE.at + WORD },
  { kind: 'resumed' },
  { kind: 'retracted' },
  { sequence: 1 },
  { line: 1 },
  { reasonKey: 10 },
  { reasonKey: 9 + WORD },
] as const)('an event that differs in %o has another key', (change) => {
  expect(keyOfContent({ ...PAUSE })).toBe(keyOfContent(PAUSE));
  expect(keyOfContent({ ...PAUSE, ...change })).not.toBe(keyOfContent(PAUSE));
});

const id = fc.oneof(
  fc.string({
    unit: fc.constantFrom('0', '0', '1', '9', 'A', 'z', '{', '-', 'É', '７', ' '),
    maxLength: 12,
  }),
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
  ['a{b|c~!', 'A{B|C~!'],
])('%s is like %s', (given, form) => {
  expect(formKeyOf(given)).toBe(keyOf(form));
  expect(formKeyOf(form)).toBe(0);
});
