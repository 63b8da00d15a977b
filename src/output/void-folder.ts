/** The folder of a month that is void: it is kept under a name of its own, beside that of the next close. */
import { existsSync, lstatSync, renameSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../errors/failure.js';
import { syncFolder } from '../files/sync-folder.js';

export interface VoidFolder {
  readonly out: string;
  readonly month: string;
  /** Of the voids of the month, from 1. */
  readonly number: number;
}

/** `2026-10.void-1` */
export const voidFolderName = ({ month, number }: Pick<VoidFolder, 'month' | 'number'>): string =>
  `${month}.void-${number}`;

/** Called before a month is voided, so that it is not voided while its files could then not be kept. @throws Failure refused */
export function refuseTakenVoidFolder(folder: VoidFolder): void {
  const name = path.join(folder.out, voidFolderName(folder));
  if (lstatSync(name, { throwIfNoEntry: false }) === undefined) return;
  throw new Failure('refused', `${name}: is in the way of the month's void files; move it away`);
}

/** Renames the month's folder. @returns its name now. @throws Failure refused if that is taken */
export function setVoidFolderAside(folder: VoidFolder): string {
  const name = path.join(folder.out, voidFolderName(folder));
  refuseTakenVoidFolder(folder);
  renameSync(path.join(folder.out, folder.month), name);
  syncFolder(folder.out);
  return name;
}

/** Where the files of a void month are; undefined if they are not below `out`. */
export function foundVoidFolder(folder: VoidFolder): string | undefined {
  const name = path.join(folder.out, voidFolderName(folder));
  return existsSync(name) ? name : undefined;
}
