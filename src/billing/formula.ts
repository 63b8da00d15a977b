/** Recognises texts that a spreadsheet may run as a formula. */

/**
 * Matches a text that begins with an operator, plain or full-width (Excel in East Asia accepts both), with a tab or with CR. Blanks
 * and invisible characters before the operator are skipped, because some programs strip them. Leading apostrophes are skipped too:
 * a text that already has one gets another, so every guarded text can be read back.
 */
const FORMULA = /^'*(?:[\t\r]|[\s\p{Z}\p{Cf}]*[=+\-@＝＋－＠])/u;

export const looksLikeFormula = (text: string): boolean => FORMULA.test(text);
