/** How two records with the same identity differ. */
import { excerpt } from '../words/excerpt.js';

/** The column whose values no message shows. */
export const SECRET_FIELD = 'patient_ref';

/** A field in which two records of one identity differ, with its old and its new value. */
export type Difference = readonly [field: string, was: string, is: string];

/** `unit_price 640.00 → 600.00`. A patient reference is only said to have changed. */
export function changeText([field, was, is]: Difference): string {
  return field === SECRET_FIELD ? `${field} changed` : `${field} ${excerpt(was)} → ${excerpt(is)}`;
}
