/** Each message that docs/errors.md explains is one of the program: of its sources, or of a file in fixtures/rejected. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { EXIT_CODES } from '../src/errors/failure.js';
import { filesBelow } from '../src/files/files-below.js';
import { REPOSITORY } from './support/monthend.js';

const page = readFileSync(path.join(REPOSITORY, 'docs/errors.md'), 'utf8');

const textsBelow = (folder: string, ending: string) =>
  filesBelow(path.join(REPOSITORY, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(path.join(REPOSITORY, folder, name), 'utf8'))
    .join('\n');

/** The sources, with pieces of text that `+` joins in one, and `…` for what is put in. */
const sources = textsBelow('src', '.ts')
  .replace(/['`] \+\s*['`]/g, '')
  .replace(/\$\{[^{}]*\}/g, '…')
  .replaceAll("\\'", "'")
  .replaceAll('\\`', '`');
const known = `${sources}\n${textsBelow('fixtures/rejected', 'expected.txt')}`;

/** Whether the program can say that, where `…` stands for anything within a line. */
function isSaid(message: string): boolean {
  // What is put in at an end may be empty, and searching for it takes time.
  const inner = message.replace(/^…|…$/g, '');
  const pieces = inner.split('…').map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return message.replaceAll('…', '').length > 12 && new RegExp(pieces.join('.*?')).test(known);
}

/** What stands in code in the first cells of the tables of messages. */
const messages = page
  .split(/\n(?!\|)/)
  .map((table) => table.trim())
  .filter((table) => table.startsWith('| message |'))
  .flatMap((table) => table.split('\n').slice(2))
  .flatMap((row) => {
    const [cell = ''] = row.slice(2).split(' | ');
    return [...cell.matchAll(/``(.+?)``(?!`)|`([^`]+)`/g)].map(
      ([, double, single]) => double ?? single ?? '',
    );
  });

test('the page explains the commonest messages', () => {
  expect(messages.length).toBeGreaterThan(40);
});

test.each(messages)('%s', (message) => {
  expect(isSaid(message)).toBe(true);
});

test.each([
  'the columns are separated by colons; save the file with commas',
  '… is not over: it will end at …',
  '… …',
])('planted: %s is no message of the program', (message) => {
  expect(isSaid(message)).toBe(false);
});

test('every exit code is explained', () => {
  const [, section = ''] = page.split('\n## 1. Exit codes\n');
  const codes = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| (\d+) \|/gm)].map(([, code]) =>
    Number(code),
  );
  expect(codes).toEqual([0, ...Object.values(EXIT_CODES)]);
});
