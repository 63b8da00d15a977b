/** Checks the patterns of document numbers in the config. */
import { SEQUENCE } from '../billing/document.js';
import { codePointName } from '../words/excerpt.js';

const TOKENS = ['{YYYY}', '{MM}', '{seq}', '{seq:6}'];
/** A token, or a brace outside any token. */
const TOKEN = /\{[^{}]*\}|[{}]/g;
/** Control characters, and characters that only direct how others look. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const WHOLE_SEQUENCE = new RegExp(`^${SEQUENCE.source}$`);

/** Returns what is wrong with a pattern, in words; undefined if nothing is. */
export function faultOfPattern(pattern: string): string | undefined {
  const unseen = UNSEEN.exec(pattern)?.[0].codePointAt(0);
  if (unseen !== undefined)
    return `has the character ${codePointName(unseen)}; a number has printable ones only`;
  if (pattern !== pattern.trim()) return 'begins or ends with a space, which nobody sees';
  const found: readonly string[] = pattern.match(TOKEN) ?? [];
  for (const token of found) {
    if (['{YYYY}', '{MM}'].includes(token) || WHOLE_SEQUENCE.test(token)) continue;
    return `${token} is not known; ${meant(token)}`;
  }
  const counts = found.filter((token) => WHOLE_SEQUENCE.test(token)).length;
  if (counts === 0) return 'must hold {seq} or {seq:6}, the running number';
  if (counts > 1) return 'holds the running number, {seq}, twice; one is expected';
  const twice = found.find((token, index) => found.indexOf(token) !== index);
  return twice === undefined ? undefined : `holds ${twice} twice; one is expected`;
}

function meant(token: string): string {
  const width = /^\{seq:0*(\d+)\}$/i.exec(token)?.[1];
  if (width !== undefined && Number(width) >= 1 && Number(width) <= 20) return `did you mean {seq:${width}}?`;
  if (/^\{seq/i.test(token)) return '{seq} is expected, or {seq:1} to {seq:20} for its digits';
  if (/^\{y+\}$/i.test(token)) return 'did you mean {YYYY}? The year has four digits';
  if (/^\{m+\}$/i.test(token)) return 'did you mean {MM}?';
  return `known are ${TOKENS.join(', ')}`;
}
