/**
 * Reads the folder of a fixture case (docs/ci.md): its months, input files and expected files. A name that `check` would ignore is a
 * fault, except for the files of other programs, such as `.DS_Store`.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type BillingMonth, parseMonth } from '../billing/billing-month.js';
import { Failure } from '../errors/failure.js';
import { filesBelow } from '../files/files-below.js';
import { readFoundFile } from '../files/found-file.js';

/** The only file in `expected/` of a month that must be refused. */
export const ERROR_FILE = 'error.txt';

export interface CaseFolder {
  readonly folder: string;
  /** In order; at least one. */
  readonly months: readonly BillingMonth[];
  /** If true, every month's files must be exactly those expected. */
  readonly isComplete: boolean;
}

/** Returns the case folders at or below `root`, sorted by name. Each holds a `case.md`, a `case.json` or a folder with a month's name. */
export function findCases(root: string): string[] {
  const folders = foldersIn(root);
  const marked = [NOTES, SETTINGS].some((name) => existsSync(path.join(root, name)));
  if (marked || folders.some(isMonth)) return [root];
  return folders
    .filter((name) => !isPassedOver(name) && name !== 'node_modules')
    .flatMap((name) => findCases(path.join(root, name)));
}

/** Reads a case. @throws Failure difference, with one line for each thing that does not belong in the folder */
export function readCaseFolder(folder: string): CaseFolder {
  const months = namesIn(folder).filter((name) => isMonth(name) && isFolder(path.join(folder, name)));
  const faults = [
    ...faultsBesideMonths(folder, months),
    ...months.flatMap((month) => faultsOfMonth(folder, month)),
  ];
  if (faults.length === 0 && !months.some((month) => hasInput(folder, month)))
    faults.push('no month holds an input file. Put the orders of October 2026 into 2026-10/in/orders.csv');
  if (faults.length > 0) throw new Failure('difference', faults.join('\n'));
  return { folder, months, isComplete: readSettings(folder).complete };
}

/** Returns the paths of the files that a month imports, sorted by name. */
export function inputsOf(folder: string, month: BillingMonth, part: 'in' | 'amend'): string[] {
  const inputs = path.join(folder, month, part);
  if (!existsSync(inputs)) return [];
  return namesIn(inputs)
    .filter((name) => !isPassedOver(name))
    .map((name) => path.join(inputs, name));
}

/** Returns a month's expected files by name, with `/`. Their bytes are latin1 text, in which each byte is one character. */
export function readExpected(folder: string, month: BillingMonth): Map<string, string> {
  const expected = path.join(folder, month, 'expected');
  const files = new Map<string, string>();
  if (!existsSync(expected)) return files;
  for (const name of filesBelow(expected)) {
    if (isExpected(name)) files.set(name, readFileSync(path.join(expected, name), 'latin1'));
  }
  return files;
}

const NOTES = 'case.md';
const SETTINGS = 'case.json';
const PARTS_OF_A_MONTH: readonly string[] = ['in', 'amend', 'expected'];

/** Names of files that belong into a month's `in/`. Other files beside the months are ignored. */
const INPUT = /\.(?:csv|ndjson)(?:\.gz)?$/i;

const isMonth = (name: string): boolean => parseMonth(name) !== undefined;

/** True for hidden files and for what Windows puts into folders. */
const isPassedOver = (name: string): boolean =>
  name.startsWith('.') || ['thumbs.db', 'desktop.ini'].includes(name.toLowerCase());

/** Matches the invoice of a practice whose id starts with a dot. It is not a hidden file: its name ends in `~`, a hash and `.csv`. */
const HIDDEN_INVOICE = /^invoices\/\.(?!_)[^/]*~[0-9a-f]{8}(?:\.[A-Z]{3})?\.csv$/;

function isExpected(name: string): boolean {
  return HIDDEN_INVOICE.test(name) || !name.split('/').some(isPassedOver);
}

function faultsBesideMonths(folder: string, months: readonly BillingMonth[]): string[] {
  const faults: string[] = [];
  for (const name of namesIn(folder).filter((each) => !isPassedOver(each) && !months.includes(each))) {
    if (isFolder(path.join(folder, name)))
      faults.push(
        `${name}: is not a month, so it would be skipped. Name the folder as a month, such as 2026-10, or move it out of the case`,
      );
    else if (INPUT.test(name))
      faults.push(`${name}: is beside the months, so it would be skipped. Move it into the in/ of its month`);
  }
  if (faults.length + months.length === 0)
    faults.push(
      'no folder of a month. Make one, such as 2026-10, with the input files in 2026-10/in and what they come to in 2026-10/expected',
    );
  return faults;
}

function faultsOfMonth(folder: string, month: BillingMonth): string[] {
  const faults: string[] = [];
  for (const name of namesIn(path.join(folder, month)).filter((each) => !isPassedOver(each))) {
    const found = path.join(folder, month, name);
    const isPart = PARTS_OF_A_MONTH.includes(name);
    if (isPart && !isFolder(found))
      faults.push(`${month}/${name}: a file, and a folder is expected. Rename it, and make the folder`);
    else if (!isPart && (isFolder(found) || INPUT.test(name) || name === ERROR_FILE))
      faults.push(
        `${month}/${name}: would be skipped, since a month holds only the folders ${PARTS_OF_A_MONTH.join(', ')}. ` +
          'Move it into one of them, or out of the case',
      );
    else if (name === 'in' || name === 'amend')
      for (const input of inputsOf(folder, month, name).filter((each) => !isFile(each)))
        faults.push(
          `${month}/${name}/${path.basename(input)}: ${
            isFolder(input)
              ? `a folder. Move its files into ${month}/${name} itself`
              : 'no regular file. Put a file there, or remove it'
          }`,
        );
    else if (name === 'expected') faults.push(...faultsOfExpected(folder, month));
  }
  return faults;
}

/** Finds folders where a file would be written, and links, whose content is not part of the case. */
function faultsOfExpected(folder: string, month: BillingMonth): string[] {
  const expected = path.join(folder, month, 'expected');
  return readdirSync(expected, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const name = path.relative(expected, path.join(entry.parentPath, entry.name)).split(path.sep).join('/');
    if (!isExpected(name) || entry.isFile() || (entry.isDirectory() && name === INVOICES)) return [];
    return entry.isDirectory()
      ? [`${month}/expected/${name}: a folder, and only ${INVOICES} is one there. Move it out of the case`]
      : [
          `${month}/expected/${name}: is not a regular file, so it would be skipped. Put the file itself there`,
        ];
  });
}

const INVOICES = 'invoices';

const hasInput = (folder: string, month: BillingMonth): boolean =>
  (['in', 'amend'] as const).some((part) => inputsOf(folder, month, part).length > 0);

/** In bytes; more than any `case.json` needs. */
const LARGEST_SETTINGS = 1024 * 1024;

/** Reads `case.json`. @throws Failure difference */
function readSettings(folder: string): { complete: boolean } {
  const file = path.join(folder, SETTINGS);
  if (!existsSync(file)) return { complete: false };
  const refuse = (what: string) =>
    new Failure('difference', `${SETTINGS}: ${what}. Write {"complete": true}, or remove the file`);
  const settings = parseJson(
    (readFoundFile(file, LARGEST_SETTINGS)?.toString() ?? '').replace(/^\uFEFF/, ''),
  );
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
    throw refuse('is no JSON object');
  const { complete = false, ...others } = settings as Record<string, unknown>;
  const [other] = Object.keys(others);
  if (other !== undefined) throw refuse(`the key ${JSON.stringify(other)} is not known`);
  if (typeof complete !== 'boolean') throw refuse('"complete" is neither true nor false');
  return { complete };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Sorted by UTF-16 code unit on every system. */
const namesIn = (folder: string): string[] => readdirSync(folder).sort();

const isFile = (name: string): boolean => statSync(name, { throwIfNoEntry: false })?.isFile() === true;

const isFolder = (name: string): boolean => statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;

/** Links are not followed, since one could lead back here. */
function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
