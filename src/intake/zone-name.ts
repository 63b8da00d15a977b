/**
 * Which time zones a practice may have: those with an IANA name that this Node knows, written as IANA writes it.
 * date-fns-tz would report an unknown one only when a month is closed, and as "Invalid time value".
 */
import { say } from '../errors/message.js';
import { nearMiss } from '../words/near-miss.js';
import type { Refuse } from './fields.js';

/**
 * Abbreviations that ICU knows and IANA does not. They say too little: IST is India's, Israel's or Ireland's time, and CST is
 * China's or Chicago's.
 */
const AMBIGUOUS =
  /^(?:ACT|AET|AGT|ART|AST|BET|BST|CAT|CNT|CST|CTT|EAT|ECT|IET|IST|JST|MIT|NET|NST|PLT|PNT|PRT|PST|SST|VST|SystemV\/.*)$/i;

const known = new Set<string>();

/** The main names; older names and links (`US/Eastern`) are not among them. Made on first use, as it takes a millisecond. */
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
