/** Finds the folders below OUT that hold an issued month, by their manifests. Other code decides to which ledger they belong. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { NumberRange } from '../billing/finding.js';
import { compareCodePoints } from '../billing/order.js';
import { readManifest } from './manifest.js';

/** The contents of a month folder's manifest. */
export interface FoundFolder {
  readonly month: string;
  readonly seal: string;
  readonly isDraft: boolean;
  /** Undefined in folders that were written before ledgers had ids. */
  readonly ledgerId: string | undefined;
  readonly invoices: NumberRange | undefined;
  readonly creditNotes: NumberRange | undefined;
}

export interface IssuedFolder extends FoundFolder {
  /** Its name within OUT. */
  readonly name: string;
}

/** Returns the folders with issued months, sorted by name. Unreadable folders, drafts and exports for accounting systems are left out. */
export function issuedFoldersBelow(out: string, isLookedAt: (name: string) => boolean): IssuedFolder[] {
  return namesOfFolders(out)
    .filter(isLookedAt)
    .flatMap((name) => {
      const manifest = readManifest(path.join(out, name));
      if (manifest?.generator !== 'monthend' || manifest.export !== undefined) return [];
      const found = foundFolder(manifest);
      return found.isDraft ? [] : [{ ...found, name }];
    });
}

export function foundFolder(manifest: Readonly<Record<string, unknown>>): FoundFolder {
  const { billing_month: month, seal, draft, ledger, numbers } = manifest;
  const { invoice, credit_note: creditNote } = (numbers ?? {}) as Readonly<Record<string, unknown>>;
  return {
    month: String(month),
    seal: String(seal),
    isDraft: draft === true,
    ledgerId: typeof ledger === 'string' ? ledger : undefined,
    invoices: rangeOf(invoice),
    creditNotes: rangeOf(creditNote),
  };
}

function rangeOf(value: unknown): NumberRange | undefined {
  const { first, last } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return typeof first === 'string' && typeof last === 'string' ? { first, last } : undefined;
}

function namesOfFolders(out: string): string[] {
  try {
    return readdirSync(out, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort(compareCodePoints);
  } catch {
    return [];
  }
}
