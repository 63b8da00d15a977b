/** Surveys a whole file without knowing what it is: its layout and the contents of each column. */
import { openBytes } from './byte-source.js';
import { createCsvReader } from './csv-reader.js';
import { namedColumns } from './header.js';
import { type ByteSurvey, surveyBytes } from './inspect-bytes.js';
import { type ColumnSurvey, type ColumnSurveyor, createColumnSurveyor } from './inspect-columns.js';
import { type GuessedLayout, guessLayout, TOTAL } from './inspect-layout.js';
import { createNdjsonReader } from './ndjson-reader.js';
import type { Format } from './quarantine.js';
import { formatOfName } from './read-facts.js';
import { createRecoder } from './recode.js';

export interface FileSurvey {
  readonly file: string;
  readonly format: Format;
  readonly bytes: ByteSurvey;
  /** Undefined for NDJSON. */
  readonly layout:
    | (GuessedLayout & { readonly footer: string | undefined; readonly blankRows: number })
    | undefined;
  readonly records: number;
  /** Records that could not be split into cells, or have another width than the header, with their lines. */
  readonly broken: readonly { readonly line: number; readonly message: string }[];
  readonly names: readonly string[];
}

export interface Surveyors {
  /** Returns the columns in the order in which they occurred. */
  columns(): readonly ColumnSurvey[];
  surveyorOf(name: string): ColumnSurveyor;
}

export function createSurveyors(): Surveyors {
  const surveyors = new Map<string, ColumnSurveyor>();
  return {
    columns: () => [...surveyors.values()].map((each) => each.survey()),
    surveyorOf(name) {
      let surveyor = surveyors.get(name);
      if (surveyor === undefined) {
        surveyor = createColumnSurveyor(name);
        surveyors.set(name, surveyor);
      }
      return surveyor;
    },
  };
}

const MOST_BROKEN = 1000;

/** @param surveyors take the values of this file, together with those of other files with the same columns */
export async function surveyFile(file: string, surveyors: Surveyors): Promise<FileSurvey> {
  const name = formatOfName(file) ?? { format: undefined, gzipped: /\.gz$/i.test(file) };
  const open = () => openBytes(file, { gzipped: name.gzipped, progress: () => {} }).chunks;
  const bytes = await surveyBytes(open());
  const format = name.format === 'ndjson' || /^\s*\{/.test(bytes.head) ? 'ndjson' : 'csv';
  const base = { file, format, bytes } as const;
  if (bytes.foreign !== undefined) return { ...base, layout: undefined, records: 0, broken: [], names: [] };
  const recoder = createRecoder(bytes.encoding);
  const survey = format === 'csv' ? surveyCsv(bytes.head, surveyors) : surveyNdjson(surveyors);
  for await (const chunk of open()) survey.push(recoder.recode(chunk));
  survey.push(recoder.end());
  return { ...base, ...survey.end() };
}

type Survey = Pick<FileSurvey, 'layout' | 'records' | 'broken' | 'names'>;

interface Surveying {
  push(chunk: Uint8Array): void;
  end(): Survey;
}

/** A row near the end of the file, held back because it may be a line after the data. */
interface LastRow {
  readonly line: number;
  readonly cells: readonly string[] | undefined;
  readonly start: string;
  readonly isOdd: boolean;
}

/** The most lines after the data. */
const MOST_LAST_ROWS = 8;

function surveyCsv(head: string, surveyors: Surveyors): Surveying {
  const layout = guessLayout(head);
  const broken: { line: number; message: string }[] = [];
  let names: readonly string[] | undefined;
  let last: LastRow[] = [];
  let records = 0;

  const reader = createCsvReader(
    {
      record(record) {
        const cells = Array.from({ length: record.width }, (_, cell) => record.text(cell));
        if (names === undefined) {
          names = namedColumns(cells);
          for (const each of names) surveyors.surveyorOf(each);
        } else {
          const start = cells.find((cell) => cell.trim() !== '') ?? '';
          hold({ line: record.line, cells, start: cells[0] ?? '', isOdd: TOTAL.test(start) });
        }
      },
      problem(line, _, __, message) {
        if (broken.length < MOST_BROKEN) broken.push({ line, message: message.text });
        const raw = Buffer.from(reader.raw().subarray(0, 200)).toString();
        const [start = ''] =
          raw
            .replace(/^"/, '')
            .split(/[\r\n"]/)[0]
            ?.split(layout.separator) ?? [];
        if (names !== undefined && last.at(-1)?.line !== line)
          hold({ line, cells: undefined, start, isOdd: true });
      },
    },
    { separator: layout.separator, headerLine: layout.headerLine, blankRows: 'skip' },
  );

  function hold(row: LastRow): void {
    last.push(row);
    if (last.length > MOST_LAST_ROWS) take(last.shift() as LastRow);
  }

  function take({ cells }: LastRow): void {
    records++;
    for (const [cell, name] of (names ?? []).entries())
      if (cells !== undefined) surveyors.surveyorOf(name).add(cells[cell] ?? '');
  }

  return {
    push: reader.push,
    end() {
      reader.end();
      const regular = last.findLastIndex(({ isOdd }) => !isOdd) + 1;
      // If all rows are unusual, no end can be distinguished from the data.
      const after = records === 0 && regular === 0 ? undefined : last[regular];
      const footer = after === undefined ? undefined : footerOf(after.start);
      if (footer !== undefined) last = last.slice(0, regular);
      for (const row of last) take(row);
      const isData = ({ line }: { line: number }) =>
        footer === undefined || after === undefined || line < after.line;
      return {
        layout: { ...layout, footer, blankRows: reader.blankRows },
        records,
        broken: broken.filter(isData),
        names: names ?? [],
      };
    },
  };
}

/** `Total: 2` -> `Total`: numbers differ from file to file. Undefined if less than two characters are left. */
function footerOf(start: string): string | undefined {
  const text = start.replace(/[\d:=].*$/u, '').trim();
  return text.length >= 2 ? text : undefined;
}

function surveyNdjson(surveyors: Surveyors): Surveying {
  const broken: { line: number; message: string }[] = [];
  const names: string[] = [];
  const nested = new Set<string>();
  const reader = createNdjsonReader(
    {
      record(record) {
        for (let member = 0; member < record.size; member++) {
          const name = record.key(member);
          if (!names.includes(name)) names.push(name);
          const surveyor = surveyors.surveyorOf(name);
          if (nested.has(name)) surveyor.addNested();
          else surveyor.add(record.value(member) ?? '');
        }
        nested.clear();
      },
      problem(line, _, __, message) {
        nested.clear();
        if (broken.length < MOST_BROKEN) broken.push({ line, message: message.text });
      },
    },
    {
      takesBooleans: true,
      ignores(key) {
        nested.add(key);
        return true;
      },
    },
  );
  return {
    push: reader.push,
    end() {
      reader.end();
      return { layout: undefined, records: reader.records, broken, names };
    },
  };
}
