/**
 * Reads a config file: the schema has the settings of config.ts with their checks and meanings. Editors use its JSON Schema,
 * `src/config.schema.json`; a test keeps the two equal. Loaded only if there is a file to read: loading zod takes as long as
 * everything else that a command needs.
 */
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { z } from 'zod';
import { MONTH_FORM, parseMonth } from '../billing/billing-month.js';
import { isCountry } from '../billing/country.js';
import { minorDigits } from '../billing/currency.js';
import { SEQUENCE } from '../billing/document.js';
import { FINDING_CODES, type FindingCode } from '../billing/finding.js';
import { looksLikeFormula } from '../billing/formula.js';
import { sharedNumber } from '../billing/number-pattern.js';
import { timeZone } from '../intake/zone-name.js';
import { keyExcerpt } from '../words/excerpt.js';
import { nearMiss } from '../words/near-miss.js';
import { type Config, DEFAULT_CONFIG } from './config.js';
import { faultOfPattern } from './pattern-fault.js';
import { inputsSchema } from './read-inputs.js';

const seriesPattern = (example: string) =>
  z
    .string()
    .min(1)
    .max(60)
    .superRefine((pattern, context) => {
      const fault =
        faultOfPattern(pattern) ??
        (looksLikeFormula(pattern)
          ? 'must not begin as a formula of a spreadsheet does, with =, +, - or @'
          : undefined);
      if (fault !== undefined)
        context.addIssue({ code: 'custom', message: `${fault}; for example "${example}"` });
    })
    .default(example)
    .meta({ pattern: SEQUENCE.source });

const shortText = (what: string) => z.string().trim().min(1).max(200).describe(what);

const productInBooks = {
  account: shortText('The revenue account').optional(),
  item: shortText('The item, product or service').optional(),
  taxCode: shortText('The tax code or tax rate').optional(),
};

const booksSchema = z.strictObject({
  receivables: shortText('The account of receivables').optional(),
  products: z
    .array(
      z.strictObject({
        product: shortText(
          'A product code, in which * stands for any characters; the first that fits counts',
        ),
        ...productInBooks,
      }),
    )
    .default([])
    .describe('What each product is in the books'),
  default: z
    .strictObject(productInBooks)
    .optional()
    .describe('What a product is that none of them fits; without it such a product is refused'),
  customer: z
    .enum(['id', 'customer_code', 'name'])
    .default('id')
    .describe('Whether the books know a practice by its id, its customer_code or its name'),
  customers: z
    .record(z.string(), shortText('The customer'))
    .default({})
    .describe('By practice id: what the books call a practice that they know otherwise'),
  dates: z
    .enum(['MM/DD/YYYY', 'DD/MM/YYYY', 'YYYY-MM-DD'])
    .default('MM/DD/YYYY')
    .describe('How dates are written for the accounting system'),
  taxCategory: z
    .enum(['E', 'O'])
    .default('O')
    .describe('For ubl: E, exempt from VAT; O, outside the scope of VAT'),
  exemptionCode: shortText('For ubl: why, as a code, for example VATEX-EU-132-1E').optional(),
  exemptionReason: shortText('For ubl: why, in words').optional(),
});

const sellerSchema = z.strictObject({
  name: shortText('The legal name'),
  address1: shortText('Street and number').optional(),
  address2: shortText('A second line of the address').optional(),
  city: shortText('City').optional(),
  region: shortText('State, province or region').optional(),
  postalCode: shortText('Postal code').optional(),
  country: z
    .string()
    .refine(isCountry, 'must be a country code of ISO 3166, for example "US"')
    .meta({ pattern: '^[A-Z]{2}$' })
    .describe('Country code of ISO 3166')
    .optional(),
  email: shortText('E-mail').optional(),
  phone: shortText('Telephone').optional(),
  taxId: shortText('Tax or VAT id, with its country code if it is one of the EU').optional(),
  payment: z.array(shortText('A line')).max(10).default([]).describe('How to pay: bank, link, cheque'),
  footer: shortText('The last line of a document').optional(),
  logo: z
    .string()
    .min(1)
    .max(1000)
    .describe(
      'A PNG or SVG file of at most 64 KiB, by its path from the folder of the config. A close reads it and keeps it with the month. ' +
        'An SVG may hold shapes alone: no text (convert it to paths), no script, no other picture, nothing from outside. A PDF shows ' +
        'it drawn on white, at 288 pixels to the inch',
    )
    .optional(),
});

export const configSchema = z.strictObject({
  $schema: z.string().optional().describe('Where this schema stands, for editors'),
  currency: z
    .string()
    .refine(
      (code) => minorDigits(code) !== undefined,
      'must be a currency code of ISO 4217, for example "USD"',
    )
    .default(DEFAULT_CONFIG.currency)
    .describe(
      'The currency of order lines that name none (ISO 4217). A line keeps the one it was imported with',
    )
    .meta({ examples: ['EUR'] }),
  timeZone: z
    .string()
    .superRefine((name, context) => {
      timeZone(name, ({ text }) => void context.addIssue({ code: 'custom', message: text }));
    })
    .default(DEFAULT_CONFIG.timeZone)
    .describe(
      'The time zone of practices that have none of their own (IANA name). A practice keeps the one of its first close, until a practices file gives it its own',
    )
    .meta({ examples: ['Europe/Berlin'] }),
  cutoff: z
    .string()
    .regex(
      /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/,
      'must be a time of day from "00:00" to "24:00", for example "19:00"',
    )
    .default(DEFAULT_CONFIG.cutoff)
    .describe(
      'The wall-clock time at which a billing month ends on its last day. A closed month keeps its own',
    )
    .meta({ examples: ['19:00'] }),
  pauseLimitDays: z
    .int()
    .min(1)
    .max(3650)
    .default(DEFAULT_CONFIG.pauseLimitDays)
    .describe('Calendar days that an order may stay paused; fixed by the first close')
    .meta({ examples: [30] }),
  afterLimit: z
    .enum(['slate', 'delete'])
    .default(DEFAULT_CONFIG.afterLimit)
    .describe(
      'A passed limit lists the order as slated for deletion, or ends it as deleted; fixed by the first close',
    )
    .meta({ examples: ['delete'] }),
  notPausable: z
    .array(z.string().min(1).max(128))
    .default([...DEFAULT_CONFIG.notPausable])
    .describe(
      'Product codes whose orders cannot be paused; fixed by the first close. A code that no order line up to the last closed ' +
        'month has may be added',
    )
    .meta({ examples: [['aligners', 'retainer']] }),
  rounding: z
    .enum(['half-up', 'half-even'])
    .default(DEFAULT_CONFIG.rounding)
    .describe('How a line amount is rounded at half a cent; fixed by the first close')
    .meta({ examples: ['half-even'] }),
  creditAfterShipment: z
    .boolean()
    .default(DEFAULT_CONFIG.creditAfterShipment)
    .describe(
      'Let orders and order lines be cancelled or deleted after they have shipped, and credit them; fixed by the first close',
    )
    .meta({ examples: [true] }),
  paymentTermsDays: z
    .int()
    .min(0)
    .max(3650)
    .default(DEFAULT_CONFIG.paymentTermsDays)
    .describe('Days from issue date to due date')
    .meta({ examples: [14] }),
  invoiceNumber: seriesPattern(DEFAULT_CONFIG.invoiceNumber)
    .describe('Number of invoices: {seq:6} counts and never restarts, {YYYY} and {MM} are the month')
    .meta({ examples: ['{YYYY}-{MM}/{seq:4}'] }),
  creditNoteNumber: seriesPattern(DEFAULT_CONFIG.creditNoteNumber)
    .describe('Number of credit notes, a series of its own')
    .meta({ examples: ['{YYYY}-{MM}/C{seq:4}'] }),
  reviewChangePercent: z
    .int()
    .min(1)
    .max(1_000_000)
    .nullable()
    .default(DEFAULT_CONFIG.reviewChangePercent)
    .describe(
      "Mark a practice's total for review, and stop the close until that is accepted, if it changed by more percent than that since " +
        'its last closed month; null marks none',
    )
    .meta({ examples: [25] }),
  negativePrices: z
    .boolean()
    .default(DEFAULT_CONFIG.negativePrices)
    .describe('Let an order line have a unit price below zero: a discount, goodwill, a return')
    .meta({ examples: [true] }),
  strict: z
    .boolean()
    .default(DEFAULT_CONFIG.strict)
    .describe('Refuse to close a month that would list exceptions')
    .meta({ examples: [true] }),
  patientRef: z
    .boolean()
    .default(DEFAULT_CONFIG.patientRef)
    .describe('Add the column patient_ref to invoices')
    .meta({ examples: [true] }),
  bom: z
    .boolean()
    .default(DEFAULT_CONFIG.bom)
    .describe('Start every CSV with a byte order mark')
    .meta({ examples: [true] }),
  lineEnding: z
    .enum(['lf', 'crlf'])
    .default(DEFAULT_CONFIG.lineEnding)
    .describe('How lines end in every CSV')
    .meta({ examples: ['crlf'] }),
  formulaGuard: z
    .boolean()
    .default(DEFAULT_CONFIG.formulaGuard)
    .describe("Put a ' before text cells that a spreadsheet would take for a formula")
    .meta({ examples: [false] }),
  fileMode: z
    .enum(['private', 'group'])
    .default(DEFAULT_CONFIG.fileMode)
    .describe("Who may read a month's files: you alone (0600, folders 0700), or your group too (0640, 0750)")
    .meta({ examples: ['group'] }),
  seller: sellerSchema
    .nullable()
    .default(null)
    .describe('The lab itself, as its documents name it; a closed month keeps its own')
    .meta({ examples: [{ name: 'Lakeview Dental Lab', country: 'US' }] }),
  books: booksSchema
    .nullable()
    .default(null)
    .describe('How products and practices are called in the accounting system: see accounting.md')
    .meta({ examples: [{ receivables: '1200', default: { account: '4000' } }] }),
  inputs: inputsSchema,
  firstMonth: z
    .string()
    .refine((text) => parseMonth(text) !== undefined, `must be a month, ${MONTH_FORM}`)
    .nullable()
    .default(DEFAULT_CONFIG.firstMonth)
    .describe(
      'The first month that this ledger bills: what was placed before it counts as charged by an earlier system. null asks at the first close',
    )
    .meta({ examples: ['2026-10'] }),
  preflight: z
    .strictObject(
      Object.fromEntries(
        FINDING_CODES.map((code) => [code, z.enum(['stop', 'tell']).optional()]),
      ) as unknown as Record<FindingCode, z.ZodOptional<z.ZodEnum<{ stop: 'stop'; tell: 'tell' }>>>,
    )
    .default({})
    .describe(
      'What a finding of the preflight does, by its code (preflight.md lists them): stop refuses the close until it is accepted, ' +
        'tell only says it',
    )
    .meta({ examples: [{ late: 'stop' }] }),
});

/** Returns the JSON Schema for editors and for docs/config.md. */
export function configJsonSchema(): z.core.JSONSchema.JSONSchema {
  return z.toJSONSchema(configSchema, { io: 'input' });
}

/** The faults of a config, one line each: `LINE:COLUMN: KEY: message`, without the file's name. */
export class ConfigFaults extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
  }
}

interface ConfigReading {
  /** If true, `inputs` with faults is read as if it were empty. */
  readonly leavesOutWrongInputs?: boolean;
}

/** Reads the text of a config, JSON with comments. @throws ConfigFaults */
export function readConfig(written: string, options: ConfigReading = {}): Config {
  try {
    return checkedConfig(written, options);
  } catch (error) {
    // The parser recurses for each level.
    if (!(error instanceof RangeError)) throw error;
    throw new ConfigFaults(['1:1: is nested deeper than any config; name another file']);
  }
}

function checkedConfig(written: string, { leavesOutWrongInputs = false }: ConfigReading): Config {
  const text = written.replace(/^\uFEFF/, ''); // editors on Windows write a byte order mark
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const faults = told(errors, ({ error, offset }) => `${placeOf(text, offset)}: ${SYNTAX_WORDS(error)}`);
  if (tree === undefined && faults.length === 0)
    faults.push('1:1: the file is empty; {} stands for all defaults');
  if (faults.length > 0 || tree === undefined) throw new ConfigFaults(faults);

  faults.push(
    ...told(
      repeatedKeys(tree),
      ({ path, offset }) => `${placeOf(text, offset)}: ${nameOf(path)}: the key stands twice`,
    ),
  );
  const offsetOf = (path: readonly PropertyKey[]) => {
    for (let length = path.length; length > 0; length--) {
      const node = findNodeAtLocation(tree, path.slice(0, length) as (string | number)[]);
      // The place of a key is that of its name, as editors show it.
      if (node !== undefined) return (node.parent?.type === 'property' ? node.parent : node).offset;
    }
    return 0;
  };
  const value = getNodeValue(tree);
  const givenInputs = leavesOutWrongInputs && tree.type === 'object' ? value.inputs : undefined;
  if (givenInputs !== undefined && !inputsSchema.safeParse(givenInputs).success) delete value.inputs;
  const result = configSchema.safeParse(value);
  const wrong = (result.error?.issues ?? []).flatMap((issue) => {
    const paths =
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    return paths.map((path) => ({ issue, path }));
  });
  faults.push(
    ...told(wrong, ({ issue, path }) => {
      const name = nameOf(path);
      return `${placeOf(text, offsetOf(path))}: ${name === '' ? '' : `${name}: `}${messageOf(issue, path, tree)}`;
    }),
  );
  if (result.data === undefined || faults.length > 0) throw new ConfigFaults(faults);
  const { $schema: _, ...config } = result.data;
  const shared = sharedNumber(config.invoiceNumber, config.creditNoteNumber);
  if (shared !== undefined) {
    const place = placeOf(text, offsetOf(['creditNoteNumber']) || offsetOf(['invoiceNumber']));
    throw new ConfigFaults([
      `${place}: creditNoteNumber: "${config.creditNoteNumber}" and invoiceNumber "${config.invoiceNumber}" can both give ` +
        `the number ${shared}; put a letter into one, for example "CN-{seq:6}"`,
    ]);
  }
  return config;
}

/** Returns every key that occurs a second time in its object, at any depth. */
function repeatedKeys(
  node: Node,
  above: readonly PropertyKey[] = [],
): { readonly path: readonly PropertyKey[]; readonly offset: number }[] {
  if (node.type === 'array')
    return (node.children ?? []).flatMap((child, index) => repeatedKeys(child, [...above, index]));
  if (node.type !== 'object') return [];
  const seen = new Set<string>();
  return (node.children ?? []).flatMap(({ children }) => {
    const [key, value] = children ?? [];
    if (key === undefined) return [];
    const path = [...above, String(key.value)];
    const isRepeated = seen.has(key.value);
    seen.add(key.value);
    return [
      ...(isRepeated ? [{ path, offset: key.offset }] : []),
      ...(value === undefined ? [] : repeatedKeys(value, path)),
    ];
  });
}

/** `books.products[2].account` */
function nameOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, part) => {
    if (typeof part === 'number') return `${name}[${part}]`;
    const key = keyExcerpt(String(part));
    return name === '' ? key : `${name}.${key}`;
  }, '');
}

/** The most faults to list. A config has some forty settings, nobody reads more, and finding each place takes a search through the text. */
const MOST_FAULTS = 50;

function told<T>(faults: readonly T[], tell: (fault: T) => string): string[] {
  const more = faults.length - MOST_FAULTS;
  return [...faults.slice(0, MOST_FAULTS).map(tell), ...(more > 0 ? [`1:1: and ${more} more faults`] : [])];
}

/** Returns the message of an issue: our own words unchanged, zod's as the rest of a sentence. */
function messageOf(issue: z.core.$ZodIssue, path: readonly PropertyKey[], tree: Node): string {
  const { code, message } = issue;
  if (code === 'unrecognized_keys') return unknownKeyMessage(String(path.at(-1)), keysAt(path.slice(0, -1)));
  // A key of `inputs` is the name of a profile, which has its own message.
  if (code === 'invalid_key') return issue.issues[0]?.message ?? message;
  if (code === 'custom') return message;
  const isMissing = findNodeAtLocation(tree, path as (string | number)[]) === undefined;
  return isMissing && path[0] === 'inputs' ? 'is missing; every profile needs it' : lowerFirst(message);
}

/** Returns the keys that an object of the config may have. */
function keysAt(path: readonly PropertyKey[]): string[] {
  let schema: unknown = configSchema;
  const inner = () => {
    while (
      schema instanceof z.ZodDefault ||
      schema instanceof z.ZodNullable ||
      schema instanceof z.ZodOptional
    )
      schema = schema.unwrap();
    return schema;
  };
  for (const part of path) {
    const at = inner();
    if (at instanceof z.ZodObject) schema = at.shape[String(part)];
    else if (at instanceof z.ZodArray) schema = at.element;
    else if (at instanceof z.ZodRecord) schema = at.valueType;
  }
  const at = inner();
  return at instanceof z.ZodObject ? Object.keys(at.shape).filter((key) => key !== '$schema') : [];
}

function unknownKeyMessage(key: string, known: readonly string[]): string {
  const meant = nearMiss(key, known);
  return meant === undefined
    ? `no such key; known are ${known.join(', ')}`
    : `no such key; did you mean ${meant}?`;
}

const SYNTAX_WORDS = (error: ParseError['error']): string =>
  `not valid JSON: ${printParseErrorCode(error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()}`;

const lowerFirst = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1);

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${[...(before.at(-1) ?? '')].length + 1}`;
}
