/** Ids that are probably meant to be one: `ORD-007`, `ord-7` and `ＯＲＤ-7`. They stay what they are; that they are alike is told. */

/** The same for ids that differ only in capitals, leading zeros, the width of their letters, or how Unicode composes them. */
export function likeness(id: string): string {
  if (!MAY_HAVE_OTHER_FORM.test(id)) return id;
  const letters = IS_ASCII.test(id) ? id : id.normalize('NFKC').replace(/\p{Cf}/gu, '');
  return letters.toUpperCase().replace(/(?<!\d)0+(?=\d)/g, '');
}

/** Most ids are their own form, and are told at once. */
const MAY_HAVE_OTHER_FORM = /[a-z]|(?:^|[^0-9])0[0-9]|[^!-~]/;

const IS_ASCII = /^[!-~]*$/;
