/**
 * The month's end, stage by stage: the file to read first.
 *
 *   files -> intake (facts and problems) -> ledger (facts, in versions): import-files.ts
 *   ledger (facts and closed months) -> billing (what each order comes to) -> ledger (a closed month) -> output (its files)
 *
 * The ledger comes before the files: they are a view of it, so a run that stops between the two is completed by the same
 * command again.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type BillingMonth, previousMonth } from './billing/billing-month.js';
import type { FindingCode, PreflightFinding, UnknownFolder } from './billing/finding.js';
import type { IssuedDocument, ListedException, ListedOrder, MonthView } from './billing/month-view.js';
import type { Instant } from './billing/order.js';
import type { HeldLine } from './billing/plan.js';
import type { Config } from './config/config.js';
import { Failure, type Finding } from './errors/failure.js';
import { type Explanation, explainOrder } from './explain/explanation.js';
import { describeUnknown } from './explain/preflight.js';
import { writeNamedFile } from './files/named-file.js';
import { auditLedger } from './ledger/audit.js';
import { auditBalance } from './ledger/audit-balance.js';
import {
  type CloseOptions,
  closeMonth,
  draftMonth,
  monthsToClose,
  readMonth,
  sealOfMonth,
} from './ledger/close.js';
import { lastImportOf } from './ledger/import.js';
import type { Ledger } from './ledger/ledger.js';
import { createOrderReader } from './ledger/listed-orders.js';
import { closedMonths } from './ledger/month-frame.js';
import { createNameReader } from './ledger/parties.js';
import { createPauseReader } from './ledger/pauses.js';
import { createZoneReader } from './ledger/practice-zones.js';
import { readOrder } from './ledger/read-order.js';
import { type LedgerStatus, readStatus, type StatusOptions } from './ledger/status.js';
import { viewMonth } from './ledger/view.js';
import { type VoidResult, voidMonth, voidsOf } from './ledger/void.js';
import {
  allUnknownFolders,
  auditVoidFolders,
  draftFolderOptions,
  folderOptions,
  setVoidAside,
  unknownFolders,
} from './month-folders.js';
import { auditFolder } from './output/audit-folder.js';
import type { Paper } from './output/invoice-pdf.js';
import { type MonthFile, monthFiles, REPORT, wholeFile } from './output/month-files.js';
import { printableFiles } from './output/printable-files.js';
import { type Comparison, type MonthSummary, summarize } from './output/summary.js';
import { foundVoidFolder, refuseTakenVoidFolder } from './output/void-folder.js';
import { type FileMode, refuseForeignFolder, writeMonthFolder } from './output/write-folder.js';
import { changesSince, type PreviewChanges, stateBefore } from './preview-diff.js';
import { excerpt } from './words/excerpt.js';

export interface BillingOptions {
  readonly out: string;
  /** Of the program, for the manifest. */
  readonly engineVersion: string;
  /** Put the report into the month's folder too. */
  readonly report?: boolean;
  /** Read the month's lists too: as large as the month, so only where they are shown. */
  readonly withLists?: boolean;
  /** Who may read what is written: the owner alone by default. */
  readonly fileMode?: FileMode;
}

/** Told how many documents are written. */
interface WritingProgress {
  readonly progress?: (done: number, of: number) => void;
}

/** What became of a month: its figures and where its files are. */
export interface BilledMonth extends MonthSummary {
  /** It was closed before: nothing was issued, its files were written again. */
  readonly wasClosed: boolean;
  readonly folder: string;
  /** What the preflight found at this close; of a month closed before, what was accepted then. */
  readonly findings: readonly ShownFinding[];
  /** With `withLists`. */
  readonly lists?: MonthLists;
}

export interface ShownFinding extends PreflightFinding {
  readonly isAccepted: boolean;
}

/** All that a month issued, held and listed, in the order of its files. */
export interface MonthLists {
  readonly documents: readonly IssuedDocument[];
  readonly held: readonly HeldLine[];
  readonly exceptions: readonly (ListedException & ListedOrder)[];
}

/** How far the work on a month is: in orders billed, or in documents written. */
export interface MonthStep {
  readonly month: BillingMonth;
  readonly doing: 'billing' | 'writing';
  readonly done: number;
  readonly of: number;
}

/** Told at once of what stands, whatever fails after it. */
interface CloseListener {
  readonly progress?: (step: MonthStep) => void;
  /** This month is closed now, and for good. */
  readonly onClosed?: (month: BillingMonth) => void;
  /** Its files are written too. */
  readonly onWritten?: (month: BilledMonth) => void;
}

/**
 * Closes a month (with `catchUp`, the open ones before it too) and writes the files of each. A month that is closed already
 * stays as it is; its files are written again.
 * @throws Failure refused, usage, busy, damaged, system
 */
export async function closeMonths(
  ledger: Ledger,
  month: BillingMonth,
  options: Omit<CloseOptions, 'progress' | 'folders'> & BillingOptions & CloseListener,
): Promise<void> {
  const open = monthsToClose(ledger, month, options);
  const months = [...monthsWithoutFiles(ledger, month, options), ...open];
  for (const each of months) setVoidAside(ledger, options.out, each);
  for (const each of months) refuseForeignFolder(each, folderOptions(ledger, each, options));
  const folders = unknownFolders(ledger, options.out);
  for (const each of months) {
    const progressOf = (doing: MonthStep['doing']) => (done: number, of: number) =>
      options.progress?.({ month: each, doing, done, of });
    let findings: readonly PreflightFinding[] = [];
    const onFindings = (found: typeof findings) => {
      findings = found;
    };
    const isClosed =
      open.includes(each) &&
      (await closeMonth(ledger, each, month, {
        ...options,
        folders,
        onFindings,
        progress: progressOf('billing'),
      }));
    if (isClosed) options.onClosed?.(each);
    try {
      const exported = await exportMonth(ledger, each, { ...options, progress: progressOf('writing') });
      const shown = findings.map((finding) => ({ ...finding, isAccepted: finding.level === 'stop' }));
      options.onWritten?.({ ...exported, ...(isClosed ? { findings: shown } : {}), wasClosed: !isClosed });
    } catch (error) {
      throw isClosed ? closedWithoutFiles(each, error) : error;
    }
  }
}

/** Says what is missing, and how it comes: the month itself is closed. */
function closedWithoutFiles(month: BillingMonth, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, path: place } = error as NodeJS.ErrnoException;
  const kind = error instanceof Failure ? error.kind : code !== undefined ? 'system' : 'fault';
  const where = place === undefined ? '' : `${place}: `;
  const text = `${where}${error.message}; only the files of ${month} are missing: once this is mended, the same command writes them`;
  return new Failure(kind, text, { cause: error });
}

/**
 * The closed months whose files this command owes: the month itself, and those that a catching-up close left without files
 * when it was stopped.
 */
function monthsWithoutFiles(
  ledger: Ledger,
  month: BillingMonth,
  { catchUp, out }: { catchUp: boolean; out: string },
): BillingMonth[] {
  const closed = closedMonths(ledger.db).map((row) => row.month);
  return closed.filter(
    (each) => each === month || (catchUp && each < month && !existsSync(path.join(out, each))),
  );
}

/** Writes a closed month's files again, byte for byte. @throws Failure refused if it is not closed or its folder is foreign */
export async function exportMonth(
  ledger: Ledger,
  month: BillingMonth,
  options: BillingOptions & WritingProgress,
): Promise<BilledMonth> {
  return readMonth(ledger, month, async (view) => {
    const summary = summarize(view);
    const files = counted(await filesOf(ledger, view, options), summary, options);
    const content = { view, files, engineVersion: options.engineVersion };
    const folder = await writeMonthFolder(content, folderOptions(ledger, month, options));
    const lists = options.withLists ? { lists: listsOf(ledger, view) } : {};
    return { ...summary, wasClosed: true, folder, findings: acceptedIn(view), ...lists };
  });
}

function acceptedIn(view: MonthView): ShownFinding[] {
  return view.accepted().map((finding) => ({ ...finding, level: 'stop', next: '', isAccepted: true }));
}

function listsOf(ledger: Ledger, view: MonthView): MonthLists {
  const orderOf = createOrderReader(ledger, view);
  return {
    documents: [...view.documents()],
    held: [...view.heldLines()],
    exceptions: [...view.exceptions()].map((each) => ({ ...each, ...orderOf(each.orderId) })),
  };
}

/** The documents come first among the files. */
function* counted(
  files: Iterable<MonthFile>,
  { invoiceCount, creditNoteCount }: MonthSummary,
  { progress }: WritingProgress,
): Generator<MonthFile> {
  const of = invoiceCount + creditNoteCount;
  let done = 0;
  for (const file of files) {
    yield file;
    if (done < of) progress?.(++done, of);
  }
}

/** What a month's folder holds, with the report if it is wanted. */
async function filesOf(
  ledger: Ledger,
  view: MonthView,
  { report = false }: { readonly report?: boolean },
): Promise<Iterable<MonthFile>> {
  return report ? inTurn(monthFiles(view), [await reportFile(ledger, view)]) : monthFiles(view);
}

function* inTurn<T>(...parts: readonly Iterable<T>[]): Generator<T> {
  for (const part of parts) yield* part;
}

/** What draws is loaded where it is wanted: a close without a report starts as fast as before. */
async function reportFile(ledger: Ledger, view: MonthView): Promise<MonthFile> {
  const { reportHtml } = await import('./output/report-html.js');
  const { MOST_MONTHS } = await import('./output/report-figures.js');
  const before = viewMonth(ledger.db, previousMonth(view.month), false);
  const zoneOf = createZoneReader(ledger, view);
  const nameOf = createNameReader(ledger, view);
  const earlier = lastMonthsBefore(view.month, MOST_MONTHS - 1).flatMap(
    (month) => viewMonth(ledger.db, month, false) ?? [],
  );
  const page = reportHtml({ view, documentsBefore: before?.documents(), earlier, zoneOf, nameOf });
  return wholeFile(REPORT, page);
}

/** In order. */
function lastMonthsBefore(month: BillingMonth, count: number): BillingMonth[] {
  const months: BillingMonth[] = [];
  for (let each = previousMonth(month); months.length < count; each = previousMonth(each))
    months.unshift(each);
  return months;
}

/** Writes the report of a closed month into a folder of its own. @returns the file. @throws Failure refused, as `exportMonth` */
export async function writeReport(
  ledger: Ledger,
  month: BillingMonth,
  options: BillingOptions,
): Promise<string> {
  return readMonth(ledger, month, async (view) => {
    const file = await reportFile(ledger, view);
    const content = { view, files: [file], engineVersion: options.engineVersion };
    return path.join(await writeMonthFolder(content, folderOptions(ledger, month, options)), file.path);
  });
}

export interface PrintOptions extends BillingOptions, WritingProgress {
  /** Only the documents of these practices, or billed to them; all if undefined. */
  readonly only?: readonly string[];
  /** Write a PDF beside each HTML file, on sheets of this size. */
  readonly pdf?: Paper;
}

export interface PrintedInvoices {
  readonly folder: string;
  readonly documents: number;
  /** The documents whose PDFs cannot show every character. */
  readonly unprintable: readonly { readonly documentNumber: string; readonly characters: string }[];
}

/** Writes the documents of a closed month to be printed, into a folder of their own. @throws Failure refused, as `exportMonth` */
export async function printInvoices(
  ledger: Ledger,
  month: BillingMonth,
  options: PrintOptions,
): Promise<PrintedInvoices> {
  return readMonth(ledger, month, async (view) => {
    const documents = documentsToPrint(view, options.only);
    const unprintable: { documentNumber: string; characters: string }[] = [];
    const files = printableFiles(documents, {
      view,
      pausesOf: createPauseReader(ledger, view),
      ...(options.pdf === undefined
        ? {}
        : { pdf: { paper: options.pdf, print: (await import('./output/invoice-pdf.js')).invoicePdf } }),
      ...(options.progress === undefined ? {} : { progress: options.progress }),
      noteUnprintable: (documentNumber, characters) => unprintable.push({ documentNumber, characters }),
    });
    const content = { view, files, engineVersion: options.engineVersion };
    const folder = await writeMonthFolder(content, folderOptions(ledger, month, options));
    return { folder, documents: documents.length, unprintable };
  });
}

function documentsToPrint(view: MonthView, only: readonly string[] | undefined): IssuedDocument[] {
  const documents = [...view.documents()];
  if (only === undefined) return documents;
  const isOf = (practiceId: string) => (document: IssuedDocument) =>
    document.practiceId === practiceId || document.billTo.practiceId === practiceId;
  const missing = only.find((practiceId) => !documents.some(isOf(practiceId)));
  if (missing !== undefined)
    throw new Failure(
      'usage',
      `${excerpt(missing)} has no document in ${view.month}; --only takes ids of practices, as in summary.csv`,
    );
  return documents.filter((document) => only.some((practiceId) => isOf(practiceId)(document)));
}

export interface Preview extends MonthSummary {
  /** The month is closed: shown is what later facts would correct. */
  readonly wasClosed: boolean;
  readonly lists: MonthLists;
  /** What the preflight would find; of an open month. */
  readonly findings: readonly ShownFinding[];
  readonly folder?: string;
  /** With `diff`. */
  readonly difference?: PreviewChanges;
}

export interface PreviewOptions {
  readonly config: Config;
  /** Where its files are written; nowhere if undefined. */
  readonly out: string | undefined;
  /** Only the facts of imports up to this one are known; all if undefined. */
  readonly knownAt: number | undefined;
  /** Compare with the preview that stands in `out`, or with the closed month. */
  readonly diff: boolean;
  readonly engineVersion: string;
  /** Findings that the close would be told to accept. */
  readonly accept?: ReadonlySet<FindingCode>;
  /** Where the folders of the issued months stand, to be looked at for numbers that are used; nowhere if undefined. */
  readonly issued?: string;
}

/**
 * What closing the month now would issue. Its files are written if `out` is given; the ledger is left as it is.
 * @throws Failure refused, usage, system
 */
export async function previewMonth(
  ledger: Ledger,
  month: BillingMonth,
  { config, out, knownAt, diff, engineVersion, accept = new Set(), issued }: PreviewOptions,
): Promise<Preview> {
  const isClosed = sealOfMonth(ledger, month) !== undefined;
  if (diff && out === undefined && !isClosed) {
    throw new Failure(
      'usage',
      `--diff compares ${month} with its last preview, as it is still open: name that one's folder with --out`,
    );
  }
  const folder =
    out === undefined ? undefined : draftFolderOptions(ledger, month, { out, fileMode: config.fileMode });
  if (folder !== undefined) refuseForeignFolder(month, folder);
  const state = { folder: path.join(out ?? '', month), isWhole: knownAt !== undefined };
  const before = diff ? await stateBefore(ledger, month, state) : undefined;
  // What corrects a closed month is no month's total, and what an import knew has no totals of its own to stand beside.
  const isComparable = !isClosed && knownAt === undefined;
  const show = async (view: MonthView, findings: readonly PreflightFinding[]): Promise<Preview> => ({
    ...summarize(isComparable ? view : { ...view, practiceTotals: () => [] }),
    wasClosed: isClosed,
    lists: listsOf(ledger, view),
    findings: findings.map((each) => ({
      ...each,
      isAccepted: each.level === 'stop' && accept.has(each.code),
    })),
    ...(diff ? { difference: changesSince(ledger, before, view) } : {}),
    ...(folder === undefined
      ? {}
      : { folder: await writeMonthFolder({ view, files: monthFiles(view), engineVersion }, folder) }),
  });
  const folders = issued === undefined ? [] : unknownFolders(ledger, issued);
  return draftMonth(ledger, month, config, show, { knownAt, strict: config.strict, folders });
}

export interface VoidedMonth extends VoidResult {
  /** Where its files are now; undefined if they are not below `out`. */
  readonly folder: string | undefined;
}

/**
 * Takes the last close back: its documents are void and keep their numbers, the month is open again, its folder is kept under another
 * name. A month that is void already stays so; its folder is renamed if it was not yet.
 * @throws Failure refused, busy, system
 */
export async function voidLastMonth(
  ledger: Ledger,
  month: BillingMonth,
  { out, reason, now }: { readonly out: string; readonly reason: string; readonly now: Instant },
): Promise<VoidedMonth> {
  const isClosed = sealOfMonth(ledger, month) !== undefined;
  const next = voidsOf(ledger.db, month).length + 1;
  if (isClosed) refuseTakenVoidFolder({ out, month, number: next });
  const voided = await voidMonth(ledger, month, { reason, now });
  setVoidAside(ledger, out, month);
  return { ...voided, folder: foundVoidFolder({ out, month, number: voided.number }) };
}

/** What a close would issue, in a ledger whose changes are taken back. @throws Failure as the close would, before it bills */
export async function rehearseClose(
  ledger: Ledger,
  month: BillingMonth,
  { config, engineVersion, ...options }: Omit<CloseOptions, 'progress'> & BillingOptions,
): Promise<Preview> {
  monthsToClose(ledger, month, { config, ...options });
  return previewMonth(ledger, month, {
    config,
    engineVersion,
    out: undefined,
    diff: false,
    knownAt: undefined,
  });
}

export interface Verification {
  readonly findings: readonly Finding[];
  /** The closed months whose documents were audited. */
  readonly months: readonly BillingMonth[];
  readonly imports: number;
  /** How many folders of files were compared, those of void months too. */
  readonly folders: number;
  /** Those that have none below `out`. */
  readonly withoutFolder: readonly BillingMonth[];
}

/**
 * Audits the ledger, the balances and the folders of its closed months (or of `month` alone) below `out`. Changes nothing.
 * @throws Failure refused if the month is not closed, damaged if the ledger cannot be read
 */
export async function verify(
  ledger: Ledger,
  month: BillingMonth | undefined,
  { out, progress }: { readonly out: string; readonly progress: (text: string) => void },
): Promise<Verification> {
  if (month !== undefined) await readMonth(ledger, month, () => {}); // refused if it is not closed
  progress('auditing the ledger');
  const months = month === undefined ? closedMonths(ledger.db).map((row) => row.month) : [month];
  const findings = await auditLedger(ledger, month);
  const imports = lastImportOf(ledger.db);
  // What a damaged ledger would write says nothing about the files.
  if (findings.length > 0) return { findings, months, imports, folders: 0, withoutFolder: [] };
  for (const each of months) {
    progress(`billing ${each} again`);
    findings.push(...(await auditBalance(ledger, each)));
  }
  const unknown = allUnknownFolders(ledger, out, month);
  for (const each of unknown)
    findings.push({ place: each.folder, message: describeUnknown({ ...each, folder: '' }).trim() });
  const ofVoids = await auditVoidFolders(ledger, out, month);
  findings.push(...ofVoids.findings);
  const isUnknown = (each: BillingMonth) =>
    [...unknown.map(({ folder }) => folder), ...ofVoids.folders].includes(path.join(out, each));
  const folders = months.filter((each) => existsSync(path.join(out, each)) && !isUnknown(each));
  for (const each of folders) {
    progress(`comparing the files of ${each}`);
    const hasReport = existsSync(path.join(out, each, REPORT));
    findings.push(
      ...(await readMonth(ledger, each, async (view) =>
        auditFolder({ view, files: await filesOf(ledger, view, { report: hasReport }) }, out),
      )),
    );
  }
  const withoutFolder = months.filter((each) => !folders.includes(each) && !isUnknown(each));
  return { findings, months, imports, folders: folders.length + ofVoids.folders.length, withoutFolder };
}

/** How the ledger stands: closed months, the next one, held lines, limits, exceptions. @throws Failure usage */
export async function statusOf(
  ledger: Ledger,
  { out, ...options }: StatusOptions & { readonly out: string },
): Promise<LedgerStatus & { readonly unknownFolders: readonly UnknownFolder[] }> {
  return { ...(await readStatus(ledger, options)), unknownFolders: unknownFolders(ledger, out) };
}

/** What became of an order in each month, and why. @throws Failure usage if no fact names it */
export async function explain(ledger: Ledger, orderId: string, config: Config): Promise<Explanation> {
  const explanation = await readOrder(ledger, orderId, config, explainOrder);
  if (explanation !== undefined) return explanation;
  throw new Failure(
    'usage',
    `no order line and no event of this ledger names the order ${JSON.stringify(orderId)}; ids are compared to the letter`,
  );
}

/**
 * Writes the same as a page with the order's timeline as a picture. @returns the explanation
 * @throws Failure usage if no fact names the order, refused if another file is in the way
 */
export async function writeExplanation(
  ledger: Ledger,
  orderId: string,
  { config, file }: { readonly config: Config; readonly file: string },
): Promise<Explanation> {
  const explanation = await explain(ledger, orderId, config);
  const { isOrderPage, orderHtml } = await import('./output/order-html.js');
  writeNamedFile(file, orderHtml(explanation), { isOurs: isOrderPage });
  return explanation;
}

export type { PreviewChange } from './preview-diff.js';
export type { Comparison, LedgerStatus, MonthSummary, PreviewChanges };
