/** `monthend inspect FILE…`: shows what a file of another system is, and the input profile that it needs. */
import { existsSync, statSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { FACT_KINDS, type Fact, type FactKind } from '../billing/order.js';
import { formatInstant } from '../billing/time-zone.js';
import { Failure } from '../errors/failure.js';
import { formatProblem } from '../errors/problem.js';
import type { InspectedColumn, Inspection, Trial } from '../inspect-files.js';
import { counted } from '../words/words.js';
import type { Runner } from './command.js';
import type { JsonOf } from './json-documents.js';
import { printable } from './safe-text.js';
import { DEFAULT_CONFIG_FILE, type Session } from './session.js';
import { table } from './table.js';

interface InspectFlags {
  readonly as?: FactKind;
  readonly save?: string;
}

export function addInspect(program: Command, run: Runner): void {
  program
    .command('inspect')
    .description('describe a file of another system, and propose the input profile that it needs')
    .argument('<file...>', 'files with the same columns; each is read whole')
    .addOption(
      new Option('--as <kind>', 'kind of the records (default: found by the columns)').choices(FACT_KINDS),
    )
    .option('--save <name>', 'save the profile in the config under this name')
    .addHelpText(
      'after',
      `
Examples:
  monthend inspect orders.csv
  monthend inspect 2025-*/orders.csv --save erp-orders`,
    )
    .action(
      run(async (session: Session, files: string[], { as, save }: InspectFlags) => {
        for (const file of files) refuseNoFile(file);
        const { inspectFiles } = await import('../inspect-files.js');
        const config = await session.configWithoutInputsIfWrong();
        const inspection = await inspectFiles(files, { config, ...(as === undefined ? {} : { kind: as }) });
        report(session, inspection, save);
        session.terminal.json(inspectJson(inspection, save));
        if (save !== undefined) await saveAndTell(session, save, inspection);
      }),
    );
}

function refuseNoFile(file: string): void {
  if (file === '-') throw new Failure('usage', '-: a file is expected, since it is read more than once');
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new Failure('usage', `${file}: there is no such file`);
  if (!found.isFile()) throw new Failure('usage', `${file}: is no file`);
}

async function saveAndTell(session: Session, name: string, { settings, todos }: Inspection): Promise<void> {
  const file = session.namedConfig ?? DEFAULT_CONFIG_FILE;
  if (!existsSync(file) && session.namedConfig !== undefined)
    throw new Failure('usage', `${file}: there is no such config file`);
  const { profileNameFault } = await import('../config/read-inputs.js');
  const fault = profileNameFault(name);
  if (fault !== undefined) throw new Failure('usage', `--save ${name}: ${fault}`);
  const { saveProfile } = await import('../config/save-profile.js');
  saveProfile(file, name, settings);
  const next =
    todos.length === 0
      ? ''
      : `; fill in ${todos.length === 1 ? 'its TODO' : `its ${todos.length} TODOs`} before the next import`;
  session.terminal.result(`saved as inputs.${name} in ${file}${next}`);
}

function report({ terminal }: Session, inspection: Inspection, save: string | undefined): void {
  const { files, kind, columns, settings, todos, notes, fits, trial } = inspection;
  for (const file of files) terminal.result(fileLine(file));
  terminal.result('');
  terminal.result(table(['column', 'filled', 'looks like', 'examples'], columns.map(rowOf)));
  if (notes.length > 0)
    terminal.result(`\nseen:\n${notes.map((note) => `  - ${printable(note)}`).join('\n')}`);
  if (fits !== null) {
    terminal.result(`\nThe profile ${fits} of the config reads these columns.`);
  } else {
    terminal.result(
      `\nThe profile that ${kind === 'history' ? 'this history needs' : `these ${kind} need`}:`,
    );
    terminal.result(JSON.stringify({ inputs: { [save ?? 'NAME']: settings } }, null, 2));
    if (todos.length > 0)
      terminal.result(`\nto fill in:\n${todos.map((todo) => `  - ${printable(todo)}`).join('\n')}`);
  }
  terminal.result(trial === undefined ? '' : `\n${trialText(trial)}`);
}

function fileLine({ file, format, bytes, layout, records, broken }: Inspection['files'][number]): string {
  const names: Readonly<Record<string, string>> = {
    ',': 'commas',
    ';': 'semicolons',
    '\t': 'tabs',
    '|': 'vertical bars',
  };
  const parts = [
    format === 'csv' ? `CSV with ${names[layout?.separator ?? ',']}` : 'JSON lines',
    `${bytes.encoding}${bytes.isMarked ? ' (by its byte order mark)' : ''}`,
    ...(layout === undefined ? [] : [`header in line ${layout.headerLine}`]),
    counted(records, 'record'),
    ...(layout?.footer === undefined
      ? []
      : [`then lines that are none, from ${JSON.stringify(layout.footer)} on`]),
    ...(layout !== undefined && layout.blankRows > 0 ? [`${counted(layout.blankRows, 'blank row')}`] : []),
    ...(broken[0] === undefined
      ? []
      : [`${counted(broken.length, 'record')} that cannot be read, the first in line ${broken[0].line}`]),
  ];
  return `${printable(file)}: ${parts.join(', ')}`;
}

function rowOf({ name, filled, field, examples, hasExamples }: InspectedColumn): (string | number)[] {
  const shown = hasExamples ? examples.map((each) => cut(each)).join(' | ') : '(not shown)';
  return [name, filled, field || '-', shown];
}

const cut = (text: string): string => (text.length <= 30 ? text : `${text.slice(0, 29)}…`);

function trialText({ facts, hasWallTimes, problems, problemCount }: Trial): string {
  const zone = hasWallTimes ? ', times as on the wall' : '';
  const lines = [
    `The first records as they would be read${zone}:`,
    ...facts.map((fact) => `  ${printable(factText(fact, hasWallTimes))}`),
  ];
  if (problemCount === 0) return lines.join('\n');
  const shown = problems.map((problem) => `  ${formatProblem(problem)}`);
  return [...lines, `${counted(problemCount, 'problem')} would stop the import, such as:`, ...shown].join(
    '\n',
  );
}

/** Returns a fact in words, without the patient reference. */
function factText({ kind, fact }: Fact, hasWallTimes: boolean): string {
  const at = (instant: number) => {
    const text = formatInstant(instant);
    return hasWallTimes ? text.slice(0, 16).replace('T', ' ') : text;
  };
  switch (kind) {
    case 'orders':
      return `order line ${fact.line} of ${fact.orderId}: ${fact.quantity} × ${fact.product} at ${fact.unitPrice} ${fact.currency} for ${fact.practiceId}, placed ${at(fact.placedAt)}`;
    case 'history':
      return `order ${fact.orderId}: ${fact.event} ${at(fact.at)}${fact.reason === '' ? '' : ` (${fact.reason})`}`;
    case 'practices':
      return `practice ${fact.practiceId}: ${fact.name}${fact.timeZone === '' ? '' : `, ${fact.timeZone}`}`;
  }
}

function inspectJson(inspection: Inspection, save: string | undefined): JsonOf<'inspect'> {
  const { files, kind, columns, settings, todos, notes, fits, trial } = inspection;
  return {
    files: files.map(({ file, format, bytes, layout, records, broken }) => ({
      name: file,
      format,
      encoding: bytes.encoding,
      separator: layout?.separator ?? null,
      headerLine: layout?.headerLine ?? null,
      recordCount: records,
      brokenCount: broken.length,
    })),
    kind,
    inspectedColumns: columns.map(({ name, filled, field, examples }) => ({
      name,
      filledCount: filled,
      field,
      examples: [...examples],
    })),
    proposedProfile: JSON.stringify(settings),
    todos: [...todos],
    notes: [...notes],
    fittingProfile: fits,
    problems: [...(trial?.problems ?? [])],
    savedAs: save ?? null,
  };
}
