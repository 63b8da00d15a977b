/** Returns the same string for equal bytes, so that the name of a product in a million records is created once. */

/** Small enough to stay in the processor's cache. With more places, finding a text takes longer than creating it. */
const PLACES = 1024;

/** Longer texts hardly ever repeat and would fill the memory. */
const MOST_BYTES = 64;

/** The last bytes of an id or code differ most, as in `PR-00017`. They choose the place; the whole text decides. */
const LAST_BYTES = 6;

export interface TextCache {
  /**
   * @param latin1 returns the bytes between `start` and `end` as a text, one character for each byte
   * @param meaning returns the text that they encode; required if they are not ASCII
   */
  text(
    bytes: Uint8Array,
    start: number,
    end: number,
    latin1: (start: number, end: number) => string,
    meaning?: (start: number, end: number) => string,
  ): string;
}

export function createTextCache(): TextCache {
  const texts: string[] = new Array(PLACES).fill('');
  const meanings: string[] = new Array(PLACES).fill('');
  return {
    text(bytes, start, end, latin1, meaning) {
      if (end - start > MOST_BYTES) return (meaning ?? latin1)(start, end);
      let hash = end - start;
      for (let at = Math.max(start, end - LAST_BYTES); at < end; at++)
        hash = Math.imul(hash ^ (bytes[at] as number), 0x9e3779b1);
      const place = (hash >>> 16) % PLACES;
      const known = texts[place] as string;
      if (isAt(bytes, start, end, known)) return meaning === undefined ? known : (meanings[place] as string);
      const text = latin1(start, end);
      texts[place] = text;
      if (meaning === undefined) return text;
      const meant = meaning(start, end);
      meanings[place] = meant;
      return meant;
    },
  };
}

/** Compares bytes with a text, from the end, where texts differ soonest. */
function isAt(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (text.length !== end - start) return false;
  for (let at = text.length - 1; at >= 0; at--) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}
