/** `monthend man`: prints the manual page, made from the program's own commands and options. */
import type { Command } from 'commander';
import { type Runner, VERSION } from './command.js';
import type { JsonOf } from './json-documents.js';
import { type CommandOutline, type OptionOutline, outlineOf, type ProgramOutline } from './outline.js';
import type { Session } from './session.js';

export function addMan(program: Command, run: Runner): void {
  program
    .command('man')
    .description('print the manual page')
    .addHelpText(
      'after',
      `
Examples:
  monthend man | man -l -
  monthend man > ~/.local/share/man/man1/monthend.1`,
    )
    .action(
      run(async ({ terminal }: Session) => {
        const page = manualPage(outlineOf(program), VERSION);
        terminal.result(page.trimEnd());
        terminal.json({ page } satisfies JsonOf<'man'>);
      }),
    );
}

/** Returns the page in roff, with the macros of man(7). */
export function manualPage(program: ProgramOutline, version: string): string {
  const { name, description, options, commands, textAfter } = program;
  return `.TH ${name.toUpperCase()} 1 "" "${name} ${version}" "User Commands"
.SH NAME
${name} \\- the monthly invoicing engine of a dental lab
.SH SYNOPSIS
.B ${name}
[\\fIoptions\\fR] \\fIcommand\\fR [\\fIarguments\\fR]
.SH DESCRIPTION
${roff(description)}
.SH OPTIONS
${options.map(optionEntry).join('')}.SH COMMANDS
${commands.map(commandEntry).join('')}.SH EXAMPLES
${verbatim(textAfter)}`;
}

function commandEntry({ name, arguments: words, description, options, textAfter }: CommandOutline): string {
  return `.SS ${roff(`${name} ${words}`.trim())}
${roff(description)}
${options.map(optionEntry).join('')}.PP
${verbatim(textAfter)}`;
}

function optionEntry({ flags, description, choices, variable }: OptionOutline): string {
  const values = choices.length === 0 ? '' : ` (${choices.join(', ')})`;
  const environment = variable === '' ? '' : ` (or the variable ${variable})`;
  return `.TP\n\\fB${roff(flags)}\\fR\n${roff(description + values + environment)}\n`;
}

const verbatim = (text: string): string => `.nf\n${text.split('\n').map(roff).join('\n')}\n.fi\n`;

/** Escapes hyphens, so that they stay as typed, and a leading dot or quote, which would be a request. */
function roff(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^[.']/, '\\&$&');
}
