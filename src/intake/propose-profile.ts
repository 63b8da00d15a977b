/**
 * Proposes the profile that a file seems to need. What the file does not tell, or what moves money, is `TODO`: the zone of its times,
 * which of two readings of a date is right, what a word means.
 */
import type { FactKind } from '../billing/order.js';
import type { Encoding, InputSettings } from './input-profile.js';
import type { ByteSurvey } from './inspect-bytes.js';
import { type ColumnSurvey, type NumberSurvey, RFC_3339 } from './inspect-columns.js';
import { eventOf, type FieldGuess } from './inspect-fields.js';
import type { GuessedLayout } from './inspect-layout.js';
import { compileFormat } from './instant-format.js';
import { columnNames } from './kinds.js';
import { requiredFields } from './profile-header.js';

export const TODO = 'TODO';

/** Settings that may have `TODO` in some places, so their type is looser than that of checked settings. */
export type ProposedSettings = Readonly<Record<string, unknown>> & Pick<InputSettings, 'kind' | 'columns'>;

export interface Proposal {
  readonly settings: ProposedSettings;
  /** What the user must fill in, with what is known about it. */
  readonly todos: readonly string[];
  /** Observations that may matter. */
  readonly notes: readonly string[];
}

export interface Seen {
  readonly guess: FieldGuess;
  readonly columns: readonly ColumnSurvey[];
  readonly bytes: Pick<ByteSurvey, 'encoding' | 'isMarked'>;
  /** Absent for NDJSON. */
  readonly layout?:
    | (GuessedLayout & { readonly footer: string | undefined; readonly blankRows: number })
    | undefined;
  readonly defaultCurrency: string;
}

export function proposeProfile({ guess, columns, bytes, layout, defaultCurrency }: Seen): Proposal {
  const todos: string[] = [];
  const notes: string[] = [];
  const { kind } = guess;
  const columnOf = (field: string) => columns.find(({ name }) => name === guess.columns.get(field));
  const likelyOf = (field: string) => {
    const [only, ...others] = guess.possible.get(field) ?? [];
    return others.length > 0 ? undefined : columns.find(({ name }) => name === only);
  };
  const claimed = [...guess.columns.values()];
  // A column that could be what is missing is for the user to name: it is not ignored beside that.
  const free = columns.filter(({ name, filled }) => filled > 0 && !claimed.includes(name));
  const likely =
    free.length <= guess.possible.size
      ? free.map(({ name }) => name)
      : [...guess.possible.values()].flatMap((names) => (names.length === 1 ? names : []));
  const used = [...claimed, ...likely];
  const mapped = mappedColumns(guess, likely, todos);
  const ignore = columns.map(({ name }) => name).filter((name) => !used.includes(name));
  const times = columnOf(kind === 'orders' ? 'placed_at' : 'at');
  const amounts =
    kind === 'orders'
      ? [columnOf('unit_price') ?? likelyOf('unit_price'), columnOf('quantity')].filter(
          (each) => each !== undefined,
        )
      : [];
  const settings = {
    kind,
    columns: mapped,
    ...constants(guess, amounts, { defaultCurrency, notes }),
    ...(ignore.length > 0 ? { ignore } : {}),
    ...(layout === undefined ? {} : layoutKeys(layout)),
    ...encodingKey(bytes.encoding),
    ...numberKeys(amounts, todos, notes),
    ...(kind === 'practices' || times === undefined ? {} : instantKeys(times, todos, notes)),
    ...valueKeys(kind === 'history' ? columnOf('event') : undefined, todos),
    ...(columns.some(({ untrimmed, name }) => untrimmed > 0 && used.includes(name)) ? { trim: true } : {}),
  };
  for (const field of guess.byValues)
    notes.push(
      `${field} is read from ${guess.columns.get(field)}: no other column has such values; is it right?`,
    );
  if (kind === 'history' && columnOf('reason') === undefined)
    notes.push(
      'no column of reasons, which a pause needs: name its column as "reason", or give one for all: "constants": { "reason": "on hold" }',
    );
  for (const field of idFields(kind)) noteIds(columnOf(field), notes);
  for (const [field, others] of guess.others)
    if (others.length > 0)
      notes.push(`${field} is read from ${guess.columns.get(field)}; it could be ${others.join(' or ')} too`);
  return { settings, todos, notes };
}

const idFields = (kind: FactKind): readonly string[] =>
  kind === 'orders'
    ? ['order_id', 'practice_id', 'product']
    : kind === 'history'
      ? ['event_id', 'order_id']
      : ['practice_id'];

function mappedColumns(
  { kind, columns, possible }: FieldGuess,
  free: readonly string[],
  todos: string[],
): Record<string, string> {
  const mapped: Record<string, string> = {};
  for (const field of columnNames(kind)) {
    const column = columns.get(field);
    if (column !== undefined) mapped[field] = column;
    if (column !== undefined || !requiredFields(kind).includes(field)) continue;
    mapped[field] = TODO;
    const names = possible.get(field) ?? [];
    const what =
      names.length === 0
        ? 'no column looks like it; name the column, or take the line out and put the field into "constants"'
        : `it could be ${names.join(' or ')} by the values, but not by the name; name the column that it is`;
    const isFree = names.length > 0 && names.every((name) => free.includes(name));
    todos.push(
      `columns.${field}: ${what}${isFree || free.length > 0 ? '' : ', and take it out of "ignore"'}`,
    );
  }
  return mapped;
}

/** The euro sign names one currency; `$` is used by many. */
function constants(
  { kind, columns }: FieldGuess,
  amounts: readonly ColumnSurvey[],
  { defaultCurrency, notes }: { defaultCurrency: string; notes: string[] },
) {
  if (kind !== 'orders' || columns.has('currency')) return {};
  const signs = new Set(amounts.flatMap(({ numbers }) => [...numbers.signs]));
  const [sign] = signs;
  const currency =
    sign === '€' ? 'EUR' : sign !== undefined && /^[A-Z]{3}$/.test(sign) ? sign : defaultCurrency;
  notes.push(
    `no column of currencies: amounts are taken as ${currency}${sign === undefined ? '' : ` (the sign is ${sign})`}`,
  );
  return { constants: { currency } };
}

function layoutKeys({ separator, headerLine, footer, blankRows }: NonNullable<Seen['layout']>) {
  return {
    ...(separator === ',' ? {} : { separator }),
    ...(headerLine === 1 ? {} : { headerLine }),
    ...(footer === undefined ? {} : { footer }),
    ...(blankRows === 0 ? {} : { blankRows: 'skip' }),
  };
}

const encodingKey = (encoding: Encoding) => (encoding === 'utf-8' ? {} : { encoding });

function numberKeys(columns: readonly ColumnSurvey[], todos: string[], notes: string[]) {
  const names = columns.map(({ name }) => name).join(' and ');
  const decimalMark = decimalMarkOf(columns, todos, notes);
  const seen = <Of>(of: (numbers: NumberSurvey) => Iterable<Of> | undefined) => [
    ...new Set(columns.flatMap(({ numbers }) => [...(of(numbers) ?? [])])),
  ];
  const groups = seen(({ groupMarks }) => groupMarks.get(decimalMark ?? '.'));
  if (groups.length > 1)
    notes.push(`${names}: several marks stand between groups of digits: ${groups.join(' ')}`);
  const signs = seen((numbers) => numbers.signs);
  if (signs.length > 1)
    notes.push(
      `${names}: several signs of currencies stand there: ${signs.join(' ')}; amounts are of one currency each`,
    );
  const [negative] = seen((numbers) => numbers.negatives);
  const below = columns.reduce((sum, { numbers }) => sum + numbers.negativeCount, 0);
  if (below > 0) notes.push(`${names}: ${below} values are below zero, which an import refuses`);
  return {
    ...(decimalMark === '.' ? {} : { decimalMark: decimalMark ?? TODO }),
    ...(decimalMark !== undefined && groups.length === 1 ? { groupMark: groups[0] } : {}),
    ...(signs.length > 0 ? { currencySign: signs[0] } : {}),
    ...(negative === undefined || negative === '-1' ? {} : { negatives: negative }),
  };
}

/** Returns the mark by which all values are numbers, or else most; undefined if both read all, but not alike. */
function decimalMarkOf(
  columns: readonly ColumnSurvey[],
  todos: string[],
  notes: string[],
): '.' | ',' | undefined {
  const names = columns.map(({ name }) => name).join(' and ');
  const filled = columns.reduce((sum, { filled }) => sum + filled, 0);
  const readBy = (mark: '.' | ',') =>
    columns.reduce((sum, { numbers }) => sum + (numbers.byDecimalMark.get(mark) ?? 0), 0);
  const [byPoint, byComma] = [readBy('.'), readBy(',')];
  if (byPoint < filled && byComma < filled)
    notes.push(
      `${names}: some values are no numbers by either mark; most are with "${byComma > byPoint ? ',' : '.'}" before the decimals`,
    );
  if (byPoint !== byComma) return byComma > byPoint ? ',' : '.';
  if (byPoint < filled || !columns.some(({ numbers }) => numbers.marked > 0)) return '.';
  const examples = columns.flatMap(({ values }) => [...values.keys()]).filter((text) => /[.,]/.test(text));
  todos.push(
    `decimalMark: ${names} could be read with "." or with "," before the decimals (${examples.slice(0, 2).join(', ')}); say which`,
  );
  return undefined;
}

function instantKeys(column: ColumnSurvey, todos: string[], notes: string[]) {
  const { name, filled, instants } = column;
  if (filled === 0 || instants.get(RFC_3339) === filled) return {};
  const whole = distinctReadings(
    [...instants].filter(([, count]) => count === filled).map(([format]) => format),
  );
  const example = [...column.values.keys()][0] ?? '';
  const [format] = whole;
  if (whole.length > 1) {
    todos.push(
      `instant: ${name} could be ${whole.join(' or ')} in every row (${example}); say which is meant`,
    );
    return { instant: TODO, ...zoneKeys(whole, todos) };
  }
  if (format !== undefined) {
    notes.push(`${name}: every row is ${format}${contradicted(instants, format, filled)}`);
    return { instant: format, ...zoneKeys([format], todos) };
  }
  const cover = coverOf(column);
  if (cover === undefined) {
    const best = [...instants].sort((a, b) => b[1] - a[1])[0];
    const known =
      best === undefined ? 'no known format reads it' : `${best[0]} reads ${best[1]} of ${filled} rows`;
    todos.push(`instant: ${name}: ${known} (${example}); write its format or formats`);
    return { instant: TODO, ...zoneKeys([], todos) };
  }
  notes.push(`${name}: ${cover.map((each) => `${instants.get(each)} rows are ${each}`).join(', ')}`);
  return { instant: cover, ...zoneKeys(cover, todos) };
}

/** Keeps one format for each order of year, month and day, since only these read a text differently. */
function distinctReadings(formats: readonly string[]): string[] {
  const order = (format: string) => format.replace(/[^yMd]/g, '').replace(/(.)\1*/g, '$1');
  return formats.filter(
    (format, index) => formats.findIndex((other) => order(other) === order(format)) === index,
  );
}

/** ` (dd/MM/yyyy would read 1204 of 3077)`: how many rows the other order of day and month would read; empty if none. */
function contradicted(instants: ReadonlyMap<string, number>, format: string, filled: number): string {
  const swapped = format.replace(/MM|dd/g, (part) => (part === 'MM' ? 'dd' : 'MM'));
  const count = instants.get(swapped);
  return count === undefined || swapped === format ? '' : ` (${swapped} would read ${count} of ${filled})`;
}

/** Returns two or three formats that together read all rows, if no text fits two of them; otherwise undefined. */
function coverOf({ filled, instants }: ColumnSurvey): string[] | undefined {
  const formats = [...instants].sort((a, b) => b[1] - a[1]);
  const cover: string[] = [];
  let count = 0;
  const isSwapped = (a: string, b: string) => a.replace(/MM|dd/g, '?') === b.replace(/MM|dd/g, '?');
  for (const [format, reads] of formats) {
    if (count + reads > filled) continue;
    if (
      format === RFC_3339 ||
      formats.some(
        ([other]) => other !== format && isSwapped(other, format) && (instants.get(other) ?? 0) === reads,
      )
    )
      return undefined;
    if (cover.some((each) => isSwapped(each, format))) continue;
    cover.push(format);
    count += reads;
    if (count === filled) return cover.length <= 3 ? cover : undefined;
  }
  return undefined;
}

function zoneKeys(formats: readonly string[], todos: string[]) {
  const compiled = formats.map(compileFormat).filter((each) => typeof each !== 'string');
  const keys: Record<string, string> = {};
  if (formats.length === 0 || compiled.some(({ hasOffset }) => !hasOffset)) {
    keys.timeZone = TODO;
    todos.push(
      'timeZone: the file does not say whose time its times are; write the IANA name of the zone, for example America/New_York',
    );
  }
  if (compiled.some(({ hasTime }) => !hasTime)) {
    keys.time = TODO;
    todos.push('time: some dates have no time; say at which time of the day they count, for example 12:00');
  }
  return keys;
}

function valueKeys(column: ColumnSurvey | undefined, todos: string[]) {
  if (column === undefined) return {};
  const words = [...column.values.keys()];
  if (words.every((word) => eventOf(word) === word)) return {};
  const unknown = words.filter((word) => eventOf(word) === undefined);
  if (unknown.length > 0)
    todos.push(
      `values.${column.name}: ${unknown.map((word) => `${JSON.stringify(word)} (${column.values.get(word)})`).join(', ')}: ` +
        'say for each what it is: paused, resumed, shipped, cancelled, deleted, or null to pass it over',
    );
  return {
    values: { [column.name]: Object.fromEntries(words.map((word) => [word, eventOf(word) ?? TODO])) },
  };
}

function noteIds(column: ColumnSurvey | undefined, notes: string[]): void {
  if (column === undefined) return;
  const { name, scientific, padded, unpadded, untrimmed, filled } = column;
  if (scientific > 0)
    notes.push(
      `${name}: ${scientific} ids look shortened by a spreadsheet (2.02610E+11); export the file anew, without opening it there`,
    );
  if (padded > 0 && unpadded > 0 && new Set([...column.values.keys()].map((text) => text.length)).size > 1)
    notes.push(
      `${name}: ${padded} of ${filled} ids start with a zero, others are shorter: leading zeros may be lost`,
    );
  if (untrimmed > 0)
    notes.push(
      `${name}: ${untrimmed} ids have blanks or invisible characters at their ends; "trim" takes them away`,
    );
}
