/** The README is held to what the program does: its examples run, its lists are complete, its links lead somewhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { EXCEPTION_EFFECTS } from '../src/billing/exception.js';
import { EXIT_CODES } from '../src/failure.js';
import { configSchema } from '../src/read-config.js';
import { REPOSITORY, workplace } from './support/monthend.js';

const README = readFileSync(path.join(REPOSITORY, 'README.md'), 'utf8');

test('the example of two months runs as printed, from an empty folder', () => {
  const place = workplace();
  const blocks = [...README.matchAll(/```(console|csv)(?: (\S+))?\n([\s\S]*?)```/g)];
  expect(blocks.length).toBeGreaterThan(5);
  for (const [, kind, file, text = ''] of blocks) {
    if (kind === 'csv') expect(place.read(file ?? ''), file).toBe(text);
    else {
      const [command = '', ...output] = text.split('\n');
      const words = command.replace(/^\$ monthend /, '').split(' ');
      expect(place.run(words), command).toMatchObject({ code: 0, stdout: output.join('\n') });
    }
  }
});

test('every command, config key, exit code and exception is documented', () => {
  const commands = [
    ...workplace()
      .run(['--help'])
      .stdout.matchAll(/^ {2}(?!monthend|help)([a-z]+) /gm),
  ];
  expect(commands.length).toBe(14);
  for (const [, command] of commands) expect(README).toMatch(new RegExp(`^\\| \`${command}[ \`]`, 'm'));
  for (const key of Object.keys(configSchema.shape))
    if (key !== '$schema') expect(README).toContain(`\`${key}\``);
  for (const code of Object.values(EXIT_CODES)) expect(README).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'));
  for (const code of Object.keys(EXCEPTION_EFFECTS)) expect(README).toContain(`\`${code}\``);
});

test('the scripts that it names exist', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(REPOSITORY, 'package.json'), 'utf8'));
  const named = [...README.matchAll(/npm (?:run )?(sample|test|build|bench)\b/g)].map(
    ([, name]) => name ?? '',
  );
  expect(new Set(named)).toEqual(new Set(['sample', 'test', 'build', 'bench']));
  for (const name of named) expect(scripts).toHaveProperty(name);
});

test.each(['README.md', 'fixtures/README.md', 'src/README.md'])('the links of %s lead somewhere', (name) => {
  const text = readFileSync(path.join(REPOSITORY, name), 'utf8');
  for (const [, target = ''] of text.matchAll(/\]\(([^)#]+)\)/g)) {
    expect(existsSync(path.join(REPOSITORY, path.dirname(name), target)), target).toBe(true);
  }
});

test('the number of fixture cases is as it says', () => {
  const cases = readdirSync(path.join(REPOSITORY, 'fixtures/cases')).length;
  expect(README).toContain(`${cases} of them`);
});
