/** What `npm run docs` makes from the program is what stands in the repository. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { programOutline } from '../src/cli/main.js';
import { DEFAULT_CONFIG, FIXED_SETTINGS } from '../src/config/config.js';
import { madeFiles } from '../src/docs/made-files.js';
import { wrappedPage } from '../src/docs/page.js';
import { EXIT_CODES } from '../src/errors/failure.js';
import { REPOSITORY } from './support/monthend.js';

const made = madeFiles();
const page = (name: string) => made[`docs/${name}.md`] ?? '';

test.each(Object.keys(made))('%s is as "npm run docs" would write it', (name) => {
  const stands = readFileSync(path.join(REPOSITORY, name), 'utf8');
  // The linter breaks the lines of a schema in its own way.
  if (name.endsWith('.json')) expect(JSON.parse(stands)).toEqual(JSON.parse(made[name] ?? ''));
  else expect(stands).toBe(made[name]);
});

describe('docs/commands.md and docs/commands-check.md', () => {
  const { commands, options } = programOutline();
  const both = `${page('commands')}\n${page('commands-check')}`;

  test.each(commands.map((command) => [command.name, command] as const))(
    '%s: its arguments, options and examples',
    (name, command) => {
      const [, section = ''] = both.split(`\n## ${name}\n`);
      const borrowed = [...(section.split('\n## ')[0]?.matchAll(/\]\(#(\w+)\)/g) ?? [])].map(
        ([, each]) => each,
      );
      const own = [name, ...borrowed].map((each) => both.split(`\n## ${each}\n`)[1] ?? '').join('');
      for (const { flags } of [
        ...command.options.filter(({ long }) => long !== '--help'),
        ...command.argumentList,
      ])
        expect(own).toContain(`- \`${flags}\``);
      expect(command.examples.length).toBeGreaterThan(0);
      for (const example of command.examples) expect(section).toContain(`\`${example.command}\``);
    },
  );

  test('the options of every command, and every exit code', () => {
    for (const { flags } of options) expect(page('commands')).toContain(`- \`${flags}\``);
    for (const code of [0, ...Object.values(EXIT_CODES)])
      expect(page('commands')).toContain(`\n| ${code} | `);
  });
});

describe('docs/config.md', () => {
  test.each(Object.entries(DEFAULT_CONFIG))(
    '%s: its default, and an example of another value',
    (key, value) => {
      const section =
        page('config').split(`\n## ${key}\n`)[1]?.split('\n## ')[0]?.replaceAll('\n', ' ') ?? '';
      expect(section).toContain(`Default: \`${JSON.stringify(value)}\`.`);
      const example = /Example: `(.*?)`\.(?:$| +[-|] )/.exec(section.trim())?.[1] ?? '';
      expect(JSON.parse(`{${example}}`)[key]).toBeDefined();
      expect(JSON.parse(`{${example}}`)[key]).not.toEqual(value);
    },
  );

  test('says which keys the first close fixes', () => {
    const fixed = page('config')
      .split('\n## ')
      .filter((section) => /fixed by\s+the\s+first\s+close\./.test(section));
    expect(fixed.map((section) => section.split('\n')[0])).toEqual([...FIXED_SETTINGS]);
  });
});

test('no line of a page is longer than 110 characters, and none is broken within code', () => {
  for (const name of ['commands', 'commands-check', 'config'])
    expect(
      page(name)
        .split('\n')
        .filter((line) => line.length > 110 && !line.startsWith('|')),
    ).toEqual([]);
  const text = `${'word '.repeat(21)}\`code that stays whole\` after`;
  expect(wrappedPage(text, '  ')).toBe(`${'word '.repeat(21).trim()}\n  \`code that stays whole\` after`);
});
