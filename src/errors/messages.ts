/**
 * Every way an input can be wrong, with the words for it: what is wrong, what was expected, what to do next.
 *
 * Each function is one message, and `fixtures/rejected/` has a folder of the same name that shows it. Words from the input pass
 * through `excerpt`. No message shows a patient reference: messages about texts name only the character at fault, and messages about
 * numbers, dates and codes show only how words begin.
 */
export * from './file-messages.js';
export * from './profile-messages.js';
export * from './record-messages.js';
export * from './value-messages.js';
