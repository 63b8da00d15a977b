/** What the search is let loose on. */
export interface Target {
  readonly name: string;
  /** Inputs to begin with; a character each byte. */
  readonly seeds: readonly string[];
  /** Texts that mean something to it; a character each byte. */
  readonly words: readonly string[];
  /**
   * Reads an input, and throws if what comes of it is wrong.
   * @returns in a few words what came of it: inputs of which it is the same are alike
   */
  run(input: Buffer): string | Promise<string>;
}

/** @throws unless both are the same */
export function same(what: string, a: unknown, b: unknown): void {
  const [one, other] = [written(a), written(b)];
  if (one !== other) throw new Error(`${what}\n${one}\n${other}`);
}

export function hold(what: string, isTrue: boolean): void {
  if (!isTrue) throw new Error(what);
}

const written = (value: unknown) =>
  JSON.stringify(value, (_, each) =>
    each instanceof Map ? ['map', ...each] : each === undefined ? 'none' : each,
  );

/** UTF-8, a character each byte. */
export const bytes = (text: string): string => Buffer.from(text).toString('latin1');

/** The kinds of what was told, each once, and roughly how many: what makes an outcome. */
export function outcomeOf(kinds: readonly string[], records: number): string {
  return `${[...new Set(kinds)].sort().slice(0, 4).join(' ')} ${Math.min(records, 3)}`;
}
