/**
 * Checks time zones: a practice's zone must have an IANA name that this Node knows, spelled as IANA spells it. date-fns-tz would report an
 * unknown one only when a month is closed, and as "Invalid time value".
 */
import { say } from '../errors/message.js';
import { nearMiss } from '../words/near-miss.js';
import type { Refuse } from './fields.js';

/**
 * Abbreviations that ICU knows and IANA does not. They are ambiguous: IST is the time of India, Israel or Ireland, and CST that of China
 * or Chicago.
 */
const AMBIGUOUS =
  /^(?:ACT|AET|AGT|ART|AST|BET|BST|CAT|CNT|CST|CTT|EAT|ECT|IET|IST|JST|MIT|NET|NST|PLT|PNT|PRT|PST|SST|VST|SystemV\/.*)$/i;

const known = new Set<string>();

/** The main names, without older names and links (`US/Eastern`). Made on first use, since it takes a millisecond. */
let mainNames: MainNames | undefined;

interface MainNames {
  readonly all: readonly string[];
  readonly byLowerCase: ReadonlyMap<string, string>;
}

export function timeZone(text: string, refuse: Refuse): string | undefined {
  if (known.has(text)) return text;
  if (/^(?:UTC|GMT)?[+-][0-9]/i.test(text)) return refuse(say.offsetAsTimeZone(text));
  if (!isKnown(text)) return refuse(say.unknownTimeZone(text, nearMiss(text, ianaNames().all)));
  known.add(text);
  return text;
}

function isKnown(name: string): boolean {
  if (AMBIGUOUS.test(name) || !/^[A-Za-z]/.test(name)) return false;
  const asWritten = ianaNames().byLowerCase.get(name.toLowerCase());
  if (asWritten !== undefined) return asWritten === name;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function ianaNames(): MainNames {
  if (mainNames === undefined) {
    const all = Intl.supportedValuesOf('timeZone');
    mainNames = { all, byLowerCase: new Map(all.map((name) => [name.toLowerCase(), name])) };
  }
  return mainNames;
}
