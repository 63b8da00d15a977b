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
import type { Ledger } from '../ledger/ledger.js';
import { closedMonths } from '../ledger/month-frame.js';
import { isKnownSeal, sealOfMonth } from '../ledger/read-month.js';
import { voidsOf } from '../ledger/void.js';
import { auditByManifest } from '../output/audit-folder.js';
import type { FileMode } from '../output/file-writer.js';
import { type FoundFolder, type IssuedFolder, issuedFoldersBelow } from '../output/folders-below.js';
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

/** The same for every folder below `out`, or only those that hold `month`. */
export function allUnknownFolders(
  ledger: Ledger,
  out: string,
  month: BillingMonth | undefined,
): UnknownFolder[] {
  const issued = issuedFoldersBelow(out, () => true);
  return unknownAmong(
    ledger,
    out,
    issued.filter((found) => month === undefined || found.month === month),
  );
}

function unknownAmong(ledger: Ledger, out: string, found: readonly IssuedFolder[]): UnknownFolder[] {
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
export async function auditVoidFolders(
  ledger: Ledger,
  out: string,
  month: BillingMonth | undefined,
): Promise<{ readonly findings: Finding[]; readonly folders: readonly string[] }> {
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
    findings.push(...(await auditByManifest(folder)));
  }
  return { findings, folders };
}
