/**
 * The CSV layer against third-party test files with expected outcomes (see fixtures/corpus/README.md). They test syntax, not the
 * columns of our files, so the reader is driven directly; of the header only what holds for any header is checked.
 *
 * The manifest's reader checks in passes: the encoding of the whole file, its syntax, then names and widths. Ours makes one
 * pass and tells what comes first. So a file is as expected, too, if the expected problem is found behind an earlier one
 * (of encoding: by the UTF-8 layer alone, since a bad first record ends the reading of a CSV file).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import * as problem from '../../src/errors/messages.js';
import { nameProblems } from '../../src/intake/header.js';
import { firstInvalidUtf8 } from '../../src/intake/utf8.js';
import { readCsv, readNdjson } from './feed.js';

const CORPUS = join(import.meta.dirname, '../../fixtures/corpus');

interface Expectation {
  readonly outcome: 'accept' | 'reject' | 'either';
  readonly reason?: string;
  readonly line?: number;
  readonly column?: number;
  readonly rows?: number;
  readonly columns?: number;
  readonly records?: readonly (readonly string[])[];
  readonly records_sha256?: string;
}

interface Entry {
  readonly path: string;
  readonly sha256: string;
  readonly layer: 'csv' | 'ndjson' | 'utf8';
  readonly expect: Expectation;
}

/** The message by which each reason of the manifest shows itself. */
const MESSAGES: Readonly<Record<string, RegExp>> = {
  'bare-cr': pattern(problem.bareCarriageReturn()),
  'column-count': /^\d+ fields?, \d+ expected as in the header/,
  'control-character': /^has the control character/,
  'empty-header': pattern(problem.emptyColumnName()),
  'encoding-utf16': pattern(problem.utf16()),
  'encoding-utf8': /^the byte [0-9A-F]{2} is not UTF-8/,
  nul: /^has the control character U\+0000/,
  'quote-in-unquoted-field': pattern(problem.quoteInUnquotedField()),
  'text-after-closing-quote': pattern(problem.textAfterClosingQuote()),
  'unterminated-quote': pattern(problem.unterminatedQuote()),
};

const { entries } = JSON.parse(readFileSync(join(CORPUS, 'MANIFEST.json'), 'utf8')) as { entries: Entry[] };

describe('the corpus', () => {
  it('has every file of its manifest, byte for byte', () => {
    expect(entries.length).toBeGreaterThan(200);
    const changed = entries.filter(
      ({ path, sha256 }) =>
        createHash('sha256')
          .update(readFileSync(join(CORPUS, path)))
          .digest('hex') !== sha256,
    );
    expect(changed.map(({ path }) => path)).toEqual([]);
  });

  it.each(entries.map((entry) => [entry.path, entry] as const))('%s', (path, entry) => {
    expect(outcome(entry, readFileSync(join(CORPUS, path)))).toBe('as expected');
  });
});

/** `as expected`, or what happened instead. */
function outcome({ path, layer, expect: expected }: Entry, bytes: Buffer): string {
  if (layer === 'utf8') return samePlace(firstInvalidPlace(bytes), expected);
  if (layer === 'ndjson') {
    const { problems, count } = readNdjson(bytes);
    return problems[0] ?? (count === expected.rows ? 'as expected' : `${count} records`);
  }
  if (path.endsWith('.gz')) return packedOutcome(bytes);
  const { records, problems } = readAsTable(bytes);
  const [first] = problems;
  if (first === undefined) {
    if (expected.outcome === 'reject') return 'accepted';
    return sameRecords(records, expected) ? 'as expected' : 'other records';
  }
  if (expected.outcome === 'accept' || matches(first, expected))
    return matches(first, expected) ? 'as expected' : first;
  // An earlier problem of a later pass comes first.
  if (!isBefore(first, expected)) return first;
  if (expected.reason === 'encoding-utf8') return samePlace(firstInvalidPlace(bytes), expected);
  return problems.some((found) => matches(found, expected)) ? 'as expected' : first;
}

/** "Unless supported and bounded", says the manifest: we unpack, and what comes out must be read without a throw. */
function packedOutcome(bytes: Buffer): string {
  readAsTable(gunzipSync(bytes));
  return 'as expected';
}

/** The file's records, with what is wrong with any header put first. */
function readAsTable(bytes: Uint8Array) {
  const { records, problems } = readCsv(bytes);
  const inHeader = nameProblems(records[0] ?? []).map(({ message }) => `1:1: ${message.text}`);
  return { records, problems: [...inHeader, ...problems] };
}

function matches(found: string, { reason = '', line, column }: Expectation): boolean {
  const match = /^(\d+):(\d+): (?:\d+: )?(.*)$/.exec(found);
  if (match === null) return false;
  const [, foundLine, foundColumn, message = ''] = match;
  if (line !== undefined && line !== Number(foundLine)) return false;
  if (column !== undefined && column !== Number(foundColumn)) return false;
  return MESSAGES[reason]?.test(message) ?? false;
}

function sameRecords(records: readonly (readonly string[])[], expected: Expectation): boolean {
  if (expected.records !== undefined) return JSON.stringify(records) === JSON.stringify(expected.records);
  return createHash('sha256').update(asciiJson(records)).digest('hex') === expected.records_sha256;
}

/** As the manifest's hashes were made: without spaces, all that is not ASCII escaped. */
function asciiJson(value: unknown): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[\u0080-\uffff]/g, escaped);
}

function isBefore(found: string, { line = 0, column = Number.POSITIVE_INFINITY }: Expectation): boolean {
  const [foundLine, foundColumn] = found.split(':').map(Number) as [number, number];
  return foundLine < line || (foundLine === line && foundColumn < column);
}

function firstInvalidPlace(bytes: Buffer): string {
  const invalid = firstInvalidUtf8(bytes, 0, bytes.length);
  if (invalid === undefined) return 'none';
  const before = bytes.toString('utf8', 0, invalid).split('\n');
  return `${before.length}:${[...(before.at(-1) ?? '')].length + 1}`;
}

function samePlace(found: string, { line, column }: Expectation): string {
  return found === `${line}:${column}` ? 'as expected' : found;
}

function pattern(message: string): RegExp {
  return new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}
