/**
 * Decides by its manifest whose folder a month's folder is: what a close may replace, and which folders close, `status` and `verify`
 * report as unknown. Another ledger may have written one, or a later state of this ledger, of which this file is an older copy.
 */
import path from 'node:path';
import type { BillingMonth } from '../billing/billing-month.js';
import type { UnknownFolder } from '../billing/finding.js';
import type { Finding } from '../errors/failure.js';
import { describeUnknown } from '../explain/preflight.js';
import { ledgerIdOf } from '../ledger/identity.js';
import { hasImportedFile } from '../ledger/import.js';
import type { Ledger } from '../ledger/ledger.js';
import { closedMonths } from '../ledger/month-frame.js';
import { isKnownSeal, sealOfMonth } from '../ledger/read-month.js';
import { voidsOf } from '../ledger/void.js';
import { auditByManifest } from '../output/audit-folder.js';
import type { FileMode } from '../output/file-writer.js';
import {
  type FolderBelow,
  type FoundFolder,
  foldersBelow,
  issuedFoldersBelow,
} from '../output/folders-below.js';
import { setVoidFolderAside } from '../output/void-folder.js';
import type { FolderOptions } from '../output/write-folder.js';

/** A close replaces the folder of its own month, and any draft of it that this ledger may have written. */
export function folderOptions(
  ledger: Ledger,
  month: BillingMonth,
  { out, fileMode = 'private' }: { readonly out: string; readonly fileMode?: FileMode },
): FolderOptions {
  return {
    out,
    fileMode,
    keep: (found) => {
      if (found.isDraft) return keepDraft(ledger, month, found);
      if (found.month !== month) return OF_ANOTHER_MONTH;
      return found.seal === sealOfMonth(ledger, month) ? undefined : whyUnknown(ledger, found);
    },
  };
}

/** A preview replaces only drafts. Issued files stay. */
export function draftFolderOptions(
  ledger: Ledger,
  month: BillingMonth,
  { out, fileMode = 'private' }: { readonly out: string; readonly fileMode?: FileMode },
): FolderOptions {
  return {
    out,
    fileMode,
    keep: (found) => (found.isDraft ? keepDraft(ledger, month, found) : ISSUED),
  };
}

/** Returns why a draft is not to be replaced; undefined if it is of this month and this ledger. */
function keepDraft(ledger: Ledger, month: BillingMonth, found: FoundFolder): Kept {
  if (found.month !== month) return OF_ANOTHER_MONTH;
  const isOwn = found.seal === '' || isKnownSeal(ledger, found.seal);
  return isOwn ? undefined : OF_ANOTHER_LEDGER;
}

type Kept = ReturnType<FolderOptions['keep']>;

const ofVoid = (month: BillingMonth) => `holds ${month} as it was before it was voided`;
const ISSUED = { reason: 'holds the issued files of a closed month' };
const OF_ANOTHER_MONTH = { reason: 'was written for another month' };
const OF_ANOTHER_LEDGER = { reason: 'was written for another ledger' };

/**
 * Renames the folder of a void month if it still has the month's name, because a command was stopped or the month was voided with
 * another `out`. @returns its name now; undefined if there was nothing to do
 */
export function setVoidAside(ledger: Ledger, out: string, month: BillingMonth): string | undefined {
  const voids = voidsOf(ledger.db, month);
  if (voids.length === 0) return undefined;
  const found = issuedFoldersBelow(out, (name) => name === month)[0];
  const own = voids.find(({ monthSeal }) => monthSeal === found?.seal);
  return own === undefined ? undefined : setVoidFolderAside({ out, month, number: own.number });
}

function whyUnknown(ledger: Ledger, found: FoundFolder): Kept {
  if (isKnownSeal(ledger, found.seal)) return { reason: ofVoid(found.month) };
  // A folder written before ledgers had ids does not say to which ledger it belongs.
  if (found.ledgerId === undefined) return OF_ANOTHER_LEDGER;
  const { isThisLedger, ...told } = unknownFolder(ledger, '', found);
  const reason = describeUnknown({ isThisLedger, ...told }).trim();
  return {
    reason,
    next: isThisLedger
      ? 'leave it there, and put the newer ledger back; if that is lost, see "A restored copy" in docs/month-end.md'
      : 'if you meant that ledger, name it with --ledger; if not, name another folder with --out',
  };
}

/** Returns the folders below `out` that hold an issued month which this ledger has not closed. A close looks only at these. */
export function unknownFolders(ledger: Ledger, out: string): UnknownFolder[] {
  const closed = new Set(closedMonths(ledger.db).map(({ month }) => month));
  return unknownAmong(
    ledger,
    out,
    issuedFoldersBelow(out, (name) => !closed.has(name)),
  );
}

interface FolderAudit {
  readonly findings: readonly Finding[];
  /** The folders that are not to be compared with a month of this ledger. */
  readonly folders: readonly string[];
}

/**
 * Finds what folders below `out` (or those of `month` alone) tell of months and imports that this ledger does not have. Whoever deletes the
 * last month or the last import, and computes every hash anew, leaves a ledger that is sound in itself.
 */
export function auditUnknownFolders(
  ledger: Ledger,
  out: string,
  month: BillingMonth | undefined,
): FolderAudit {
  const found = foldersBelow(out).filter((each) => month === undefined || each.month === month);
  const issued = found.filter(({ isDraft }) => !isDraft);
  const unknown = unknownAmong(ledger, out, issued);
  const findings = [
    ...unknown.map((each) => ({
      place: each.folder,
      message: describeUnknown({ ...each, folder: '' }).trim(),
    })),
    ...issued.flatMap((each) => auditUnnamed(ledger, out, each)),
    ...found.filter(({ isDraft }) => isDraft).flatMap((each) => auditDraft(ledger, out, each)),
  ];
  return { findings, folders: unknown.map(({ folder }) => folder) };
}

/** A folder from before ledgers had ids. If it is that of a closed month, its files are compared. */
function auditUnnamed(ledger: Ledger, out: string, { name, month, seal, ledgerId }: FolderBelow): Finding[] {
  const isCompared = name === month && sealOfMonth(ledger, month) !== undefined;
  if (ledgerId !== undefined || isCompared || isKnownSeal(ledger, seal)) return [];
  const message = `holds ${month} as issued by a ledger that had no id yet; this one does not know it, so it may be an older copy`;
  return [{ place: path.join(out, name), message }];
}

/** A preview of this ledger knew no import that the ledger does not have, unless that is an older copy. */
function auditDraft(ledger: Ledger, out: string, { name, ledgerId, imports }: FolderBelow): Finding[] {
  if (ledgerId !== ledgerIdOf(ledger.db)) return [];
  const gone = imports.find((each) => !hasImportedFile(ledger.db, each));
  if (gone === undefined) return [];
  const message = `is a preview that knew import ${gone.import} (${gone.name}), which this ledger does not have: it is an older copy`;
  return [{ place: path.join(out, name), message }];
}

function unknownAmong(ledger: Ledger, out: string, found: readonly FolderBelow[]): UnknownFolder[] {
  return found
    .filter(({ seal, ledgerId }) => ledgerId !== undefined && !isKnownSeal(ledger, seal))
    .map((each) => unknownFolder(ledger, path.join(out, each.name), each));
}

function unknownFolder(ledger: Ledger, folder: string, found: FoundFolder): UnknownFolder {
  return {
    folder,
    month: found.month,
    isThisLedger: found.ledgerId === ledgerIdOf(ledger.db),
    ranges: [found.invoices, found.creditNotes].filter((range) => range !== undefined),
  };
}

/** Audits the folders of void months below `out` (or of `month` alone) by their own manifests. */
export function auditVoidFolders(ledger: Ledger, out: string, month: BillingMonth | undefined): FolderAudit {
  const voids = voidsOf(ledger.db, month);
  const findings: Finding[] = [];
  const folders: string[] = [];
  for (const found of voids.length === 0 ? [] : issuedFoldersBelow(out, () => true)) {
    const own = voids.find(({ monthSeal }) => monthSeal === found.seal);
    if (own === undefined) continue;
    const folder = path.join(out, found.name);
    folders.push(folder);
    if (found.name === own.month)
      findings.push({ place: folder, message: `${ofVoid(own.month)}; the next close of it moves it aside` });
    findings.push(...auditByManifest(folder));
  }
  return { findings, folders };
}
