/** The folders below OUT that hold a month as some ledger issued it, by their manifests: whose they are is not decided here. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { NumberRange } from '../billing/finding.js';
import { compareCodePoints } from '../billing/order.js';
import { readManifest } from './manifest.js';

/** What the manifest of a month's folder says. */
export interface FoundFolder {
  readonly month: string;
  readonly seal: string;
  readonly isDraft: boolean;
  /** Undefined in folders from before ledgers had identities. */
  readonly ledgerId: string | undefined;
  readonly invoices: NumberRange | undefined;
  readonly creditNotes: NumberRange | undefined;
}

export interface IssuedFolder extends FoundFolder {
  /** Within OUT. */
  readonly name: string;
}

/** In order of name; a folder that cannot be read, a draft and an export for an accounting system are none. */
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
