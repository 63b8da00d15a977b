/**
 * Checks the input profiles of a config: the values of each key, and that keys do not contradict each other. intake/ reads files by them.
 */
import { z } from 'zod';
import { FACT_KINDS, type FactKind, isFactKind } from '../billing/order.js';
import * as fields from '../intake/fields.js';
import { trimmed } from '../intake/id-damage.js';
import {
  columnsOf,
  columnsRead,
  ENCODINGS,
  type InputSettings,
  NEGATIVES,
  SEPARATORS,
} from '../intake/input-profile.js';
import { compileFormat } from '../intake/instant-format.js';
import { COLUMNS, columnNames } from '../intake/kinds.js';
import { requiredFields } from '../intake/profile-header.js';
import { TODO } from '../intake/propose-profile.js';
import { timeZone } from '../intake/zone-name.js';
import { nearMiss } from '../words/near-miss.js';

const TEXT = 'must be a text';

/** `inspect` writes TODO where it does not know the value. */
const stillToDo = (what: string) => `is still ${TODO}: write ${what}`;
const column = z.string({ error: 'must be the name of a column' }).max(1000);
const idFields = z.array(z.enum(['order_id', 'event_id', 'practice_id', 'product']));
const oneOf = <const Values extends readonly string[]>(values: Values) =>
  z.enum(values, { error: `must be ${values.map((each) => JSON.stringify(each)).join(' or ')}` });

const shape = {
  kind: oneOf([...FACT_KINDS]).describe('What each record of the file is'),
  columns: z
    .record(
      z.string(),
      z.union([column, z.array(column).min(1).max(20)], {
        error: 'must be the name of a column, or a list of them',
      }),
    )
    .describe(
      'For each of our fields, the column that it is read from, as the header writes it (in JSON lines, the key). Several for `description` are joined by a blank',
    )
    .meta({ examples: [{ order_id: 'Order ID', description: ['Item', 'Tooth'] }] }),
  constants: z
    .record(z.string(), z.string({ error: TEXT }).min(1))
    .optional()
    .describe('Fields that are the same in every record, in our form')
    .meta({ examples: [{ currency: 'EUR' }] }),
  ignore: z
    .union([z.literal('*'), z.array(column)], { error: 'must be "*" or a list of columns' })
    .optional()
    .describe(
      'Columns that nothing is read from; `"*"` for all that are not mapped. Any other column is an error',
    )
    .meta({ examples: [['Doctor', 'Status']] }),
  separator: oneOf(SEPARATORS)
    .optional()
    .describe('What stands between the cells of a CSV. Absent: a comma')
    .meta({ examples: [';'] }),
  encoding: oneOf(ENCODINGS)
    .optional()
    .describe(
      'How characters are written. A byte order mark at the start of the file counts more. `"utf-16"` is little-endian. Absent: UTF-8',
    )
    .meta({ examples: ['windows-1252'] }),
  headerLine: z
    .int({ error: 'must be the number of a line, from 1' })
    .min(1, 'must be the number of a line, from 1')
    .max(1000, 'must be at most 1000')
    .optional()
    .describe('The line that the header stands in; what is above it is not read. Absent: 1')
    .meta({ examples: [4] }),
  footer: z
    .string({ error: TEXT })
    .regex(/^[^\r\n"]+$/, 'must be a text without quotes and line breaks')
    .optional()
    .describe(
      'What the first line after the data starts with; it and all below are not read. A file without such a line is refused as cut off',
    )
    .meta({ examples: ['Total'] }),
  blankRows: oneOf(['refuse', 'skip'])
    .optional()
    .describe('Rows without any value: an error, or skipped and counted. Absent: refuse')
    .meta({ examples: ['skip'] }),
  decimalMark: oneOf(['.', ','])
    .optional()
    .describe('What stands before the decimals of a number. Absent: a point')
    .meta({ examples: [','] }),
  groupMark: oneOf([',', '.', ' ', "'"])
    .optional()
    .describe('What may stand between groups of three digits. Absent: nothing')
    .meta({ examples: ['.'] }),
  currencySign: z
    .string({ error: TEXT })
    .regex(/^[^\s\d.,'()+-]{1,8}$/, 'must be one to eight signs or letters, for example "$"')
    .optional()
    .describe('A sign that may stand before or after an amount. Absent: none')
    .meta({ examples: ['€'] }),
  negatives: oneOf(NEGATIVES)
    .optional()
    .describe('How a number below zero is written. Absent: `"-1"`')
    .meta({ examples: ['(1)'] }),
  instant: z
    .union([z.string().min(1).max(100), z.array(z.string().min(1).max(100)).min(1).max(10)], {
      error: 'must be a format of date and time, or a list of them',
    })
    .optional()
    .describe(
      "How dates and times are written, in date-fns' tokens; of several formats, each text must mean the same by all that read it. Absent: RFC 3339",
    )
    .meta({ examples: ['dd.MM.yyyy HH:mm'] }),
  timeZone: z
    .string({ error: TEXT })
    .superRefine((name, context) => {
      const refuse = (message: string) => void context.addIssue({ code: 'custom', message });
      if (name === TODO) refuse(stillToDo('the IANA name of the zone, for example America/New_York'));
      else timeZone(name, saying(refuse));
    })
    .optional()
    .describe('The time zone of these times (IANA name). Needed for formats without an offset')
    .meta({ examples: ['Europe/Berlin'] }),
  time: z
    .string({ error: TEXT })
    .regex(/^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/, 'must be a time of day, for example "12:00"')
    .optional()
    .describe('The time of dates that have none. Needed for formats without a time')
    .meta({ examples: ['12:00'] }),
  values: z
    .record(
      z.string(),
      z.record(
        z.string(),
        z.union([z.string(), z.null()], { error: 'must be a text, or null to pass such records over' }),
      ),
    )
    .optional()
    .describe(
      'For a column, its words and what they are here. `null` passes such records over, counted; that may be said of a column that is not mapped, too',
    )
    .meta({ examples: [{ Event: { 'On hold': 'paused', Note: null } }] }),
  trim: z
    .boolean({ error: 'must be true or false' })
    .optional()
    .describe('Take blanks and invisible characters off both ends of every cell. Absent: false')
    .meta({ examples: [true] }),
  upperCase: idFields
    .optional()
    .describe('Ids and codes that are turned to capitals. Absent: none')
    .meta({ examples: [['practice_id']] }),
  lowerCase: idFields
    .optional()
    .describe('Ids and codes that are turned to small letters. Absent: none')
    .meta({ examples: [['product']] }),
};

const profileSchema = z.strictObject(shape).superRefine((profile, context) => {
  for (const { path, message } of contradictions(profile))
    context.addIssue({ code: 'custom', path, message });
});

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/;
/** Returns what is wrong with the name of a profile; undefined if nothing is. */
export function profileNameFault(name: string): string | undefined {
  return NAME.test(name) && !isFactKind(name) ? undefined : NAME_FAULT;
}

const NAME_FAULT =
  'the name of a profile has letters, digits, points and hyphens, and is not orders, history or practices';

export const inputsSchema = z
  .record(
    z.string().refine((name) => profileNameFault(name) === undefined, NAME_FAULT),
    profileSchema,
  )
  .default({})
  .describe('How files of other systems are read: input profiles, by name; see inputs.md')
  .meta({
    examples: [{ erp: { kind: 'practices', columns: { practice_id: 'ID', name: 'Name' }, ignore: '*' } }],
  });

interface Fault {
  readonly path: (string | number)[];
  readonly message: string;
}

/** Returns the contradictions within a profile whose keys are each valid. */
function contradictions(profile: InputSettings): Fault[] {
  return [
    ...columnFaults(profile),
    ...constantFaults(profile),
    ...ignoreFaults(profile),
    ...numberFaults(profile),
    ...instantFaults(profile),
    ...valueFaults(profile),
    ...caseFaults(profile),
  ];
}

function columnFaults(profile: InputSettings): Fault[] {
  const known = columnNames(profile.kind);
  const faults: Fault[] = [];
  for (const [field, from] of Object.entries(profile.columns)) {
    const path = ['columns', field];
    if (from === TODO) faults.push({ path, message: stillToDo('the name of the column') });
    if (!known.includes(field)) faults.push({ path, message: unknownField(field, profile.kind) });
    else if (typeof from !== 'string' && from.length > 1 && field !== 'description')
      faults.push({ path, message: 'is read from one column; only description may be joined of several' });
    if (columnsOf(profile, field).includes(''))
      faults.push({ path, message: 'must be the name of a column' });
    if (columnsOf(profile, field).some((each, index, all) => all.indexOf(each) < index))
      faults.push({ path, message: 'names a column twice' });
  }
  const given = [...Object.keys(profile.columns), ...Object.keys(profile.constants ?? {})];
  for (const field of requiredFields(profile.kind))
    if (!given.includes(field))
      faults.push({
        path: ['columns'],
        message: `${field} is missing; every record of ${profile.kind} needs it`,
      });
  return faults;
}

function unknownField(field: string, kind: FactKind): string {
  const known = columnNames(kind);
  const meant = nearMiss(field, known);
  return meant === undefined
    ? `is no field of ${kind}; known are ${known.join(', ')}`
    : `is no field of ${kind}; did you mean ${meant}?`;
}

/** Fields that a constant cannot fill: a value shared by all records identifies none, and is no patient or point in time. */
const NEVER_CONSTANT = ['order_id', 'event_id', 'line', 'patient_ref', 'placed_at', 'at', 'sequence', 'name'];

const CONSTANT_PARSERS: Readonly<Record<string, fields.FieldParser<unknown>>> = {
  practice_id: fields.id,
  product: fields.id,
  description: fields.text,
  quantity: fields.quantity,
  unit_price: fields.unitPrice,
  currency: fields.currency,
  event: fields.event,
  reason: fields.text,
  time_zone: timeZone,
  ...fields.PRACTICE_DETAIL_PARSERS,
};

/** Passes on only the text of a message. */
const saying =
  (refuse: (message: string) => void): fields.Refuse =>
  ({ text }) => {
    refuse(text);
    return undefined;
  };

function constantFaults({ kind, columns, constants = {} }: InputSettings): Fault[] {
  const faults: Fault[] = [];
  for (const [field, value] of Object.entries(constants)) {
    const refuse = (message: string) => void faults.push({ path: ['constants', field], message });
    if (!columnNames(kind).includes(field)) refuse(unknownField(field, kind));
    else if (Object.hasOwn(columns, field)) refuse('is read from a column already; take one of the two out');
    else if (NEVER_CONSTANT.includes(field))
      refuse('is not the same in every record; name its column in "columns"');
    else CONSTANT_PARSERS[field]?.(value, saying(refuse));
  }
  return faults;
}

function ignoreFaults(profile: InputSettings): Fault[] {
  const { ignore } = profile;
  if (ignore === undefined || ignore === '*') return [];
  const read = columnsRead(profile);
  return ignore.flatMap((each, index) => {
    const path = ['ignore', index];
    if (read.includes(each))
      return [{ path, message: `${JSON.stringify(each)} is read; take it out here, or there` }];
    return ignore.indexOf(each) < index
      ? [{ path, message: `${JSON.stringify(each)} stands here twice` }]
      : [];
  });
}

function numberFaults(profile: InputSettings): Fault[] {
  const { kind, decimalMark = '.', groupMark } = profile;
  const faults: Fault[] = [];
  if (groupMark === decimalMark)
    faults.push({
      path: ['groupMark'],
      message: 'is the mark before the decimals too ("decimalMark"); they must differ',
    });
  if (kind === 'orders') return faults;
  for (const key of ['decimalMark', 'groupMark', 'currencySign', 'negatives'] as const)
    if (profile[key] !== undefined)
      faults.push({
        path: [key],
        message: `has no effect: ${kind === 'history' ? 'a history has' : 'practices have'} no amounts`,
      });
  return faults;
}

function instantFaults({ kind, instant, timeZone: zone, time }: InputSettings): Fault[] {
  if (kind === 'practices') {
    const given = Object.entries({ instant, timeZone: zone, time }).filter(
      ([, value]) => value !== undefined,
    );
    return given.map(([key]) => ({ path: [key], message: 'has no effect: practices have no times' }));
  }
  const faults: Fault[] = [];
  if (instant === undefined) {
    const given = Object.entries({ timeZone: zone, time }).filter(([, value]) => value !== undefined);
    return given.map(([key]) => ({
      path: [key],
      message: 'has no effect without "instant": RFC 3339 has its offset',
    }));
  }
  const formats = [instant].flat().map((format, index) => {
    const path = typeof instant === 'string' ? ['instant'] : ['instant', index];
    if (format === TODO) {
      faults.push({
        path,
        message: stillToDo('the format of its dates and times, for example MM/dd/yyyy HH:mm'),
      });
      return format;
    }
    const compiled = compileFormat(format);
    if (typeof compiled === 'string') faults.push({ path, message: `${JSON.stringify(format)} ${compiled}` });
    return compiled;
  });
  for (const [index, format] of [instant].flat().entries())
    if ([instant].flat().indexOf(format) < index)
      faults.push({ path: ['instant', index], message: `${JSON.stringify(format)} stands here twice` });
  const right = formats.filter((each) => typeof each !== 'string');
  if (right.length < formats.length) return faults;
  const [first = ''] = [instant].flat();
  const zoneIsNeeded = right.some(({ hasOffset }) => !hasOffset);
  const timeIsNeeded = right.some(({ hasTime }) => !hasTime);
  if (zoneIsNeeded && zone === undefined)
    faults.push({
      path: ['instant'],
      message: `${JSON.stringify(first)} has no offset, so "timeZone" must say whose time it is`,
    });
  if (!zoneIsNeeded && zone !== undefined)
    faults.push({ path: ['timeZone'], message: 'has no effect: every format has its offset' });
  if (timeIsNeeded && time === undefined)
    faults.push({
      path: ['instant'],
      message: 'has a format without a time, so "time" must say it, for example "12:00"',
    });
  if (!timeIsNeeded && time !== undefined)
    faults.push({ path: ['time'], message: 'has no effect: every format has its time' });
  return faults;
}

function valueFaults(profile: InputSettings): Fault[] {
  const { columns, values = {} } = profile;
  const mapped = Object.keys(columns).flatMap((field) => columnsOf(profile, field));
  const faults: Fault[] = [];
  for (const [name, words] of Object.entries(values)) {
    const path = ['values', name];
    const fieldsOf = Object.keys(columns).filter((field) => columnsOf(profile, field).includes(name));
    if (Object.keys(words).length === 0) faults.push({ path, message: 'names no word' });
    if (fieldsOf.includes('patient_ref'))
      faults.push({ path, message: 'is read as patient_ref, which is taken as it is' });
    for (const [word, ours] of Object.entries(words)) {
      const refuse = (message: string) => void faults.push({ path: [...path, word], message });
      if (profile.trim === true && trimmed(word) !== word)
        refuse('has no effect: "trim" takes the blanks off its ends before words are compared');
      if (ours === null) continue;
      if (ours === TODO) {
        refuse(stillToDo('what the word stands for here, or null to pass such records over'));
        continue;
      }
      if (!mapped.includes(name))
        refuse('must be null: no field is read from this column, so its words can only pass records over');
      else if (fieldsOf.includes('event')) fields.event(ours, saying(refuse));
      else if (fieldsOf.includes('currency')) fields.currency(ours, saying(refuse));
    }
  }
  return faults;
}

function caseFaults({ kind, columns, upperCase = [], lowerCase = [] }: InputSettings): Fault[] {
  const faults: Fault[] = [];
  for (const [key, given] of Object.entries({ upperCase, lowerCase })) {
    for (const [index, field] of given.entries()) {
      const path = [key, index];
      if (given.indexOf(field) < index) faults.push({ path, message: `${field} stands here twice` });
      else if (!COLUMNS[kind].some(({ name }) => name === field))
        faults.push({ path, message: unknownField(field, kind) });
      else if (!Object.hasOwn(columns, field))
        faults.push({ path, message: `${field} is read from no column` });
    }
  }
  for (const [index, field] of lowerCase.entries())
    if (upperCase.includes(field))
      faults.push({ path: ['lowerCase', index], message: `${field} is in "upperCase" too` });
  return faults;
}
