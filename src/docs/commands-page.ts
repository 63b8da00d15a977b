/**
 * Makes docs/commands.md and docs/commands-check.md from the program's own commands and options. Their introductions are written here.
 */
import { EXIT_CODE_MEANINGS } from '../cli/exit-codes.js';
import type { ArgumentOutline, CommandOutline, OptionOutline, ProgramOutline } from '../cli/outline.js';
import { MADE_FROM, wrappedPage } from './page.js';

const HEAD = `# Commands

${wrappedPage(
  'For whoever types or scripts them: what each command and option does. `monthend COMMAND --help` says the same. Commands ' +
    'that look, explain and check stand on [a page of their own](commands-check.md).',
)}

${wrappedPage(
  'Results go to standard output, everything else to standard error: remarks, problems of the input, why a command failed. ' +
    'Long work shows its progress where standard error is a terminal. `NO_COLOR` is honoured. Output that cannot be written, ' +
    'as on a full disk, is an error (exit 74). A reader that stops reading, as `head` does, changes nothing: the ' +
    'command does its work all the same. With `--json` standard output is [one JSON document](json.md), ' +
    'also when the command fails.',
)}

${wrappedPage(
  'One writer at a time holds a ledger; another waits for a moment, then exits 75. `init` alone makes a ledger; every ' +
    'other command refuses to work without one (exit 2), so that a wrong name issues no number twice. Commands ' +
    'that only read work on a read-only ledger too. See [files](files.md) and ' +
    '[config](config.md).',
)}`;

const CHECK_HEAD = `# Commands that look and check

${wrappedPage(
  'For whoever asks what a ledger holds, whether it is sound, and whether fixture cases still hold. They issue nothing. The ' +
    'options of every command and the exit codes are in [commands](commands.md).',
)}`;

/** The commands of docs/commands-check.md, a page of their own because no page may be longer than 200 lines. */
const CHECKING: ReadonlySet<string> = new Set(['status', 'explain', 'verify', 'check', 'completion', 'man']);

const isChecking = ({ name }: CommandOutline): boolean => CHECKING.has(name);

export function checkCommandsPage({ commands }: ProgramOutline): string {
  const sections = commands.filter(isChecking).map((command) => commandSection(command, commands));
  return `${MADE_FROM(SOURCE)}${CHECK_HEAD}\n\n${sections.join('\n')}`;
}

const SOURCE = 'the commands in src/cli';

export function commandsPage(program: ProgramOutline): string {
  const own = program.commands.filter((command) => !isChecking(command));
  const exitCodes = EXIT_CODE_MEANINGS.map(({ code, meaning }) => `| ${code} | ${meaning} |`);
  return `${MADE_FROM(SOURCE)}${HEAD}

## Options of every command

${program.options.map(optionLine).join('\n')}

## Exit codes

| code | when |
| --- | --- |
${exitCodes.join('\n')}

${own.map((command) => commandSection(command, program.commands)).join('\n')}`;
}

function commandSection(command: CommandOutline, all: readonly CommandOutline[]): string {
  const { name, arguments: words, description, argumentList, remarks, examples } = command;
  const usage = `monthend ${name} ${words}`.trim();
  const borrowed = all.filter((other) => other !== command && hasOptionsOf(command, other));
  const own = command.options.filter(({ long }) => !borrowed.some((other) => hasOption(other, long)));
  const lines = [
    ...argumentList.map(argumentLine),
    ...own.filter(({ long }) => long !== '--help').map(optionLine),
    ...(borrowed.length === 0
      ? []
      : [`- the options of ${borrowed.map((other) => `[${other.name}](#${other.name})`).join(' and ')}`]),
    ...exampleLines(examples),
  ];
  const text = [`\`${usage}\`: ${description}.`, ...remarks.filter((each) => !hasLines(each))].join(' ');
  const lists = remarks.filter(hasLines).map((each) => `\n${listBlock(each)}\n`);
  // No empty line follows a heading: that keeps a page with every command short.
  return `## ${name}\n${wrappedPage(text)}\n${lists.join('')}${lines.join('\n')}\n`;
}

/** A remark with indented lines is a list that was aligned by hand. */
const hasLines = (remark: string): boolean => /^ {2}/m.test(remark);

function listBlock(remark: string): string {
  const [title = '', ...lines] = remark.split('\n');
  return `${wrappedPage(title)}\n\`\`\`text\n${lines.map((line) => line.replace(/^ {2}/, '')).join('\n')}\n\`\`\``;
}

/** Lists examples that need no comment in one line, then those with a comment. */
function exampleLines(examples: CommandOutline['examples']): string[] {
  const plain = examples.filter(({ comment }) => comment === '').map(({ command }) => `\`${command}\``);
  const commented = examples.filter(({ comment }) => comment !== '');
  return [
    ...(plain.length === 0 ? [] : [wrappedPage(`- Example: ${plain.join(' or ')}`, '  ')]),
    ...commented.map(({ command, comment }) => wrappedPage(`- Example: \`${command}\`: ${comment}`, '  ')),
  ];
}

const hasOption = (command: CommandOutline, long: string): boolean =>
  long !== '--help' && command.options.some((option) => option.long === long);

/** True if a command has all options of another. One or two in common are a coincidence. */
function hasOptionsOf(command: CommandOutline, other: CommandOutline): boolean {
  const options = other.options.filter(({ long }) => long !== '--help');
  return (
    options.length > 2 &&
    options.length < command.options.length - 1 &&
    options.every(({ long }) => hasOption(command, long))
  );
}

const argumentLine = ({ flags, ...argument }: ArgumentOutline): string => line(flags, argument);
const optionLine = ({ flags, ...option }: OptionOutline): string => line(flags, option);

function line(
  flags: string,
  {
    description,
    choices,
    defaultValue,
    variable = '',
  }: Pick<OptionOutline, 'description' | 'choices' | 'defaultValue'> & { readonly variable?: string },
): string {
  const notes = [
    ...(choices.length === 0 ? [] : [choices.map((each) => `\`${each}\``).join(', ')]),
    ...(defaultValue === '' ? [] : [`default \`${defaultValue}\``]),
    ...(variable === '' ? [] : [`or \`$${variable}\``]),
  ];
  return wrappedPage(
    `- \`${flags}\`: ${description}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`,
    '  ',
  );
}
