/**
 * Describes the month's CSVs for machines: a Frictionless Data Package with a Table Schema for each file. Names and types come from the
 * columns. The invoices share one schema in a file of its own, because they are many.
 */
import type { MonthView } from '../billing/month-view.js';
import type { ColumnType, CsvStyle } from './csv.js';

export const DATA_PACKAGE = 'datapackage.json';
export const INVOICE_SCHEMA = 'invoice.schema.json';

/** A file's columns, and those that identify its rows. */
export interface DescribedTable {
  readonly path: string;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  /** Empty if no columns identify a row. */
  readonly key: readonly string[];
}

/** @param invoices the paths of the invoices, which use `invoiceSchema` */
export function dataPackage(
  view: MonthView,
  tables: readonly DescribedTable[],
  invoices: readonly string[],
): string {
  const style = view.config as unknown as CsvStyle;
  const resource = (path: string, schema: unknown) => ({
    name: resourceName(path),
    path,
    profile: 'tabular-data-resource',
    schema,
    format: 'csv',
    mediatype: 'text/csv',
    encoding: 'utf-8',
    dialect: { lineTerminator: style.lineEnding === 'crlf' ? '\r\n' : '\n' },
  });
  return json({
    profile: 'tabular-data-package',
    name: `monthend-${view.month}`,
    title: `Billing month ${view.month}`,
    resources: [
      ...tables.map((table) => resource(table.path, schemaOf(table))),
      ...invoices.map((path) => resource(path, INVOICE_SCHEMA)),
    ],
  });
}

/** Returns the schema of the invoices. Each line belongs to a row of the summary. */
export function invoiceSchema(columns: DescribedTable['columns']): string {
  return json({
    ...schemaOf({ columns, key: [...DOCUMENT_KEY, 'line_number'] }),
    foreignKeys: [
      { fields: DOCUMENT_KEY, reference: { resource: resourceName('summary.csv'), fields: DOCUMENT_KEY } },
    ],
  });
}

/** The columns that identify a document within a month. Numbers cannot, since a draft has none. */
export const DOCUMENT_KEY = ['practice_id', 'currency'];

const INSTANT_FORMAT = '%Y-%m-%dT%H:%M:%S.%fZ';

function schemaOf({ columns, key }: Omit<DescribedTable, 'path'>) {
  return {
    fields: columns.map(({ name, type }) =>
      type === 'datetime' ? { name, type, format: INSTANT_FORMAT } : { name, type },
    ),
    missingValues: [''],
    ...(key.length === 0 ? {} : { primaryKey: key }),
  };
}

/** Returns a valid resource name: lower-case letters, digits and `.-/_`. Other characters become their code points between `_`. */
function resourceName(path: string): string {
  return path
    .replace(/\.csv$/, '')
    .replace(/[^a-z0-9./-]/gu, (character) => `_${character.codePointAt(0)?.toString(16)}_`);
}

const json = (document: unknown): string => `${JSON.stringify(document, null, 1)}\n`;
