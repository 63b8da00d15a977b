/**
 * The import of files, all or nothing: facts and problems from intake, facts into the ledger, bad records into a quarantine file
 * if one is named.
 */
import path from 'node:path';
import type { ImportedFile } from './billing/month-view.js';
import type { FactKind, Instant } from './billing/order.js';
import { type Problem, standardInputReadOnce } from './billing/problem.js';
import type { Config } from './config.js';
import { Failure, InputRejected } from './failure.js';
import { createQuarantineWriter, type RawRecord } from './intake/quarantine.js';
import { MOST_PROBLEMS, readFacts } from './intake/read-facts.js';
import type { FactTaker, Refusal } from './ledger/facts.js';
import { type OpenImport, withImport } from './ledger/import.js';
import type { Ledger } from './ledger/ledger.js';
import { type QuarantineFile, stageQuarantine } from './output/quarantine-file.js';

export interface ImportOptions {
  /** What kind every file is, where their headers need not tell. */
  readonly as?: FactKind;
  readonly amend: boolean;
  readonly config: Config;
  /** For the audit column only. */
  readonly now: Instant;
  /** The file to set bad records aside in, so that the good ones are taken all the same. */
  readonly quarantine?: string;
  /** Called now and then with the bytes read of a file. */
  readonly progress?: (file: string, bytes: number) => void;
}

export interface ImportResult {
  readonly importId: number;
  readonly files: readonly Omit<ImportedFile, 'importId'>[];
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
  const { amend, now, quarantine } = options;
  const aside = quarantine === undefined ? undefined : stageQuarantine(quarantine);
  const defaultCurrency = options.config.currency;
  const importOptions = { amend, now, defaultCurrency, mayRetry: aside !== undefined };
  try {
    return await withImport(ledger, importOptions, async (open, importId) => {
      const { files: read, problems, isRejected } = await attemptImport(open, files, options, aside);
      if (isRejected) throw new InputRejected(problems);
      for (const file of read) {
        assertBalanced(file);
        open.recordFile(file);
      }
      const records = read.reduce((sum, { quarantined }) => sum + quarantined, 0);
      if (aside === undefined || records === 0) return { importId, files: read };
      // Before the import is committed: what the ledger does not take must not be lost.
      aside.keep();
      return { importId, files: read, quarantine: { file: aside.file, records, problems } };
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
      const once = { file: '-', line: 1, column: 1, field: '', message: standardInputReadOnce() };
      return { ...attempt, problems: [...attempt.problems, once], isRejected: true };
    }
    for (const [identity, conflictOf] of taker.disputed) leftOut.set(identity, conflictOf);
  }
}

/** What one reading of all files came to. */
interface Attempt {
  readonly files: readonly Omit<ImportedFile, 'importId'>[];
  readonly problems: readonly Problem[];
  /** Whether a problem stands in the way that no quarantine can set aside. */
  readonly isRejected: boolean;
}

async function readFiles(
  taker: FactTaker,
  files: readonly string[],
  options: ImportOptions,
  aside: QuarantineFile | undefined,
): Promise<Attempt> {
  const { as, amend, config } = options;
  const intake = { amend, defaultCurrency: config.currency, ...(as === undefined ? {} : { as }) };
  const problems: Problem[] = [];
  const results: Omit<ImportedFile, 'importId'>[] = [];
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
      else if (writer?.add(problem, inFormat(record, options)) === true) {
        if (record.kind === undefined) counts.ofUnknownKind++;
        else counts[record.kind].quarantined++;
      }
    };
    const { kind, sha256, recordsByKind } = await readFacts(file, intake, {
      take(record) {
        const taken = taker.take(record, file);
        if (typeof taken === 'string') counts[record.kind][taken]++;
        else record.refuse(taken.field, taken.message);
      },
      problem: note,
      progress: (bytes) => options.progress?.(file, bytes),
    });
    writer?.end();
    if (kind === undefined) isRejected = true;
    else counts[kind].quarantined += counts.ofUnknownKind;
    const name = file === '-' ? '-' : path.basename(file);
    for (const [each, read] of recordsByKind) {
      const { imported, amended, duplicate: duplicates, quarantined } = counts[each];
      results.push({ name, kind: each, sha256, read, imported, amended, duplicates, quarantined });
    }
  }
  for (const problem of taker.problemsAtEnd()) problems.push(problem);
  return { files: results, problems, isRejected: isRejected || (aside === undefined && problems.length > 0) };
}

const createCounts = () => {
  const none = () => ({ imported: 0, amended: 0, duplicate: 0, quarantined: 0 });
  return { orders: none(), history: none(), practices: none(), ofUnknownKind: 0 };
};

/** A quarantine file is of one format; of standard input it is known only now. @throws Failure usage */
function inFormat(record: RawRecord, { quarantine = '' }: ImportOptions): RawRecord {
  if (quarantine.toLowerCase().endsWith(`.${record.format}`)) return record;
  throw new Failure(
    'usage',
    `${quarantine}: the records to set aside are ${record.format.toUpperCase()}; name a .${record.format} file with --quarantine`,
  );
}

/** Every record has one outcome: else something of it was lost on the way. */
function assertBalanced({
  name,
  read,
  imported,
  amended,
  duplicates,
  quarantined,
}: Omit<ImportedFile, 'importId'>): void {
  if (read === imported + amended + duplicates + quarantined) return;
  throw new Error(
    `${name}: ${read} records read, but ${imported} imported, ${amended} amended, ${duplicates} duplicates, ${quarantined} quarantined`,
  );
}
