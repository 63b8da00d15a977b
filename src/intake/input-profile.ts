/**
 * An input profile: how a file that another system writes becomes the known fields. The config holds them under `inputs`;
 * what each key means is said in src/config/read-inputs.ts, which also checks that no two keys of a profile contradict each other.
 */
import type { FactKind } from '../billing/order.js';

export const ENCODINGS = ['utf-8', 'utf-16', 'utf-16be', 'windows-1252', 'iso-8859-15'] as const;
export type Encoding = (typeof ENCODINGS)[number];

export const SEPARATORS = [',', ';', '\t', '|'] as const;
export type Separator = (typeof SEPARATORS)[number];

export const NEGATIVES = ['-1', '1-', '(1)'] as const;

/** Of the same type in the config; a key that is absent has its default where it is used. */
export interface InputSettings {
  readonly kind: FactKind;
  /** By our field, the column that it is read from; several are joined. */
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
  /** By column, its words and ours; null passes the record over. */
  readonly values?: Readonly<Record<string, Readonly<Record<string, string | null>>>> | undefined;
  readonly trim?: boolean | undefined;
  readonly upperCase?: readonly string[] | undefined;
  readonly lowerCase?: readonly string[] | undefined;
}

export interface InputProfile extends InputSettings {
  readonly name: string;
}

/** The profiles of a config, in its order. */
export function profilesIn(inputs: Readonly<Record<string, InputSettings>>): readonly InputProfile[] {
  return Object.entries(inputs).map(([name, settings]) => ({ name, ...settings }));
}

/** The columns that a field is read from, in their order; none if it has a constant, or is not read. */
export function columnsOf({ columns }: InputSettings, field: string): readonly string[] {
  const given = Object.hasOwn(columns, field) ? columns[field] : undefined;
  return given === undefined ? [] : typeof given === 'string' ? [given] : given;
}

/** Every column that the profile reads: those of its fields, and those whose words decide what is passed over. */
export function columnsRead(settings: InputSettings): readonly string[] {
  const ofFields = Object.keys(settings.columns).flatMap((field) => columnsOf(settings, field));
  return [...new Set([...ofFields, ...Object.keys(settings.values ?? {})])];
}

export function isIgnored({ ignore = [] }: InputSettings, column: string): boolean {
  return ignore === '*' || ignore.includes(column);
}
