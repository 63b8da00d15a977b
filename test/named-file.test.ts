import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { writeNamedFile } from '../src/files/named-file.js';
import { temporaryFolder } from './support/facts.js';

const isPage = (text: string) => text.startsWith('page');

test('writes a page for its owner alone, and replaces an earlier one', () => {
  const file = path.join(temporaryFolder(), 'order.html');
  for (const text of ['page 1', 'page 2']) {
    writeNamedFile(file, text, { isOurs: isPage });
    expect(readFileSync(file, 'utf8')).toBe(text);
  }
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(path.dirname(file))).toEqual(['order.html']);
});

test('leaves alone what is no page: a file of another kind, a link, a folder', () => {
  const folder = temporaryFolder();
  const at = (name: string) => path.join(folder, name);
  writeFileSync(at('mine.html'), 'mine');
  writeNamedFile(at('page.html'), 'page', { isOurs: isPage });
  symlinkSync(at('page.html'), at('link.html'));
  for (const name of ['mine.html', 'link.html', '.'])
    expect(() => writeNamedFile(at(name), 'page', { isOurs: isPage })).toThrow(
      'was not written by this command',
    );
  expect(readFileSync(at('mine.html'), 'utf8')).toBe('mine');
});

test('removes what a stopped run has left', () => {
  const folder = temporaryFolder();
  // A number that no process has.
  writeFileSync(path.join(folder, '.order.html.4194305.partial'), 'half');
  writeNamedFile(path.join(folder, 'order.html'), 'page', { isOurs: isPage });
  expect(readdirSync(folder)).toEqual(['order.html']);
});
