/** `monthend import FILE…`: takes orders, histories and practices into the ledger. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { type Amend, FACT_KINDS, type FactKind, isFactKind } from '../billing/order.js';
import type { Config } from '../config/config.js';
import { changeText, SECRET_FIELD } from '../errors/difference.js';
import { EXIT_CODES, Failure, type InputRejected } from '../errors/failure.js';
import { formatProblem, type Problem, placeName } from '../errors/problem.js';
import { groupProblems, type ProblemGroup } from '../errors/problem-groups.js';
import type { Amendment, ImportOptions, ImportResult, ReadFile } from '../import-files.js';
import { excerpt } from '../words/excerpt.js';
import { counted, grouped, zonesInWords } from '../words/words.js';
import type { Runner } from './command.js';
import type { JsonOf } from './json-documents.js';
import { zonesJson } from './month-json.js';
import { createProgress } from './progress.js';
import { fileArgument, type Session } from './session.js';
import type { Terminal } from './terminal.js';

export interface ImportFlags {
  readonly as?: string;
  readonly amend?: string | true;
  readonly keep?: boolean;
  readonly dryRun?: boolean;
  readonly quarantine?: string;
  readonly problems?: string;
}

/** The accepted file names, for the help of import and run. */
export const FILES =
  '.csv (or .tsv, .tab, .txt) or .ndjson (or .jsonl), either also .gz; - for standard input';

/** The most groups of problems on the screen. `--json` and `--problems` have every problem. */
const GROUPS_SHOWN = 20;

export function addImport(program: Command, run: Runner): void {
  addImportFlags(program.command('import'))
    .description(
      'import orders, histories and practices into the ledger: every record of every file, or none',
    )
    .argument('<file...>', FILES)
    .addHelpText(
      'after',
      `
One bad record rejects the whole import. Records that are known already change nothing. A record that contradicts a known one
is refused, unless --amend lets it replace that one. Input profiles read files of other systems.

Examples:
  monthend import orders.csv history.csv
  monthend import orders.csv --quarantine bad.csv`,
    )
    .action(
      run(async (session: Session, files: string[], flags: ImportFlags) => {
        const options = await importOptions(session, files, flags);
        const { importFiles } = await import('../import-files.js');
        const result = await session.withLedger('write', (ledger) =>
          options.isDryRun === true
            ? ledger.rehearse((inside) => importFiles(inside, files, options))
            : importFiles(ledger, files, options),
        );
        if (options.isDryRun !== true) session.terminal.stands(`import ${result.importId} is in the ledger`);
        reportImport(session.terminal, result, options);
        session.terminal.json(importJson(result, options));
        return result.quarantine === undefined ? 0 : EXIT_CODES.input;
      }),
    );
}

export function addImportFlags(command: Command): Command {
  return command
    .addOption(asOption())
    .addOption(amendOption())
    .option('--keep', 'keep earlier corrections: skip records that repeat what was corrected')
    .option('--dry-run', 'do everything except write, and show the result')
    .option(
      '--quarantine <file>',
      'import the good records, write the bad ones to this file, exit 3',
      fileArgument,
    )
    .option('--problems <file>', 'write every problem to this file, as CSV', fileArgument);
}

/** @see amendWithKinds: a word after `--amend` that is not a kind is a file */
function amendOption(): Option {
  return new Option(
    '--amend [kinds]',
    'let records replace known ones; if kinds are named, only those: practices,orders',
  );
}

function kindsToAmend(given: string | true | undefined): Amend {
  if (given === undefined || given === true) return given === true;
  const kinds = given.split(',');
  const unknown = kinds.find((kind) => !isFactKind(kind));
  if (unknown === undefined) return kinds as FactKind[];
  throw new Failure('usage', `--amend=${given}: "${unknown}" is none of ${FACT_KINDS.join(', ')}`);
}

/** Rewrites `--amend orders.csv` to amend every kind: only names of kinds belong to the option. */
export function amendWithKinds(words: readonly string[]): string[] {
  const isKinds = (word = '') => word !== '' && word.split(',').every(isFactKind);
  return words.map((word, index) =>
    word === '--amend' && !isKinds(words[index + 1]) ? `--amend=${FACT_KINDS.join(',')}` : word,
  );
}

/** The kinds are only suggested. `--as` also takes the names of input profiles, which are in the config and not read yet. */
function asOption(): Option {
  const text = 'kind of the records, or an input profile (default: found by the columns)';
  const option = new Option('--as <kind>', text);
  option.argChoices = [...FACT_KINDS];
  return option;
}

/** Reads and checks the command line before anything is done. @throws Failure usage */
export async function importOptions(
  session: Session,
  files: readonly string[],
  { as, amend, keep = false, dryRun = false, quarantine, problems }: ImportFlags,
): Promise<ImportOptions> {
  for (const file of files) if (file !== '-') refuseNoFile(file);
  if (files.indexOf('-') !== files.lastIndexOf('-'))
    throw new Failure('usage', '-: standard input can be named only once');
  if (quarantine !== undefined) refuseQuarantine(quarantine, files);
  const config = await session.config();
  if (as !== undefined) refuseUnknownForm(as, config);
  return {
    ...(as === undefined ? {} : { as }),
    ...(quarantine === undefined ? {} : { quarantine }),
    ...(problems === undefined ? {} : { problemsFile: problems }),
    amend: kindsToAmend(amend),
    keep,
    isDryRun: dryRun,
    config,
    now: session.now,
    progress: readingProgress(session.terminal),
  };
}

function readingProgress(terminal: Terminal): (file: string, bytes: number) => void {
  const progress = createProgress(terminal);
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  const sizes = new Map<string, number>();
  return (file, bytes) => {
    const size = sizes.get(file) ?? (file === '-' ? 0 : statSync(file).size);
    sizes.set(file, size);
    const of = size > 0 ? { of: megabytes(size) } : {};
    progress({ doing: `reading ${file}`, unit: 'MB', done: megabytes(bytes), ...of });
  };
}

function refuseUnknownForm(as: string, { inputs }: Config): void {
  const profiles = Object.keys(inputs);
  if (isFactKind(as) || profiles.includes(as)) return;
  const expected =
    profiles.length === 0
      ? 'expected orders, history or practices; the config has no input profiles'
      : `expected orders, history, practices or an input profile: ${profiles.join(', ')}`;
  throw new Failure('usage', `--as ${as}: ${expected}`);
}

function refuseNoFile(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new Failure('usage', `${file}: there is no such file`);
  if (found.isDirectory()) throw new Failure('usage', `${file}: is a folder; name the files in it`);
}

/** Records are set aside in the format of their file, so that the quarantine file can be imported. */
function refuseQuarantine(quarantine: string, files: readonly string[]): void {
  const refuse = (why: string) => new Failure('usage', `--quarantine ${quarantine}: ${why}`);
  const format = formatOf(quarantine);
  if (format === undefined) throw refuse('the name of a .csv or .ndjson file is expected, as the input is');
  const other = files.find((file) => file !== '-' && formatOf(file.replace(/\.gz$/i, '')) !== format);
  if (other !== undefined)
    throw refuse(`${other} is of another format; import CSV and NDJSON one after the other`);
  if (statSync(path.dirname(quarantine), { throwIfNoEntry: false })?.isDirectory() !== true)
    throw refuse('there is no such folder');
}

function formatOf(name: string): 'csv' | 'ndjson' | undefined {
  const match = /\.(?:(csv|tsv|tab|txt)|ndjson|jsonl)$/i.exec(name);
  return match === null ? undefined : match[1] === undefined ? 'ndjson' : 'csv';
}

/** The most similar ids on the screen. */
const LIKE_IDS_SHOWN = 10;

export function reportImport(
  terminal: Terminal,
  { importId, files, likeIds, changes, zoneChanges, quarantine }: ImportResult,
  { isDryRun = false }: Pick<ImportOptions, 'isDryRun'>,
): void {
  terminal.result(isDryRun ? `import ${importId} would be (nothing is written):` : `import ${importId}:`);
  for (const file of files) {
    const { name, kind, profile, read, imported, amended, duplicates, corrected, quarantined } = file;
    const parts = [`${imported} new`, `${amended} amended`, `${duplicates} known already`];
    if (corrected > 0) parts.push(`${corrected} of these corrected since and kept`);
    if (quarantined > 0) parts.push(`${quarantined} quarantined`);
    const how = profile === null ? kind : `${kind}, by ${profile}`;
    terminal.result(`  ${name} (${how}): ${read} read, ${parts.join(', ')}${notRead(file)}`);
  }
  noteChanges(terminal, changes);
  noteZoneChanges(terminal, zoneChanges);
  noteLikeIds(terminal, likeIds);
  if (quarantine === undefined) return;
  const { file, records, problems } = quarantine;
  listProblems(terminal, problems);
  const what = isDryRun
    ? `${counted(records, 'record')} would be`
    : `${counted(records, 'record')} ${records === 1 ? 'was' : 'were'}`;
  terminal.error(
    isDryRun
      ? `${what} set aside in ${file}`
      : `${what} not imported but set aside in ${file}; mend them there and import that file`,
  );
}

/** The most changes on the screen. `--json` has them all. */
const CHANGES_SHOWN = 20;

function noteChanges(terminal: Terminal, changes: ImportResult['changes']): void {
  for (const { identity, file, line, differences } of changes.slice(0, CHANGES_SHOWN))
    terminal.note(`${placeName(file, line)}: ${identity}: ${differences.map(changeText).join(', ')}`);
  const more = changes.length - CHANGES_SHOWN;
  if (more > 0) terminal.note(`… and ${grouped(more)} more changes; --json has them all`);
}

/** The most changes of time zones on the screen. `--json` has them all. */
const ZONE_CHANGES_SHOWN = 20;

function noteZoneChanges(terminal: Terminal, changes: ImportResult['zoneChanges']): void {
  for (const { practiceId, zones } of changes.slice(0, ZONE_CHANGES_SHOWN))
    terminal.note(`${excerpt(practiceId)}: time zone ${zonesInWords(zones)}`);
  const more = changes.length - ZONE_CHANGES_SHOWN;
  if (more > 0) terminal.note(`… and ${grouped(more)} more time zones; --json has them all`);
}

function noteLikeIds(terminal: Terminal, { count, first }: ImportResult['likeIds']): void {
  for (const { field, given, known, file, line } of first.slice(0, LIKE_IDS_SHOWN)) {
    const looksSame = given.normalize('NFC') === known.normalize('NFC');
    const how = looksSame ? 'is made of other characters than' : 'is almost';
    const what = `${placeName(file, line)}: ${field} ${excerpt(given)} ${how} ${excerpt(known)}`;
    terminal.note(
      `${what}, which is another ${field === 'order_id' ? 'order' : 'practice'}: if one is meant, correct the other`,
    );
  }
  const more = count - Math.min(first.length, LIKE_IDS_SHOWN);
  if (more > 0) terminal.note(`… and ${more} more ids that nearly match a known one`);
}

/** Describes what the counts of records leave out; empty if nothing. */
function notRead({ passedOver, blankRows, repeatedTimes }: ReadFile): string {
  const parts = [
    ...(passedOver > 0 ? [`${counted(passedOver, 'record')} skipped`] : []),
    ...(blankRows > 0 ? [`${counted(blankRows, 'blank row')} skipped`] : []),
    ...(repeatedTimes > 0
      ? [`${counted(repeatedTimes, 'time')} in the hour that clocks repeat, read as the first`]
      : []),
  ];
  return parts.length === 0 ? '' : `; ${parts.join(', ')}`;
}

/** Returns the document of an import that was not rejected. */
export function importJson(
  { importId, files, likeIds, changes, zoneChanges, quarantine }: ImportResult,
  { isDryRun = false }: Pick<ImportOptions, 'isDryRun'>,
): JsonOf<'import'> {
  const json = {
    importId,
    isDryRun,
    files,
    likeIds,
    changes: changes.map(changeJson),
    zoneChanges: zoneChanges.map(({ practiceId, zones }) => ({ practiceId, timeZones: zonesJson(zones) })),
  };
  if (quarantine === undefined) return json;
  const { file, records, problems } = quarantine;
  return { ...json, quarantine: { file, recordCount: records, problems: problems.map(problemJson) } };
}

const changeJson = ({ identity, file, line, differences }: Amendment) => ({
  identity,
  file,
  line,
  fields: differences.map(([field, was, is]) => (field === SECRET_FIELD ? { field } : { field, was, is })),
});

/** Reports an import that was rejected. */
export function reportProblems(terminal: Terminal, { problems }: InputRejected): void {
  terminal.json({ problems: problems.map(problemJson) });
  listProblems(terminal, problems);
}

const problemJson = ({ value: _, ...problem }: Problem) => problem;

/** Lists the problems by group: the first problem of each, then the places of others like it. */
function listProblems(terminal: Terminal, problems: readonly Problem[]): void {
  const groups = groupProblems(problems);
  for (const group of groups.slice(0, GROUPS_SHOWN)) noteGroup(terminal, group);
  const more = groups.length - GROUPS_SHOWN;
  if (more > 0) terminal.note(`… and ${more} more kinds of problems`);
  if (more > 0 || groups.some(({ count }) => count > 3))
    terminal.note('every problem: add --problems FILE, which writes them as CSV, or --json');
  const foreign = groups.find(({ kind, count }) => FOREIGN.has(kind) || (OF_FORM.has(kind) && count > 2));
  const [first] = foreign?.problems ?? [];
  if (first === undefined || first.file === '-') return;
  const inspect = `"monthend inspect ${shellWord(first.file)}" says what it is, and proposes an input profile that reads it as it is`;
  terminal.note(first.kind === 'foreign-columns' ? inspect : `is it the file of another system? ${inspect}`);
}

function noteGroup(terminal: Terminal, { count, problems }: ProblemGroup): void {
  const [first, ...others] = problems;
  if (first === undefined) return;
  terminal.note(formatProblem(first));
  if (first.mend !== undefined) terminal.note(`  mend: ${excerpt(first.value ?? '')} → ${first.mend}`);
  if (count === 1) return;
  const places = others.map(({ file, line, column }) => `${placeName(file, line)}:${column}`);
  const more = count - 1 - places.length;
  terminal.note(
    `  also at ${places.join(', ')}${more > 0 ? `, and in ${grouped(more)} more ${more === 1 ? 'place' : 'places'}` : ''}`,
  );
}

/** Kinds of problems of a file from another system: one is enough for the first list, several for the second. */
const FOREIGN: ReadonlySet<string> = new Set([
  ...[
    'unknown-kind',
    'foreign-columns',
    'missing-column',
    'unknown-column',
    'other-delimiter',
    'header-below',
    'headerless-file',
    'utf16',
  ],
]);
const OF_FORM: ReadonlySet<string> = new Set([
  ...['not-an-instant', 'instant-without-time', 'instant-without-offset', 'not-a-decimal', 'unknown-event'],
]);

/** Quotes a name for a shell. */
const shellWord = (name: string): string => (/^[\w./-]+$/.test(name) ? name : `'${name}'`);
