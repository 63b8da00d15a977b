/** What is made from the program itself: completion, the manual page, the version. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type Run, workplace } from '../support/monthend.js';

const printed = new Map<string, Run>();

/** What monthend prints for these words: the same for every test. */
function run(...words: string[]): Run {
  const known = printed.get(words.join(' ')) ?? workplace().run(words);
  printed.set(words.join(' '), known);
  return known;
}
const commandsOf = (help: string) =>
  [...help.matchAll(/^ {2}(?!monthend|help)([a-z]+) /gm)].map(([, name]) => name ?? '');

describe('completion in bash', () => {
  /** What bash offers for the last of the words. */
  function offered(...words: string[]): string[] {
    const line = words.map((word) => `'${word}'`).join(' ');
    const code = `${run('completion', 'bash').stdout}\nCOMP_WORDS=(monthend ${line}); COMP_CWORD=${words.length}; _monthend; printf '%s\\n' "\${COMPREPLY[@]}"`;
    // With a socket as its input, bash would run ~/.bashrc.
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', code], {
      encoding: 'utf8',
      cwd: workplace().folder,
    });
    expect(stderr).toBe('');
    return stdout
      .trim()
      .split('\n')
      .filter((word) => word !== '');
  }

  it.each([
    [['cl'], ['close']],
    [['--led'], ['--ledger']],
    [['close', '--st'], ['--strict']],
    [['--json', 'close', '--st'], ['--strict']],
    [['import', '--as', 'h'], ['history']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['init', '--st'], []],
    [['import', 'none'], []],
  ])('%j: %j', (words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });

  it('offers each option once', () => {
    const options = offered('run', '--');
    expect(options.length).toBeGreaterThan(8);
    expect(new Set(options).size).toBe(options.length);
  });
});

it.each(['bash', 'zsh', 'fish'])('completion in %s knows every command and its options', (shell) => {
  const { code, stdout } = run('completion', shell);
  expect(code).toBe(0);
  for (const command of commandsOf(run('--help').stdout)) expect(stdout).toContain(command);
  for (const option of ['catch-up', 'junit', 'amend']) expect(stdout).toContain(option);
});

it('another shell is a usage error', () => {
  expect(run('completion', 'tcsh')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Allowed choices'),
  });
});

it('the manual page has every command, option and example', () => {
  const page = run('man').stdout;
  expect(page).toMatch(/^\.TH MONTHEND 1 /);
  const commands = commandsOf(run('--help').stdout);
  expect(page.match(/^\.SS /gm)?.length).toBe(commands.length);
  expect(page.match(/^Examples:$/gm)?.length).toBe(commands.length + 1);
  for (const command of commands) expect(page).toMatch(new RegExp(`^\\.SS ${command}\\b`, 'm'));
  expect(page).toContain('\\fB\\-\\-catch\\-up\\fR');
});

it('the version comes as JSON too', () => {
  const { engineVersion } = JSON.parse(run('--version', '--json').stdout);
  expect(run('--version').stdout).toBe(`${engineVersion}\n`);
});

it('a mistyped command gets a suggestion', () => {
  expect(run('clsoe', '2026-10')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Did you mean close?'),
  });
});
