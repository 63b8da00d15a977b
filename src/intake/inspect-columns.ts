/** Surveys the values of a column: how many there are, their formats, and what they could be. */
import { remembered } from '../billing/remembered.js';
import { trimmed } from './id-damage.js';
import { instant } from './instant.js';
import { compileFormat, type InstantFormat, readsAs } from './instant-format.js';

export interface ColumnSurvey {
  readonly name: string;
  readonly filled: number;
  /** The distinct values with their counts, at most MOST_DISTINCT, in the order of the file. */
  readonly values: ReadonlyMap<string, number>;
  readonly hasMoreValues: boolean;
  /** For each format, the number of values that it reads. `RFC 3339` is the strict one. */
  readonly instants: ReadonlyMap<string, number>;
  readonly numbers: NumberSurvey;
  /** The number of values with blanks or invisible characters at their ends. */
  readonly untrimmed: number;
  /** The number of values in a spreadsheet's scientific notation. */
  readonly scientific: number;
  /** The number of values of digits with a leading zero, and of those without one. */
  readonly padded: number;
  readonly unpadded: number;
  /** The number of objects and lists, which no field takes. */
  readonly nested: number;
}

export interface NumberSurvey {
  /** For each decimal mark, the number of values that are numbers with it. */
  readonly byDecimalMark: ReadonlyMap<'.' | ',', number>;
  /** For each decimal mark, the marks between groups that occur with it. */
  readonly groupMarks: ReadonlyMap<'.' | ',', ReadonlySet<string>>;
  /** The number of values that contain a point, a comma or another mark. */
  readonly marked: number;
  readonly signs: ReadonlySet<string>;
  readonly negatives: ReadonlySet<'-1' | '1-' | '(1)'>;
  readonly negativeCount: number;
}

export const RFC_3339 = 'RFC 3339';
const MOST_DISTINCT = 1000;

export interface ColumnSurveyor {
  add(text: string): void;
  addNested(): void;
  survey(): ColumnSurvey;
}

export function createColumnSurveyor(name: string): ColumnSurveyor {
  const values = new Map<string, number>();
  const instants = new Map<string, number>();
  const numbers = createNumberSurveyor();
  const counts = { filled: 0, untrimmed: 0, scientific: 0, padded: 0, unpadded: 0, nested: 0 };
  let hasMoreValues = false;
  return {
    add(written) {
      const text = trimmed(written);
      if (text === '') return;
      counts.filled++;
      if (text !== written) counts.untrimmed++;
      if (/^\d(?:[.,]\d+)?E\+?\d+$/i.test(text)) counts.scientific++;
      if (/^0\d+$/.test(text)) counts.padded++;
      else if (/^\d+$/.test(text)) counts.unpadded++;
      if (values.has(text) || values.size < MOST_DISTINCT) values.set(text, (values.get(text) ?? 0) + 1);
      else hasMoreValues = true;
      for (const format of formatsOf(text)) instants.set(format, (instants.get(format) ?? 0) + 1);
      numbers.add(text);
    },
    addNested: () => void counts.nested++,
    survey: () => ({ name, ...counts, values, hasMoreValues, instants, numbers: numbers.survey() }),
  };
}

const DATES = [
  'yyyy-MM-dd', 'yyyy/MM/dd', 'yyyy.MM.dd', 'MM/dd/yyyy', 'dd/MM/yyyy', 'dd.MM.yyyy', 'dd-MM-yyyy', 'MM-dd-yyyy',
  'MM/dd/yy', 'dd/MM/yy', 'dd.MM.yy', 'yyyyMMdd', 'd MMM yyyy', 'd MMMM yyyy', 'MMM d, yyyy', 'MMMM d, yyyy', 'dd-MMM-yyyy', 'dd-MMM-yy',
]; // biome-ignore format: a list
const TIMES = ['HH:mm', 'HH:mm:ss', 'HH:mm:ss.SSS', 'h:mm a', 'h:mm:ss a', 'h:mma'];
const JOINTS = [' ', "'T'", ', '];
const OFFSETS = ['', 'XXX', ' XXX', 'xx', ' xx', 'X'];

/** Formats that are no date followed by a time. */
const OTHERS = ['yyyyMMddHHmmss', 't', 'T'];

const compiled = remembered((format: string) => compileFormat(format) as InstantFormat);

/** Matches the texts that begin as the format says. */
const beginning = remembered(
  (format: string) => new RegExp(compiled(format).pattern.source.replace(/\$$/, ''), 'iu'),
);

/**
 * Returns the formats that may be proposed and whose pattern matches the text. Compiling all two thousand would take a second, so the text
 * must begin as the date before its times are tried, and as date and time before the offsets.
 */
function matchingFormats(text: string): InstantFormat[] {
  const begins = (format: string) => beginning(format).test(text);
  const longer = DATES.filter(begins).flatMap((date) => {
    const withTime = TIMES.flatMap((time) => JOINTS.map((joint) => `${date}${joint}${time}`)).filter(begins);
    return [date, ...withTime.flatMap((format) => OFFSETS.map((offset) => format + offset))];
  });
  return [...longer, ...OTHERS].map(compiled).filter(({ pattern }) => pattern.test(text));
}

/** The number of digits of seconds or milliseconds since 1970, for the years 2001 to 2286. Other numbers are not read as times. */
const SECONDS: Readonly<Record<string, number>> = { t: 10, T: 13 };

/** Values of one shape match the same patterns; only the calendar tells them apart. */
const byShape = new Map<string, readonly InstantFormat[]>();
const MOST_SHAPES = 10_000;

/** Returns the formats that read the text as a time, the strict one first. */
export function formatsOf(text: string): string[] {
  if (!/^[\p{L}]{0,9}[ ]?\d/u.test(text) || text.length > 40) return [];
  const shape = text.replace(/\d/g, '9');
  let possible = byShape.get(shape);
  if (possible === undefined) {
    possible = matchingFormats(text);
    if (byShape.size < MOST_SHAPES) byShape.set(shape, possible);
  }
  const formats = possible
    .filter((format) => (SECONDS[format.format] ?? text.length) === text.length && readsAs(format, text))
    .map(({ format }) => format);
  return isStrictInstant(text) ? [RFC_3339, ...formats] : formats;
}

function isStrictInstant(text: string): boolean {
  return instant(text, () => undefined) !== undefined;
}

const NUMBER =
  /^(?<open>\()?(?<before>[-\u2212])?(?<sign>[^\s\d.,'()+\u2212-]{1,8})?[ \u00a0]?(?<inner>[-\u2212])?(?<body>\d[\d.,'\u2019 \u00a0\u202f]*?)(?<after>-)?[ \u00a0]?(?<behind>[^\s\d.,'()+\u2212-]{1,8})?(?<last>-)?(?<close>\))?$/u;

const BODIES = {
  '.': /^(?:\d+|\d{1,3}(?:([,'\u2019 \u00a0\u202f])\d{3})(?:\1\d{3})*)(?:\.\d+)?$/u,
  ',': /^(?:\d+|\d{1,3}(?:([.'\u2019 \u00a0\u202f])\d{3})(?:\1\d{3})*)(?:,\d+)?$/u,
} as const;

function createNumberSurveyor() {
  const byDecimalMark = new Map<'.' | ',', number>([
    ['.', 0],
    [',', 0],
  ]);
  const groupMarks = new Map<'.' | ',', Set<string>>([
    ['.', new Set()],
    [',', new Set()],
  ]);
  const signs = new Set<string>();
  const negatives = new Set<'-1' | '1-' | '(1)'>();
  let marked = 0;
  let negativeCount = 0;
  return {
    add(text: string): void {
      const groups = NUMBER.exec(text)?.groups;
      if (groups === undefined) return;
      const body = groups.body ?? '';
      let isNumber = false;
      for (const mark of ['.', ','] as const) {
        const match = BODIES[mark].exec(body);
        if (match === null) continue;
        isNumber = true;
        byDecimalMark.set(mark, (byDecimalMark.get(mark) ?? 0) + 1);
        if (match[1] !== undefined) groupMarks.get(mark)?.add(plainMark(match[1]));
      }
      if (!isNumber) return;
      if (/[.,'\u2019\s]/.test(body)) marked++;
      const sign = groups.sign ?? groups.behind;
      if (sign !== undefined) signs.add(sign);
      const form =
        groups.open !== undefined
          ? '(1)'
          : groups.before || groups.inner
            ? '-1'
            : groups.after || groups.last
              ? '1-'
              : undefined;
      if (form === undefined) return;
      negatives.add(form);
      negativeCount++;
    },
    survey: (): NumberSurvey => ({ byDecimalMark, groupMarks, marked, signs, negatives, negativeCount }),
  };
}

/** Treats non-breaking blanks as blanks and typographic apostrophes as plain ones. */
function plainMark(mark: string): string {
  return mark === '\u2019' ? "'" : /\s/.test(mark) ? ' ' : mark;
}
