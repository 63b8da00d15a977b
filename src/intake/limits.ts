/** The largest parts of an input. Whatever a file contains, these limit the memory of its reader. */

/** The most bytes of a field; in CSV, between its commas or quotes. */
export const MOST_FIELD_BYTES = 1024 * 1024;

/** The most bytes of a record, over all its physical lines. */
export const MOST_RECORD_BYTES = 10 * 1024 * 1024;

/** A hundred times what any kind has. It keeps a line of commas from filling the memory. */
export const MOST_FIELDS = 1000;

/**
 * The most blank rows to hold back as the possible end of the file. If a record follows, this many problems end an import, so further
 * rows are only counted.
 */
export const MOST_HELD_ROWS = 100_001;

/** The most blank rows at the end of a file: more than a spreadsheet has. */
export const MOST_BLANK_ROWS = 2_000_000;
