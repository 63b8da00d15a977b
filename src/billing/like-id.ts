/** Finds ids that probably mean the same: `ORD-007`, `ord-7` and `ＯＲＤ-7`. The ids stay different; the program only reports the likeness. */

/** Returns one key for all ids that differ only in case, leading zeros, full-width letters or Unicode composition. */
export function likeness(id: string): string {
  if (!MAY_HAVE_OTHER_FORM.test(id)) return id;
  const letters = id.normalize('NFKC').replace(/\p{Cf}/gu, '');
  return letters.toUpperCase().replace(/(?<!\d)0+(?=\d)/g, '');
}

/** Most ids do not match this pattern and are their own key: a quick way out. */
const MAY_HAVE_OTHER_FORM = /[a-z]|(?:^|[^0-9])0[0-9]|[^!-~]/;
