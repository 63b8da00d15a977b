/**
 * Writes a month's folder: first whole into a sibling folder, synced, then renamed, so it exists complete or not at all. It replaces only
 * folders that are known to be ours and hold nothing else. Only the owner may read it, because the files can hold patient references,
 * unless the config allows the group.
 */
import { existsSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { MonthView } from '../billing/month-view.js';
import { compareCodePoints } from '../billing/order.js';
import { Failure } from '../errors/failure.js';
import { makeUnderFreeName, removeLeftovers } from '../files/leftovers.js';
import { makeFolder, syncFolder } from '../files/sync-folder.js';
import {
  createFileWriter,
  type FileMode,
  type FileWriter,
  letGroupRead,
  MODES,
  makeOwnFolder,
} from './file-writer.js';
import { type FoundFolder, foundFolder } from './folders-below.js';
import { type ExportRecord, MANIFEST, manifestOf, readManifest, type WrittenFile } from './manifest.js';
import { INVOICES, type MonthFile, wholeFile } from './month-files.js';

export interface FolderOptions {
  /** The folder that holds the months' folders. It is created if missing. */
  readonly out: string;
  /** Returns why a folder with this manifest must stay; undefined if it may be replaced. */
  readonly keep: (found: FoundFolder) => Keeping | undefined;
  /** Who may read the files; by default only the owner. */
  readonly fileMode?: FileMode;
  /** The accounting system that the files are for; undefined for the month's own files. Only a folder for the same target is replaced. */
  readonly target?: string;
}

/** Why a folder is kept, in words. */
export interface Keeping {
  readonly reason: string;
  /** What to do, if not to move the folder away. */
  readonly next?: string;
}

/**
 * Refuses `out/month` if it must not be replaced. Called before a close, so that no month is issued whose files could not be written.
 * @throws Failure refused
 */
export function refuseForeignFolder(month: string, { out, keep, target }: FolderOptions): void {
  const folder = path.join(out, month);
  for (;;) {
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found === undefined) return;
    const reason = found.isDirectory()
      ? whyItMustStay(folder, keep, target)
      : `is not a folder, so it is left as it is; ${MOVE_AWAY}`;
    if (reason === undefined) return;
    // Another process writing the same month may have swapped the folder meanwhile, so look again.
    if (lstatSync(folder, { throwIfNoEntry: false })?.ino !== found.ino) continue;
    throw new Failure('refused', `${folder}: ${reason}`);
  }
}

/** Returns the reason in words, with what to do; undefined if the folder may be replaced. */
function whyItMustStay(
  folder: string,
  keep: FolderOptions['keep'],
  target: string | undefined,
): string | undefined {
  const whole = (reason: string) => `${reason}, so it is left as it is; ${MOVE_AWAY}`;
  const manifest = readManifest(folder);
  if (manifest?.generator !== 'monthend')
    return isEmpty(folder) ? undefined : whole('was not written by monthend');
  const found = (manifest.export as { target?: string } | undefined)?.target;
  if (found !== target)
    return whole(found === undefined ? "holds a month's own files" : `holds an export to ${found}`);
  const keeping = keep(foundFolder(manifest));
  if (keeping === undefined) return whatIsNotOurs(folder, manifest);
  return keeping.next === undefined ? whole(keeping.reason) : `${keeping.reason}; ${keeping.next}`;
}

const MOVE_AWAY = 'move it away, or name another folder with --out';

/** The most names that a message lists. */
const NAMES_SHOWN = 3;

/**
 * Returns what a folder of ours holds beside the files in its manifest, in words; undefined if nothing. Replacing the folder would delete
 * it. A changed file of ours does not count, because writing it again repairs it; nor does a link under one of our names, because its
 * target stays.
 */
function whatIsNotOurs(folder: string, { files }: Record<string, unknown>): string | undefined {
  const listed: unknown[] = Array.isArray(files) ? files.map((file) => file?.path) : [];
  const ours = new Set([MANIFEST, ...listed.filter((name) => typeof name === 'string')]);
  const folders = new Set([...ours].map((name) => path.posix.dirname(name)));
  const others = unlessGone(() => namesBelow(folder), []).filter(
    ({ name, isFolder, isLink }) => !(isFolder ? folders : ours).has(name) && !(isLink && folders.has(name)),
  );
  if (others.length === 0) return undefined;
  const names = others.slice(0, NAMES_SHOWN).map(({ name, isFolder }) => (isFolder ? `${name}/` : name));
  const more = others.length > NAMES_SHOWN ? ` and ${others.length - NAMES_SHOWN} more` : '';
  const them = others.length === 1 ? 'it' : 'them';
  return (
    `holds ${names.join(', ')}${more}, which monthend did not write, so nothing in it is replaced; ` +
    `move ${them} elsewhere and run the same command again, or name another folder with --out`
  );
}

function namesBelow(
  folder: string,
): { readonly name: string; readonly isFolder: boolean; readonly isLink: boolean }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => ({
      name: path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'),
      isFolder: entry.isDirectory(),
      isLink: entry.isSymbolicLink(),
    }))
    .sort((a, b) => compareCodePoints(a.name, b.name));
}

const isEmpty = (folder: string): boolean => unlessGone(() => readdirSync(folder).length === 0, true);

/** Another process writing the same month may remove the folder while we look. */
function unlessGone<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return otherwise;
    throw error;
  }
}

/** The content of a month's folder: the files, each read to its end before the next one, and the view that the manifest describes. */
export interface FolderContent {
  readonly view: MonthView;
  readonly files: Iterable<MonthFile>;
  /** The program's version, for the manifest. */
  readonly engineVersion: string;
  /** How an export was made. Called after its files are written. */
  readonly exported?: () => ExportRecord;
}
/** Names of folders that stopped runs left. */
const LEFTOVERS = /^\.\d{4}-\d{2}\.(\d+)(?:-\d+)?\.(?:partial|replaced)$/;

/** A folder that is being written under another name. */
export interface BegunFolder {
  readonly staging: string;
  /** Writes the rest of the invoices, if their writing has begun. @returns their entries, in order @throws what stopped a thread that writes */
  readonly completeInvoices?: (view: MonthView, writer: FileWriter) => Promise<readonly WrittenFile[]>;
}

/** Makes the folder under another name. @throws Failure refused if a foreign folder is in the way; errors of the file system */
export function beginFolder(month: string, options: FolderOptions): BegunFolder {
  const { out, fileMode = 'private' } = options;
  makeFolders(out, fileMode);
  refuseForeignFolder(month, options);
  removeLeftovers(out, LEFTOVERS);
  return {
    staging: makeUnderFreeName(
      (mark) => path.join(out, `.${month}.${mark}.partial`),
      (name) => makeOwnFolder(name, fileMode),
    ),
  };
}

/**
 * Writes the folder.
 * @param begun the folder, if it was begun before: then its invoices are in it, and the content has only the other files
 * @returns its path. @throws Failure refused if a foreign folder is in the way; errors of the file system
 */
export async function writeMonthFolder(
  content: FolderContent,
  options: FolderOptions,
  begun = beginFolder(content.view.month, options),
): Promise<string> {
  const { out, fileMode = 'private' } = options;
  const { view } = content;
  const { staging } = begun;
  const replaced = staging.replace(/partial$/, 'replaced');
  try {
    await writeFiles(begun, content, fileMode);
    putInPlace({ staging, replaced }, view.month, options);
  } catch (error) {
    discardFolder(begun);
    throw error;
  }
  // Before the old files are removed: until the new name is durable, a power cut would bring the old folder back.
  syncFolder(out);
  rmSync(replaced, { recursive: true, force: true });
  return path.join(out, view.month);
}

/** Renames the new folder into place. Two processes may write the same month at once; they write the same bytes, and the last one stays. */
function putInPlace(
  { staging, replaced }: { staging: string; replaced: string },
  month: string,
  options: FolderOptions,
): void {
  const folder = path.join(options.out, month);
  for (;;) {
    const isReplaced = moveAside(folder, replaced);
    if (isReplaced) refuseLateArrival({ folder, replaced }, options);
    try {
      renameSync(staging, folder);
      return;
    } catch (error) {
      const isTaken = /^(ENOTEMPTY|EEXIST)$/.test((error as NodeJS.ErrnoException).code ?? '');
      if (!isTaken) {
        if (isReplaced) renameSync(replaced, folder);
        throw error;
      }
      refuseForeignFolder(month, options);
      rmSync(replaced, { recursive: true, force: true });
    }
  }
}

/** Refuses if something was put into the folder while the new one was written. Nobody finds the moved folder by its old name now. */
function refuseLateArrival(
  { folder, replaced }: { readonly folder: string; readonly replaced: string },
  { keep, target }: FolderOptions,
): void {
  const reason = whyItMustStay(replaced, keep, target);
  if (reason === undefined) return;
  renameSync(replaced, folder);
  throw new Failure('refused', `${folder}: ${reason}`);
}

/** @returns whether there was a folder */
function moveAside(folder: string, replaced: string): boolean {
  try {
    renameSync(folder, replaced);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Removes the staging folder. If that fails, the next run removes it, and the user sees the original error. */
export function discardFolder({ staging }: BegunFolder): void {
  try {
    rmSync(staging, { recursive: true, force: true });
  } catch {}
}

/** Makes `OUT` and missing folders above it. Existing folders keep their mode. */
function makeFolders(folder: string, fileMode: FileMode): void {
  const missing: string[] = [];
  for (let each = path.resolve(folder); !existsSync(each); each = path.dirname(each)) missing.push(each);
  makeFolder(folder, MODES[fileMode].folder);
  for (const each of missing) letGroupRead(each, fileMode);
}

async function writeFiles(
  { staging, completeInvoices }: BegunFolder,
  { view, files, engineVersion, exported }: FolderContent,
  fileMode: FileMode,
): Promise<void> {
  const writer = createFileWriter(staging, fileMode);
  const written: WrittenFile[] = [];
  let begun: readonly WrittenFile[] = [];
  let hasInvoices = completeInvoices !== undefined;
  try {
    for (const file of files) {
      if (isInvoice(file) && !hasInvoices) {
        makeOwnFolder(path.join(staging, INVOICES), fileMode);
        hasInvoices = true;
      }
      written.push(await writer.write(file));
    }
    // After the other files: meanwhile a thread writes invoices, and then both write until none is left.
    begun = (await completeInvoices?.(view, writer)) ?? [];
  } finally {
    await writer.settled();
  }
  const manifest = manifestOf(view, [...begun, ...written], engineVersion, exported?.());
  await writer.write(wholeFile(MANIFEST, manifest));
  await writer.settled();
  if (hasInvoices) syncFolder(path.join(staging, INVOICES));
  syncFolder(staging);
}

const isInvoice = ({ path: name }: MonthFile): boolean => name.startsWith(`${INVOICES}/`);
