/** Ids that a person takes for the same: `P-1OO` for `P-100`, `p100`, `P-100` with a space that nobody sees, or one slip of the pen. */

/** The known id that was probably meant; undefined if none is like it. */
export function lookAlike(given: string, known: Iterable<string>): string | undefined {
  const seen = asSeen(given);
  let slip: string | undefined;
  for (const each of known) {
    if (asSeen(each) === seen) return each;
    if (slip === undefined && isOneSlip(seen, asSeen(each))) slip = each;
  }
  return slip;
}

/** Without what the eye passes over: capitals, spaces, hyphens, leading zeros, letters that look like digits. */
function asSeen(id: string): string {
  return id
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\p{Cf}\p{Zs}\p{Pd}\p{Pc}]/gu, '')
    .replace(/[OQ]/g, '0')
    .replace(/[IL|]/g, '1')
    .replace(/(?<!\d)0+(?=\d)/g, '');
}

/** One character more, less or another, or two that changed places; of ids long enough that such a slip is likelier than chance. */
function isOneSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || Math.min(a.length, b.length) < 4) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (left.length <= 1 && right.length <= 1) return !(/^\d?$/.test(left) && /^\d?$/.test(right));
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
