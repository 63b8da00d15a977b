/** How two records with the same identity differ. */
import { excerpt } from '../words/excerpt.js';

/** The column whose values stand in no message. */
export const SECRET_FIELD = 'patient_ref';

/** A field of two records of one identity, as it was and as it is. */
export type Difference = readonly [field: string, was: string, is: string];

/** `unit_price 640.00 → 600.00`; of a patient reference only that it changed. */
export function changeText([field, was, is]: Difference): string {
  return field === SECRET_FIELD ? `${field} changed` : `${field} ${excerpt(was)} → ${excerpt(is)}`;
}
