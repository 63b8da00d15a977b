/**
 * Every way an input can be wrong, with its message: what is wrong, what was expected, what to do next.
 *
 * Each function is one message, and the folder of the same name in `fixtures/rejected/` shows it. Words from the input pass through
 * `excerpt`. No message shows a patient reference: messages about texts name only the wrong character, and messages about numbers,
 * dates and codes show only the beginnings of words.
 */
export * from './file-messages.js';
export * from './profile-messages.js';
export * from './record-messages.js';
export * from './value-messages.js';
