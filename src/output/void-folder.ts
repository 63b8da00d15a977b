/** The folder of a void month. It is kept under another name, beside the folder of the next close. */
import { existsSync, lstatSync, renameSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../errors/failure.js';
import { syncFolder } from '../files/sync-folder.js';

export interface VoidFolder {
  readonly out: string;
  readonly month: string;
  /** Counts the voids of the month, from 1. */
  readonly number: number;
}

/** `2026-10.void-1` */
export const voidFolderName = ({ month, number }: Pick<VoidFolder, 'month' | 'number'>): string =>
  `${month}.void-${number}`;

/** Called before a month is voided: its files must have a place to go. @throws Failure refused if the name is taken */
export function refuseTakenVoidFolder(folder: VoidFolder): void {
  const name = path.join(folder.out, voidFolderName(folder));
  if (lstatSync(name, { throwIfNoEntry: false }) === undefined) return;
  throw new Failure('refused', `${name}: is in the way of the month's void files; move it away`);
}

/** Renames the month's folder. @returns its new path. @throws Failure refused if the name is taken */
export function setVoidFolderAside(folder: VoidFolder): string {
  const name = path.join(folder.out, voidFolderName(folder));
  refuseTakenVoidFolder(folder);
  renameSync(path.join(folder.out, folder.month), name);
  syncFolder(folder.out);
  return name;
}

/** Returns the folder of a void month; undefined if it is not below `out`. */
export function foundVoidFolder(folder: VoidFolder): string | undefined {
  const name = path.join(folder.out, voidFolderName(folder));
  return existsSync(name) ? name : undefined;
}
