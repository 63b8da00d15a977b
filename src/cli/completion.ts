/** `monthend completion SHELL`: prints a script with which bash, zsh or fish completes commands, options and values. */
import { Argument, type Command } from 'commander';
import type { Runner } from './command.js';
import type { JsonOf } from './json-documents.js';
import { type CommandOutline, type OptionOutline, outlineOf, type ProgramOutline } from './outline.js';
import type { Session } from './session.js';

export type Shell = 'bash' | 'zsh' | 'fish';

export function addCompletion(program: Command, run: Runner): void {
  program
    .command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>', 'which one').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      `
Examples:
  source <(monthend completion bash)            in ~/.bashrc
  source <(monthend completion zsh)             in ~/.zshrc, after compinit
  monthend completion fish > ~/.config/fish/completions/monthend.fish`,
    )
    .action(
      run(async ({ terminal }: Session, shell: Shell) => {
        const script = completionScript(outlineOf(program), shell);
        terminal.result(script.trimEnd());
        terminal.json({ shell, script } satisfies JsonOf<'completion'>);
      }),
    );
}

export function completionScript(program: ProgramOutline, shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bash(program);
    case 'zsh':
      return zsh(program);
    case 'fish':
      return fish(program);
  }
}

/** Removes repeated options, since commands share some. */
const distinct = (options: readonly OptionOutline[]): OptionOutline[] => [
  ...new Map(options.map((option) => [option.long, option])).values(),
];

const words = (options: readonly OptionOutline[]): string =>
  distinct(options)
    .map(({ long }) => long)
    .join(' ');

function bash({ commands, options }: ProgramOutline): string {
  const all = distinct([...options, ...commands.flatMap((command) => command.options)]);
  // An option may have other choices in another command: --as has.
  const withChoices = commands.flatMap((command) =>
    command.options
      .filter(({ choices }) => choices.length > 0)
      .map(({ long, choices }) => ({ name: `${command.name}:${long}`, choices })),
  );
  const withFiles = all.filter(({ takesValue, choices }) => takesValue && choices.length === 0);
  const names = commands.map(({ name }) => name);
  const reply = (list: string) => `COMPREPLY=($(compgen -W "${list}" -- "$current"))`;
  return `_monthend() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in ${names.join('|')}) command="$word"; break ;; esac
  done
  case "$command:$previous" in
${withChoices.map(({ name, choices }) => `    ${name}) ${reply(choices.join(' '))}; return ;;`).join('\n')}
    ${withFiles.map(({ long }) => `*:${long}`).join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  case "$command:$current" in
    :-*) ${reply(words(options))} ;;
    :*) ${reply(names.join(' '))} ;;
${commands.map((command) => `    ${command.name}:-*) ${reply(words([...command.options, ...options]))} ;;`).join('\n')}
${commands
  .filter(({ choices }) => choices.length > 0)
  .map(({ name, choices }) => `    ${name}:*) ${reply(choices.join(' '))} ;;`)
  .join('\n')}
    *) COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _monthend monthend
`;
}

function zsh({ commands, options }: ProgramOutline): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const escaped = (text: string) => text.replace(/[[\]:\\]/g, '\\$&');
  const specOf = ({ long, description, takesValue, choices }: OptionOutline) => {
    const values = choices.length > 0 ? `:value:(${choices.join(' ')})` : takesValue ? ':file:_files' : '';
    return quoted(`${long}[${escaped(description)}]${values}`);
  };
  const argumentOf = ({ choices, takesFiles }: CommandOutline) => {
    if (choices.length > 0) return quoted(`1:value:(${choices.join(' ')})`);
    return takesFiles ? quoted('*:file:_files') : quoted('*: :');
  };
  const caseOf = (command: CommandOutline) =>
    `        ${command.name}) _arguments ${[...command.options.map(specOf), argumentOf(command)].join(' ')} ;;`;
  return `#compdef monthend
_monthend() {
  local state line
  local -a commands
  commands=(
${commands.map(({ name, description }) => `    ${quoted(`${name}:${escaped(description)}`)}`).join('\n')}
  )
  _arguments -C ${options.map(specOf).join(' ')} '1:command:->command' '*::argument:->argument'
  case "$state" in
    command) _describe command commands ;;
    argument)
      case "$line[1]" in
${commands.map(caseOf).join('\n')}
      esac ;;
  esac
}
compdef _monthend monthend
`;
}

function fish({ commands, options }: ProgramOutline): string {
  const quoted = (text: string) => `'${text.replace(/['\\]/g, '\\$&')}'`;
  const lineOf = (condition: string, { long, description, takesValue, choices }: OptionOutline) => {
    const values = choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : takesValue ? ' -r -F' : '';
    return `complete -c monthend${condition} -l ${long.replace(/^--/, '')}${values} -d ${quoted(description)}`;
  };
  const linesOf = (command: CommandOutline) => {
    const within = ` -n '__fish_seen_subcommand_from ${command.name}'`;
    const argument =
      command.choices.length > 0
        ? ` -a ${quoted(command.choices.join(' '))}`
        : command.takesFiles
          ? ' -F'
          : '';
    return [
      `complete -c monthend -n __fish_use_subcommand -a ${command.name} -d ${quoted(command.description)}`,
      ...(argument === '' ? [] : [`complete -c monthend${within}${argument}`]),
      ...command.options.map((option) => lineOf(within, option)),
    ];
  };
  return `${['complete -c monthend -f', ...options.map((option) => lineOf('', option)), ...commands.flatMap(linesOf)].join('\n')}\n`;
}
