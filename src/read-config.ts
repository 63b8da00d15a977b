/**
 * The reading of a config file: the settings of config.ts with their checks and what they mean. Its JSON Schema, for editors, is
 * `config.schema.json` beside this file; a test holds the two together. Loaded only where there is a file to be read: zod
 * takes as long to load as all else that a command needs.
 */
import { getNodeValue, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { z } from 'zod';
import { minorDigits } from './billing/currency.js';
import { SEQUENCE } from './billing/document.js';

import { faultOfPattern, sharedNumber } from './billing/number-pattern.js';
import { type Config, DEFAULT_CONFIG } from './config.js';
import { nearMiss } from './intake/near-miss.js';
import { timeZone } from './intake/time-zone.js';

const seriesPattern = (example: string) =>
  z
    .string()
    .min(1)
    .max(60)
    .superRefine((pattern, context) => {
      const fault = faultOfPattern(pattern);
      if (fault !== undefined)
        context.addIssue({ code: 'custom', message: `${fault}; for example "${example}"` });
    })
    .default(example)
    .meta({ pattern: SEQUENCE.source });

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
      timeZone(name, (message) => void context.addIssue({ code: 'custom', message }));
    })
    .default(DEFAULT_CONFIG.timeZone)
    .describe(
      'The time zone of practices that have none of their own (IANA name). A practice keeps the one of its first close',
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
    .describe('Product codes whose orders cannot be paused; fixed by the first close')
    .meta({ examples: [['aligners', 'retainer']] }),
  rounding: z
    .enum(['half-up', 'half-even'])
    .default(DEFAULT_CONFIG.rounding)
    .describe('How a line amount is rounded at half a cent; fixed by the first close')
    .meta({ examples: ['half-even'] }),
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
      "Mark a practice's total for review if it changed by more percent than that since its last closed month; null marks none",
    )
    .meta({ examples: [25] }),
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
});

/** For editors, and for docs/config.md. */
export function configJsonSchema(): z.core.JSONSchema.JSONSchema {
  return z.toJSONSchema(configSchema, { io: 'input' });
}

/** What is wrong with a config, a line for each fault: `LINE:COLUMN: KEY: message`, without the file's name. */
export class ConfigFaults extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
  }
}

/** Reads the text of a config: JSON with comments. @throws ConfigFaults */
export function readConfig(written: string): Config {
  const text = written.replace(/^\uFEFF/, ''); // as Windows' editors begin a file
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const faults = errors.map(({ error, offset }) => `${placeOf(text, offset)}: ${SYNTAX_WORDS(error)}`);
  if (tree === undefined && faults.length === 0)
    faults.push('1:1: the file is empty; {} stands for all defaults');
  if (faults.length > 0 || tree === undefined) throw new ConfigFaults(faults);

  const offsetOfKey = new Map<string, number>();
  for (const { children } of tree.children ?? []) {
    const key = children?.[0];
    if (tree.type !== 'object' || key === undefined) continue;
    if (offsetOfKey.has(key.value))
      faults.push(`${placeOf(text, key.offset)}: ${key.value}: the key stands twice`);
    offsetOfKey.set(key.value, key.offset);
  }
  const result = configSchema.safeParse(getNodeValue(tree));
  for (const issue of result.error?.issues ?? []) {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0] ?? '')];
    for (const key of keys) {
      const message = messageOf(issue, key);
      faults.push(`${placeOf(text, offsetOfKey.get(key) ?? 0)}: ${key === '' ? '' : `${key}: `}${message}`);
    }
  }
  if (result.data === undefined || faults.length > 0) throw new ConfigFaults(faults);
  const { $schema: _, ...config } = result.data;
  const shared = sharedNumber(config.invoiceNumber, config.creditNoteNumber);
  if (shared !== undefined) {
    const place = placeOf(text, offsetOfKey.get('creditNoteNumber') ?? offsetOfKey.get('invoiceNumber') ?? 0);
    throw new ConfigFaults([
      `${place}: creditNoteNumber: "${config.creditNoteNumber}" and invoiceNumber "${config.invoiceNumber}" can both give ` +
        `the number ${shared}; put a letter into one, for example "CN-{seq:6}"`,
    ]);
  }
  return config;
}

const KEYS = Object.keys(configSchema.shape).filter((key) => key !== '$schema');

/** Our own words as they are, zod's as the rest of a sentence. */
function messageOf(
  { code, message }: { readonly code: string; readonly message: string },
  key: string,
): string {
  if (code === 'unrecognized_keys') return unknownKeyMessage(key);
  return code === 'custom' ? message : lowerFirst(message);
}

function unknownKeyMessage(key: string): string {
  const meant = nearMiss(key, KEYS);
  return meant === undefined
    ? `no such key; known are ${KEYS.join(', ')}`
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
