/** Any text for searches, the same as `unit: 'binary'` of fast-check, which spends a second on a table of all code points. */
import fc from 'fast-check';

const FIRST_SURROGATE = 0xd800;
const SURROGATES = 0x800;

/** One code point that UTF-8 can write. */
export const CODE_POINT: fc.Arbitrary<string> = fc.integer({ min: 0, max: 0x10ffff - SURROGATES }).map(
  (index) => String.fromCodePoint(index < FIRST_SURROGATE ? index : index + SURROGATES),
  // fast-check also makes texts of names such as `__proto__`, whose characters it asks for.
  (character) => {
    const code = [...String(character)].length === 1 ? String(character).codePointAt(0) : undefined;
    if (code === undefined) throw new Error(`no code point: ${JSON.stringify(character)}`);
    return code < FIRST_SURROGATE ? code : code - SURROGATES;
  },
);
