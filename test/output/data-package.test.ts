/** The month's CSVs as datapackage.json describes them: every file, every column, and cells that are of their type. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.js';
import { renderMonth } from '../../src/output/render-month.js';
import { heldLine, instant, issuedDocument, issuedLine, monthView } from '../support/facts.js';

/** What Frictionless Table Schema takes for a value of each type; empty is missing. */
const TYPES: Readonly<Record<string, RegExp>> = {
  string: /^/,
  integer: /^-?\d+$/,
  number: /^-?\d+(\.\d+)?$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  yearmonth: /^\d{4}-\d{2}$/,
  datetime: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/,
};

interface Field {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
}

const VIEW = monthView(
  {
    documents: [issuedDocument(), issuedDocument({ practiceId: 'P_1' })],
    lines: [
      issuedLine({ quantity: '2.5', deferredFrom: '2026-09', resumedOn: '2026-10-02', patientRef: 'PT-7' }),
      issuedLine({ lineNumber: 2, lineType: 'credit', amountMinor: -5 }),
    ],
    held: [heldLine()],
    reconciliation: [{ currency: 'USD', term: 'amended', lines: -1, amountMinor: -10000n }],
    exceptions: [
      { code: 'not-paused', orderId: 'A1', event: 'resumed', eventId: '', at: instant('2026-10-05') },
    ],
  },
  { config: { ...DEFAULT_CONFIG, patientRef: true } },
);
const FILES = renderMonth(VIEW, '0.0.0');
const read = (name: string) => JSON.parse(FILES.get(name) ?? '');
const PACKAGE = read('datapackage.json');
const fieldsOf = ({ schema }: { schema: string | { fields: Field[] } }): Field[] =>
  (typeof schema === 'string' ? read(schema) : schema).fields;

describe('the data package', () => {
  it('names every CSV of the folder', () => {
    const paths = PACKAGE.resources.map(({ path }: { path: string }) => path);
    expect(paths.sort()).toEqual([...FILES.keys()].filter((name) => name.endsWith('.csv')).sort());
  });

  it('has a name for each that no other has, of the characters that names may have', () => {
    const names: string[] = PACKAGE.resources.map(({ name }: { name: string }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9._/-]+$/);
  });

  it('has the columns of each in their order, with the types of their cells', () => {
    for (const resource of PACKAGE.resources) {
      const fields = fieldsOf(resource);
      const [header, ...rows] = (FILES.get(resource.path) ?? '')
        .trimEnd()
        .split('\n')
        .map((row) => row.split(','));
      expect(fields.map(({ name }) => name)).toEqual(header);
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) {
        for (const [index, cell] of row.entries()) {
          if (cell !== '')
            expect(cell, fields[index]?.name).toMatch(TYPES[fields[index]?.type ?? ''] ?? /$^/);
        }
      }
    }
  });

  it('has keys that are columns', () => {
    for (const { schema } of PACKAGE.resources) {
      const { primaryKey = [], fields } = typeof schema === 'string' ? read(schema) : schema;
      const names = fields.map(({ name }: Field) => name);
      for (const column of primaryKey) expect(names).toContain(column);
    }
    expect(read('invoice.schema.json')).toMatchObject({
      primaryKey: ['practice_id', 'currency', 'line_number'],
      foreignKeys: [
        {
          fields: ['practice_id', 'currency'],
          reference: { resource: 'summary', fields: ['practice_id', 'currency'] },
        },
      ],
    });
  });

  it('says how the lines end', () => {
    const ends = (lineEnding: string) => {
      const view = monthView({}, { config: { ...DEFAULT_CONFIG, lineEnding } });
      return JSON.parse(renderMonth(view, '0.0.0').get('datapackage.json') ?? '').resources[0].dialect;
    };
    expect(ends('lf')).toEqual({ lineTerminator: '\n' });
    expect(ends('crlf')).toEqual({ lineTerminator: '\r\n' });
  });
});
