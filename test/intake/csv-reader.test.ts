import { describe, expect, it } from 'vitest';
import * as say from '../../src/errors/messages.js';
import { createCsvReader } from '../../src/intake/csv-reader.js';
import { MOST_FIELD_BYTES, MOST_FIELDS, MOST_RECORD_BYTES } from '../../src/intake/limits.js';
import { CHUNK_SIZES, readCsv } from './feed.js';

describe.each(CHUNK_SIZES)('CSV in chunks of %i', (chunkSize) => {
  it.each([
    ['nothing', '', []],
    ['a header alone', 'a,b', ['a|b']],
    ['LF', 'a,b\n1,2\n', ['a|b', '1|2']],
    ['CRLF', 'a,b\r\n1,2\r\n', ['a|b', '1|2']],
    ['LF and CRLF', 'a,b\r\n1,2\n3,4\r\n', ['a|b', '1|2', '3|4']],
    ['no last line ending', 'a,b\n1,2', ['a|b', '1|2']],
    ['a last empty field', 'a,b\n1,', ['a|b', '1|']],
    ['a last quoted field', 'a,b\n1,"2"', ['a|b', '1|2']],
    ['empty fields', 'a,b\n,\n"",""\n', ['a|b', '|', '|']],
    ['an empty line where there is one column', 'a\n\n1\n', ['a', '', '1']],
    ['spaces and tabs are kept', 'a,b\n 1 ,\t2\n', ['a|b', ' 1 |\t2']],
    ['a comma in quotes', 'a,b\n"1,5",2\n', ['a|b', '1,5|2']],
    ['quotes in quotes', 'a,b\n"say ""ah""",""""\n', ['a|b', 'say "ah"|"']],
    ['LF in quotes', 'a,b\n"1\n2",3\n', ['a|b', '1\n2|3']],
    ['CRLF in quotes is kept', 'a,b\r\n"1\r\n2",3\r\n', ['a|b', '1\r\n2|3']],
    ['a byte order mark is skipped', '\ufeffa,b\n1,2\n', ['a|b', '1|2']],
    ['one later on is kept', 'a,b\n\ufeff1,2\n', ['a|b', '\ufeff1|2']],
    ['2, 3 and 4 bytes', 'ä,€\n😀,"é"\n', ['ä|€', '😀|é']],
  ])('%s', (_, input, records) => {
    const read = readCsv(input, chunkSize);
    expect(read.problems).toEqual([]);
    expect(read.records.map((cells) => cells.join('|'))).toEqual(records);
  });

  it.each([
    ['plain', 'a,b\n1,22\n', ['1:1 1:3', '2:1 2:3']],
    ['a cell starts at its quote', 'a,b\n"1","2"\n', ['1:1 1:3', '2:1 2:5']],
    ['LF and CRLF in quotes', 'a,b\n"1\n2","3\r\n4"\n5,6', ['1:1 1:3', '2:1 3:4', '5:1 5:3']],
    ['multi-byte characters count once', 'ä,b\n😀€é,"é\né"\n', ['1:1 1:3', '2:1 2:5']],
    ['a byte order mark counts not at all', '\ufeffa,b\n', ['1:1 1:3']],
  ])('places: %s', (_, input, places) => {
    expect(readCsv(input, chunkSize).places).toEqual(places);
  });

  it.each([
    ['an unterminated quote', 'a,b\n1,2\n3,"4\n5,6\n', ['3:3: 1: ', say.unterminatedQuote()], 'a|b 1|2'],
    [
      '… with another problem in it',
      'a\n"1\0\n',
      ['2:1: 0: ', say.unterminatedQuote(), '2:3: 0: ', say.controlCharacter(0)],
      'a',
    ],
    ['… that ends in a doubled quote', 'a\n"1""', ['2:1: 0: ', say.unterminatedQuote()], 'a'],
    [
      'text after a closing quote',
      'a,b\n"1"x,2\n3,4\n',
      ['2:4: 0: ', say.textAfterClosingQuote()],
      'a|b 3|4',
    ],
    ['a space after it', 'a,b\n"1" ,2\n3,4\n', ['2:4: 0: ', say.textAfterClosingQuote()], 'a|b 3|4'],
    ['text after it at the end', 'a,b\n1,"2"x', ['2:6: 1: ', say.textAfterClosingQuote()], 'a|b'],
    ['a quote in an unquoted field', 'a,b\n1,2"\n3,4\n', ['2:4: 1: ', say.quoteInUnquotedField()], 'a|b 3|4'],
    ['a space before a quote', 'a,b\n1, "2"\n3,4\n', ['2:4: 1: ', say.quoteInUnquotedField()], 'a|b 3|4'],
    ['a bare CR', 'a,b\n1\r,2\n3,4\n', ['2:2: 0: ', say.bareCarriageReturn()], 'a|b 3|4'],
    ['a bare CR in quotes', 'a,b\n"1\r2",2\n3,4\n', ['2:3: 0: ', say.bareCarriageReturn()], 'a|b 3|4'],
    ['a bare CR after quotes', 'a,b\n1,"2"\r\r\n3,4\n', ['2:6: 1: ', say.bareCarriageReturn()], 'a|b 3|4'],
    ['a bare CR at the end', 'a,b\n1,2\r', ['2:4: 1: ', say.bareCarriageReturn()], 'a|b'],
    ['NUL', 'a,b\n1,\0\n3,4\n', ['2:3: 1: ', say.controlCharacter(0)], 'a|b 3|4'],
    ['DEL in quotes, after é', 'a,b\n1,"é\x7f"\n3,4\n', ['2:5: 1: ', say.controlCharacter(0x7f)], 'a|b 3|4'],
    [
      'one of each of two cells',
      'a,b\n\x01\x02,\x03\n',
      ['2:1: 0: ', say.controlCharacter(1), '2:4: 1: ', say.controlCharacter(3)],
      'a|b',
    ],
    ['too few fields', 'a,b\n1\n3,4\n', ['2:1: ', say.wrongFieldCount(1, 2)], 'a|b 3|4'],
    ['too many fields', 'a,b\n1,2,3\n3,4\n', ['2:1: ', say.wrongFieldCount(3, 2)], 'a|b 3|4'],
    [
      'a separator too many',
      'a,b\n1,2, \n3,4\n',
      ['2:1: ', say.wrongFieldCount(3, 2, { endsEmpty: true })],
      'a|b 3|4',
    ],
    ['an empty line', 'a,b\n\n3,4\n', ['2:1: ', say.wrongFieldCount(1, 2)], 'a|b 3|4'],
    ['a last empty line', 'a,b\n3,4\r\n\r\n', ['3:1: ', say.wrongFieldCount(1, 2)], 'a|b 3|4'],
    ['a bad first record ends it', 'a,"b"x\n1,2\n', ['1:6: 1: ', say.textAfterClosingQuote()], ''],
  ])('%s', (_, input, problems, records) => {
    const read = readCsv(input, chunkSize);
    expect(read.problems.join('')).toEqual(problems.join(''));
    expect(read.records.map((cells) => cells.join('|')).join(' ')).toEqual(records);
  });

  it.each([
    ['a stray continuation', [0x61, 0x80], '1:2: 0: ', 0x80],
    ['overlong', [0xc0, 0xaf], '1:1: 0: ', 0xc0],
    ['overlong in three bytes', [0xe0, 0x80, 0x80], '1:1: 0: ', 0xe0],
    ['a surrogate', [0xed, 0xa0, 0x80], '1:1: 0: ', 0xed],
    ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80], '1:1: 0: ', 0xf4],
    ['Latin-1', [0x63, 0x61, 0x66, 0xe9, 0x2c, 0x31], '1:4: 0: ', 0xe9],
    ['cut by the end', [0x61, 0x2c, 0xe2, 0x82], '1:3: 1: ', 0xe2],
  ])('no UTF-8: %s', (_, bytes, place, byte) => {
    expect(readCsv(Uint8Array.from(bytes), chunkSize).problems).toEqual([place + say.invalidUtf8(byte)]);
  });

  it.each([
    ['little-endian', [0xff, 0xfe, 0x61, 0x00]],
    ['big-endian', [0xfe, 0xff, 0x00, 0x61]],
  ])('UTF-16, %s', (_, bytes) => {
    expect(readCsv(Uint8Array.from(bytes), chunkSize).problems).toEqual([`1:1: ${say.utf16()}`]);
  });
});

describe.each([1000, 1_000_000, 100_000_000])('the limits of CSV in chunks of %i', (chunkSize) => {
  const longest = 'x'.repeat(MOST_FIELD_BYTES);

  it('are those of docs/files.md', () => {
    expect([MOST_FIELD_BYTES, MOST_RECORD_BYTES, MOST_FIELDS]).toEqual([2 ** 20, 10 * 2 ** 20, 1000]);
  });

  it.each([
    ['a field of the limit', `a,b\n1,${longest}\n3,4\n`, []],
    ['a larger one', `a,b\n1,x${longest}\n3,4\n`, [`2:3: 1: ${say.fieldTooLarge(false)}`]],
    ['a quoted one of the limit', `a,b\n1,"${longest}"\n3,4\n`, []],
    ['a larger one in quotes', `a,b\n1,"x${longest}"\n3,4\n`, [`2:3: 1: ${say.fieldTooLarge(true)}`]],
    ['an unterminated one', `a,b\n1,"2\n${'3,4\n'.repeat(300_000)}`, [`2:3: 1: ${say.fieldTooLarge(true)}`]],
    ['a bad character beyond it', `a\nx${longest}\0\n`, [`2:1: 0: ${say.fieldTooLarge(false)}`]],
    ['a record of nothing but commas', `a\n${','.repeat(11_000_000)}\n`, [`2:1: ${say.tooManyFields()}`]],
  ])('%s', (_, input, problems) => {
    expect(readCsv(input, chunkSize).problems).toEqual(problems);
  });

  /** Ten fields that fill a record of so many bytes with its line ending; the last of them may be too large. */
  const recordOf = (bytes: number) =>
    `${`${longest},`.repeat(9)}${'x'.repeat(bytes - 9 * (MOST_FIELD_BYTES + 1) - 1)}\n`;
  const tenFields = `${'a,'.repeat(9)}a\n`;

  it.each([
    ['of the limit', recordOf(MOST_RECORD_BYTES), []],
    ['that is larger', recordOf(MOST_RECORD_BYTES + 1), [`2:1: ${say.recordTooLarge()}`]],
    [
      'that reaches its limit before its last field does',
      recordOf(12 * MOST_FIELD_BYTES),
      [`2:1: ${say.recordTooLarge()}`],
    ],
    [
      'that reaches its limit 10 bytes after a field did',
      `${`${longest},`.repeat(8)}${longest.slice(19)},${longest}${longest}\n`,
      [`2:${9 * MOST_FIELD_BYTES - 9}: 9: ${say.fieldTooLarge(false)}`],
    ],
    [
      'that reaches its limit when a field does',
      `${`${longest},`.repeat(8)}${longest.slice(9)},${longest}x\n`,
      [`2:1: ${say.recordTooLarge()}`],
    ],
  ])('a record %s', (_, record, problems) => {
    expect(readCsv(`${tenFields}${record}`, chunkSize).problems).toEqual(problems);
  });

  it.each(['', '"'])('the number of fields, each in %s', (quote) => {
    const record = (fields: number) => `${Array.from({ length: fields }, () => `${quote}x${quote}`)}\n`;
    const full = readCsv(record(MOST_FIELDS).repeat(2), chunkSize);
    expect(full.problems).toEqual([]);
    expect(full.records.map((cells) => cells.length)).toEqual([MOST_FIELDS, MOST_FIELDS]);
    const header = 'a,b\n';
    for (const text of [record(MOST_FIELDS + 1), `${record(MOST_FIELDS + 1)}${header}`])
      expect(readCsv(text, chunkSize).problems).toEqual([`1:1: ${say.tooManyFields()}`]);
    expect(readCsv(`${header}${record(MOST_FIELDS + 1)}${header}`, chunkSize)).toMatchObject({
      problems: [`2:1: ${say.tooManyFields()}`],
      records: [['a', 'b']],
      count: 1,
    });
  });
});

/** What is told of these parts of a file before it ends, and whether reading goes on. */
function readParts(...parts: readonly string[]) {
  const problems: string[] = [];
  const reader = createCsvReader({
    record() {},
    problem: (line, column, _, message) => problems.push(`${line}:${column}: ${message.text}`),
  });
  for (const part of parts) reader.push(Buffer.from(part));
  return { problems, stopped: reader.stopped };
}

describe('a field that is too large is refused at once', () => {
  const longest = 'x'.repeat(MOST_FIELD_BYTES);

  it('though it has no end', () => {
    expect(readParts(`a\n"${longest}`)).toEqual({ problems: [], stopped: false });
    const problems = [`2:1: ${say.fieldTooLarge(true)}`];
    expect(readParts(`a\n"${longest}`, 'x')).toEqual({ problems, stopped: true });
  });

  it('also where a character is wrong', () => {
    const problems = [`2:1: ${say.fieldTooLarge(false)}`];
    expect(readParts(`a\nx${longest}\0`)).toEqual({ problems, stopped: true });
  });

  it('also at the start of the file, where two bytes wait for a third', () => {
    const problems = [`1:1: ${say.fieldTooLarge(false)}`];
    expect(readParts('xx', `${longest.slice(1)}\n`)).toEqual({ problems, stopped: true });
    expect(readParts('xx', `${longest.slice(2)}\n`)).toEqual({ problems: [], stopped: false });
  });
});

it('a CR at the end of a chunk ends no line, though a line feed was read before into the same memory', () => {
  const lines = 64 * 1024 - 1;
  const problems = [`${lines + 1}:2: ${say.bareCarriageReturn()}`];
  expect(readParts(`a\n${'\n'.repeat(lines - 1)}`, 'x\r', 'z\n')).toEqual({ problems, stopped: false });
});
