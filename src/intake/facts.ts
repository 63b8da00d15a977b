/** Turns the texts of one record into its fact: checks every field, fills in defaults, and applies the rules between fields. */
import { withdrawalBefore } from '../billing/currency.js';
import { lineAmount } from '../billing/money.js';
import {
  type Amend,
  amends,
  type Fact,
  type FactKind,
  type HistoryEvent,
  type Instant,
  type OrderLine,
  type Practice,
  type Retraction,
} from '../billing/order.js';
import { PRACTICE_DETAILS, type PracticeDetail, type PracticeDetails } from '../billing/party.js';
import { type Message, say } from '../errors/message.js';
import * as fields from './fields.js';
import { instant } from './instant.js';
import { timeZone } from './zone-name.js';

/** The current record, in whatever format. */
export interface FieldTexts {
  /** Returns the text of a column; empty if it is absent. */
  text(field: string): string;
  refuse(field: string, message: Message): void;
  /**
   * Returns a function that reports problems of that field until the next call. All fields share one function, since most records are
   * right.
   */
  refuser(field: string): fields.Refuse;
}

export function createRefuser(refuse: FieldTexts['refuse']): FieldTexts['refuser'] {
  let at = '';
  const tell: fields.Refuse = (message) => {
    refuse(at, message);
    return undefined;
  };
  return (field) => {
    at = field;
    return tell;
  };
}

/** The parsers of fields whose format a profile may set. */
export interface FactParsers {
  readonly quantity: fields.FieldParser<string>;
  readonly unitPrice: fields.FieldParser<string>;
  readonly event: fields.FieldParser<HistoryEvent['event'] | 'retracted'>;
  readonly instant: fields.FieldParser<Instant>;
}

const STRICT: FactParsers = {
  quantity: fields.quantity,
  unitPrice: fields.unitPrice,
  event: fields.event,
  instant,
};
const STRICT_WITH_NEGATIVES: FactParsers = { ...STRICT, unitPrice: fields.signedUnitPrice };

export interface FactOptions {
  /** Whether the import may replace what is known. */
  readonly amend: Amend;
  /** ISO 4217, for order lines without a currency. */
  readonly defaultCurrency: string;
  /** Whether unit prices may be negative. */
  readonly negativePrices?: boolean;
}

/** @returns undefined if anything was refused; `texts.refuse` has reported all of it */
export function parseFact(
  kind: FactKind,
  texts: FieldTexts,
  options: FactOptions,
  parsers = options.negativePrices === true ? STRICT_WITH_NEGATIVES : STRICT,
): Fact | undefined {
  switch (kind) {
    case 'orders': {
      const fact = orderLine(texts, options, parsers);
      return fact && { kind, fact, isUnnumbered: texts.text('line') === '' };
    }
    case 'history': {
      const fact = historyEvent(texts, options, parsers);
      return fact && { kind, fact };
    }
    case 'practices': {
      const fact = practice(texts);
      return fact && { kind, fact };
    }
  }
}

function orderLine(texts: FieldTexts, options: FactOptions, parsers: FactParsers): OrderLine | undefined {
  // Written out field by field for speed: it runs for every record that is not plain.
  const orderId = required(texts, 'order_id', fields.id);
  const number = optional(texts, 'line', fields.lineNumber, 1);
  const practiceId = required(texts, 'practice_id', fields.id);
  const product = required(texts, 'product', fields.id);
  const description = optional(texts, 'description', fields.text, '');
  const patientRef = optional(texts, 'patient_ref', fields.text, '');
  const quantity = optional(texts, 'quantity', parsers.quantity, '1');
  const unitPrice = required(texts, 'unit_price', parsers.unitPrice);
  const given = optional(texts, 'currency', fields.currency, '');
  const placedAt = required(texts, 'placed_at', parsers.instant);
  if (orderId === undefined || number === undefined || practiceId === undefined) return undefined;
  if (product === undefined || description === undefined || patientRef === undefined) return undefined;
  if (quantity === undefined || unitPrice === undefined || given === undefined) return undefined;
  if (placedAt === undefined) return undefined;
  const line: OrderLine = {
    orderId,
    line: number,
    practiceId,
    product,
    description,
    patientRef,
    quantity,
    unitPrice,
    currency: given,
    placedAt,
  };
  const currency = line.currency || options.defaultCurrency;
  const withdrawal = withdrawalBefore(currency, line.placedAt);
  if (withdrawal !== undefined) texts.refuse('currency', say.withdrawnCurrency(currency, withdrawal));
  const isTooLarge = isAmountTooLarge({ ...line, currency });
  if (isTooLarge) texts.refuse('unit_price', say.amountTooLarge(line.quantity, line.unitPrice));
  return withdrawal === undefined && !isTooLarge ? line : undefined;
}

/** Half-up never gives less than half-even, so an amount that passes here exists under both. */
function isAmountTooLarge(line: OrderLine): boolean {
  // 11 digits of quantity and price, with the 4 of the longest minor unit, stay below 10^15, so no check is needed.
  if (line.quantity.length + line.unitPrice.length <= 11) return false;
  return lineAmount(line, 'half-up') === undefined;
}

function historyEvent(
  texts: FieldTexts,
  options: FactOptions,
  parsers: FactParsers,
): HistoryEvent | Retraction | undefined {
  const event = complete<HistoryEvent | Retraction>({
    eventId: optional(texts, 'event_id', fields.id, ''),
    orderId: required(texts, 'order_id', fields.id),
    event: required(texts, 'event', parsers.event),
    at: required(texts, 'at', parsers.instant),
    sequence: optional(texts, 'sequence', fields.sequence, 0),
    reason: optional(texts, 'reason', fields.text, ''),
  });
  const line = optional(texts, 'line', fields.lineNumber, 0);
  if (event === undefined || line === undefined || !hasWhatItNeeds(event, texts, options)) return undefined;
  if (line === 0) return event;
  if (ENDS.includes(event.event)) return { ...event, line };
  texts.refuse('line', say.lineOfOtherEvent(event.event));
  return undefined;
}

/** The events that may concern one order line alone. */
const ENDS: readonly string[] = ['cancelled', 'deleted', 'retracted'];

function hasWhatItNeeds(event: HistoryEvent | Retraction, texts: FieldTexts, options: FactOptions): boolean {
  if (event.event === 'paused' && event.reason === '') {
    texts.refuse('reason', say.pausedWithoutReason());
    return false;
  }
  if (event.event !== 'retracted') return true;
  if (amends(options.amend, 'history')) return true;
  texts.refuse('event', say.retractedWithoutAmend());
  return false;
}

function practice(texts: FieldTexts): Practice | undefined {
  const fact = complete<Practice>({
    practiceId: required(texts, 'practice_id', fields.id),
    name: required(texts, 'name', fields.text),
    timeZone: optional(texts, 'time_zone', timeZone, ''),
    details: practiceDetails(texts),
  });
  if (fact === undefined || fact.details.bill_to !== fact.practiceId) return fact;
  texts.refuse('bill_to', say.billedToItself());
  return undefined;
}

function practiceDetails(texts: FieldTexts): PracticeDetails | undefined {
  const details: Partial<Record<PracticeDetail, string>> = {};
  let isRefused = false;
  for (const field of PRACTICE_DETAILS) {
    const value = optional(texts, field, fields.PRACTICE_DETAIL_PARSERS[field], '');
    if (value === undefined) isRefused = true;
    else if (value !== '') details[field] = value;
  }
  return isRefused ? undefined : details;
}

function required<Value>(
  texts: FieldTexts,
  field: string,
  parse: fields.FieldParser<Value>,
): Value | undefined {
  const text = texts.text(field);
  if (text !== '') return parse(text, texts.refuser(field));
  texts.refuse(field, say.missingValue());
  return undefined;
}

function optional<Value>(
  texts: FieldTexts,
  field: string,
  parse: fields.FieldParser<Value>,
  absent: Value,
): Value | undefined {
  const text = texts.text(field);
  return text === '' ? absent : parse(text, texts.refuser(field));
}

/** Returns the fact if every part was accepted; otherwise undefined. */
function complete<Whole extends object>(
  parts: {
    [Part in keyof Whole]: Whole[Part] | undefined;
  },
): Whole | undefined {
  for (const part in parts) if (parts[part] === undefined) return undefined;
  return parts as Whole;
}
