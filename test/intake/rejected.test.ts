/**
 * Every folder of fixtures/rejected that needs no ledger: its inputs read, the problems compared with its expected.txt. And the
 * other way round: every message of errors/messages.ts has its folder.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read-config.js';
import * as messages from '../../src/errors/messages.js';
import { formatProblem } from '../../src/errors/problem.js';
import { type InputProfile, profilesIn } from '../../src/intake/input-profile.js';
import { readFacts } from '../../src/intake/read-facts.js';

const REJECTED = join(import.meta.dirname, '../../fixtures/rejected');

/** Told by the ledger, which knows what was imported before. */
const OF_THE_LEDGER = [
  'billed-in-chain',
  'billed-in-circle',
  'billed-to-unknown',
  'bills-for-another',
  'corrected-since',
  'differs-from-known',
  'differs-within-import',
  'event-of-other-order',
  'other-practice',
  'retracts-no-content',
  'retracts-nothing',
  'retracts-several',
  'rows-without-number',
];

/** What has no folder, and why. */
const WITHOUT_FOLDER: Readonly<Record<string, string>> = {
  'no-header-line': 'needs --as; inputs.test.ts has it',
  'other-kind': 'needs --as; header.test.ts has it',
  'standard-input-read-once': 'needs standard input; quarantine.test.ts has it',
  'too-many-problems': 'its expected.txt would have 100,001 lines; read-facts.test.ts has it',
};

const folders = readdirSync(REJECTED, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

describe('fixtures/rejected', () => {
  it.each(folders.filter((folder) => !OF_THE_LEDGER.includes(folder)))('%s', async (folder) => {
    const expected = readFileSync(join(REJECTED, folder, 'expected.txt'), 'utf8');
    expect(await problemsOf(join(REJECTED, folder))).toBe(expected);
  });

  it('has a folder for each message, and no other', () => {
    const expected = Object.keys(messages)
      .map(kebab)
      .filter((name) => !(name in WITHOUT_FOLDER));
    expect(folders).toEqual(expected.sort());
  });
});

async function problemsOf(folder: string): Promise<string> {
  const amend = existsSync(join(folder, 'amend'));
  const options = { amend, defaultCurrency: 'USD', profiles: profilesOf(folder) };
  let lines = '';
  for (const name of readdirSync(join(folder, 'in')).sort()) {
    await readFacts(join(folder, 'in', name), options, {
      take() {},
      problem(found) {
        lines += `${formatProblem({ ...found, file: `in/${name}` })}\n`;
      },
    });
  }
  return lines;
}

function profilesOf(folder: string): readonly InputProfile[] {
  const config = join(folder, 'monthend.json');
  return existsSync(config) ? profilesIn(readConfig(readFileSync(config, 'utf8')).inputs) : [];
}

/** `noSuchDay` -> `no-such-day` */
function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
