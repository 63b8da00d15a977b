/** The command line: finds the command and its options, runs it, and reports how it ended. */
import { Command, CommanderError } from 'commander';
import { EXIT_CODES, Failure, InputRejected, PreflightRefused } from '../errors/failure.js';
import { takeRemarks } from '../errors/remarks.js';
import { addBooks } from './books.js';
import { addCheck } from './check.js';
import { addClose } from './close.js';
import { type Action, JSON_VERSION, VERSION } from './command.js';
import { addCompletion } from './completion.js';
import { EXIT_CODE_MEANINGS } from './exit-codes.js';
import { addExplain } from './explain.js';
import { addExport } from './export.js';
import { addImport, amendWithKinds, reportProblems } from './import.js';
import { addInit } from './init.js';
import { addInspect } from './inspect.js';
import { addInvoices } from './invoices.js';
import type { DocumentName, JsonError, JsonOf } from './json-documents.js';
import { addMan } from './man.js';
import { findingJson } from './month-json.js';
import { outlineOf, type ProgramOutline } from './outline.js';
import { addPreflight } from './preflight.js';
import { addPreview } from './preview.js';
import { addReportCommand } from './report.js';
import { addRun } from './run.js';
import { createSession, fileOption, type GlobalOptions, loadDatabase, notInstalled } from './session.js';
import { addStatus } from './status.js';
import { createTerminal, type Terminal, write } from './terminal.js';
import { addVerify } from './verify.js';
import { addVoid } from './void.js';

/** The running command, once known, and its exit code. */
interface Call {
  command: DocumentName | null;
  terminal: Terminal | undefined;
  exitCode: number;
}

/** Runs one command. @param words the words after the program's name. @returns the exit code */
export async function main(words: readonly string[]): Promise<number> {
  forgetEmptyVariables();
  const call: Call = { command: null, terminal: undefined, exitCode: 0 };
  const program = createProgram(call);
  try {
    if (asksVersionAsJson(words)) tellVersion(call);
    else await program.parseAsync(amendWithKinds(words), { from: 'user' });
    if (call.terminal !== undefined) tellRemarks(call.terminal);
    call.terminal?.end(headOf(call));
    return call.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return tell(error, call, program.opts());
    // Help and version are not errors.
    if (error.exitCode === 0) return 0;
    call.command = (commandIn(program, words)?.name() as DocumentName | undefined) ?? null;
    return tell(commandLineFailure(error, program, words), call, program.opts());
  }
}

function tellRemarks(terminal: Terminal): void {
  for (const text of takeRemarks()) terminal.note(text);
}

const headOf = ({ command }: Call) => ({ version: JSON_VERSION, command });

function tellVersion(call: Call): void {
  call.command = 'version';
  call.terminal = createTerminal({ json: true, quiet: true });
  call.terminal.json({ engineVersion: VERSION, nodeVersion: process.version } satisfies JsonOf<'version'>);
}

/** Returns the command that the first matching word names; undefined if none does. */
function commandIn(program: Command, words: readonly string[]): Command | undefined {
  const named = words.map((word) => program.commands.find((each) => each.name() === word));
  return named.find((each) => each !== undefined);
}

/** Treats an empty variable as unset, as other programs do. Commander would take it for an empty name. */
function forgetEmptyVariables(): void {
  for (const [name, value] of Object.entries(process.env))
    if (name.startsWith('MONTHEND_') && value === '') delete process.env[name];
}

/** Turns an error of commander into a failure, with a pointer to the help. */
function commandLineFailure(error: CommanderError, program: Command, words: readonly string[]): Failure {
  const command = commandIn(program, words);
  const called = command === undefined ? 'monthend' : `monthend ${command.name()}`;
  const what = error.code === 'commander.help' ? 'a command is expected' : error.message;
  // If the first argument is missing, commander names the last one, so the message shows the whole usage.
  const expected =
    error.code === 'commander.missingArgument' ? `; expected ${called} ${command?.usage()}` : '';
  const text = what
    .replace(/^error: /, '')
    .replace(/\n\((Did you mean .*)\)$/, '; $1')
    .replace(/\.$/, '');
  return new Failure('usage', `${text}${expected}; see "${called} --help"`);
}

/** Returns the commands and options as plain data. */
export function programOutline(): ProgramOutline {
  return outlineOf(createProgram({ command: null, terminal: undefined, exitCode: 0 }));
}

/** Commander prints the version as soon as it meets the option, so `--json` is looked for first. */
function asksVersionAsJson(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  const options = end < 0 ? words : words.slice(0, end);
  return options.includes('--json') && (options.includes('--version') || options.includes('-V'));
}

/** These commands describe the program itself and must work before its installation is complete. */
const WITHOUT_DATABASE = ['completion', 'man'];

function createProgram(call: Call): Command {
  const program = new Command('monthend')
    .description(
      'Bills a month of orders: defers each charge while its order is paused, one invoice CSV per practice.',
    )
    .addOption(fileOption('--ledger <file>', 'the ledger file; by default monthend.db', 'MONTHEND_LEDGER'))
    .addOption(fileOption('--config <file>', 'the config file; by default monthend.json', 'MONTHEND_CONFIG'))
    .option('--json', 'print one JSON document instead of text (docs/json.md)')
    .option('--quiet', 'print no remarks and no progress on standard error')
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => write(1, text),
      writeErr: (text) => write(2, text),
      outputError: () => {}, // `tell` reports it
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

Exit codes:
${EXIT_CODE_MEANINGS.map(({ code, meaning }) => `  ${String(code).padEnd(4)}${meaning}`).join('\n')}
`,
    );

  const run =
    <Arguments extends unknown[]>(action: Action<Arguments>) =>
    async (...rest: unknown[]): Promise<void> => {
      const command = rest.pop() as Command;
      const session = createSession(command.optsWithGlobals<GlobalOptions>());
      call.command = command.name() as DocumentName;
      call.terminal = session.terminal;
      if (!WITHOUT_DATABASE.includes(command.name())) await loadDatabase();
      const code = await action(session, ...(rest as Arguments));
      if (typeof code === 'number') call.exitCode = code;
    };
  for (const add of [
    addInit,
    addImport,
    addInspect,
    addPreview,
    addPreflight,
    addClose,
    addRun,
    addVoid,
    addExport,
    addBooks,
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

/** Reports an error to the user, with what was done before it. @returns the exit code */
function tell(error: unknown, call: Call, { json = false, quiet = false }: GlobalOptions): number {
  const terminal = call.terminal ?? createTerminal({ json, quiet });
  const failure = asFailure(error);
  const exitCode = EXIT_CODES[failure.kind];
  const message = withStanding(failure.message, terminal.standing);
  const said: JsonError = { kind: failure.kind, exitCode, message };
  for (const say of [
    () => tellRemarks(terminal),
    () => failure instanceof InputRejected && reportProblems(terminal, failure),
    () =>
      failure instanceof PreflightRefused && terminal.json({ preflight: failure.findings.map(findingJson) }),
    () => terminal.error(message),
    () => terminal.end({ ...headOf(call), error: said }),
  ]) {
    try {
      say();
    } catch {
      // One of the two streams cannot be written. The other one and the exit code still report the error.
    }
  }
  return exitCode;
}

function withStanding(message: string, standing: readonly string[]): string {
  if (standing.length === 0) return message;
  return `${message}${message.includes('\n') ? '\n' : '; '}already done: ${standing.join(', ')}`;
}

/** Node's words for a package, or a file of one, that is loaded where it is used. */
const MISSING_PACKAGE = /^Cannot find (?:package|module) '((?:@[^/']+\/)?[a-z][^/']*)/;

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new Failure('usage', `${path}: there is no such file or folder`);
  if (code === 'EISDIR')
    return new Failure('usage', `${path ?? 'a folder'}: is a folder, a file is expected`);
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) {
    return new Failure('system', `${path ?? 'the system'}: ${message}`, { cause: error });
  }
  const [, missing] = MISSING_PACKAGE.exec(message) ?? [];
  if (missing !== undefined) return new Failure('system', notInstalled(missing), { cause: error });
  const trace = process.env.MONTHEND_DEBUG ? `\n${(error as Error).stack}` : '; MONTHEND_DEBUG=1 shows where';
  return new Failure('fault', `this is a bug in monthend, please report it: ${message}${trace}`, {
    cause: error,
  });
}
