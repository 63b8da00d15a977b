/**
 * Turns a record of another system's file into the texts of our fields, by an input profile. The values are then checked as strictly as
 * without one. It does not know the format: a column is a CSV header or an NDJSON key.
 */
import type { Instant } from '../billing/order.js';
import { type Message, say } from '../errors/message.js';
import { createDecimalReader } from './decimal-format.js';
import type { FactParsers } from './facts.js';
import * as fields from './fields.js';
import { trimmed } from './id-damage.js';
import { columnsOf, type InputProfile } from './input-profile.js';
import { instant } from './instant.js';
import { compileFormat, createInstantReader, timeOfDay, withoutNeedlessZeros } from './instant-format.js';

/** Returns the text of a column of the current record; empty if it is absent. */
export type ColumnTexts = (column: string) => string;

export interface ProfileFields {
  readonly parsers: FactParsers;
  /** Tells whether a word of the record skips it. */
  passesOver(textOf: ColumnTexts): boolean;
  /** @param refuse is called if a character was lost */
  text(field: string, textOf: ColumnTexts, refuse: (message: Message) => void): string;
  /** True if the field is not the text of one cell: it is a constant, joins columns, changes case, or replaces words. */
  isMade(field: string): boolean;
  /**
   * Returns the instant of most texts; undefined for others, right or wrong, which the parser decides. Absent if instants are in RFC 3339.
   */
  readonly plainInstant: ((text: string) => Instant | undefined) | undefined;
  /** The column to name in a message; undefined if the field comes from none. */
  columnOf(field: string): string | undefined;
  /** The number of times that occur twice and were read as the first occurrence. */
  readonly repeatedTimes: number;
}

/** What decoding makes of an invalid character. */
const LOST = '\ufffd';

export function createProfileFields(
  profile: InputProfile,
  { negativePrices = false }: { readonly negativePrices?: boolean | undefined } = {},
): ProfileFields {
  const { constants = {}, values = {}, trim = false, upperCase = [], lowerCase = [] } = profile;
  const columns = new Map(
    Object.keys(profile.columns).map((field) => {
      const change = upperCase.includes(field) ? 'upper' : lowerCase.includes(field) ? 'lower' : undefined;
      return [field, { from: columnsOf(profile, field), change }] as const;
    }),
  );
  const words = new Map(
    Object.entries(values).map(([column, each]) => [column, new Map(Object.entries(each))]),
  );
  const passing = [...words.keys()].filter((column) =>
    [...(words.get(column)?.values() ?? [])].includes(null),
  );
  const losesCharacters = (profile.encoding ?? 'utf-8') !== 'utf-8';
  const instants = createInstants(profile);

  const plain = (column: string, textOf: ColumnTexts) => (trim ? trimmed(textOf(column)) : textOf(column));
  const word = (column: string, textOf: ColumnTexts) => {
    const text = plain(column, textOf);
    return words.size === 0 ? text : (words.get(column)?.get(text) ?? text);
  };

  function joined(from: readonly string[], textOf: ColumnTexts): string {
    if (from.length === 1) return word(from[0] as string, textOf);
    let text = '';
    for (const column of from) {
      const part = word(column, textOf);
      if (part !== '') text = text === '' ? part : `${text} ${part}`;
    }
    return text;
  }

  return {
    parsers: createParsers(profile, instants.parse, negativePrices),
    passesOver: (textOf) => passing.some((column) => words.get(column)?.get(plain(column, textOf)) === null),
    text(field, textOf, refuse) {
      const column = columns.get(field);
      if (column === undefined) return Object.hasOwn(constants, field) ? (constants[field] as string) : '';
      const text = joined(column.from, textOf);
      if (losesCharacters && text.includes(LOST)) refuse(say.lostCharacter(profile.encoding ?? ''));
      if (column.change === undefined) return text;
      return column.change === 'upper' ? text.toUpperCase() : text.toLowerCase();
    },
    isMade(field) {
      const column = columns.get(field);
      if (column === undefined) return Object.hasOwn(constants, field);
      return column.from.length > 1 || column.change !== undefined || words.has(column.from[0] as string);
    },
    plainInstant: instants.plain,
    columnOf: (field) => columns.get(field)?.from[0],
    get repeatedTimes() {
      return instants.repeatedTimes;
    },
  };
}

/** Makes the parsers. A constant is written in our form, whatever the form of the file. */
function createParsers(
  profile: InputProfile,
  parseInstant: FactParsers['instant'],
  negativePrices: boolean,
): FactParsers {
  const { constants = {}, name } = profile;
  const decimal = (field: string, parse: typeof fields.quantity) =>
    Object.hasOwn(constants, field) ? parse : createDecimalReader(profile, parse);
  const [eventColumn = ''] = columnsOf(profile, 'event');
  return {
    quantity: decimal('quantity', fields.quantity),
    unitPrice: decimal('unit_price', negativePrices ? fields.signedUnitPrice : fields.unitPrice),
    event: (text, refuse) => fields.event(text, () => refuse(say.unknownWord(text, name, eventColumn))),
    instant: parseInstant,
  };
}

function createInstants({ instant: written, timeZone = 'UTC', time = '00:00' }: InputProfile) {
  if (written === undefined) {
    const parse: FactParsers['instant'] = (text, refuse) => instant(withoutNeedlessZeros(text), refuse);
    return { parse, plain: undefined, repeatedTimes: 0 };
  }
  const formats = [written].flat().map((format) => {
    const compiled = compileFormat(format);
    if (typeof compiled === 'string') throw new Error(`${format}: ${compiled}`);
    return compiled;
  });
  return createInstantReader({ formats, timeZone, time: timeOfDay(time) });
}
