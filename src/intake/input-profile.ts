/**
 * An input profile describes how a file of another system is read into the known fields. The config has them under `inputs`.
 * src/config/read-inputs.ts says what each key means, and checks that the keys of a profile do not contradict each other.
 */
import type { FactKind } from '../billing/order.js';

export const ENCODINGS = ['utf-8', 'utf-16', 'utf-16be', 'windows-1252', 'iso-8859-15'] as const;
export type Encoding = (typeof ENCODINGS)[number];

export const SEPARATORS = [',', ';', '\t', '|'] as const;
export type Separator = (typeof SEPARATORS)[number];

export const NEGATIVES = ['-1', '1-', '(1)'] as const;

/** The same type as in the config. An absent key gets its default where it is used. */
export interface InputSettings {
  readonly kind: FactKind;
  /** For each of our fields, the column that it is read from. Several columns are joined. */
  readonly columns: Readonly<Record<string, string | readonly string[]>>;
  readonly constants?: Readonly<Record<string, string>> | undefined;
  readonly ignore?: '*' | readonly string[] | undefined;
  readonly separator?: Separator | undefined;
  readonly encoding?: Encoding | undefined;
  readonly headerLine?: number | undefined;
  readonly footer?: string | undefined;
  readonly blankRows?: 'refuse' | 'skip' | undefined;
  readonly decimalMark?: '.' | ',' | undefined;
  readonly groupMark?: ',' | '.' | ' ' | "'" | undefined;
  readonly currencySign?: string | undefined;
  readonly negatives?: (typeof NEGATIVES)[number] | undefined;
  readonly instant?: string | readonly string[] | undefined;
  readonly timeZone?: string | undefined;
  readonly time?: string | undefined;
  /** For each column, its words and ours. A null skips the record. */
  readonly values?: Readonly<Record<string, Readonly<Record<string, string | null>>>> | undefined;
  readonly trim?: boolean | undefined;
  readonly upperCase?: readonly string[] | undefined;
  readonly lowerCase?: readonly string[] | undefined;
}

export interface InputProfile extends InputSettings {
  readonly name: string;
}

/** Returns the profiles of a config in its order. */
export function profilesIn(inputs: Readonly<Record<string, InputSettings>>): readonly InputProfile[] {
  return Object.entries(inputs).map(([name, settings]) => ({ name, ...settings }));
}

/** Returns the columns of a field in their order; empty if it has a constant or is not read. */
export function columnsOf({ columns }: InputSettings, field: string): readonly string[] {
  const given = Object.hasOwn(columns, field) ? columns[field] : undefined;
  return given === undefined ? [] : typeof given === 'string' ? [given] : given;
}

/** Returns every column that the profile reads: those of its fields, and those whose words decide what is skipped. */
export function columnsRead(settings: InputSettings): readonly string[] {
  const ofFields = Object.keys(settings.columns).flatMap((field) => columnsOf(settings, field));
  return [...new Set([...ofFields, ...Object.keys(settings.values ?? {})])];
}

export function isIgnored({ ignore = [] }: InputSettings, column: string): boolean {
  return ignore === '*' || ignore.includes(column);
}
