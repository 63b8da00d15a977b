/** Which texts a spreadsheet may take for a formula, so that it would run what someone else wrote. */

/**
 * It begins with an operator, also in full width (as Excel in East Asia takes it), or with blanks and invisible characters before
 * that, which some programs cut off; or with a tab or CR. Apostrophes before all this are passed over: so a text that has one
 * already gets another, and every text can be told from what the guard made of another one.
 */
const FORMULA = /^'*(?:[\t\r]|[\s\p{Z}\p{Cf}]*[=+\-@＝＋－＠])/u;

export const looksLikeFormula = (text: string): boolean => FORMULA.test(text);
