/**
 * The commands and options as plain data, read from the program itself. Completion, the manual page and docs/commands.md are made from it.
 */
import type { Argument, Command, Option } from 'commander';

export interface OptionOutline {
  /** As help shows it: `--out <folder>`. */
  readonly flags: string;
  /** `--out` */
  readonly long: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  /** As a user would type it; empty if there is none. */
  readonly defaultValue: string;
  /** The variable that sets the option; empty if there is none. */
  readonly variable: string;
}

export interface ArgumentOutline {
  /** `<file...>`; in square brackets if it is optional. */
  readonly flags: string;
  readonly description: string;
  readonly choices: readonly string[];
  readonly defaultValue: string;
}

export interface ExampleOutline {
  readonly command: string;
  /** What the example does; empty if the command says enough. */
  readonly comment: string;
}

export interface CommandOutline {
  readonly name: string;
  readonly description: string;
  /** `<month> <file...>` */
  readonly arguments: string;
  readonly argumentList: readonly ArgumentOutline[];
  readonly takesFiles: boolean;
  /** The choices of the first argument; empty if it has none. */
  readonly choices: readonly string[];
  readonly options: readonly OptionOutline[];
  /** The text that help shows below the options: remarks and examples. */
  readonly textAfter: string;
  readonly remarks: readonly string[];
  readonly examples: readonly ExampleOutline[];
}

export interface ProgramOutline extends CommandOutline {
  readonly commands: readonly CommandOutline[];
}

export function outlineOf(program: Command): ProgramOutline {
  return { ...outlineOfCommand(program), commands: program.commands.map(outlineOfCommand) };
}

function outlineOfCommand(command: Command): CommandOutline {
  const names = command.registeredArguments;
  const textAfter = textAfterHelp(command);
  return {
    name: command.name(),
    description: command.description(),
    arguments: names.map(flagsOf).join(' '),
    argumentList: names.map((each) => ({
      flags: flagsOf(each),
      description: each.description,
      choices: each.argChoices ?? [],
      defaultValue: asTyped(each.defaultValue),
    })),
    takesFiles: names.some((each) => /^(file|folder)$/.test(each.name())),
    choices: names[0]?.argChoices ?? [],
    options: command.createHelp().visibleOptions(command).map(outlineOfOption),
    textAfter,
    remarks: remarksIn(textAfter),
    examples: examplesIn(textAfter),
  };
}

function flagsOf(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

const asTyped = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

function outlineOfOption(option: Option): OptionOutline {
  return {
    flags: option.flags,
    long: option.long ?? option.flags,
    description: option.description,
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
    defaultValue: asTyped(option.defaultValue),
    variable: option.envVar ?? '',
  };
}

/** Returns the paragraphs around the examples, with their line breaks. */
function remarksIn(text: string): string[] {
  return text.split(/\n\n+/).filter((each) => each !== '' && !each.startsWith('Examples:'));
}

/** Reads examples: `  monthend close 2026-10   what it does`. A comment may continue on the next lines. */
function examplesIn(text: string): ExampleOutline[] {
  const paragraph = text.split(/\n\n+/).find((each) => each.startsWith('Examples:')) ?? '';
  const examples: ExampleOutline[] = [];
  for (const line of paragraph.split('\n').slice(1)) {
    const [, command, comment] = /^ {2}(\S.*?)(?: {2,}(.*))?$/.exec(line) ?? [];
    const last = examples.at(-1);
    if (command !== undefined) examples.push({ command, comment: comment ?? '' });
    else if (last !== undefined) {
      const more = `${last.comment} ${line.trim()}`.trim();
      examples[examples.length - 1] = { ...last, comment: more };
    }
  }
  return examples;
}

/** Commander keeps this text in listeners, so it is taken from the printed help, after the plain part. */
function textAfterHelp(command: Command): string {
  const output = command.configureOutput();
  let text = '';
  command.configureOutput({ ...output, writeOut: (part) => (text += part) });
  command.outputHelp();
  command.configureOutput(output);
  return text.slice(command.helpInformation().length).trim();
}
