import { describe, expect, it } from 'vitest';
import * as say from '../../src/errors/messages.js';
import { headerProblems, nameProblems } from '../../src/intake/header.js';
import { columnNames, kindOf } from '../../src/intake/kinds.js';

describe('the problems of a header', () => {
  it.each([
    ['practice_id,name', []],
    ['time_zone,name,practice_id', []],
    ['practice_id', [`-1 ${say.missingColumn('name')}`]],
    ['practice_id,name,name', [`2 ${say.repeatedColumn('name')}`]],
    ['practice_id,name,', [`2 ${say.emptyColumnName()}`]],
    ['practice_id,name, ', [`2 ${say.emptyColumnName()}`]],
    ['practice_id,Name', [`1 ${say.unknownColumn('Name', 'name', [])}`]],
    ['practice_id,name,fax', [`2 ${say.unknownColumn('fax', undefined, columnNames('practices'))}`]],
    ['practice_id;name', [`-1 ${say.otherDelimiter('semicolons')}`]],
    ['practice_id\tname', [`-1 ${say.otherDelimiter('tabs')}`]],
  ])('%j', (names, problems) => {
    const found = headerProblems(names.split(','), 'practices');
    expect(found.map(({ cell, message }) => `${cell} ${message.text}`)).toEqual(problems);
  });

  it.each([
    [columnNames('orders').join(','), 'practices', [`-1 ${say.otherKind('orders', 'practices')}`]],
    ['quarantine_reason,order_id,event,at', 'orders', [`-1 ${say.otherKind('history', 'orders')}`]],
    [
      'order_id,event,at,at',
      'orders',
      [`-1 ${say.otherKind('history', 'orders')}`, `3 ${say.repeatedColumn('at')}`],
    ],
  ] as const)('wholly of another kind: %j as %s', (names, kind, problems) => {
    const found = headerProblems(names.split(','), kind);
    expect(found.map(({ cell, message }) => `${cell} ${message.text}`)).toEqual(problems);
  });

  it('a column that looks like another of the kind is still missing if it is there too', () => {
    expect(headerProblems(['practice_id', 'name', 'nmae'], 'practices')).toEqual([
      { cell: 2, message: { kind: 'unknown-column', text: say.unknownColumn('nmae', 'name', []) } },
    ]);
  });

  it('of any kind', () => {
    expect(nameProblems(['a', 'b', 'a', '', '']).map(({ cell }) => cell)).toEqual([2, 3, 4]);
  });
});

describe('the kind of a header', () => {
  it.each([
    ['order_id,practice_id,product,unit_price,placed_at', 'orders'],
    [columnNames('orders').toReversed().join(','), 'orders'],
    ['order_id,event,at', 'history'],
    [columnNames('history').join(','), 'history'],
    ['practice_id,name', 'practices'],
    ['practice_id,nmae', 'practices'],
    ['orderid,event,at', 'history'],
    ['order_id,practice_id,prodct,unitprice,placed_at', 'orders'],
    ['order_id', 'history'],
    ['first,last', undefined],
    ['', undefined],
  ])('%s: %s', (names, kind) => {
    expect(kindOf(names.split(','))).toBe(kind);
  });
});

it('names the columns that are too many', () => {
  const header = columnNames('orders');
  const problems = headerProblems([...header, 'Status', 'Technician'], 'orders');
  expect(problems.map(({ message }) => /`.*?`/.exec(message.text)?.[0])).toEqual([
    '`Status`',
    '`Technician`',
  ]);
});

it('shows no cell of a record that the header has swallowed', () => {
  const header = ['order_id', 'practice_id', 'product', 'unit_price', 'placed_at', 'patient_ref'];
  const problems = headerProblems(
    [...header, 'A1', 'P1', 'crown', '1', '2026-10-05T09:00:00Z', 'Ada'],
    'orders',
  );
  expect(problems.length).toBe(6);
  for (const { message } of problems) expect(message.text).toMatch(/^column `…` is not known/);
});
