/** Messages about one value of a record. messages.ts has the rules for all messages. */
import type { Withdrawal } from '../billing/currency.js';
import { codePointName, excerpt, wordlessExcerpt } from '../words/excerpt.js';
import { grouped } from '../words/words.js';

export function missingValue(): string {
  return 'is missing; a value is required: fill it in';
}

export function idTooLong(length: number): string {
  return `has ${grouped(length)} characters; at most 128 are allowed: is the column the right one?`;
}

export function unprintableInId(code: number): string {
  return `has the character ${codePointName(code)}; an id has printable characters only: take it away`;
}

/**
 * @param id without the surrounding characters
 * @param code the wrong character
 */
export function invisibleAtIdEnd(id: string, code: number, end: 'start' | 'end'): string {
  const what = code === 0x20 ? 'a space' : `the invisible character ${codePointName(code)}`;
  return (
    `${excerpt(id)} has ${what} at its ${end}, which makes it another id; ` +
    'take it away, or let an input profile do that ("trim": true)'
  );
}

export function shortenedId(text: string): string {
  return (
    `${excerpt(text)} is what a spreadsheet makes of a long number: the id's digits are lost; ` +
    'export the file again, and import it without saving it in a spreadsheet'
  );
}

export function textTooLong(length: number): string {
  return `has ${grouped(length)} characters; at most 1,000 are allowed: shorten it`;
}

export function controlCharacterInText(code: number): string {
  return `has the control character ${codePointName(code)}; of these a text may have only tab and line feed: take it away`;
}

export function notADecimal(text: string): string {
  return (
    `${wordlessExcerpt(text)} is not a plain decimal; digits and at most one point are expected, ` +
    'without sign, exponent, grouping or currency mark; for example 1250.00'
  );
}

export function decimalTooLong(length: number): string {
  return `has ${grouped(length)} characters; at most 100 are allowed: is the column the right one?`;
}

export function tooManyFractionDigits(text: string, most: number): string {
  return `${excerpt(text)} has more than ${most} digits after the point; at most ${most} are allowed: round it`;
}

export function notPositive(text: string): string {
  return (
    `${excerpt(text)} is zero; more than zero is expected; to take the line off its order, ` +
    'import a history event cancelled with this line'
  );
}

export function quantityBelowZero(text: string): string {
  return (
    `${excerpt(text)} is below zero; more than zero is expected; what is given back has a unit_price below zero ` +
    '("negativePrices": true in monthend.json)'
  );
}

export function lineOfOtherEvent(event: string): string {
  return `is only for cancelled and deleted; ${event} concerns the whole order: leave line empty`;
}

export function notAnInteger(text: string, least: number): string {
  return `${wordlessExcerpt(text)} is not a whole number; digits are expected, ${least} or more, for example 1`;
}

export function integerTooSmall(text: string, least: number): string {
  return `${excerpt(text)} is too small; ${least} or more is expected`;
}

export function integerTooLarge(text: string): string {
  return `${excerpt(text)} is too large; at most ${Number.MAX_SAFE_INTEGER} is allowed`;
}

export function amountTooLarge(quantity: string, unitPrice: string): string {
  return (
    `quantity ${excerpt(quantity)} × unit_price ${excerpt(unitPrice)} ` +
    `is beyond ${Number.MAX_SAFE_INTEGER} minor units (cents), the largest amount; check both`
  );
}

const INSTANT_EXAMPLE = '2026-10-05T00:00:00-04:00';

export function notAnInstant(text: string): string {
  return `${wordlessExcerpt(text)} is not a date and time with an offset; for example ${INSTANT_EXAMPLE}`;
}

export function instantWithoutTime(text: string): string {
  return `${excerpt(text)} has no time and offset; for example ${text}T00:00:00-04:00`;
}

export function instantWithoutOffset(text: string): string {
  return `${excerpt(text)} has no offset from UTC; for example ${INSTANT_EXAMPLE}, or Z for UTC`;
}

export function tooPreciseInstant(text: string): string {
  return `${excerpt(text)} is more precise than a millisecond; at most 3 digits after the seconds are allowed`;
}

export function noSuchDay(text: string, month: string, days: number): string {
  return `${excerpt(text)} is not a day of the calendar: ${month} has ${days} days; correct it`;
}

export function noSuchMonth(text: string): string {
  return `${excerpt(text)} has no month from 01 to 12; year, month, day is the order, for example ${INSTANT_EXAMPLE}`;
}

export function noSuchTime(text: string): string {
  return `${excerpt(text)} is no time of day: 00:00:00 to 23:59:59 is expected`;
}

export function noSuchOffset(text: string): string {
  return `${excerpt(text)} has no offset from -23:59 to +23:59; for example ${INSTANT_EXAMPLE}`;
}

export function leapSecond(text: string): string {
  return `${excerpt(text)} is a leap second, which has no instant here; write second 59, or 00 of the next minute`;
}

export function instantOutOfRange(text: string): string {
  return `${excerpt(text)} is outside the years 1970 to 9999 (UTC); correct the year`;
}

export function offsetAsTimeZone(text: string): string {
  return `${excerpt(text)} is an offset, which knows no daylight saving; a zone is expected, for example America/New_York`;
}

export function unknownTimeZone(text: string, meant: string | undefined): string {
  const next =
    meant === undefined ? 'an IANA name is expected, for example America/New_York' : `did you mean ${meant}?`;
  return `${excerpt(text)} is not a known time zone; ${next}`;
}

export function unknownCurrency(text: string): string {
  return `${wordlessExcerpt(text)} is not a currency; a code of ISO 4217 in capitals is expected, for example USD`;
}

export function unknownCountry(text: string): string {
  return `${excerpt(text)} is not a country; a code of ISO 3166 in capitals is expected, for example US`;
}

export function notAnEmail(text: string): string {
  return `${excerpt(text)} is not one e-mail address; for example billing@lakeside.example`;
}

export function termsTooLong(text: string, most: number): string {
  return `${excerpt(text)} is too long; terms have at most ${most} days`;
}

export function withdrawnCurrency(currency: string, { date, successor }: Withdrawal): string {
  return `${currency} was withdrawn on ${date}, before this was placed; ${successor} took its place: write that, and the price in it`;
}

export function unknownEvent(text: string, meant: string | undefined, known: readonly string[]): string {
  const next = meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
  return `${excerpt(text)} is not an event; ${next}`;
}

export function retractedWithoutAmend(): string {
  return 'retracted takes back a known event; if that is meant, import this file with --amend';
}

export function pausedWithoutReason(): string {
  return 'is missing; paused needs the reason that the practice selected: add it';
}
