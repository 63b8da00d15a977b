/**
 * Writes a month's folder: first whole into a sibling folder, synced, then renamed, so it exists complete or not at all. It replaces only
 * folders that are known to be ours and hold nothing else. Only the owner may read it, because the files can hold patient references,
 * unless the config allows the group.
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  fsync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { MonthView } from '../billing/month-view.js';
import { compareCodePoints } from '../billing/order.js';
import { Failure } from '../errors/failure.js';
import { makeUnderFreeName, removeLeftovers } from '../files/leftovers.js';
import { makeFolder, nameFile, naming, syncFolder } from '../files/sync-folder.js';
import { type FoundFolder, foundFolder } from './folders-below.js';
import { type ExportRecord, MANIFEST, manifestOf, readManifest, type WrittenFile } from './manifest.js';
import { type MonthFile, readOut, wholeFile } from './month-files.js';

const MODES = {
  private: { folder: 0o700, file: 0o600 },
  group: { folder: 0o750, file: 0o640 },
} as const;

export type FileMode = keyof typeof MODES;

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

/** Writes the folder. @returns its path. @throws Failure refused if a foreign folder is in the way; errors of the file system */
export async function writeMonthFolder(content: FolderContent, options: FolderOptions): Promise<string> {
  const { out, fileMode = 'private' } = options;
  const { view } = content;
  makeFolders(out, fileMode);
  refuseForeignFolder(view.month, options);
  removeLeftovers(out, LEFTOVERS);
  const staging = makeUnderFreeName(
    (mark) => path.join(out, `.${view.month}.${mark}.partial`),
    (name) => makeOwnFolder(name, fileMode),
  );
  const replaced = staging.replace(/partial$/, 'replaced');
  try {
    await writeFiles(staging, content, fileMode);
    putInPlace({ staging, replaced }, view.month, options);
  } catch (error) {
    discard(staging);
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
function discard(staging: string): void {
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

/** @returns the folder */
function makeOwnFolder(folder: string, fileMode: FileMode): string {
  mkdirSync(folder, { mode: MODES[fileMode].folder });
  letGroupRead(folder, fileMode);
  return folder;
}

/** Sets the mode regardless of the umask, since the config says who may read. The set-group-ID bit stays: it passes the group on. */
function letGroupRead(folder: string, fileMode: FileMode): void {
  if (fileMode === 'private') return;
  chmodSync(folder, (statSync(folder).mode & 0o7000) | MODES[fileMode].folder);
}

async function writeFiles(
  staging: string,
  { view, files, engineVersion, exported }: FolderContent,
  fileMode: FileMode,
): Promise<void> {
  const disk = createSyncing();
  const written: WrittenFile[] = [];
  let hasInvoices = false;
  try {
    for (const file of files) {
      if (file.path.startsWith('invoices/') && !hasInvoices) {
        makeOwnFolder(path.join(staging, 'invoices'), fileMode);
        hasInvoices = true;
      }
      written.push(await writeFile({ staging, fileMode }, file, disk));
    }
  } finally {
    await disk.settled();
  }
  const manifest = manifestOf(view, written, engineVersion, exported?.());
  await writeFile({ staging, fileMode }, wholeFile(MANIFEST, manifest), disk);
  await disk.settled();
  if (hasInvoices) syncFolder(path.join(staging, 'invoices'));
  syncFolder(staging);
}

async function writeFile(
  { staging, fileMode }: { readonly staging: string; readonly fileMode: FileMode },
  content: MonthFile,
  disk: Syncing,
): Promise<WrittenFile> {
  const file = path.join(staging, content.path);
  const descriptor = openSync(file, 'wx', MODES[fileMode].file);
  let written: WrittenFile;
  try {
    if (fileMode === 'group') naming(file, () => fchmodSync(descriptor, MODES.group.file));
    written = readOut(content, (bytes) => {
      for (let done = 0; done < bytes.length; )
        done += naming(file, () => writeSync(descriptor, bytes, done));
    });
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  await disk.syncAndClose(descriptor, file);
  return written;
}

interface Syncing {
  /** Starts to sync a file. Waits only while too many others are in progress. @throws the error of an earlier file */
  syncAndClose(descriptor: number, file: string): Promise<void>;
  /** Waits until all files are synced and closed. @throws the error of one of them */
  settled(): Promise<void>;
}

const FILES_IN_BATCH = 64;
const sync = promisify(fsync);

/**
 * Syncs files while others are written: a disk syncs many at once in little more time than one. The next batch is collected while one is
 * in progress.
 */
function createSyncing(): Syncing {
  let batch: Promise<void>[] = [];
  let underWay: Promise<unknown> = Promise.resolve();

  async function startBatch(): Promise<void> {
    const before = underWay;
    underWay = Promise.allSettled(batch).then(throwFirstFailure);
    underWay.catch(() => {}); // thrown where it is awaited
    batch = [];
    await before;
  }

  return {
    async syncAndClose(descriptor, file) {
      const named = (error: unknown) => {
        throw nameFile(file, error);
      };
      batch.push(
        sync(descriptor)
          .catch(named)
          .finally(() => closeSync(descriptor)),
      );
      if (batch.length === FILES_IN_BATCH) await startBatch();
    },
    async settled() {
      await startBatch();
      await underWay;
    },
  };
}

function throwFirstFailure(results: readonly PromiseSettledResult<void>[]): void {
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
