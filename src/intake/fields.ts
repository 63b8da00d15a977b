/**
 * Parses the text of one field by the field types of docs/files.md section 1. Empty text means absent and never comes here. Problems go to
 * the caller's `refuse` as messages of `errors/`.
 */
import { isCountry } from '../billing/country.js';
import { minorDigits } from '../billing/currency.js';
import { canonicalDecimal } from '../billing/money.js';
import { EVENT_KINDS, type EventKind } from '../billing/order.js';
import type { PracticeDetail } from '../billing/party.js';
import { type Message, say } from '../errors/message.js';
import { isUnprintable } from '../words/excerpt.js';
import { nearMiss } from '../words/near-miss.js';
import { isShortened, trimmed } from './id-damage.js';

/** Reports a problem of the current field. It returns undefined so that a parser can end with it. */
export type Refuse = (message: Message) => undefined;

/** @returns the value; undefined if the text was refused */
export type FieldParser<Value> = (text: string, refuse: Refuse) => Value | undefined;

const MOST_ID_CHARACTERS = 128;
const MOST_TEXT_CHARACTERS = 1000;
const MOST_DECIMAL_CHARACTERS = 100;

/** An id or code: 1 to 128 printable characters, no invisible ones at its ends, kept unchanged. */
export function id(text: string, refuse: Refuse): string | undefined {
  if (isShortened(text)) return refuse(say.shortenedId(text));
  if (PRINTABLE_ASCII.test(text)) return text;
  const length = countCodePoints(text);
  if (length > MOST_ID_CHARACTERS) return refuse(say.idTooLong(length));
  for (const each of text) {
    const code = each.codePointAt(0) as number;
    if (isUnprintable(code)) return refuse(say.unprintableInId(code));
  }
  const visible = trimmed(text);
  if (visible === text) return text;
  if (visible === '') return refuse(say.missingValue());
  const isStart = !text.startsWith(visible);
  const code = (isStart ? text : text.slice(visible.length)).codePointAt(0) as number;
  return refuse(say.invisibleAtIdEnd(visible, code, isStart ? 'start' : 'end'));
}

/** A text of at most 1,000 characters, without control characters except tab and line feed. */
export function text(written: string, refuse: Refuse): string | undefined {
  if (PRINTABLE_TEXT.test(written)) return written;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.exec(written)?.[0];
  if (control !== undefined) return refuse(say.controlCharacterInText(control.charCodeAt(0)));
  if (written.length <= MOST_TEXT_CHARACTERS) return written;
  const length = countCodePoints(written);
  return length <= MOST_TEXT_CHARACTERS ? written : refuse(say.textTooLong(length));
}

/** A decimal above zero with at most 3 fraction digits. Returns its canonical form. */
export function quantity(text: string, refuse: Refuse): string | undefined {
  if (isNegative(text)) return refuse(say.quantityBelowZero(text));
  const value = decimal(text, 3, refuse);
  return value === '0' ? refuse(say.notPositive(text)) : value;
}

/** A decimal of zero or more with at most 6 fraction digits. Returns its canonical form. */
export function unitPrice(text: string, refuse: Refuse): string | undefined {
  return isNegative(text) ? refuse(say.belowZero(text)) : decimal(text, 6, refuse);
}

/** The same, but it may be negative. */
export function signedUnitPrice(text: string, refuse: Refuse): string | undefined {
  if (!isNegative(text)) return decimal(text, 6, refuse);
  const size = decimal(text.slice(1), 6, refuse);
  return size === undefined || size === '0' ? size : `-${size}`;
}

const isNegative = (text: string) => /^-[0-9]/.test(text);

function decimal(text: string, mostFractionDigits: number, refuse: Refuse): string | undefined {
  if (text.length > MOST_DECIMAL_CHARACTERS) return refuse(say.decimalTooLong(text.length));
  const match = /^[0-9]+(?:\.([0-9]+))?$/.exec(text);
  if (match === null) return refuse(say.notADecimal(text));
  const fraction = match[1] ?? '';
  if (fraction.length > mostFractionDigits)
    return refuse(say.tooManyFractionDigits(text, mostFractionDigits));
  return CANONICAL_DECIMAL.test(text) ? text : canonicalDecimal(text);
}

/** Matches `2.5`, but not `2.50` or `02.5`. */
const CANONICAL_DECIMAL = /^(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?$/;

/** The number of an order line: 1 to 2^53 − 1. */
export function lineNumber(text: string, refuse: Refuse): number | undefined {
  return integer(text, 1, refuse);
}

/** 0 to 2^53 − 1. */
export function sequence(text: string, refuse: Refuse): number | undefined {
  return integer(text, 0, refuse);
}

function integer(text: string, least: number, refuse: Refuse): number | undefined {
  if (!/^[0-9]+$/.test(text)) return refuse(say.notAnInteger(text, least));
  const value = Number(text);
  if (!Number.isSafeInteger(value)) return refuse(say.integerTooLarge(text));
  return value < least ? refuse(say.integerTooSmall(text, least)) : value;
}

export function currency(text: string, refuse: Refuse): string | undefined {
  return minorDigits(text) === undefined ? refuse(say.unknownCurrency(text)) : text;
}

/** A country code of ISO 3166. */
function country(text: string, refuse: Refuse): string | undefined {
  return isCountry(text) ? text : refuse(say.unknownCountry(text));
}

/** One e-mail address. What a mailing program could read as several, or as none, is refused. */
function email(text: string, refuse: Refuse): string | undefined {
  const address = id(text, refuse);
  if (address === undefined) return undefined;
  return /^[^\s@,;:<>()"]+@[^\s@,;:<>()"]+$/.test(address) ? address : refuse(say.notAnEmail(text));
}

const MOST_TERMS_DAYS = 3650;

function termsDays(text: string, refuse: Refuse): string | undefined {
  const days = integer(text, 0, refuse);
  if (days === undefined) return undefined;
  return days <= MOST_TERMS_DAYS ? String(days) : refuse(say.termsTooLong(text, MOST_TERMS_DAYS));
}

export const PRACTICE_DETAIL_PARSERS: Readonly<Record<PracticeDetail, FieldParser<string>>> = {
  legal_name: text,
  email,
  address_1: text,
  address_2: text,
  city: text,
  region: text,
  postal_code: text,
  country,
  tax_id: id,
  customer_code: id,
  terms_days: termsDays,
  bill_to: id,
};

const EVENTS: readonly string[] = [...EVENT_KINDS, 'retracted'];

export function event(text: string, refuse: Refuse): EventKind | 'retracted' | undefined {
  if (EVENTS.includes(text)) return text as EventKind | 'retracted';
  return refuse(say.unknownEvent(text, nearMiss(text, EVENTS), EVENT_KINDS));
}

/** The common cases, which need no further check. */
const PRINTABLE_TEXT = /^[ -~]{0,1000}$/;
const PRINTABLE_ASCII = /^[!-~](?:[ -~]{0,126}[!-~])?$/;

function countCodePoints(text: string): number {
  let count = 0;
  for (let unit = 0; unit < text.length; unit++) {
    const code = text.charCodeAt(unit);
    if (code < 0xdc00 || code > 0xdfff) count++;
  }
  return count;
}
