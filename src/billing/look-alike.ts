/** Finds ids that a person could confuse: `P-1OO` and `P-100`, `p100`, an invisible space, or one typing error. */

/** Returns the known id that `given` probably means; undefined if none looks like it. */
export function lookAlike(given: string, known: Iterable<string>): string | undefined {
  const seen = asSeen(given);
  let slip: string | undefined;
  for (const each of known) {
    if (asSeen(each) === seen) return each;
    if (slip === undefined && isOneSlip(seen, asSeen(each))) slip = each;
  }
  return slip;
}

/** Removes what the eye overlooks: case, spaces, hyphens, leading zeros, letters that look like digits. */
function asSeen(id: string): string {
  return id
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\p{Cf}\p{Zs}\p{Pd}\p{Pc}]/gu, '')
    .replace(/[OQ]/g, '0')
    .replace(/[IL|]/g, '1')
    .replace(/(?<!\d)0+(?=\d)/g, '');
}

/**
 * Tells whether one typing error separates two different ids: a character added, lost or replaced, or two neighbours swapped. Ids under
 * four characters never count, nor do digits added, lost or replaced by digits: such ids are often near each other by chance.
 */
function isOneSlip(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  if (shorter < 4) return false;
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (left.length <= 1 && right.length <= 1) return !(/^\d?$/.test(left) && /^\d?$/.test(right));
  return left.length === 2 && right === `${left[1]}${left[0]}`;
}
