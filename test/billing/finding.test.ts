import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FINDING_CODES, FINDING_LEVELS } from '../../src/billing/finding.js';

it('findings have the order and the levels that docs/preflight.md gives them', () => {
  const page = readFileSync(new URL('../../docs/preflight.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (stop|tell)s \|/gm)];
  expect(FINDING_CODES.map((code) => [code, FINDING_LEVELS[code]])).toEqual(
    rows.map(([, code, level]) => [code, level]),
  );
});
