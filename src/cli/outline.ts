/** The commands and options as plain data, read from the program itself: what completion and the manual page are made from. */
import type { Command, Option } from 'commander';

export interface OptionOutline {
  /** `--out <folder>`, as help shows it. */
  readonly flags: string;
  /** `--out` */
  readonly long: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

export interface CommandOutline {
  readonly name: string;
  readonly description: string;
  /** `<month> <file...>` */
  readonly arguments: string;
  readonly takesFiles: boolean;
  /** Of the first argument; empty if it is free. */
  readonly choices: readonly string[];
  readonly options: readonly OptionOutline[];
  /** What help shows below the options: examples. */
  readonly examples: string;
}

export interface ProgramOutline extends CommandOutline {
  readonly commands: readonly CommandOutline[];
}

export function outlineOf(program: Command): ProgramOutline {
  return { ...outlineOfCommand(program), commands: program.commands.map(outlineOfCommand) };
}

function outlineOfCommand(command: Command): CommandOutline {
  const names = command.registeredArguments;
  return {
    name: command.name(),
    description: command.description(),
    arguments: names
      .map((each) => {
        const name = `${each.name()}${each.variadic ? '...' : ''}`;
        return each.required ? `<${name}>` : `[${name}]`;
      })
      .join(' '),
    takesFiles: names.some((each) => /^(file|folder)$/.test(each.name())),
    choices: names[0]?.argChoices ?? [],
    options: command.createHelp().visibleOptions(command).map(outlineOfOption),
    examples: textAfterHelp(command),
  };
}

function outlineOfOption(option: Option): OptionOutline {
  return {
    flags: option.flags,
    long: option.long ?? option.flags,
    description: option.description,
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
  };
}

/** Commander keeps it in listeners: it is what the printed help has beyond the plain one. */
function textAfterHelp(command: Command): string {
  const output = command.configureOutput();
  let text = '';
  command.configureOutput({ ...output, writeOut: (part) => (text += part) });
  command.outputHelp();
  command.configureOutput(output);
  return text.slice(command.helpInformation().length).trim();
}
