/**
 * Gives equal bytes the same string, so that a million records of a product do not make its name a million times, nor read a price
 * a million times that few products have.
 */

/** Few enough to stay in the processor's cache. With more, finding a text costs more than making it. */
const PLACES = 1024;

/** Longer texts hardly ever repeat, and would fill the memory. */
const MOST_BYTES = 64;

/** The last bytes of an id or a code differ most, as in `PR-00017`. They choose the place; the whole text decides. */
const LAST_BYTES = 6;

export interface TextCache {
  /**
   * @param latin1 makes the text of the bytes between `start` and `end`, one character each
   * @param meaning makes the text that they mean, if they are not ASCII
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

/** Whether the bytes are the text's. It starts from the last one, where texts differ soonest. */
function isAt(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (text.length !== end - start) return false;
  for (let at = text.length - 1; at >= 0; at--) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}
