/** Names and texts that a terminal, or CI, would obey: every command shows them, and none passes them on. */
import { mkdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isUnprintable } from '../../src/words/excerpt.js';
import { type Run, type Workplace, workplace, workplaceWithLedger } from '../support/monthend.js';

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)).join('');

/** Every one of them but NUL, which no name of a file can hold. */
const CONTROLS = range(0x01, 0x1f) + range(0x7f, 0x9f);
const DIRECTIONS = `\u061c\u200e\u200f${range(0x2028, 0x202e)}${range(0x2066, 0x2069)}\ufeff`;
const HOSTILE = `x${CONTROLS}${DIRECTIONS}x`;
/** What an import takes in a text. */
const TAKEN = `x\t\n${DIRECTIONS}x`;

function expectHarmless({ stdout, stderr }: Run): void {
  const found = [...stdout, ...stderr].filter(
    (each) => each !== '\n' && isUnprintable(each.codePointAt(0) as number),
  );
  expect(found).toEqual([]);
}

const csvText = (text: string) => `"${text.replaceAll('"', '""')}"`;

/** An order whose texts hold what intake lets through, under names that hold everything. */
function hostilePlace(): Workplace {
  const place = workplaceWithLedger();
  const orders = (description: string) =>
    'order_id,practice_id,product,unit_price,placed_at,description\n' +
    `A1,P1,crown,100.00,2026-10-05T09:00:00Z,${csvText(description)}\n`;
  place.write(`${HOSTILE}.csv`, orders(TAKEN));
  place.write('history.csv', `order_id,event,at,reason\nA1,paused,2026-10-06T09:00:00Z,${csvText(TAKEN)}\n`);
  place.write('practices.csv', `practice_id,name\nP1,${csvText(TAKEN)}\n`);
  place.write('bad.csv', `order_id,event,at\n${csvText(HOSTILE)},paused,${csvText(HOSTILE)}\n`);
  place.write('monthend.json', '{ "preflight": { "empty-month": "tell" } }');
  place.write(`${HOSTILE}.json`, JSON.stringify({ [HOSTILE]: 1, currency: HOSTILE }));
  place.write(`case-${HOSTILE}/2026-10/in/orders.csv`, orders('crown'));
  place.write(`case-${HOSTILE}/2026-10/expected/summary.csv`, HOSTILE);
  place.write(`case-${HOSTILE}/2026-10/expected/${HOSTILE}.csv`, HOSTILE);
  mkdirSync(place.path(`out-${HOSTILE}`));
  return place;
}

describe('what a terminal would obey is shown by no command', () => {
  const cases: [words: string[], code: number][] = [
    [['init', `new-${HOSTILE}`], 0],
    [['run', '2026-10', `${HOSTILE}.csv`, 'history.csv', '--out', `out-${HOSTILE}`], 0],
    [['import', 'practices.csv', 'bad.csv'], 3],
    [['import', 'bad.csv', '--quarantine', `q-${HOSTILE}.csv`], 3],
    [['import', `missing-${HOSTILE}.csv`], 2],
    [['status'], 0],
    [['explain', 'A1'], 0],
    [['explain', HOSTILE], 2],
    [['explain', 'A1', '--html', `page-${HOSTILE}.html`], 0],
    [['preview', '2026-11', '--out', `drafts-${HOSTILE}`], 0],
    [['export', '2026-10', '--out', `out-${HOSTILE}`], 0],
    [['invoices', '2026-10', '--out', `print-${HOSTILE}`], 0],
    [['report', '2026-10', '--out', `report-${HOSTILE}`], 0],
    [['verify', '--out', `out-${HOSTILE}`], 0],
    [['close', HOSTILE], 2],
    [['status', '--config', `${HOSTILE}.json`], 2],
    [['status', '--ledger', `${HOSTILE}.db`], 2],
    [['status', '--ledger', `${HOSTILE}.csv`], 5],
    [['check', `case-${HOSTILE}`], 1],
    [['check', `case-${HOSTILE}`, '--update'], 0],
    [[HOSTILE], 2],
    [[`--${HOSTILE}`], 2],
  ];
  const named = cases.map(
    ([words, code]) => [words.join(' ').replaceAll(HOSTILE, '…'), words, code] as const,
  );
  it.each(named)(
    '%s',
    (_, words, code) => {
      const place = hostilePlace();
      place.run(['run', '2026-10', `${HOSTILE}.csv`, 'history.csv', '--out', `out-${HOSTILE}`, '--quiet']);
      const plain = place.run(words);
      expectHarmless(plain);
      expect(plain.code, plain.stderr).toBe(code);
      const json = place.run([...words, '--json']);
      expectHarmless(json);
      if (json.stdout !== '') expect(JSON.parse(json.stdout)).toMatchObject({ version: 1 });
    },
    30_000,
  );

  it('JSON holds the same text, by the numbers of its characters', () => {
    const place = hostilePlace();
    const out = `out-${HOSTILE}`;
    const { stdout } = place.run(['run', '2026-10', `${HOSTILE}.csv`, '--out', out, '--json']);
    expect(JSON.parse(stdout).months[0].folder).toBe(`${out}/2026-10`);
  });

  it('nor does a JUnit report hold it', () => {
    const place = hostilePlace();
    place.run(['check', `case-${HOSTILE}`, '--junit', 'report.xml']);
    expectHarmless({ code: 0, stdout: readFileSync(place.path('report.xml'), 'utf8'), stderr: '' });
  });
});

describe('what GitHub Actions would obey', () => {
  const COMMANDS = ['::stop-commands::x', '::add-mask::0', '##[add-mask]0', '##[group]x'];
  const obeyed = ({ stdout, stderr }: Run) =>
    `${stdout}\n${stderr}`
      .split(/[\r\n\u2028]/)
      .filter((line) => /^\s*::/.test(line) || line.includes('##['));

  it.each(COMMANDS)('%s is no command in what check shows', (command) => {
    const place = workplace();
    place.write(
      'case/2026-10/in/orders.csv',
      `order_id,practice_id,product,unit_price,placed_at\n${csvText('A1')},P1,${csvText(command)},1.00,2026-10-05T09:00:00Z\n`,
    );
    place.write('case/2026-10/expected/held.csv', `${command}\n  ${command}\n\n\t${command}\n`);
    place.write(`case/2026-10/expected/a\n${command}.csv`.replaceAll('/0', '0'), 'x');
    for (const words of [
      ['check', 'case'],
      ['check', `case\n${command}`],
      ['explain', `\n${command}`],
    ]) {
      const run = place.run(words, { env: { GITHUB_ACTIONS: 'true' } });
      expect(obeyed(run).filter((line) => !line.startsWith('::error file=case'))).toEqual([]);
      expect(run.code).not.toBe(0);
    }
    expect(place.run(['check', 'case'], { env: { GITHUB_ACTIONS: 'true' } }).stdout).toContain(
      '::error file=case/2026-10/expected/held.csv,line=1,title=monthend check::',
    );
    // Elsewhere it is text as any other.
    expect(place.run(['check', 'case']).stdout).toContain(`-${command}\n-  ${command}`);
  });
});
