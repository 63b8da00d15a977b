/** Finds the folders below OUT that hold a month, by their manifests. Other code decides to which ledger they belong. */
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

export interface FolderBelow extends FoundFolder {
  /** Its name within OUT. */
  readonly name: string;
  /** True if it holds files for an accounting system. */
  readonly isExport: boolean;
  /** The files of the imports that the month was the first to know. */
  readonly imports: readonly { readonly import: number; readonly name: string; readonly sha256: string }[];
}

/** Returns the folders with issued months, sorted by name. Unreadable folders, drafts and exports for accounting systems are left out. */
export function issuedFoldersBelow(out: string, isLookedAt: (name: string) => boolean): FolderBelow[] {
  return foldersBelow(out, isLookedAt).filter(({ isDraft, isExport }) => !isDraft && !isExport);
}

/** The same with drafts and exports. */
export function foldersBelow(out: string, isLookedAt: (name: string) => boolean = () => true): FolderBelow[] {
  return namesOfFolders(out)
    .filter(isLookedAt)
    .flatMap((name) => {
      const manifest = readManifest(path.join(out, name));
      if (manifest?.generator !== 'monthend') return [];
      const { export: exported, imports } = manifest;
      return [
        {
          ...foundFolder(manifest),
          name,
          isExport: exported !== undefined,
          imports: Array.isArray(imports) ? imports.flatMap(importIn) : [],
        },
      ];
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

function importIn(value: unknown): FolderBelow['imports'] {
  const { import: id, name, sha256 } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return typeof id === 'number' && typeof name === 'string' && typeof sha256 === 'string'
    ? [{ import: id, name, sha256 }]
    : [];
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
