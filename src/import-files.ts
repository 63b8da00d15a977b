/**
 * The import of files, all or nothing: facts and problems from intake, facts into the ledger, bad records into a quarantine file
 * if one is named.
 */
import path from 'node:path';
import type { ImportedFile } from './billing/month-view.js';
import type { Amend, FactKind, Instant } from './billing/order.js';
import type { Config } from './config/config.js';
import { Failure, InputRejected } from './errors/failure.js';
import { say } from './errors/message.js';
import type { Problem } from './errors/problem.js';
import { refuseForeignFile, writeNamedFile } from './files/named-file.js';
import { columnsOf, profilesIn } from './intake/input-profile.js';
import { mendOf } from './intake/mend.js';
import { createQuarantineWriter, orderIdIn, type RawRecord } from './intake/quarantine.js';
import { type IntakeOptions, MOST_PROBLEMS, readFacts } from './intake/read-facts.js';
import type { Change, FactTaker, Refusal } from './ledger/facts.js';
import { type OpenImport, type SetAside, withImport } from './ledger/import.js';
import type { Ledger } from './ledger/ledger.js';
import type { LikeIds } from './ledger/like-ids.js';
import { isProblemsCsv, problemsCsv } from './output/problems-file.js';
import { type QuarantineFile, stageQuarantine } from './output/quarantine-file.js';

export interface ImportOptions {
  /** What kind every file is, or the name of the input profile to read it by, where their columns need not tell. */
  readonly as?: string;
  readonly amend: Amend;
  /** Whether records that repeat what a later import corrected leave the correction as it is. */
  readonly keep?: boolean;
  readonly config: Config;
  /** For the audit column only. */
  readonly now: Instant;
  /** The file to set bad records aside in, so that the good ones are taken all the same. */
  readonly quarantine?: string;
  /** Do everything but write: the caller takes the import back. */
  readonly isDryRun?: boolean;
  /** The file to write all problems to, as CSV; with a header alone if there are none. */
  readonly problemsFile?: string;
  /** Called now and then with the bytes read of a file. */
  readonly progress?: (file: string, bytes: number) => void;
}

export type { Change } from './ledger/facts.js';

/** What became of a file, and how it was read. */
export interface ReadFile extends Omit<ImportedFile, 'importId'> {
  /** The input profile that it was read by; null for the strict format. */
  readonly profile: string | null;
  /** Of the duplicates, those that repeat what a later import corrected. */
  readonly corrected: number;
  /** Records that the profile says are none of ours. */
  readonly passedOver: number;
  /** Rows without a value. */
  readonly blankRows: number;
  /** Times that occur twice, when the clocks go back, and were read as the first. */
  readonly repeatedTimes: number;
}

export interface ImportResult {
  readonly importId: number;
  readonly files: readonly ReadFile[];
  /** Ids that are like a known one, but not the same. */
  readonly likeIds: LikeIds;
  /** What records replaced; the first 100,000. */
  readonly changes: readonly Change[];
  /** Present if records were set aside: where, how many, and all that is wrong with them. */
  readonly quarantine?: {
    readonly file: string;
    readonly records: number;
    readonly problems: readonly Problem[];
  };
}

/**
 * Takes the facts of the files into the ledger, all or nothing; with `quarantine` the good ones, once the bad ones are safe in
 * that file.
 * @throws InputRejected; Failure usage, busy, system
 */
export async function importFiles(
  ledger: Ledger,
  files: readonly string[],
  options: ImportOptions,
): Promise<ImportResult> {
  const { amend, keep = false, now, quarantine, problemsFile } = options;
  if (problemsFile !== undefined) refuseForeignFile(problemsFile, isProblemsCsv);
  const aside = quarantine === undefined ? undefined : stageQuarantine(quarantine);
  const defaultCurrency = options.config.currency;
  const importOptions = { amend, keep, now, defaultCurrency, mayRetry: aside !== undefined };
  try {
    return await withImport(ledger, importOptions, async (open, importId) => {
      const attempt = await attemptImport(open, files, options, aside);
      const { files: read, isRejected, likeIds, changes } = attempt;
      const problems = attempt.problems.map((problem) => withMend(problem, options.config));
      if (problemsFile !== undefined)
        writeNamedFile(problemsFile, problemsCsv(problems), { isOurs: isProblemsCsv });
      if (isRejected) throw new InputRejected(problems);
      for (const file of read) {
        assertBalanced(file);
        open.recordFile(file);
      }
      const records = read.reduce((sum, { quarantined }) => sum + quarantined, 0);
      const result = { importId, files: read, likeIds, changes };
      if (aside === undefined || records === 0) return result;
      // Before the import is committed: what the ledger does not take must not be lost.
      if (options.isDryRun !== true) aside.keep();
      const file = path.basename(aside.file);
      open.recordSetAside(attempt.setAside.map((record) => ({ file, ...record })));
      return { ...result, quarantine: { file: aside.file, records, problems } };
    });
  } finally {
    aside?.discard();
  }
}

/**
 * Of two records that contradict each other both are set aside; that the first one is bad is known only when the second has
 * been read. Then the files are read again without either. That may leave an order with lines of two practices, which a
 * third reading leaves out; leaving out whole orders brings out nothing more.
 */
async function attemptImport(
  open: OpenImport,
  files: readonly string[],
  options: ImportOptions,
  aside: QuarantineFile | undefined,
): Promise<Attempt> {
  const leftOut = new Map<string, Refusal>();
  for (let taker = open.taker; ; taker = open.retry(leftOut)) {
    const attempt = await readFiles(taker, files, options, aside);
    if (aside === undefined || attempt.isRejected || taker.disputed.size === 0) return attempt;
    if (files.includes('-')) {
      const { kind, text: message } = say.standardInputReadOnce();
      const once = { file: '-', line: 1, column: 1, field: '', kind, message };
      return { ...attempt, problems: [...attempt.problems, once], isRejected: true };
    }
    for (const [identity, conflictOf] of taker.disputed) leftOut.set(identity, conflictOf);
  }
}

function withMend(problem: Problem, { timeZone }: Config): Problem {
  const mend = mendOf(problem, timeZone);
  return mend === undefined ? problem : { ...problem, mend };
}

/** What one reading of all files came to. */
interface Attempt {
  readonly files: readonly ReadFile[];
  readonly problems: readonly Problem[];
  /** Whether a problem stands in the way that no quarantine can set aside. */
  readonly isRejected: boolean;
  readonly likeIds: LikeIds;
  readonly changes: readonly Change[];
  readonly setAside: readonly Omit<SetAside, 'file'>[];
}

async function readFiles(
  taker: FactTaker,
  files: readonly string[],
  options: ImportOptions,
  aside: QuarantineFile | undefined,
): Promise<Attempt> {
  const intake = intakeOptions(options);
  const inSameForm = sameForm(options);
  const problems: Problem[] = [];
  const results: ReadFile[] = [];
  const ofUnknownKind: string[] = [];
  const setAside: Omit<SetAside, 'file'>[] = [];
  const orderIdColumns = [
    'order_id',
    ...(intake.profiles ?? []).flatMap((profile) => columnsOf(profile, 'order_id')),
  ];
  let isRejected = false;
  aside?.clear();
  const writer = aside && createQuarantineWriter(aside.write);

  for (const file of files) {
    const counts = createCounts();
    const note = (problem: Problem, raw: () => RawRecord | undefined) => {
      // Of each file, one more than the most: the last one says that reading stopped.
      if (problems.length <= MOST_PROBLEMS) problems.push(problem);
      const record = writer && raw();
      if (record === undefined) isRejected = true;
      else if (writer?.add(problem, inSameForm(record)) === true) {
        const orderId = orderIdIn(record, orderIdColumns);
        if (record.kind === undefined) {
          counts.ofUnknownKind++;
          ofUnknownKind.push(orderId);
        } else {
          counts[record.kind].quarantined++;
          setAside.push({ kind: record.kind, orderId });
        }
      }
    };
    const { kind, sha256, recordsByKind, notes } = await readFacts(file, intake, {
      take(record) {
        const taken = taker.take(record, file);
        if (typeof taken !== 'string') record.refuse(taken.field, taken.message);
        else {
          counts[record.kind][taken]++;
          if (taken === 'kept') counts[record.kind].duplicate++;
        }
      },
      problem: note,
      progress: (bytes) => options.progress?.(file, bytes),
    });
    writer?.end();
    if (kind === undefined) isRejected = true;
    else {
      counts[kind].quarantined += counts.ofUnknownKind;
      setAside.push(...ofUnknownKind.splice(0).map((orderId) => ({ kind, orderId })));
    }
    const name = file === '-' ? '-' : path.basename(file);
    // What no fact tells is of the whole file: of a quarantine file with several kinds, it stands beside the first.
    let { passedOver, blankRows, repeatedTimes } = notes;
    for (const [each, read] of recordsByKind) {
      const { imported, amended, duplicate: duplicates, kept: corrected, quarantined } = counts[each];
      const profile = notes.profiles.get(each) ?? null;
      const of = { name, kind: each, sha256, read, imported, amended, duplicates, quarantined, corrected };
      results.push({ ...of, profile, passedOver, blankRows, repeatedTimes });
      [passedOver, blankRows, repeatedTimes] = [0, 0, 0];
    }
  }
  for (const problem of taker.problemsAtEnd()) problems.push(problem);
  return {
    files: results,
    problems,
    isRejected: isRejected || (aside === undefined && problems.length > 0),
    likeIds: taker.likeIds(),
    changes: taker.changes,
    setAside,
  };
}

const createCounts = () => {
  const none = () => ({ imported: 0, amended: 0, duplicate: 0, kept: 0, quarantined: 0 });
  return { orders: none(), history: none(), practices: none(), ofUnknownKind: 0 };
};

function intakeOptions({ as, amend, config }: ImportOptions): IntakeOptions {
  const profiles = profilesIn(config.inputs);
  const { currency: defaultCurrency, negativePrices } = config;
  const options = { amend, defaultCurrency, negativePrices, profiles };
  if (as === undefined) return options;
  const profile = profiles.find(({ name }) => name === as);
  return { ...options, as: profile ?? (as as FactKind) };
}

/** Checks that all records of a quarantine file have one format and one separator, which only they can tell. @throws Failure usage */
function sameForm({ quarantine = '' }: ImportOptions): (record: RawRecord) => RawRecord {
  const extensions = { csv: /\.(?:csv|tsv|tab|txt)$/i, ndjson: /\.(?:ndjson|jsonl)$/i };
  let separator: string | undefined;
  return (record) => {
    if (!extensions[record.format].test(quarantine)) {
      const text = `the records to set aside are ${record.format.toUpperCase()}; name a .${record.format} file with --quarantine`;
      throw new Failure('usage', `${quarantine}: ${text}`);
    }
    separator ??= record.separator;
    if (record.separator === separator) return record;
    throw new Failure(
      'usage',
      `${quarantine}: the files have different separators, so their bad records cannot stand in one file; ` +
        'import one after the other, each with its own --quarantine',
    );
  };
}

/** Every record has one outcome: else something of it was lost on the way. */
function assertBalanced({ name, read, imported, amended, duplicates, quarantined }: ReadFile): void {
  if (read === imported + amended + duplicates + quarantined) return;
  throw new Error(
    `${name}: ${read} records read, but ${imported} imported, ${amended} amended, ${duplicates} duplicates, ${quarantined} quarantined`,
  );
}
