import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createLedger } from '../../src/ledger/ledger.js';
import { type Run, runMonthend, type Workplace, workplace } from '../support/monthend.js';

const CASE = 'cases/paused-in-october-resumed-in-november';

const ORDERS =
  'order_id,practice_id,product,unit_price,placed_at\nORD-1,P-1,crown,100.00,2026-10-05T09:00:00-04:00\n';
const BAD_HISTORY = 'order_id,event,at,reason\nORD-1,paused,yesterday,review\n';

/** Every month has these. */
const FOUR = ['exceptions.csv', 'held.csv', 'reconciliation.csv', 'summary.csv'];

const READ_IT = 'Read what changed before you commit it: a wrong amount is expected now, too.\n';

/** The files in which the one failed case is not as expected. */
const filesOf = ({ stdout }: Run): string[] => JSON.parse(stdout).failedCases[0].differingFiles;

function caseCopy(): Workplace {
  const place = workplace();
  place.write(`${CASE}/2026-10/in/orders.csv`, ORDERS);
  place.run(['check', 'cases', '--update']);
  return place;
}

describe('check', () => {
  test('is green when every file is as expected, and says how many cases passed', () => {
    expect(caseCopy().run(['check', 'cases'])).toEqual({
      code: 0,
      stdout: '1 passed, 0 failed\n',
      stderr: '',
    });
  });

  test('one byte changed in an expected file: exit 1 and a diff that a person can read', () => {
    const place = caseCopy();
    const name = `${CASE}/2026-10/expected/summary.csv`;
    place.write(name, place.read(name).replace('100.00\n', '100.01\n'));
    const { code, stdout } = place.run(['check', 'cases']);
    expect(code).toBe(1);
    expect(stdout).toContain('2026-10/expected/summary.csv: differs');
    expect(stdout).toMatch(/^-INV-000001,.*,100\.01$/m);
    expect(stdout).toMatch(/^\+INV-000001,.*,100\.00$/m);
    expect(stdout).toContain('0 passed, 1 failed');
  });

  test.each([
    ['every', /\n/g, 'CR LF'],
    ['one', /\n/, 'CR LF and LF'],
  ])('%s line ending changed is told in a word', (_, lineFeeds, told) => {
    const place = caseCopy();
    const name = `${CASE}/2026-10/expected/summary.csv`;
    place.write(name, place.read(name).replace(lineFeeds, '\r\n'));
    const { code, stdout } = place.run(['check', 'cases']);
    expect(code).toBe(1);
    expect(stdout).toContain(
      `2026-10/expected/summary.csv: only line endings differ: expected are ${told}, billed were LF. If git changed them, `,
    );
    expect(stdout).toMatch(/\n\n0 passed, 1 failed\n$/);
  });

  test('a line ending and a byte changed are both shown', () => {
    const place = caseCopy();
    const name = `${CASE}/2026-10/expected/summary.csv`;
    place.write(name, place.read(name).replace('100.00\n', '100.01\r\n'));
    expect(place.run(['check', 'cases']).stdout).toMatch(/^-INV.*,100\.01\\u000d$/m);
  });

  test('with all four tables, a file too many and one too few are seen', () => {
    const place = caseCopy();
    const invoices = `${CASE}/2026-10/expected/invoices`;
    place.write(`${invoices}/P-2.csv`, 'more than there is\n');
    rmSync(place.path(`${invoices}/P-1.csv`));
    const { code, stdout } = place.run(['check', 'cases']);
    expect(code).toBe(1);
    expect(stdout).toContain('2026-10/expected/invoices/P-2.csv: expected, but not written');
    expect(stdout).toContain('2026-10/expected/invoices/P-1.csv: written, but not expected:\n');
    expect(stdout).toContain('0 passed, 1 failed\nFind out which side is right.');
  });

  test.each(FOUR)('without %s, only the files that are expected are compared', (table) => {
    const place = caseCopy();
    rmSync(place.path(`${CASE}/2026-10/expected/${table}`));
    rmSync(place.path(`${CASE}/2026-10/expected/invoices/P-1.csv`));
    expect(place.run(['check', 'cases'])).toMatchObject({ code: 0, stdout: '1 passed, 0 failed\n' });
    const others = FOUR.filter((name) => name !== table);
    for (const other of others) place.write(`${CASE}/2026-10/expected/${other}`, 'wrong\n');
    place.write(`${CASE}/2026-10/expected/invoices/P-2.csv`, 'more than there is\n');
    expect(filesOf(place.run(['check', 'cases', '--json']))).toEqual(
      [...others, 'invoices/P-2.csv'].sort().map((name) => `2026-10/expected/${name}`),
    );
    place.run(['check', 'cases', '--update']);
    expect(Object.keys(place.snapshot(`${CASE}/2026-10/expected`)).sort()).toEqual([...others].sort());
  });

  test('case.json with "complete": true demands exactly the expected files in every month', () => {
    const place = caseCopy();
    rmSync(place.path(`${CASE}/2026-10/expected/held.csv`));
    place.write(`${CASE}/case.json`, '{ "complete": true }\n');
    expect(filesOf(place.run(['check', 'cases', '--json']))).toEqual(['2026-10/expected/held.csv']);
    place.write(`${CASE}/case.json`, '\uFEFF{ "complete": false }\n');
    expect(place.run(['check', 'cases']).code).toBe(0);
  });

  test.each([
    ['{"complet": true}', 'the key "complet" is not known'],
    ['{"complete": "yes"}', '"complete" is neither true nor false'],
    ['[]', 'is no JSON object'],
    ['complete', 'is no JSON object'],
  ])('case.json with %s is a failed case', (text, message) => {
    const place = caseCopy();
    place.write(`${CASE}/case.json`, text);
    expect(place.run(['check', 'cases'])).toMatchObject({
      code: 1,
      stdout: `${CASE}:\ncase.json: ${message}. Write {"complete": true}, or remove the file\n\n0 passed, 1 failed\n`,
    });
  });

  test('a month of which nothing is expected fails, and says what to do', () => {
    const place = caseCopy();
    place.write(`${CASE}/2026-11/in/orders.csv`, ORDERS.replace('ORD-1', 'ORD-2'));
    const { code, stdout } = place.run(['check', 'cases']);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: `${CASE}:\n2026-11: nothing is expected: run "monthend check ${CASE} --update" to write what it comes to into 2026-11/expected, then read it\n\n0 passed, 1 failed\n`,
    });
    expect(filesOf(place.run(['check', 'cases', '--json']))).toHaveLength(5);
    place.run(['check', 'cases', '--update']);
    expect(place.run(['check', 'cases']).code).toBe(0);
  });

  test('files of other programs are passed over, in every folder', () => {
    const place = caseCopy();
    for (const folder of ['', '2026-10', '2026-10/in', '2026-10/amend', '2026-10/expected/invoices'])
      for (const name of ['.DS_Store', '._P-1.csv', 'Thumbs.db', 'desktop.ini', '.cache/orders.csv'])
        place.write(path.join(CASE, folder, name), 'of another program');
    place.write('cases/.git/2026-10/in/orders.csv', ORDERS);
    place.write('cases/node_modules/monthend/fixtures/2026-10/in/orders.csv', ORDERS);
    expect(place.run(['check', 'cases'])).toMatchObject({ code: 0, stdout: '1 passed, 0 failed\n' });
    expect(place.run(['check', 'cases', '--update']).stdout).toBe('0 files updated, 0 removed, in 1 case\n');
  });

  test('an invoice of an id that starts with a dot is no hidden file', () => {
    const place = caseCopy();
    place.write(`${CASE}/2026-10/in/orders.csv`, ORDERS.replace('P-1', '.smile'));
    place.run(['check', 'cases', '--update']);
    const name = `${CASE}/2026-10/expected/invoices/_.smile~b0ac2296.csv`;
    place.write(name, `${place.read(name)}more\n`);
    expect(filesOf(place.run(['check', 'cases', '--json']))).toEqual([name.slice(CASE.length + 1)]);
  });

  test('a bad input in a case is a failed case, with the place in its file and what to do', () => {
    const place = caseCopy();
    place.write(`${CASE}/2026-10/in/history.csv`, BAD_HISTORY);
    const { code, stdout } = place.run(['check', 'cases']);
    expect(code).toBe(1);
    expect(stdout).toContain(`2026-10 cannot be billed:\n${CASE}/2026-10/in/history.csv:2:14: at:`);
    expect(stdout).toContain('make an empty file 2026-10/expected/error.txt');
  });

  test.each([
    ['2026_11/in/orders.csv', '2026_11: is not a month'],
    ['2026-13/in/orders.csv', '2026-13: is not a month'],
    ['orders.csv', 'orders.csv: is beside the months'],
    ['2026-10/inn/orders.csv', '2026-10/inn: would be skipped'],
    ['2026-10/orders.csv', '2026-10/orders.csv: would be skipped'],
    ['2026-10/error.txt', '2026-10/error.txt: would be skipped'],
    ['2026-10/amend', '2026-10/amend: a file, and a folder is expected'],
    ['2026-10/in/more/orders.csv', '2026-10/in/more: a folder. Move its files into 2026-10/in itself'],
  ])('%s would be skipped: a failed case, which names it', (name, message) => {
    const place = caseCopy();
    place.write(`${CASE}/2026-10/.DS_Store`, 'of another program');
    place.write(`${CASE}/notes.txt`, 'no folder');
    place.write(`${CASE}/2026-10/notes.txt`, 'no input');
    place.write(`${CASE}/${name}`, place.read(`${CASE}/2026-10/in/orders.csv`).replace('ORD-1', 'ORD-2'));
    const { code, stdout } = place.run(['check', 'cases']);
    expect(code).toBe(1);
    expect(stdout).toBe(`${CASE}:\n${stdout.split('\n')[1]}\n\n0 passed, 1 failed\n`);
    expect(stdout).toContain(message);
  });

  test.each([
    ['2026_10/in/orders.csv', '2026_10: is not a month'],
    ['monthend.json', 'no folder of a month. Make one'],
    ['2026-10/expected/summary.csv', 'no month holds an input file. Put the orders'],
  ])('a case.md beside %s only: a failed case', (name, message) => {
    const place = workplace();
    place.write(`${CASE}/case.md`, '# a case\n');
    place.write(`${CASE}/${name}`, '{}\n');
    expect(place.run(['check', 'cases'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(message),
    });
  });

  test('--update writes what is expected anew, but never in CI', () => {
    const place = caseCopy();
    const name = `${CASE}/2026-10/expected/summary.csv`;
    const good = place.read(name);
    place.write(name, 'wrong\n');
    expect(place.run(['check', 'cases', '--update'], { env: { CI: 'true' } })).toMatchObject({ code: 4 });
    expect(place.read(name)).toBe('wrong\n');
    expect(place.run(['check', 'cases', '--update'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('updated'),
    });
    expect(place.read(name)).toBe(good);
  });

  test('--update says what it wrote and what it removed', () => {
    const place = caseCopy();
    const folder = `${CASE}/2026-10/expected`;
    place.write(`${folder}/extra.csv`, 'more than there is\n');
    expect(place.run(['check', 'cases', '--update']).stdout).toBe(
      `removed ${folder}/extra.csv\n0 files updated, 1 removed, in 1 case\n${READ_IT}`,
    );
    place.write(`${folder}/extra.csv`, 'more than there is\n');
    place.write(`${folder}/held.csv`, 'wrong\n');
    expect(JSON.parse(place.run(['check', 'cases', '--update', '--json']).stdout)).toEqual({
      version: 1,
      command: 'check',
      caseCount: 1,
      failedCases: [],
      updatedFiles: [`${folder}/held.csv`],
      removedFiles: [`${folder}/extra.csv`],
    });
  });

  test('--update goes on past a case that cannot be billed, leaves it as it is and exits 1', () => {
    const place = caseCopy();
    const good = `${CASE}/2026-10/expected/summary.csv`;
    place.write(good, 'wrong\n');
    place.write('cases/bad/2026-10/in/orders.csv', ORDERS);
    place.write('cases/bad/2026-11/in/history.csv', BAD_HISTORY);
    const { code, stdout } = place.run(['check', 'cases', '--update']);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^updated .*summary\.csv\nleft as it is: cases\/bad:\n2026-11 cannot be billed:\n/,
    );
    expect(stdout).toMatch(/\n1 file updated, 0 removed, in 1 case, 1 case left as it is\nRead what changed/);
    expect(Object.keys(place.snapshot('cases/bad'))).toHaveLength(2);
    expect(JSON.parse(place.run(['check', 'cases', '--update', '--json']).stdout).failedCases).toEqual([
      {
        folder: 'cases/bad',
        failure: expect.stringMatching(/^2026-11 cannot be billed:/),
        differingFiles: [],
      },
    ]);
  });

  test('--junit writes a report for CI servers; --json names the files', () => {
    const place = caseCopy();
    place.write(`${CASE}/2026-10/expected/summary.csv`, 'a <b> & "c"\n');
    const { code, stdout } = place.run(['check', 'cases', '--junit', 'out/report.xml', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      command: 'check',
      caseCount: 1,
      failedCases: [{ folder: CASE, failure: '', differingFiles: ['2026-10/expected/summary.csv'] }],
    });
    expect(place.read('out/report.xml')).toMatch(/<testsuites tests="1" failures="1" time="\d+\.\d{3}">/);
    expect(place.read('out/report.xml')).toMatch(/<testcase [^>]*time="\d+\.\d{3}">/);
    expect(place.read('out/report.xml')).toContain('-a &#60;b&#62; &#38; &#34;c&#34;');
  });

  test('the report is XML whatever a case is called', () => {
    const place = workplace();
    place.write('cases/a\u0001\uFFFE\n"b"/2026-10/in/orders.csv', ORDERS);
    place.run(['check', 'cases', '--junit', 'report.xml']);
    expect(place.read('report.xml')).toContain('name="cases/a\uFFFD\uFFFD&#10;&#34;b&#34;"');
    for (const character of ['\u0001', '\uFFFE']) expect(place.read('report.xml')).not.toContain(character);
  });

  test('a link or a folder where a file is expected fails the case, which --update leaves as it is', () => {
    const place = caseCopy();
    const expected = `${CASE}/2026-10/expected`;
    rmSync(place.path(`${expected}/held.csv`));
    symlinkSync(place.path('orders.csv'), place.path(`${expected}/held.csv`));
    rmSync(place.path(`${expected}/summary.csv`));
    mkdirSync(place.path(`${expected}/summary.csv`));
    place.write(`${expected}/invoices/old/P-1.csv`, 'x');
    place.write('cases/other/2026-10/in/orders.csv', ORDERS);
    const { code, stdout } = place.run(['check', 'cases', '--update']);
    expect(code).toBe(1);
    for (const told of [
      '2026-10/expected/held.csv: is not a regular file, so it would be skipped. Put the file itself there\n',
      '2026-10/expected/summary.csv: a folder, and only invoices is one there. Move it out of the case\n',
      '2026-10/expected/invoices/old: a folder, and only invoices is one there. Move it out of the case\n',
      'updated cases/other/2026-10/expected/summary.csv\n',
    ])
      expect(stdout).toContain(told);
    expect(existsSync(place.path('orders.csv'))).toBe(false);
  });

  test('the messages alone lead from an empty folder to a failing and a passing case', () => {
    const place = workplace();
    const { code, stderr } = place.run(['check', '.']);
    expect(code).toBe(2);
    const [, name = '', lines = ''] = /Make the file (\S+), with .*\n((?: {7}.*\n)+)/.exec(stderr) ?? [];
    const [, update = ''] = /Run "monthend (check \. --update)"/.exec(stderr) ?? [];
    place.write(name, lines.replace(/^ {7}/gm, ''));
    expect(place.run(['check', '.'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('nothing is expected: run "monthend check my-case --update"'),
    });
    expect(place.run(update.split(' ')).code).toBe(0);
    expect(place.run(['check', '.'])).toMatchObject({ code: 0, stdout: '1 passed, 0 failed\n' });
  });

  test.each([
    ['empty', 'empty holds no cases.  A case is'],
    ['none', 'none: there is no such folder. A case is'],
    ['empty/notes.md', 'empty/notes.md: is a file. Name the folder'],
  ])('%s is a slip, not a success', (name, message) => {
    const place = workplace();
    place.write('empty/notes.md', 'nothing here\n');
    expect(place.run(['check', name])).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});

describe('a month that must be refused', () => {
  const month = `${CASE}/2026-11`;

  /** October is billed; November's history is bad, and expected to be. */
  function refusedCase(): Workplace {
    const place = caseCopy();
    place.write(`${month}/in/history.csv`, BAD_HISTORY);
    place.write(`${month}/expected/error.txt`, '');
    place.run(['check', 'cases', '--update']);
    return place;
  }

  test('its error.txt is the exit code and what the import prints', () => {
    const place = refusedCase();
    const error = place.read(`${month}/expected/error.txt`);
    expect(error).toMatch(
      /^exit 3\nin\/history\.csv:2:14: at: .*\nmonthend: 1 problem; nothing was imported\n$/,
    );
    createLedger(place.path('test.db'));
    const { code, stderr } = runMonthend(
      ['--ledger', place.path('test.db'), 'import', 'in/history.csv'],
      place.path(month),
    );
    expect(code).toBe(3);
    expect(stderr).toBe(error.replace('exit 3\n', ''));
    expect(place.run(['check', 'cases'])).toMatchObject({ code: 0, stdout: '1 passed, 0 failed\n' });
  });

  test.each([
    ['the exit code', 'exit 3', 'exit 2'],
    ['a message', ':2:14:', ':2:15:'],
    ['the end', 'imported\n', 'imported'],
  ])('is compared to the letter: %s', (_, from, to) => {
    const place = refusedCase();
    const name = `${month}/expected/error.txt`;
    place.write(name, place.read(name).replace(from, to));
    expect(place.run(['check', 'cases'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('2026-11/expected/error.txt: differs'),
    });
  });

  test('of its line endings no setting is told', () => {
    const place = refusedCase();
    const name = `${month}/expected/error.txt`;
    place.write(name, place.read(name).replaceAll('\n', '\r\n'));
    const { stdout } = place.run(['check', 'cases']);
    expect(stdout).toContain('2026-11/expected/error.txt: only line endings differ');
    expect(stdout).not.toContain('lineEnding');
  });

  test('it is not closed: the next month takes it along, with what came in again', () => {
    const place = refusedCase();
    place.write(
      `${CASE}/2026-12/in/orders.csv`,
      ORDERS.replace('ORD-1', 'ORD-2').replace('2026-10-05', '2026-11-05'),
    );
    place.run(['check', 'cases', '--update']);
    // November's own document has the number between: it was closed with December.
    place.write(
      `${CASE}/2026-12/in/more.csv`,
      ORDERS.replace('ORD-1', 'ORD-3').replaceAll('2026-10-05', '2026-12-05'),
    );
    place.run(['check', 'cases', '--update']);
    expect(place.read(`${CASE}/2026-12/expected/summary.csv`)).toMatch(/^INV-000003,/m);
    expect(place.run(['check', 'cases'])).toMatchObject({ code: 0 });
  });

  test('a first month that is refused leaves its ledger to begin with the next', () => {
    const place = workplace();
    place.write(`${CASE}/2026-10/in/history.csv`, BAD_HISTORY);
    place.write(`${CASE}/2026-10/expected/error.txt`, '');
    place.write(`${CASE}/2026-11/in/orders.csv`, ORDERS.replace('2026-10-05', '2026-11-05'));
    place.run(['check', 'cases', '--update']);
    expect(place.read(`${CASE}/2026-11/expected/summary.csv`)).toMatch(/^INV-000001,.*,2026-11,/m);
  });

  test('by its config, told from the folder of the case; and by strict', () => {
    const place = refusedCase();
    place.write(`${CASE}/monthend.json`, '{"curency": "USD"}');
    place.write(`${CASE}/2026-10/expected/error.txt`, '');
    for (const name of [...FOUR, 'invoices/P-1.csv']) rmSync(place.path(`${CASE}/2026-10/expected/${name}`));
    place.run(['check', 'cases', '--update']);
    expect(place.read(`${CASE}/2026-10/expected/error.txt`)).toMatch(/^exit 2\nmonthend: monthend\.json:1:/);

    place.write(`${CASE}/monthend.json`, '{"strict": true}');
    place.write(
      `${CASE}/2026-10/in/history.csv`,
      'order_id,event,at\nORD-9,resumed,2026-10-06T09:00:00-04:00\n',
    );
    place.run(['check', 'cases', '--update']);
    expect(place.read(`${CASE}/2026-10/expected/error.txt`)).toMatch(
      /^exit 4\nmonthend: 2026-10 is not closed, because a finding stops it:\n {2}exceptions: 2026-10 would list 1 exception/,
    );
  });

  test('a month that is billed all the same fails, in one sentence; --update expects its files instead', () => {
    const place = refusedCase();
    rmSync(place.path(`${month}/in/history.csv`));
    const { code, stdout } = place.run(['check', 'cases']);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: `${CASE}:\n2026-11: was billed, but 2026-11/expected/error.txt expects that it is refused. Mend the input; or run "monthend check ${CASE} --update" to expect its files instead\n\n0 passed, 1 failed\n`,
    });
    place.run(['check', 'cases', '--update']);
    expect(Object.keys(place.snapshot(`${month}/expected`)).sort()).toEqual([...FOUR].sort());
    expect(place.run(['check', 'cases']).code).toBe(0);
  });

  test('no other file is expected of it', () => {
    const place = refusedCase();
    place.write(`${month}/expected/summary.csv`, 'more than there is\n');
    expect(place.run(['check', 'cases'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('2026-11/expected/summary.csv: expected, but not written'),
    });
  });
});

describe.skipIf(process.platform === 'win32')('what stands where check writes', () => {
  const ORDERS =
    'order_id,practice_id,product,unit_price,placed_at\nA1,P1,crown,100.00,2026-10-05T09:00:00Z\n';
  function caseWithout(): Workplace {
    const place = workplace();
    place.write('case/2026-10/in/orders.csv', ORDERS);
    place.write('elsewhere/notes.txt', 'mine');
    return place;
  }
  const rest = (place: Workplace) =>
    expect(place.snapshot('elsewhere')).toEqual({ 'notes.txt': Buffer.from('mine').toString('base64') });

  test.each<[what: string, make: (place: Workplace) => void]>([
    ['a file of something else', (place) => place.write('report.xml', '<testsuites tests="1"></testsuites>')],
    ['a link', (place) => symlinkSync('elsewhere/notes.txt', place.path('report.xml'))],
    ['a link to nothing', (place) => symlinkSync('elsewhere/new.txt', place.path('report.xml'))],
    ['a pipe', (place) => execFileSync('mkfifo', [place.path('report.xml')])],
  ])('--junit: %s is left as it is, before anything is billed', (_, make) => {
    const place = caseWithout();
    make(place);
    const before = lstatSync(place.path('report.xml'));
    expect(place.run(['check', 'case', '--junit', 'report.xml'])).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringContaining('report.xml: was not written by this command'),
    });
    expect(lstatSync(place.path('report.xml'))).toMatchObject({ ino: before.ino, size: before.size });
    rest(place);
  });

  test('--junit: its own report is replaced, and is for the owner alone', () => {
    const place = caseWithout();
    for (const code of [1, 1]) expect(place.run(['check', 'case', '--junit', 'report.xml']).code).toBe(code);
    expect(statSync(place.path('report.xml')).mode & 0o777).toBe(0o600);
    expect(readdirSync(place.folder).sort()).toEqual(['case', 'elsewhere', 'report.xml']);
  });

  test.each<[what: string, make: (place: Workplace) => void]>([
    [
      'an expected file that is a link',
      (place) => {
        place.write('case/2026-10/expected/held.csv', '');
        symlinkSync('../../../elsewhere/notes.txt', place.path('case/2026-10/expected/summary.csv'));
      },
    ],
    [
      'an expected file that is a pipe',
      (place) => {
        place.write('case/2026-10/expected/held.csv', '');
        execFileSync('mkfifo', [place.path('case/2026-10/expected/summary.csv')]);
      },
    ],
    [
      'expected/ that is a link',
      (place) => symlinkSync('../../elsewhere', place.path('case/2026-10/expected')),
    ],
    [
      'invoices/ that is a link',
      (place) => {
        place.write('case/2026-10/expected/held.csv', '');
        symlinkSync('../../../elsewhere', place.path('case/2026-10/expected/invoices'));
      },
    ],
    [
      'a month that is a link',
      (place) => {
        cpSync(place.path('case/2026-10'), place.path('month'), { recursive: true });
        rmSync(place.path('case/2026-10'), { recursive: true });
        symlinkSync('../month', place.path('case/2026-10'));
        place.write('case/case.md', '');
      },
    ],
  ])('--update: %s fails the case, and nothing is written', (_, make) => {
    const place = caseWithout();
    make(place);
    place.write('case/case.json', '{"complete": true}');
    const before = place.snapshot('.');
    expect(place.run(['check', 'case', '--update'])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /is a link or no (file|folder), so nothing is written there|is not a regular file/,
      ),
    });
    expect(place.snapshot('.')).toEqual(before);
  });
});
