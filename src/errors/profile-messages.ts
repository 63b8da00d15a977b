/** Messages about a file that is read by an input profile. messages.ts has the rules for all messages. */
import { excerpt, ticked, wordlessExcerpt } from '../words/excerpt.js';

export function twoProfilesFit(names: readonly string[]): string {
  return `the input profiles ${names.join(' and ')} both fit these columns; say which one with --as, for example --as ${names[0]}`;
}

export function missingProfileColumn(
  column: string,
  field: string,
  profile: string,
  unread: readonly string[],
): string {
  const next =
    unread.length === 0
      ? 'the file has no column that the profile does not know'
      : `the file has ${unread.map(ticked).join(', ')}, which the profile does not know: was the column renamed?`;
  return `column ${ticked(column)} is missing, which profile ${profile} reads as ${field}; ${next}`;
}

export function unreadColumn(column: string, profile: string): string {
  return (
    `column ${ticked(column)} is unknown to profile ${profile}; map it to a field in "columns", or list it in "ignore", ` +
    'in monthend.json'
  );
}

export function noHeaderLine(line: number): string {
  return `the file ends before line ${line}, where the profile says that the header stands ("headerLine")`;
}

export function noFooter(footer: string): string {
  return `no line starts with ${excerpt(footer)}, the profile's "footer": is the file cut off? fetch it again, or take "footer" out`;
}

export function lostCharacter(encoding: string): string {
  return `has a character that is none in ${encoding}; correct the profile's "encoding", or fetch the file again if that is right`;
}

export function notInNumberFormat(text: string, example: string): string {
  return `${wordlessExcerpt(text)} is not written as the profile says numbers are, for example ${example}; mend it, or the marks in the profile`;
}

export function belowZero(text: string): string {
  return (
    `${excerpt(text)} is below zero; discounts, goodwill and returns are taken with "negativePrices": true in monthend.json; ` +
    'else zero or more is expected'
  );
}

export function notInFormat(text: string, formats: readonly string[]): string {
  return `${wordlessExcerpt(text)} is not of the form ${formats.join(' or ')}, as the profile says; mend it, or add a format to "instant"`;
}

export function ambiguousInstant(text: string, one: string, other: string): string {
  return `${excerpt(text)} is ${one} by one format of the profile and ${other} by another; leave the right one in "instant"`;
}

export function noSuchLocalTime(text: string, timeZone: string): string {
  return `${excerpt(text)} does not exist in ${timeZone}: the clocks go forward over it; a time before or after it is expected`;
}

export function dayOfOtherWeek(text: string, weekday: string): string {
  return `${excerpt(text)} is a ${weekday}; the day of the week and the date contradict each other: correct one`;
}

export function unknownWord(text: string, profile: string, column: string): string {
  return (
    `${excerpt(text)} is not an event; say what it is in monthend.json, inputs.${profile}.values.${ticked(column)}: ` +
    'paused, resumed, shipped, cancelled, deleted, or null to pass such records over'
  );
}
