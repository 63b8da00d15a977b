/** Dates and times as a profile says they are written: held to date-fns, to the calendar, and to the changes of the clocks. */
import { parse } from 'date-fns';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as say from '../../src/errors/messages.js';
import { compileFormat, createInstantReader, type InstantFormat } from '../../src/intake/instant-format.js';

const NEW_YORK = 'America/New_York';

function compiled(format: string): InstantFormat {
  const found = compileFormat(format);
  if (typeof found === 'string') throw new Error(`${format}: ${found}`);
  return found;
}

/** The instant in ISO form, or what is wrong; how many times were read as the first of two. */
function read(text: string, formats: string | readonly string[], { timeZone = NEW_YORK, time = 0 } = {}) {
  const reader = createInstantReader({ formats: [formats].flat().map(compiled), timeZone, time });
  let told: string | undefined;
  const found = reader.parse(text, (message) => {
    told = message.text;
    return undefined;
  });
  return { text: told ?? new Date(found as number).toISOString(), repeated: reader.repeatedTimes };
}

const US = 'MM/dd/yyyy h:mm a';

describe('a text is read by its format', () => {
  it.each([
    ['10/31/2025 9:25 AM', US, '2025-10-31T13:25:00.000Z'],
    ['10/31/2025 12:00 AM', US, '2025-10-31T04:00:00.000Z'],
    ['10/31/2025 12:00 PM', US, '2025-10-31T16:00:00.000Z'],
    ['1/5/2025 9:25 pm', US, '2025-01-06T02:25:00.000Z'],
    ['10/31/2025\u00a09:25\u202fAM', US, '2025-10-31T13:25:00.000Z'],
    ['10/31/2025 9:25 p.m.', US, '2025-11-01T01:25:00.000Z'],
    ['31.10.2025 09:25', 'dd.MM.yyyy HH:mm', '2025-10-31T13:25:00.000Z'],
    ['31.10.25 09:25:07', 'dd.MM.yy HH:mm:ss', '2025-10-31T13:25:07.000Z'],
    ['Oct 31, 2025 09:25', 'MMM d, yyyy HH:mm', '2025-10-31T13:25:00.000Z'],
    ['31 october 2025 09:25', 'd MMMM yyyy HH:mm', '2025-10-31T13:25:00.000Z'],
    ['Fri, 31 Oct 2025 09:25', 'EEE, d MMM yyyy HH:mm', '2025-10-31T13:25:00.000Z'],
    ['2025-10-31 09:25:07.1230000', 'yyyy-MM-dd HH:mm:ss.SSSSSSS', '2025-10-31T13:25:07.123Z'],
    ['2025-10-31 09:25:07.5', 'yyyy-MM-dd HH:mm:ss.S', '2025-10-31T13:25:07.500Z'],
    ['2025-10-31T09:25:07+02:00', "yyyy-MM-dd'T'HH:mm:ssXXX", '2025-10-31T07:25:07.000Z'],
    ['2025-10-31 09:25:07+00', 'yyyy-MM-dd HH:mm:ssX', '2025-10-31T09:25:07.000Z'],
    ['2025-10-31 09:25 -0430', 'yyyy-MM-dd HH:mm xx', '2025-10-31T13:55:00.000Z'],
    ['20251031092507', 'yyyyMMddHHmmss', '2025-10-31T13:25:07.000Z'],
    ["9 o'clock", "h 'o''clock'", 'has no year; yyyy is expected in it'],
    ['1761917107', 't', '2025-10-31T13:25:07.000Z'],
    ['@1761917107', '@t', '2025-10-31T13:25:07.000Z'],
    ['1761917107 s', "t 's'", '2025-10-31T13:25:07.000Z'],
    ['1761917107089', 'T', '2025-10-31T13:25:07.089Z'],
  ])('%s by %s', (text, format, expected) => {
    const fault = compileFormat(format);
    expect(typeof fault === 'string' ? fault : read(text, format).text).toBe(expected);
  });

  it('a date without a time is that time of the day', () => {
    expect(read('10/31/2025', 'MM/dd/yyyy', { time: 12 * 3_600_000 }).text).toBe('2025-10-31T16:00:00.000Z');
  });
});

describe('a text that is none is refused', () => {
  it.each([
    ['2025-10-31 09:25', US, say.notInFormat('2025-10-31 09:25', [US])],
    ['10/31/25 9:25 AM', US, say.notInFormat('10/31/25 9:25 AM', [US])],
    ['13/05/2025 9:25 AM', US, say.noSuchMonth('13/05/2025 9:25 AM')],
    ['02/29/2025 9:25 AM', US, say.noSuchDay('02/29/2025 9:25 AM', '2025-02', 28)],
    ['10/31/2025 13:25 PM', US, say.noSuchTime('10/31/2025 13:25 PM')],
    ['10/31/2025 0:25 AM', US, say.noSuchTime('10/31/2025 0:25 AM')],
    ['10/31/2025 24:00', 'MM/dd/yyyy HH:mm', say.noSuchTime('10/31/2025 24:00')],
    ['10/31/2025 9:60 AM', US, say.noSuchTime('10/31/2025 9:60 AM')],
    [
      '2025-10-31 09:25:07.1234',
      'yyyy-MM-dd HH:mm:ss.SSSS',
      say.tooPreciseInstant('2025-10-31 09:25:07.1234'),
    ],
    ['10/31/1969 9:25 AM', US, say.instantOutOfRange('10/31/1969 9:25 AM')],
    ['2025-10-31 09:25+24:00', 'yyyy-MM-dd HH:mmXXX', say.noSuchOffset('2025-10-31 09:25+24:00')],
    ['Thu 10/31/2025 9:25 AM', `EEE ${US}`, say.dayOfOtherWeek('Thu 10/31/2025 9:25 AM', 'Friday')],
    ['10/31/2025 9:25 AM ', US, say.notInFormat('10/31/2025 9:25 AM ', [US])],
    ['1761917107', "t 's'", say.notInFormat('1761917107', ["t 's'"])],
    ['@999999999999999', '@T', say.instantOutOfRange('@999999999999999')],
  ])('%s by %s', (text, format, message) => {
    expect(read(text, format).text).toBe(message);
  });
});

describe('several formats', () => {
  const both = ['MM/dd/yyyy HH:mm', 'dd/MM/yyyy HH:mm'];
  it('each text is read by the one that it fits', () => {
    expect(read('10/31/2025 09:25', both).text).toBe('2025-10-31T13:25:00.000Z');
    expect(read('31/10/2025 09:25', both).text).toBe('2025-10-31T13:25:00.000Z');
  });
  it('one that fits two is refused, unless it means the same', () => {
    expect(read('10/10/2025 09:25', both).text).toBe('2025-10-10T13:25:00.000Z');
    const message = say.ambiguousInstant(
      '03/04/2025 09:25',
      '2025-03-04T14:25:00.000Z',
      '2025-04-03T13:25:00.000Z',
    );
    expect(read('03/04/2025 09:25', both).text).toBe(message);
  });
});

describe('when the clocks change', () => {
  it.each([
    ['03/08/2026 1:59 AM', '2026-03-08T06:59:00.000Z', 0],
    ['03/08/2026 2:00 AM', say.noSuchLocalTime('03/08/2026 2:00 AM', NEW_YORK), 0],
    ['03/08/2026 2:59 AM', say.noSuchLocalTime('03/08/2026 2:59 AM', NEW_YORK), 0],
    ['03/08/2026 3:00 AM', '2026-03-08T07:00:00.000Z', 0],
    ['11/01/2026 12:59 AM', '2026-11-01T04:59:00.000Z', 0],
    ['11/01/2026 1:00 AM', '2026-11-01T05:00:00.000Z', 1],
    ['11/01/2026 1:59 AM', '2026-11-01T05:59:00.000Z', 1],
    ['11/01/2026 2:00 AM', '2026-11-01T07:00:00.000Z', 0],
  ])('%s', (text, expected, repeated) => {
    expect(read(text, US)).toEqual({ text: expected, repeated });
  });
});

describe('a format that is none is refused', () => {
  it.each([
    ['yyyy-MM-dd HH:mm:ss.SSSSSSS', undefined],
    ['MM/dd', /no year/],
    ['yyyy-dd', /no month/],
    ['yyyy-MM', /no day/],
    ['yyyy-MM-dd HH', /no minutes/],
    ['yyyy-MM-dd mm', /no hour/],
    ['yyyy-MM-dd h:mm', /h without a/],
    ['yyyy-MM-dd HH:mm a', /H counts to 23/],
    ['yyyy-MM-dd HH:mm.SSS', /no seconds/],
    ['YYYY-MM-DD', /"YYYY", which is none of/],
    ['yyyy-MM-dd at HH:mm', /"t" where|"at"|"a" |"t"/],
    ["yyyy-MM-dd 'at HH:mm", /never closed/],
    ['yyyy-MM-dd-dd', /the same is there already/],
    ['yyyy yy-MM-dd', /the year twice/],
    ['MMM MM dd yyyy', /the month twice/],
    ['T yyyy', /say it all/],
  ])('%s', (format, fault) => {
    const found = compileFormat(format);
    if (fault === undefined) expect(typeof found).toBe('object');
    else expect(found).toMatch(fault);
  });
});

it('date-fns reads the same of any text that this file takes', () => {
  const two = (value: number) => String(value).padStart(2, '0');
  const formats: Record<string, (date: Date) => string> = {
    'MM/dd/yyyy h:mm a': (date) => {
      const hour = date.getUTCHours();
      const half = hour < 12 ? 'AM' : 'PM';
      return `${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())}/${date.getUTCFullYear()} ${hour % 12 || 12}:${two(date.getUTCMinutes())} ${half}`;
    },
    'dd.MM.yyyy HH:mm:ss': (date) =>
      `${two(date.getUTCDate())}.${two(date.getUTCMonth() + 1)}.${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)}`,
    "yyyy-MM-dd'T'HH:mm:ss.SSSXXX": (date) => date.toISOString(),
    'd/M/yyyy H:m': (date) =>
      `${date.getUTCDate()}/${date.getUTCMonth() + 1}/${date.getUTCFullYear()} ${date.getUTCHours()}:${date.getUTCMinutes()}`,
  };
  const instant = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });
  fc.assert(
    fc.property(instant, fc.constantFrom(...Object.keys(formats)), (at, format) => {
      const text = formats[format]?.(new Date(at)) ?? '';
      const ours = read(text, format, { timeZone: 'UTC' }).text;
      expect(ours).toBe(parse(text, format, new Date(0)).toISOString());
    }),
  );
});

it('what is read digit by digit is what the pattern and the zone say', () => {
  const two = (most: number, least = 0) =>
    fc.integer({ min: least, max: most }).map((value) => String(value).padStart(2, '0'));
  // Around the changes of the clocks in both zones, with days and times that there are not.
  const day = fc.tuple(fc.constantFrom('03', '10', '11', '13'), two(32, 28), fc.constantFrom('2025', '2026'));
  const early = fc.tuple(fc.constantFrom('03', '10', '11'), two(12), fc.constantFrom('2025', '2026'));
  const time = fc.tuple(two(3), fc.constantFrom('00', '30', '60'));
  const texts = fc.array(fc.tuple(fc.oneof(day, early), time), { minLength: 1, maxLength: 60 });
  const format = fc.constantFrom(
    'MM/dd/yyyy HH:mm',
    "yyyy-MM-dd'T'HH:mm",
    'dd.MM.yyyy h:mm a',
    'd MMM yyyy HH:mm',
    "MM dd'T'yyyy HH:mm",
    'yyyyMMdd HHmm',
    'yyyy-MM-dd HH:mm:ss.S',
  );
  const zone = fc.constantFrom(NEW_YORK, 'Europe/Zurich', 'UTC');
  fc.assert(
    fc.property(texts, format, zone, (all, written, timeZone) => {
      const form = ([[month, date, year], [hour, minute]]: (typeof all)[number]) =>
        written
          .replaceAll("'", '')
          .replace('MMM', 'Oct')
          .replace('MM', month)
          .replace(/dd?/, date)
          .replace('yyyy', year)
          .replace(/HH|h/, hour)
          .replace('mm', minute)
          .replace('ss.S', `59.${date}0`)
          .replace(/ a$/, date < '30' ? ' PM' : ' am');
      const settings = { formats: [compiled(written)], timeZone, time: 0 };
      const [plain, byPattern] = [createInstantReader(settings), createInstantReader(settings)];
      for (const text of all.map(form)) {
        // The pattern alone takes a blank that does not break, and a small letter.
        const disguised = text.replaceAll(' ', '\u00a0').replace('T', 't');
        const told: string[] = [];
        const note = (message: { readonly text: string }) => void told.push(message.text);
        const instant = plain.parse(text, note);
        expect(instant, text).toBe(byPattern.parse(disguised, note));
        expect(byPattern.plain(disguised)).toBeUndefined();
        expect([instant, undefined]).toContain(plain.plain(text));
        expect(told, text).toHaveLength(instant === undefined ? 2 : 0);
      }
      expect(plain.repeatedTimes).toBe(byPattern.repeatedTimes);
    }),
    { numRuns: 200 },
  );
});

it.each([
  ['MM/dd/yyyy h:mm a', '10/31/2025 9:25 AM'],
  ['dd.MM.yyyy HH:mm', '5.1.2025 09:15'],
  ['yyyy-MM-dd HH:mm:ss.SSSSSS', '2025-10-31 21:15:00.250000'],
  ['d-MMM-yy', '31-Oct-25'],
  ['T', '1759647600000'],
])('%s is read digit by digit', (format, text) => {
  const settings = { formats: [compiled(format)], timeZone: NEW_YORK, time: 0 };
  const reader = createInstantReader(settings);
  expect(reader.plain(text)).toBe(reader.parse(text, () => undefined));
  expect(reader.plain(text)).toBeTypeOf('number');
});

it('a year of two digits in a place for four is none', () => {
  expect(read('0085-10-31 09:25', 'yyyy-MM-dd HH:mm').text).toBe(say.instantOutOfRange('0085-10-31 09:25'));
});
