/**
 * Text on its way to a screen, whose program obeys what stands in it. Names of files and text from them can hold anything: what
 * would move the cursor, turn the direction of writing or be a command to CI is shown, and not done.
 */
import { isUnprintable } from '../words/excerpt.js';

/** One line: of a name with a line feed in it, too. */
export function printable(text: string): string {
  return printableText(text).replaceAll('\n', '\uFFFD');
}

/** Text of several lines. */
export function printableText(text: string): string {
  // The replaced ranges hold all that `isUnprintable` names; most texts have none of them.
  return text.replace(/[^\n -~]/gu, (each) =>
    isUnprintable(each.codePointAt(0) as number) ? '\uFFFD' : each,
  );
}

/** The same in JSON, where a character can be written by its number: its value stays. */
export function printableJson(json: string): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const shown = json.replace(/[^\n -~]/gu, (each) =>
    isUnprintable(each.codePointAt(0) as number) ? escaped(each) : each,
  );
  return isGithub() ? shown.replaceAll('##[', '#\\u0023[') : shown;
}

/** In GitHub Actions a line that begins with `::`, and `##[` anywhere, is a command; so nothing that we print looks like one. */
export function withoutCommands(text: string): string {
  if (!isGithub()) return text;
  return text.replace(/^(\s*):(?=:)/gmu, '$1\\u003a').replaceAll('##[', '#\\u0023[');
}

/** Whether the output is read by GitHub Actions. */
export const isGithub = (): boolean => process.env.GITHUB_ACTIONS === 'true';
