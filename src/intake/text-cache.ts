/** Returns the same string for equal bytes, so that the name of a product in a million records is created once. */

/** Small enough to stay in the processor's cache. With more places, finding a text takes longer than creating it. */
const PLACES = 1024;

/** Longer texts hardly ever repeat and would fill the memory. */
const MOST_BYTES = 64;

/** The last bytes of an id or code differ most, as in `PR-00017`. They choose the place; the whole text decides. */
const LAST_BYTES = 6;

export interface TextCache {
  /**
   * @param bytes ASCII between `start` and `end`
   * @param make creates the text if the cache does not have it
   */
  text(bytes: Uint8Array, start: number, end: number, make: (start: number, end: number) => string): string;
}

export function createTextCache(): TextCache {
  const texts: string[] = new Array(PLACES).fill('');
  return {
    text(bytes, start, end, make) {
      if (end - start > MOST_BYTES) return make(start, end);
      let hash = end - start;
      for (let at = Math.max(start, end - LAST_BYTES); at < end; at++)
        hash = Math.imul(hash ^ (bytes[at] as number), 0x9e3779b1);
      const place = (hash >>> 16) % PLACES;
      const known = texts[place] as string;
      if (isAt(bytes, start, end, known)) return known;
      const text = make(start, end);
      texts[place] = text;
      return text;
    },
  };
}

/** Compares bytes with a text, from the end, where texts differ soonest. */
function isAt(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (text.length !== end - start) return false;
  for (let at = text.length - 1; at >= 0; at--) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}
