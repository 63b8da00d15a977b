import { describe, expect, it } from 'vitest';
import * as say from '../../src/errors/messages.js';
import { MOST_FIELD_BYTES, MOST_RECORD_BYTES } from '../../src/intake/limits.js';
import { createNdjsonReader } from '../../src/intake/ndjson-reader.js';
import { CHUNK_SIZES, feed, readNdjson } from './feed.js';

describe.each(CHUNK_SIZES)('NDJSON in chunks of %i', (chunkSize) => {
  it.each([
    ['nothing', '', []],
    ['an empty object', '{}', ['']],
    ['text', '{"a":"1"}\n{"a":"2"}\n', ['a=1', 'a=2']],
    ['CRLF', '{"a":"1"}\r\n{"a":"2"}\r\n', ['a=1', 'a=2']],
    ['no last line ending', '{"a":"1"}\n{"a":"2"}', ['a=1', 'a=2']],
    ['a last empty line', '{"a":"1"}\n\n', ['a=1']],
    ['last empty lines, CRLF', '{"a":"1"}\r\n\r\n\r\n', ['a=1']],
    ['a last line of spaces', '{"a":"1"}\n  \n', ['a=1']],
    ['spaces', ' { "a" : "1" ,\t"b" : null } \n', ['a=1 b=null']],
    ['numbers as they are written', '{"a":1.50,"b":0,"c":-1e400}', ['a=#1.50 b=#0 c=#-1e400']],
    ['signed exponents', '{"a":2E+5,"b":3e-7}', ['a=#2E+5 b=#3e-7']],
    ['escapes', '{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\uD83D\\uDE00"}', ['a="\\/\b\f\n\r\tA😀']],
    ['an escape in a key', '{"\\u0061":"1"}', ['a=1']],
    ['multi-byte characters', '{"é":"😀"}', ['é=😀']],
    ['a byte order mark is skipped', '\ufeff{"a":"1"}', ['a=1']],
  ])('%s', (_, input, records) => {
    const read = readNdjson(input, chunkSize);
    expect(read.problems).toEqual([]);
    expect(read.records.map((members) => members.join(' '))).toEqual(records);
  });

  it('places: a code point is one column', () => {
    expect(readNdjson('{"a":"😀€é","b":1}\n{"a": 2}', chunkSize).places).toEqual(['1:6 1:16', '2:7']);
  });

  it.each([
    ['a blank line', '{"a":1}\n\n{"a":2}', '2:1: ', say.blankLine()],
    ['a line of spaces', '{"a":1}\n  \n{"a":2}', '2:1: ', say.blankLine()],
    ['no object', '[1]', '1:1: ', say.jsonSyntax('the { of an object', 0x5b)],
    ['text after the object', '{"a":1} x', '1:9: ', say.jsonSyntax('the end of the line', 0x78)],
    ['two objects in a line', '{"a":1}{"a":2}', '1:8: ', say.jsonSyntax('the end of the line', 0x7b)],
    ['a key without quotes', '{a:1}', '1:2: ', say.jsonSyntax('a key in quotes', 0x61)],
    ['a comma too many', '{"a":1,}', '1:8: ', say.jsonSyntax('a key in quotes', 0x7d)],
    ['a comma too few', '{"a":1 "b":2}', '1:8: ', say.jsonSyntax('a comma or }', 0x22)],
    ['no colon', '{"a" 1}', '1:6: ', say.jsonSyntax('a colon', 0x31)],
    ['no value', '{"a":}', '1:6: a: ', say.jsonSyntax('a value', 0x7d)],
    ['NaN', '{"a":NaN}', '1:6: a: ', say.jsonSyntax('a value', 0x4e)],
    ['single quotes', "{'a':1}", '1:2: ', say.jsonSyntax('a key in quotes', 0x27)],
    ['a leading zero', '{"a":007}', '1:7: ', say.jsonSyntax('a comma or }', 0x30)],
    ['a leading plus', '{"a":+7}', '1:6: a: ', say.jsonSyntax('a value', 0x2b)],
    ['a point without digits', '{"a":1.}', '1:7: ', say.jsonSyntax('a comma or }', 0x2e)],
    ['a cut line', '{"a":1', '1:7: ', say.jsonSyntax('a comma or }', undefined)],
    ['a cut text', '{"a":"é', '1:8: a: ', say.jsonSyntax('a closing quote', undefined)],
    ['true', '{"a":true}', '1:6: a: ', say.booleanValue()],
    ['an object', '{"a":{}}', '1:6: a: ', say.nestedValue()],
    ['a list', '{"é":[1]}', '1:6: é: ', say.nestedValue()],
    ['an unknown escape', '{"a":"\\x41"}', '1:7: a: ', say.invalidEscape()],
    ['a short escape', '{"a":"\\u12"}', '1:7: a: ', say.invalidEscape()],
    ['a high surrogate alone', '{"a":"é\\uD83Dx"}', '1:8: a: ', say.loneSurrogate()],
    ['a low surrogate alone', '{"a":"\\uDE00"}', '1:7: a: ', say.loneSurrogate()],
    ['a tab in quotes', '{"a":"\t"}', '1:7: a: ', say.controlCharacterInJson(9)],
    ['the same key twice', '{"a":1,"\\u0061":2}', '1:8: ', say.repeatedKey('a')],
  ])('%s', (_, input, place, message) => {
    const read = readNdjson(`${input}`, chunkSize);
    expect(read.problems).toEqual([place + message]);
  });

  it('goes on after a bad line', () => {
    const read = readNdjson('{"a":1}\n{"a"}\n{"a":tru}\n{"a":2}\n', chunkSize);
    expect(read.records).toEqual([['a=#1'], ['a=#2']]);
    expect(read.problems).toEqual([
      `2:5: ${say.jsonSyntax('a colon', 0x7d)}`,
      `3:6: a: ${say.jsonSyntax('a value', 0x74)}`,
    ]);
    expect(read.count).toBe(4);
  });

  it('no UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"é'), Buffer.from([0xe9]), Buffer.from('"}')]);
    expect(readNdjson(bytes, chunkSize).problems).toEqual([`1:8: ${say.invalidUtf8(0xe9)}`]);
  });

  it('UTF-16', () => {
    const bytes = Uint8Array.from([0xff, 0xfe, 0x7b, 0x00]);
    expect(readNdjson(bytes, chunkSize).problems).toEqual([`1:1: ${say.utf16()}`]);
  });
});

describe.each([1000, 1_000_000, 100_000_000])('the limits of NDJSON in chunks of %i', (chunkSize) => {
  const longest = 'x'.repeat(MOST_FIELD_BYTES);
  const keys = (count: number) => `{${Array.from({ length: count }, (_, key) => `"${key}":1`).join(',')}}`;
  const blanks = (count: number) => ' '.repeat(count);

  // What follows a part that is too large is not read: `x` is no JSON.
  it.each([
    ['a text of the limit, with its opening quote', `{"a":"${longest.slice(1)}"}\n{"a":1}`, []],
    ['a larger one', `{"a":"${longest}"}\nx`, [`1:6: a: ${say.fieldTooLarge(false)}`]],
    ['a larger key', `{"${longest}":1}\nx`, [`1:2: ${say.fieldTooLarge(false)}`]],
    ['a number of the limit', `{"a":${longest.replaceAll('x', '1')}}`, []],
    ['a larger number', `{"a":1${longest.replaceAll('x', '0')}}\nx`, [`1:6: a: ${say.fieldTooLarge(false)}`]],
    ['1,000 keys', `{}\n${keys(1000)}\n`, []],
    ['1,001 keys', `{}\n${keys(1001)}\nx`, [`2:1: ${say.tooManyFields()}`]],
    ['a last line of the limit', `${blanks(MOST_RECORD_BYTES - 2)}{}`, []],
    ['a larger line', `{}\n${blanks(MOST_RECORD_BYTES - 1)}{}\nx`, [`2:1: ${say.recordTooLarge()}`]],
  ])('%s', (_, input, problems) => {
    expect(readNdjson(input, chunkSize).problems).toEqual(problems);
  });
});

/** What is told of a file that begins with this text, and goes on with blanks. */
function readPart(text: string, blanks: number, stopsAtOnce = false) {
  const problems: string[] = [];
  const reader = createNdjsonReader({
    record() {},
    problem(line, column, _, message) {
      problems.push(`${line}:${column}: ${message.text}`);
      if (stopsAtOnce) reader.stop();
    },
  });
  reader.push(Buffer.from(text));
  reader.push(Buffer.alloc(blanks, ' '));
  return { problems, records: reader.records, stopped: reader.stopped };
}

it('a line without an end is refused as soon as it is too large', () => {
  const nothing = { problems: [], records: 0, stopped: false };
  expect(readPart('', MOST_RECORD_BYTES)).toEqual(nothing);
  const problems = [`1:1: ${say.recordTooLarge()}`];
  expect(readPart('', MOST_RECORD_BYTES + 1)).toEqual({ problems, records: 1, stopped: true });
});

it('a line that is too large is not told after the reading was stopped', () => {
  const problems = [`1:1: ${say.blankLine()}`];
  const stopped = { problems, records: 1, stopped: true };
  expect(readPart('\n', MOST_RECORD_BYTES + 1, true)).toEqual(stopped);
});

it('the limit of a line is its own, however much was read before it', () => {
  const line = `${' '.repeat(0.6 * MOST_RECORD_BYTES)}{}\n`;
  expect(readNdjson(line.repeat(2), 1_000_000).problems).toEqual([]);
});

it('a line is given as it is in the file, with its line ending if it has one', () => {
  const lines: string[] = [];
  const reader = createNdjsonReader({
    record: () => lines.push(Buffer.from(reader.raw()).toString()),
    problem() {},
  });
  feed(reader, '{"a":1}\r\n{}\n{"b":2}', 1_000_000);
  expect(lines).toEqual(['{"a":1}\r\n', '{}\n', '{"b":2}']);
});
