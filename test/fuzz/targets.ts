/** Everything that the search is let loose on. */
import { FACTS_CSV, FACTS_NDJSON, PROFILED } from './facts.js';
import { CONFIG, FILE } from './files.js';
import { CSV, NDJSON } from './readers.js';
import type { Target } from './target.js';
import { DECIMAL, FIELD, FORMAT } from './values.js';

export const TARGETS: readonly Target[] = [
  CSV,
  NDJSON,
  FACTS_CSV,
  FACTS_NDJSON,
  PROFILED,
  FIELD,
  FORMAT,
  DECIMAL,
  FILE,
  CONFIG,
];
