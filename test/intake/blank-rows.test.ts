/** Rows without a value wait until it is known whether a record follows. */
import { expect, it } from 'vitest';
import { createBlankRows } from '../../src/intake/blank-rows.js';
import { MOST_BLANK_ROWS, MOST_HELD_ROWS } from '../../src/intake/limits.js';

const BYTES = Buffer.from(',\n');

/** Rows from line 2 on, and what is told of them. @param isLast tells at which line the reading is stopped */
function holding(rows: number, isLast = (_line: number) => false) {
  const told: number[] = [];
  const held = createBlankRows((line) => {
    told.push(line);
    return !isLast(line);
  });
  let goesOn = true;
  for (let row = 0; row < rows; row++) goesOn = held.hold(row + 2, BYTES) && goesOn;
  return { held, told, goesOn };
}

it('at the end of a file they are counted, and none is told', () => {
  const { held, told, goesOn } = holding(3);
  expect({ goesOn, told, count: held.count }).toEqual({ goesOn: true, told: [], count: 3 });
});

it('before a record each is told once, with its bytes, whatever became of the memory that they came from', () => {
  const bytes = Buffer.from(' ,\n');
  const seen: string[] = [];
  const held = createBlankRows((line) => {
    seen.push(`${line}: ${held.reportedBytes}`);
    return true;
  });
  held.hold(2, bytes);
  held.hold(5, BYTES);
  bytes.fill('x');
  expect(held.reportedBytes).toBeUndefined();
  expect(held.reportAll()).toBe(true);
  expect(held.reportAll()).toBe(true);
  expect(seen).toEqual(['2:  ,\n', '5: ,\n']);
  expect(held.reportedBytes).toBeUndefined();
  expect(held.count).toBe(0);
});

it('no more are told after the reading was stopped', () => {
  const { held, told } = holding(5, (line) => line === 3);
  expect(held.reportAll()).toBe(false);
  expect(told).toEqual([2, 3]);
  expect(held.reportedBytes).toBeUndefined();
});

it('many are only counted: so many problems end an import', () => {
  const { held, told } = holding(MOST_HELD_ROWS + 5);
  expect(held.count).toBe(MOST_HELD_ROWS + 5);
  expect(held.reportAll()).toBe(true);
  expect(told.length).toBe(MOST_HELD_ROWS);
  expect(held.count).toBe(0);
  held.hold(7, BYTES);
  expect(held.count).toBe(1);
});

it('more than any spreadsheet has are told, though no record follows', () => {
  const most = holding(MOST_BLANK_ROWS);
  expect(most).toMatchObject({ goesOn: true, told: [] });
  expect(most.held.count).toBe(MOST_BLANK_ROWS);
  expect(most.held.hold(9, BYTES)).toBe(true);
  expect(most.told.length).toBe(MOST_HELD_ROWS);
  expect(most.held.count).toBe(1);
  const stopped = holding(MOST_BLANK_ROWS, () => true);
  expect(stopped.held.hold(9, BYTES)).toBe(false);
  expect(stopped.told).toEqual([2]);
});

it('a file has at most 2,000,000 of them, and 100,001 are told', () => {
  expect([MOST_BLANK_ROWS, MOST_HELD_ROWS]).toEqual([2_000_000, 100_001]);
});
