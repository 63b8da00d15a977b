/**
 * Inspects files of another system and proposes an input profile. It surveys them without any knowledge, then reads them by that profile
 * to show the result.
 */
import path from 'node:path';
import type { Fact, FactKind } from './billing/order.js';
import type { Config } from './config/config.js';
import { Failure } from './errors/failure.js';
import { headerlessFile } from './errors/messages.js';
import type { Problem } from './errors/problem.js';
import { chooseByColumns } from './intake/choose-profile.js';
import { type InputProfile, type InputSettings, profilesIn } from './intake/input-profile.js';
import type { ColumnSurvey } from './intake/inspect-columns.js';
import { guessFields, mayNamePatients } from './intake/inspect-fields.js';
import { type ProposedSettings, proposeProfile, TODO } from './intake/propose-profile.js';
import { readFacts } from './intake/read-facts.js';
import { createSurveyors, type FileSurvey, surveyFile } from './intake/survey-file.js';

export interface InspectOptions {
  readonly config: Config;
  /** The kind of facts in the files, if the user said it. */
  readonly kind?: FactKind;
}

export interface InspectedColumn {
  readonly name: string;
  readonly filled: number;
  /** The field that the column seems to hold; empty if none. */
  readonly field: string;
  /** Empty for a column that may name patients. */
  readonly examples: readonly string[];
  readonly hasExamples: boolean;
}

export interface Inspection {
  readonly files: readonly FileSurvey[];
  readonly kind: FactKind;
  readonly columns: readonly InspectedColumn[];
  readonly settings: ProposedSettings;
  readonly todos: readonly string[];
  readonly notes: readonly string[];
  /** The profile in the config that reads these columns already; null if none does. */
  readonly fits: string | null;
  /** The result of reading by that profile or the proposed one; undefined while the proposal lacks something that reading needs. */
  readonly trial: Trial | undefined;
}

export interface Trial {
  /** The first facts, at most 3. */
  readonly facts: readonly Fact[];
  /** True if the times are wall-clock times, because no zone is known. */
  readonly hasWallTimes: boolean;
  /** The first problems, at most 5. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
}

const MOST_EXAMPLES = 3;
const MOST_TRIAL_FACTS = 3;
const MOST_TRIAL_PROBLEMS = 5;
/** The most identities to compare; more would take too much memory. */
const MOST_IDENTITIES = 500_000;

/** Surveys the files and proposes a profile. @throws Failure usage if the files have no columns, or different ones */
export async function inspectFiles(files: readonly string[], options: InspectOptions): Promise<Inspection> {
  const surveyors = createSurveyors();
  const surveys: FileSurvey[] = [];
  for (const file of files) surveys.push(refuseOther(await surveyFile(file, surveyors), surveys[0]));
  const [first] = surveys as [FileSurvey];
  const columns = surveyors.columns();
  const guess = guessFields(columns, options.kind);
  const layout = first.layout && {
    ...first.layout,
    footer: sharedFooter(surveys),
    blankRows: blankRows(surveys),
  };
  const defaultCurrency = options.config.currency;
  const { settings, todos, notes } = proposeProfile({
    guess,
    columns,
    bytes: first.bytes,
    layout,
    defaultCurrency,
  });
  const profiles = profilesIn(options.config.inputs);
  const own = chooseByColumns(first.names, profiles).profile;
  const fitting = own !== undefined && profileReads(own, first.names) ? own : undefined;
  const profile = fitting ?? trialProfile(settings);
  const found = profile && (await tryProfile(files, profile, options.config));
  return {
    files: surveys,
    kind: guess.kind,
    columns: columns.map((column) => inspected(column, guess.columns)),
    settings,
    todos,
    notes: [...notes, ...(found?.notes ?? [])],
    fits: fitting?.name ?? null,
    trial: found && { ...found.trial, hasWallTimes: fitting === undefined && settings.timeZone === TODO },
  };
}

function refuseOther(survey: FileSurvey, first: FileSurvey | undefined): FileSurvey {
  const { file, bytes, layout, names } = survey;
  if (bytes.foreign !== undefined) throw new Failure('usage', `${file}: ${bytes.foreign}`);
  if (names.length === 0) throw new Failure('usage', `${file}: has no columns that could be inspected`);
  if (layout?.hasHeader === false)
    throw new Failure('usage', `${file}:${layout.headerLine}:1: ${headerlessFile()}`);
  if (first !== undefined && first.format === 'csv' && first.names.join('\n') !== names.join('\n'))
    throw new Failure('usage', `${file}: has other columns than ${first.file}; inspect one after the other`);
  return survey;
}

const profileReads = (profile: InputProfile, names: readonly string[]): boolean =>
  Object.values(profile.columns)
    .flat()
    .every((column) => names.includes(column));

/** Returns the footer that all files share; undefined if they differ. Files of one system end alike; one that does not may be cut off. */
function sharedFooter(surveys: readonly FileSurvey[]): string | undefined {
  const footers = new Set(surveys.map(({ layout }) => layout?.footer));
  return footers.size === 1 ? [...footers][0] : undefined;
}

const blankRows = (surveys: readonly FileSurvey[]): number =>
  surveys.reduce((sum, { layout }) => sum + (layout?.blankRows ?? 0), 0);

function inspected(
  { name, filled, values }: ColumnSurvey,
  fields: ReadonlyMap<string, string>,
): InspectedColumn {
  const field = [...fields].find(([, column]) => column === name)?.[0] ?? '';
  const hasExamples = field !== 'patient_ref' && !mayNamePatients(name);
  return {
    name,
    filled,
    field,
    hasExamples,
    examples: hasExamples ? [...values.keys()].slice(0, MOST_EXAMPLES) : [],
  };
}

/** Returns the proposal as a profile to try; undefined if more than zone and time of day are missing. Those two only shift the instants. */
function trialProfile(settings: ProposedSettings): InputProfile | undefined {
  const filled = {
    ...settings,
    ...(settings.timeZone === TODO ? { timeZone: 'UTC' } : {}),
    ...(settings.time === TODO ? { time: '00:00' } : {}),
  };
  return JSON.stringify(filled).includes(JSON.stringify(TODO))
    ? undefined
    : { name: 'proposed', ...(filled as InputSettings) };
}

async function tryProfile(files: readonly string[], profile: InputProfile, config: Config) {
  const facts: Fact[] = [];
  const problems: Problem[] = [];
  let problemCount = 0;
  const identities = createIdentities();
  for (const file of files) {
    const options = { amend: false, defaultCurrency: config.currency, as: profile };
    await readFacts(file, options, {
      take({ kind, fact, place }) {
        if (facts.length < MOST_TRIAL_FACTS) facts.push({ kind, fact } as Fact);
        identities.add({ kind, fact } as Fact, `${path.basename(file)}:${place().line}`);
      },
      problem(problem) {
        problemCount++;
        if (problems.length < MOST_TRIAL_PROBLEMS) problems.push(problem);
      },
    });
  }
  return { trial: { facts, problems, problemCount }, notes: identities.notes() };
}

/** Collects the identity of each record, to find records of the same order line, event or practice. */
function createIdentities() {
  const places = new Map<string, { readonly place: string; readonly orderId: string }>();
  let repeated = 0;
  let firstPair = '';
  let otherOrders = 0;
  return {
    add(record: Fact, place: string): void {
      const [identity, orderId] = identityOf(record);
      if (identity === undefined) return;
      const known = places.get(identity);
      if (known === undefined) {
        if (places.size < MOST_IDENTITIES) places.set(identity, { place, orderId });
        return;
      }
      repeated++;
      if (known.orderId !== orderId) otherOrders++;
      if (firstPair === '') firstPair = `${identity} (${known.place} and ${place})`;
    },
    notes(): string[] {
      if (repeated === 0) return [];
      const why =
        otherOrders > 0
          ? '; event ids that are unique within their order only cannot be used: take event_id out of "columns", and the content tells events apart'
          : '';
      const rows = repeated === 1 ? 'one record repeats' : `${repeated} records repeat`;
      return [`${rows} the identity of another, such as ${firstPair}${why}`];
    },
  };
}

function identityOf({ kind, fact }: Fact): readonly [identity: string | undefined, orderId: string] {
  switch (kind) {
    case 'orders':
      return [`order line ${fact.line} of ${fact.orderId}`, fact.orderId];
    case 'history':
      return [fact.eventId === '' ? undefined : `event ${fact.eventId}`, fact.orderId];
    case 'practices':
      return [`practice ${fact.practiceId}`, ''];
  }
}
