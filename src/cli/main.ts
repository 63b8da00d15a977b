/** The command line: which command, with which options, and how it ended. */
import { Command, CommanderError } from 'commander';
import { EXIT_CODES, Failure, InputRejected } from '../failure.js';
import { addCheck } from './check.js';
import { addClose } from './close.js';
import { type Action, VERSION } from './command.js';
import { addCompletion } from './completion.js';
import { addExplain } from './explain.js';
import { addExport } from './export.js';
import { addImport, reportProblems } from './import.js';
import { addInit } from './init.js';
import { addInvoices } from './invoices.js';
import { addMan } from './man.js';
import { addPreview } from './preview.js';
import { addReportCommand } from './report.js';
import { addRun } from './run.js';
import { createSession, fileArgument, type GlobalOptions } from './session.js';
import { addStatus } from './status.js';
import { createTerminal, write } from './terminal.js';
import { addVerify } from './verify.js';

/** Runs one command. @param words those after the program's name. @returns its exit code */
export async function main(words: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = createProgram((code) => {
    exitCode = code;
  });
  try {
    if (asksVersionAsJson(words)) {
      const version = { name: 'monthend', version: VERSION, node: process.version };
      createTerminal({ json: true, quiet: true }).json(version);
      return 0;
    }
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return tell(error, program.opts());
    // Help and the version end well.
    return error.exitCode === 0 ? 0 : tell(commandLineFailure(error, program, words), program.opts());
  }
}

/** What commander finds wrong, in the form of every other failure, and where to read what is right. */
function commandLineFailure(error: CommanderError, program: Command, words: readonly string[]): Failure {
  const command = program.commands.find((each) => words.includes(each.name()));
  const called = command === undefined ? 'monthend' : `monthend ${command.name()}`;
  const what = error.code === 'commander.help' ? 'a command is expected' : error.message;
  // Of what was given, the first may be missing: only the whole of it tells.
  const expected =
    error.code === 'commander.missingArgument' ? `; expected ${called} ${command?.usage()}` : '';
  const text = what
    .replace(/^error: /, '')
    .replace(/\n\((Did you mean .*)\)$/, '; $1')
    .replace(/\.$/, '');
  return new Failure('usage', `${text}${expected}; see "${called} --help"`);
}

/** Commander prints the version as soon as it meets the option, before it has seen what else was asked. */
function asksVersionAsJson(words: readonly string[]): boolean {
  const isVersion = words.includes('--version') || words.includes('-V');
  return isVersion && words.includes('--json') && words.every((word) => word.startsWith('-'));
}

function createProgram(setExitCode: (code: number) => void): Command {
  const program = new Command('monthend')
    .description(
      'Bills a month of orders: defers each charge while its order is paused, one invoice CSV per practice.',
    )
    .option('--ledger <file>', 'the ledger (default: monthend.db, or $MONTHEND_LEDGER)', fileArgument)
    .option('--config <file>', 'the config (default: monthend.json, or $MONTHEND_CONFIG)', fileArgument)
    .option('--json', 'print one JSON document instead of text')
    .option('--quiet', 'no remarks, no progress')
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => write(1, text),
      writeErr: (text) => write(2, text),
      outputError: () => {}, // told by `tell`
    })
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      `
Examples:
  monthend init --sample                        a config, an empty ledger and two sample months
  monthend run 2026-10 orders.csv history.csv   import the files, then close October 2026
  monthend preview 2026-11                      what November would come to now; nothing is issued
  monthend check fixtures/cases                 bill every fixture case and compare

Exit codes: 0 done, 1 check or verify found a difference, 2 command line or config, 3 bad input, 4 refused,
  5 ledger damaged or foreign,
  70 a fault of monthend itself, 74 system (disk, permission), 75 another process holds the ledger.
`,
    );

  const run =
    <Arguments extends unknown[]>(action: Action<Arguments>) =>
    async (...rest: unknown[]): Promise<void> => {
      const command = rest.pop() as Command;
      const session = createSession(command.optsWithGlobals<GlobalOptions>(), process.env);
      const code = await action(session, ...(rest as Arguments));
      if (typeof code === 'number') setExitCode(code);
    };
  for (const add of [
    addInit,
    addImport,
    addPreview,
    addClose,
    addRun,
    addExport,
    addInvoices,
    addReportCommand,
    addVerify,
    addExplain,
    addStatus,
    addCheck,
    addCompletion,
    addMan,
  ])
    add(program, run);
  for (const command of program.commands) command.exitOverride();
  return program;
}

/** Says what went wrong, in the user's words; what we did not foresee keeps its trace. @returns the exit code */
function tell(error: unknown, { json = false, quiet = false }: GlobalOptions): number {
  const terminal = createTerminal({ json, quiet });
  const failure = asFailure(error);
  try {
    if (failure instanceof InputRejected) reportProblems(terminal, failure);
    else terminal.json({ error: failure.kind, message: failure.message });
    terminal.error(failure.message);
  } catch {
    // Nowhere left to say it; the exit code still does.
  }
  return EXIT_CODES[failure.kind];
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new Failure('usage', `${path}: there is no such file or folder`);
  if (code === 'EISDIR')
    return new Failure('usage', `${path ?? 'a folder'}: is a folder, a file is expected`);
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) {
    return new Failure('system', `${path ?? 'the system'}: ${message}`, { cause: error });
  }
  const trace = process.env.MONTHEND_DEBUG ? `\n${(error as Error).stack}` : '; MONTHEND_DEBUG=1 shows where';
  return new Failure('fault', `a fault of monthend itself, please report it: ${message}${trace}`, {
    cause: error,
  });
}
