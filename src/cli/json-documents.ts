/**
 * The documents that commands print with `--json`. The keys that need more than a few lines are in `json/`, by what they are about.
 * `npm run docs` makes the JSON Schema of all documents, `src/json.schema.json`; docs/json.md says what is stable. Commands use only the
 * types, so zod is not loaded while they run.
 *
 * All documents follow one naming: a key has one kind of value everywhere. Counts end in `Count`, lists are plurals, amounts are decimal
 * strings, instants end in `At`, dates in `On` or `Date`.
 */
import { z } from 'zod';
import { EXIT_CODES, type FailureKind } from '../errors/failure.js';
import { JSON_VERSION } from './command.js';
import { booksExport, booksShape } from './json/books-keys.js';
import { explainedLinesShape, explainShape } from './json/explain-keys.js';
import { importShape, problem } from './json/import-keys.js';
import { inspectShape } from './json/inspect-keys.js';
import {
  billedMonth,
  type exception,
  type heldLine,
  issuedDocument,
  preflightFinding,
  voidNumber,
  voidReason,
} from './json/month-keys.js';
import { difference } from './json/preview-keys.js';
import { statusShape } from './json/status-keys.js';
import { count, flag, listOf, month, named, text } from './json/values.js';

const closeShape = {
  newlyClosed: listOf(month, 'The months that this command closed, for good'),
  months: listOf(billedMonth, 'The months whose files were written'),
};

/** The keys that each command prints when it succeeds. */
const RESULTS = {
  init: {
    written: listOf(z.string(), 'What was written'),
    kept: listOf(z.string(), 'What was there already, and left as it is'),
  },
  import: importShape,
  inspect: inspectShape,
  preview: {
    months: listOf(billedMonth, 'The month, alone'),
    difference: difference.describe('With --diff').optional(),
  },
  preflight: {
    month,
    wasClosed: flag('It is closed, so there is nothing to stop'),
    preflight: listOf(preflightFinding, 'All that was found'),
  },
  void: {
    month,
    wasVoid: flag('It was void before this command, and not closed since'),
    voidNumber,
    voidReason,
    documents: listOf(issuedDocument, 'Those that are void, by practice and currency'),
    folder: text("Where the month's files are now; absent if there are none").optional(),
  },
  close: closeShape,
  run: { ...importShape, ...closeShape },
  export: {
    months: listOf(billedMonth, 'The month, alone; none with --to'),
    booksExport: booksExport.describe('With --to').optional(),
  },
  books: booksShape,
  invoices: {
    month,
    folder: text('Where the documents are'),
    documentCount: count('How many'),
    unprintable: listOf(
      named('UnprintableDocument', 'A document whose PDF cannot show every character', {
        documentNumber: text('Its number'),
        characters: text('Those that it cannot show'),
      }),
      'Documents whose PDFs lack characters; their HTML has them',
    ),
  },
  report: { month, file: text('The report') },
  verify: {
    findings: listOf(
      named('Finding', 'Something that is not as it was written', {
        place: text('A month, an import, a document or a file'),
        message: text('What is wrong'),
      }),
      'None: everything matches its seal',
    ),
    auditedMonths: listOf(month, 'The closed months that were audited'),
    importCount: count('Imports of the ledger'),
    folderCount: count('Folders of files that were compared'),
    monthsWithoutFolder: listOf(month, 'Those that have no folder below --out; no finding'),
  },
  explain: explainShape,
  status: statusShape,
  check: {
    caseCount: count('Cases that were billed'),
    failedCases: listOf(
      named('FailedCase', 'A case that came to something else than is expected', {
        folder: text('Where it stands'),
        failure: text('Why it could not be billed; empty if it was'),
        differingFiles: listOf(z.string(), 'The files that differ, from its folder'),
      }),
      'Those that did not pass; with --update, those that could not be billed',
    ),
    updatedFiles: listOf(z.string(), 'With --update: the files that were written anew').optional(),
    removedFiles: listOf(z.string(), 'With --update: the files that are expected no more').optional(),
  },
  completion: {
    shell: z.enum(['bash', 'zsh', 'fish']).describe('For which shell'),
    script: text('The script'),
  },
  man: { page: text('The manual page, in roff') },
  version: {
    engineVersion: text('The version of monthend'),
    nodeVersion: text('The version of Node that runs it'),
  },
};

export type DocumentName = keyof typeof RESULTS;

export const DOCUMENT_NAMES = Object.keys(RESULTS) as DocumentName[];

const version = z.literal(JSON_VERSION).describe('The version of this format');

/** A failed command says why it failed, and what was done before. */
const failure = named('failure', 'What every command prints when it fails, and what was already done', {
  version,
  command: z
    .enum(DOCUMENT_NAMES as [DocumentName])
    .nullable()
    .describe('The command; null if none was named'),
  error: named('Error', 'Why a command failed', {
    kind: z.enum(Object.keys(EXIT_CODES) as [FailureKind]).describe('Names the exit code'),
    exitCode: z.int().min(1).describe('With which the command exits'),
    message: text('What is wrong, where, and what to do'),
  }).describe('Only in the documents of commands that failed'),
  problems: listOf(problem, 'All that is wrong with the input, if that was rejected').optional(),
  preflight: listOf(preflightFinding, 'All that was found, if that stops the close').optional(),
  ...z.strictObject({ ...importShape, ...closeShape }).partial().shape,
});

type Results = { [Name in DocumentName]: z.ZodObject<(typeof RESULTS)[Name]> };

/** One document for each command that succeeded, and one for all that failed. */
const DOCUMENTS: readonly z.ZodType[] = [
  ...DOCUMENT_NAMES.map((name) =>
    named(name, `What monthend ${name === 'version' ? '--version' : name} prints`, {
      version,
      command: z.literal(name).describe('The command'),
      ...RESULTS[name],
    }),
  ),
  named('explainedLines', 'What monthend explain prints of a document or a practice', {
    version,
    command: z.literal('explain').describe('The command'),
    ...explainedLinesShape,
  }),
  failure,
];

/** Returns the JSON Schema (2020-12) of any document. `$defs` has each one under the name of its command. */
export function jsonSchema(): object {
  return {
    ...z.toJSONSchema(z.union(DOCUMENTS)),
    title: `What monthend prints with --json, version ${JSON_VERSION}`,
    description: 'Made from src/cli/json-documents.ts by npm run docs',
  };
}

type Fixed<T> = T extends readonly (infer Item)[]
  ? readonly Fixed<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Fixed<T[Key]> }
    : T;

/** The keys that a command adds to `version` and `command`. */
export type JsonOf<Name extends DocumentName> = Fixed<z.infer<Results[Name]>>;
export type JsonExplainedLines = Fixed<z.infer<z.ZodObject<typeof explainedLinesShape>>>;
export type JsonMonth = Fixed<z.infer<typeof billedMonth>>;
export type JsonHeldLine = Fixed<z.infer<typeof heldLine>>;
export type JsonException = Fixed<z.infer<typeof exception>>;
export type JsonFinding = Fixed<z.infer<typeof preflightFinding>>;
export type JsonDifference = Fixed<z.infer<typeof difference>>;
export type JsonError = Fixed<z.infer<typeof failure>>['error'];
