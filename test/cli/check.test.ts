import { describe, expect, test } from 'vitest';
import { type Workplace, workplace } from '../support/monthend.js';

const CASE = 'cases/paused-in-october-resumed-in-november';

function caseCopy(): Workplace {
  const place = workplace();
  place.write(
    `${CASE}/2026-10/in/orders.csv`,
    'order_id,practice_id,product,unit_price,placed_at\nORD-1,P-1,crown,100.00,2026-10-05T09:00:00-04:00\n',
  );
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

  test('a line ending changed is seen, and shown', () => {
    const place = caseCopy();
    const name = `${CASE}/2026-10/expected/held.csv`;
    place.write(name, place.read(name).replace('\n', '\r\n'));
    expect(place.run(['check', 'cases'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('\\u000d'),
    });
  });

  test('a file that is missing, and one that is too much', () => {
    const place = caseCopy();
    place.write(`${CASE}/2026-10/expected/invoices/P-2.csv`, 'more than there is\n');
    const { code, stdout } = place.run(['check', 'cases']);
    expect(code).toBe(1);
    expect(stdout).toContain('2026-10/expected/invoices/P-2.csv: expected, but not written');
    place.write(
      `${CASE}/2026-11/in/orders.csv`,
      place.read(`${CASE}/2026-10/in/orders.csv`).replace('ORD-1', 'ORD-2'),
    );
    expect(place.run(['check', 'cases']).stdout).toContain(
      '2026-11/expected/summary.csv: written, but not expected',
    );
  });

  test('a bad input in a case is a failed case, with the place in its file', () => {
    const place = caseCopy();
    place.write(
      `${CASE}/2026-10/in/history.csv`,
      'order_id,event,at,reason\nORD-1,paused,yesterday,review\n',
    );
    const { code, stdout } = place.run(['check', 'cases']);
    expect(code).toBe(1);
    expect(stdout).toContain('in/history.csv:2:14: at:');
    expect(place.run(['check', 'cases', '--update'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^monthend: cases.*in\/history\.csv:2:14: at:/),
    });
  });

  test.each([
    ['2026_11/in/orders.csv', '2026_11: no month'],
    ['2026-13/in/orders.csv', '2026-13: no month'],
    ['2026-10/inn/orders.csv', '2026-10/inn: not known'],
    ['2026-10/orders.csv', '2026-10/orders.csv: not known'],
  ])('%s would be passed over: a failed case, which names it', (name, message) => {
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
    ['2026_10/in/orders.csv', '2026_10: no month'],
    ['monthend.json', 'no folder of a month'],
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
      `removed ${folder}/extra.csv\n0 files updated, 1 removed, in 1 case\n`,
    );
    place.write(`${folder}/extra.csv`, 'more than there is\n');
    place.write(`${folder}/held.csv`, 'wrong\n');
    expect(JSON.parse(place.run(['check', 'cases', '--update', '--json']).stdout)).toEqual({
      cases: 1,
      updated: [`${folder}/held.csv`],
      removed: [`${folder}/extra.csv`],
    });
  });

  test('--junit writes a report for CI servers; --json names the files', () => {
    const place = caseCopy();
    place.write(`${CASE}/2026-10/expected/summary.csv`, 'a <b> & "c"\n');
    const { code, stdout } = place.run(['check', 'cases', '--junit', 'report.xml', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      cases: 1,
      failed: [{ folder: CASE, failure: '', files: ['2026-10/expected/summary.csv'] }],
    });
    expect(place.read('report.xml')).toContain('<testsuites tests="1" failures="1">');
    expect(place.read('report.xml')).toContain('-a &#60;b&#62; &#38; &#34;c&#34;');
  });

  test('a folder without a case is a slip, not a success', () => {
    const place = workplace();
    place.write('empty/notes.md', 'nothing here\n');
    expect(place.run(['check', 'empty'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no case'),
    });
  });
});
