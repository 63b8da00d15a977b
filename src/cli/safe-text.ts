/**
 * Makes text safe for a screen. Names and texts from files can contain anything; characters that would move the cursor, turn the
 * direction of writing or command a CI server are shown and not obeyed.
 */
import { isUnprintable } from '../words/excerpt.js';

/** Makes text safe on one line, even a name with a line feed. */
export function printable(text: string): string {
  return printableText(text).replaceAll('\n', '\uFFFD');
}

/** Makes text of several lines safe. */
export function printableText(text: string): string {
  // The pattern finds every character that `isUnprintable` names. Most texts have none.
  return text.replace(/[^\n -~]/gu, (each) =>
    isUnprintable(each.codePointAt(0) as number) ? '\uFFFD' : each,
  );
}

/** Makes JSON safe by escapes, which keep its values. */
export function printableJson(json: string): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const shown = json.replace(/[^\n -~]/gu, (each) =>
    isUnprintable(each.codePointAt(0) as number) ? escaped(each) : each,
  );
  return isGithub() ? shown.replaceAll('##[', '#\\u0023[') : shown;
}

/** In GitHub Actions a line that begins with `::`, and `##[` anywhere, is a command. This keeps printed text from looking like one. */
export function withoutCommands(text: string): string {
  if (!isGithub()) return text;
  return text.replace(/^(\s*):(?=:)/gmu, '$1\\u003a').replaceAll('##[', '#\\u0023[');
}

/** Tells whether GitHub Actions reads the output. */
export const isGithub = (): boolean => process.env.GITHUB_ACTIONS === 'true';
