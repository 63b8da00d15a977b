/** Reads back the config that a close recorded. The ledger may come from someone else, so it is checked. */
import { type Config, DEFAULT_CONFIG } from '../config/config.js';
import { Failure } from '../errors/failure.js';

/** Four times the largest config file, which is recorded without its spaces. */
const LARGEST = 4 * 1024 * 1024;

/** @throws Failure damaged if no close can have recorded the text */
export function storedConfig(text: string): Config {
  const config = text.length > LARGEST ? undefined : parsed(text);
  if (isConfig(config)) return config;
  throw new Failure(
    'damaged',
    'the config that the ledger recorded with a closed month is damaged: another program has changed it; restore a backup',
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Tells whether each setting has the right type. Settings introduced after the month was closed are missing. */
function isConfig(config: unknown): config is Config {
  if (kindOf(config) !== 'object') return false;
  return Object.entries(DEFAULT_CONFIG).every(([key, value]) => {
    const stored = (config as Record<string, unknown>)[key];
    if (stored === undefined) return true;
    if (key === 'reviewChangePercent') return stored === null || kindOf(stored) === 'number';
    if (key === 'books') return stored === null || kindOf(stored) === 'object';
    if (key === 'seller') return stored === null || isSeller(stored);
    return kindOf(stored) === kindOf(value);
  });
}

/** A seller has only texts, except `payment`, a list of texts. */
function isSeller(seller: unknown): boolean {
  if (kindOf(seller) !== 'object') return false;
  const { payment, ...texts } = seller as Record<string, unknown>;
  const isText = (value: unknown) => kindOf(value) === 'string';
  return (
    isText(texts.name) &&
    Object.values(texts).every(isText) &&
    Array.isArray(payment) &&
    payment.every(isText)
  );
}

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
