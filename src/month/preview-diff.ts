/**
 * Compares a preview with the last preview, or with the closed month, and names the facts that became known in between. Both sides are
 * compared as files.
 */
import path from 'node:path';
import type { BillingMonth } from '../billing/billing-month.js';
import type { MonthView } from '../billing/month-view.js';
import { importName, newsOf } from '../explain/fact-changes.js';
import {
  differencesOf,
  type MonthRow,
  type MonthRows,
  NO_ROWS,
  type RowChange,
} from '../explain/preview-rows.js';
import { filesBelow } from '../files/files-below.js';
import { readFoundFile } from '../files/found-file.js';
import { createCsvReader } from '../intake/csv-reader.js';
import type { Ledger } from '../ledger/ledger.js';
import { readMonth } from '../ledger/read-month.js';
import { factsOfOrder, namesOfPractice } from '../ledger/read-order.js';
import { readManifest } from '../output/manifest.js';
import { renderMonth } from '../output/render-month.js';
import { dayName } from '../words/words.js';

export interface PreviewChange extends RowChange {
  /** The facts that caused the change, in words; without such facts the changed settings, or that an earlier month was closed. */
  readonly causes: readonly string[];
}

export interface PreviewChanges {
  /** What the preview is compared with; undefined if there is nothing yet. */
  readonly against: string | undefined;
  readonly changes: readonly PreviewChange[];
}

/** The state with which a preview is compared. */
export interface Before {
  readonly name: string;
  readonly rows: MonthRows;
  readonly config: Readonly<Record<string, unknown>>;
  /** The last import known in that state. */
  readonly lastImport: number;
}

/**
 * Returns the state to compare a preview with: the closed month if it is closed, otherwise the preview in `folder`.
 * @param isWhole true if the preview shows the whole month and not only the corrections of a closed month
 * @returns undefined if there is nothing to compare with yet
 */
export async function stateBefore(
  ledger: Ledger,
  month: BillingMonth,
  {
    folder,
    isClosed,
    isWhole,
  }: { readonly folder: string; readonly isClosed: boolean; readonly isWhole: boolean },
): Promise<Before | undefined> {
  if (!isClosed) return lastPreview(folder, month);
  return readMonth(ledger, month, (closed) => issuedBefore(closed, isWhole));
}

/** Returns every change from `before` to the draft. Called within the draft's transaction. */
export function changesSince(ledger: Ledger, before: Before | undefined, draft: MonthView): PreviewChanges {
  if (before === undefined) return { against: undefined, changes: [] };
  const causesOf = createCauses(ledger, before, draft);
  const changes = differencesOf(before.rows, rowsOfView(draft)).map((change) => ({
    ...change,
    causes: causesOf(change),
  }));
  return { against: before.name, changes: changes.map((change) => withCausesOfLines(change, changes)) };
}

/** Adds the causes of a document's lines to the document. */
function withCausesOfLines(change: PreviewChange, changes: readonly PreviewChange[]): PreviewChange {
  if (change.list !== 'documents') return change;
  const document = documentOf(change);
  const lines = changes.filter((each) => each.list === 'lines' && documentOf(each) === document);
  return { ...change, causes: [...new Set([...change.causes, ...lines.flatMap(({ causes }) => causes)])] };
}

function documentOf({ before, after }: RowChange): string {
  const row = after ?? before;
  return `${row?.practice_id}\n${row?.currency}`;
}

/**
 * The documents of a closed month are final. A draft on top of it shows what a later close would add and how the held list would differ.
 */
function issuedBefore(closed: MonthView, isWhole: boolean): Before {
  const rows = rowsOfView(closed);
  return {
    name: `${closed.month} as it was closed`,
    rows: isWhole ? rows : { ...NO_ROWS, held: rows.held },
    config: closed.config,
    lastImport: closed.lastImport,
  };
}

/** In bytes. A string in JavaScript cannot be much longer. */
const LARGEST_CSV = 256 * 1024 * 1024;

function lastPreview(folder: string, month: BillingMonth): Before | undefined {
  const manifest = readManifest(folder);
  if (manifest?.draft !== true || manifest.billing_month !== month) return undefined;
  const files = new Map<string, string>();
  for (const name of filesBelow(folder).filter((each) => each.endsWith('.csv'))) {
    const bytes = readFoundFile(path.join(folder, name), LARGEST_CSV);
    if (bytes !== undefined) files.set(name, bytes.toString('latin1'));
  }
  const { known_at: lastImport = 0, config = {} } = manifest;
  if (!Number.isSafeInteger(lastImport) || typeof config !== 'object' || config === null) return undefined;
  return {
    name: `the preview in ${folder}, which knew the imports up to ${lastImport}`,
    rows: rowsOfFiles(files),
    config: config as Before['config'],
    lastImport: lastImport as number,
  };
}

const rowsOfView = (view: MonthView): MonthRows => rowsOfFiles(renderMonth(view, ''));

/** @param files bytes by name, as latin1 text */
function rowsOfFiles(files: ReadonlyMap<string, string>): MonthRows {
  const read = (name: string) => rowsOfCsv(files.get(name) ?? '');
  const invoices = [...files.keys()].filter((name) => name.startsWith('invoices/'));
  return {
    documents: read('summary.csv'),
    lines: invoices.flatMap(read),
    held: read('held.csv'),
    exceptions: read('exceptions.csv'),
  };
}

/** Reads the rows of a CSV that monthend wrote, and removes the apostrophes that guard formulas. */
function rowsOfCsv(latin1: string): MonthRow[] {
  const rows: MonthRow[] = [];
  let header: string[] | undefined;
  const reader = createCsvReader({
    record(record) {
      const cells = Array.from({ length: record.width }, (_, cell) => record.text(cell));
      if (header === undefined) header = cells;
      else rows.push(Object.fromEntries(header.map((name, cell) => [name, unguarded(cells[cell] ?? '')])));
    },
    problem: () => {}, // skip a row that someone broke by hand
  });
  reader.push(Buffer.from(latin1, 'latin1'));
  reader.end();
  return rows;
}

const unguarded = (cell: string): string => cell.replace(/^'(?=[=+\-@\t\r])/, '');

/** Returns a function that names the causes of a changed row: what became known of its order or practice between the two states. */
function createCauses(ledger: Ledger, before: Before, draft: MonthView): (change: RowChange) => string[] {
  const [since, upTo] = [before.lastImport, draft.lastImport].sort((a, b) => a - b) as [number, number];
  const isKnownLess = draft.lastImport < before.lastImport;
  const settings = changedSettings(before.config, draft.config);
  const told = (source: string, text: string) => `${isKnownLess ? 'without ' : ''}${source}: ${text}`;

  function causesOfOrder(orderId: string): string[] {
    const facts = factsOfOrder(ledger, orderId);
    const clock = draft.clockOf(facts.lines.at(-1)?.fact.practiceId ?? '');
    const day = (at: number) => dayName(clock, at);
    return newsOf(facts, { since, upTo, day }).map((news) => told(importName(news), news.text));
  }
  function causesOfPractice(practiceId: string): string[] {
    return namesOfPractice(ledger, practiceId, { since, upTo }).map(({ name, ...source }) =>
      told(importName(source), `the practice is named ${name}`),
    );
  }
  return ({ list, before: was, after: is, columns }) => {
    const row = is ?? was ?? {};
    if (list === 'documents') {
      const isRenamed = columns.includes('practice_name');
      return [...(isRenamed ? causesOfPractice(row.practice_id ?? '') : []), ...settings];
    }
    const causes = causesOfOrder(row.order_id ?? '');
    if (causes.length > 0) return causes;
    return settings.length > 0 ? settings : ['an earlier month was closed in between'];
  };
}

/** `config: paymentTermsDays 7 -> 14` */
function changedSettings(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const [was, is] = [before, after].map((config) => (key: string) => JSON.stringify(config[key]));
  if (was === undefined || is === undefined) return [];
  return keys.filter((key) => was(key) !== is(key)).map((key) => `config: ${key} ${was(key)} -> ${is(key)}`);
}
