import fs, { lstatSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { makeFolder, naming } from '../src/files/sync-folder.js';
import { temporaryFolder } from './support/facts.js';

describe('making a folder', () => {
  it('makes those above it too, of the same mode', () => {
    const top = temporaryFolder();
    makeFolder(path.join(top, 'a/b/c'), 0o700);
    for (const name of ['a', 'a/b', 'a/b/c']) expect(statSync(path.join(top, name)).mode & 0o777).toBe(0o700);
  });

  it('is content with one that is there, or a link to one', () => {
    const top = temporaryFolder();
    mkdirSync(path.join(top, 'there'));
    symlinkSync('there', path.join(top, 'link'));
    for (const name of ['there', 'link']) makeFolder(path.join(top, name), 0o700);
    expect(lstatSync(path.join(top, 'link')).isSymbolicLink()).toBe(true);
  });

  it('does not pass over a sync that was refused', () => {
    const folder = path.join(temporaryFolder(), 'new');
    vi.spyOn(fs, 'fsyncSync').mockImplementation(() => {
      throw Object.assign(new Error('refused'), { code: 'EACCES', syscall: 'fsync' });
    });
    syncBuiltinESMExports();
    onTestFinished(() => {
      vi.restoreAllMocks();
      syncBuiltinESMExports();
    });
    expect(() => makeFolder(folder, 0o700)).toThrow(
      expect.objectContaining({ code: 'EACCES', path: path.dirname(folder) }),
    );
  });

  it('says which file is in the way', () => {
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(() => makeFolder(file, 0o700)).toThrow(expect.objectContaining({ code: 'EEXIST', path: file }));
  });
});

describe('naming the file of an error', () => {
  const failing = (error: Error) => () => {
    throw error;
  };
  const full = () => Object.assign(new Error('no space'), { code: 'ENOSPC' });
  it.each([
    ['that names none', full(), { path: 'a.csv' }],
    ['that names one', Object.assign(full(), { path: 'b.csv' }), { path: 'b.csv' }],
  ])('%s', (_, error, expected) => {
    expect(() => naming('a.csv', failing(error))).toThrow(expect.objectContaining(expected));
  });

  it('that is none of the system leaves it as it is', () => {
    const error = new Error('boom');
    expect(() => naming('a.csv', failing(error))).toThrow(error);
    expect(error).not.toHaveProperty('path');
  });
});
