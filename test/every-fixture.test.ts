/**
 * Every fixture case: each month has the files that it expects, compared as `monthend check` does it, and what holds in every month. Each case
 * is billed once for all of it.
 */
import path from 'node:path';
import { expect, test } from 'vitest';
import { nextMonth } from '../src/billing/billing-month.js';
import type { ListedException, MonthView } from '../src/billing/month-view.js';
import { findCases, readCaseFolder, readExpected } from '../src/cases/case-folder.js';
import { monthDifferences } from '../src/cases/fixture-cases.js';
import { VERSION } from '../src/cli/command.js';
import { explanationText } from '../src/cli/explain.js';
import type { Config } from '../src/config/config.js';
import { draftMonth } from '../src/ledger/draft-month.js';
import type { Ledger } from '../src/ledger/ledger.js';
import { readMonth } from '../src/ledger/read-month.js';
import { readStatus } from '../src/ledger/status.js';
import { explainId } from '../src/month/explain-id.js';
import { explain } from '../src/month/explain-order.js';
import { listedHeldLines } from '../src/output/held-csv.js';
import { MANIFEST } from '../src/output/manifest.js';
import { TABLES } from '../src/output/month-files.js';
import { renderMonth } from '../src/output/render-month.js';
import { holdToSummary, ublOfMonth } from './support/books-of-month.js';
import { billedCase, CASES, configOfCase } from './support/fixture-ledger.js';

const cases = findCases(CASES).map((folder) => path.relative(CASES, folder));
let ublDocuments = 0;

test.each(cases)('%s', async (name) => {
  const folder = path.join(CASES, name);
  // As a config says it where older orders are known: a case's first folder is its ledger's first month.
  const found = readCaseFolder(folder);
  const config = { ...(await configOfCase(folder)), firstMonth: found.months[0] ?? null };
  const previews = new Map<string, unknown>();
  const { ledger, months } = await billedCase(folder, async (open, month) => {
    const told = await heldAndListed(open, month, config);
    await draftMonth(open, month, config, (view) => {
      previews.set(month, withoutNumbers(renderMonth(view, VERSION)));
      expect(told).toEqual(whatIsOpen(view));
    });
  });
  const told: string[] = [];
  const issued = new Map<string, { readonly files: unknown; readonly knownAt: number }>();
  for (const month of months)
    await readMonth(ledger, month, (view) => {
      const files = renderMonth(view, VERSION);
      if (found.months.includes(month)) expect(monthDifferences(found, month, files)).toEqual([]);
      issued.set(month, { files: withoutNumbers(files), knownAt: view.lastImport });
      told.push(...recorded(view));
      holdBooks(view);
    });
  told.sort();
  expect(await explained(ledger, config)).toEqual(told);
  expect(await explainedByPractice(ledger, config, months)).toEqual(told.filter((row) => !isException(row)));
  // Drafts come last: each makes SQLite read the schema and prepare its statements once more.
  for (const [month, { files, knownAt }] of issued) {
    expect(previews.get(month), `preview, then close: ${month}`).toEqual(files);
    if (knownAt === 0) continue;
    const asKnown = await draftMonth(
      ledger,
      month,
      config,
      (view) => withoutNumbers(renderMonth(view, VERSION)),
      { knownAt },
    );
    expect(asKnown, `as known at import ${knownAt}: ${month}`).toEqual(files);
  }
  ledger.close();
});

test('many documents became UBL', () => {
  expect(ublDocuments).toBeGreaterThan(400);
});

test('each month of each case expects its whole folder: check compares a file too many or too few only there', () => {
  const tables = TABLES.map((table) => table.path);
  expect(tables.length).toBe(4);
  for (const name of cases) {
    const folder = path.join(CASES, name);
    for (const month of readCaseFolder(folder).months)
      expect([...readExpected(folder, month).keys()], `${name} ${month}`).toEqual(
        expect.arrayContaining(tables),
      );
  }
});

/** What accounting systems take is the month's own; of all fixtures only these have what a target cannot hold. */
function holdBooks(view: MonthView): void {
  for (const why of holdToSummary(view))
    expect(why).toMatch(
      /KWD has 3 digits after the point, at most 2 fit|its number has \d+ characters|other than plain ASCII, or a quotation mark|characters, and at most|has a colon/,
    );
  const { faults, count } = ublOfMonth(view);
  expect(faults).toEqual([]);
  ublDocuments += count;
}

/** A row of an exception names no order line. */
const isException = (row: string): boolean => !/ \S+\/\d+ /.test(row);

/** The files but for the manifest, the numbers of documents blotted out. */
function withoutNumbers(files: ReadonlyMap<string, string>): [name: string, text: string][] {
  return [...files]
    .filter(([name]) => name !== MANIFEST)
    .map(([name, text]) => [name, text.replace(/^[^,\r\n]+,(invoice|credit_note),/gm, 'NUMBER,$2,')]);
}

/** Held lines, their sums by practice, and exceptions, as `status` tells them of the next month. */
async function heldAndListed(ledger: Ledger, month: string, config: Config): Promise<string[]> {
  const status = await readStatus(ledger, { config, asOf: Date.parse(`${nextMonth(month)}-15`), days: 0 });
  expect(status.next).toBe(month);
  return [
    ...status.held.map((line) => JSON.stringify(line, Object.keys(line).sort())),
    ...status.heldByPractice.map(
      ({ practiceId, currency, deferredLineCount, slatedLineCount, amountMinor }) =>
        `${practiceId} ${currency}: ${deferredLineCount} deferred, ${slatedLineCount} slated, ${amountMinor}`,
    ),
    ...status.exceptions.map(exceptionName),
  ].sort();
}

const exceptionName = ({ code, orderId, event, eventId, at }: ListedException): string =>
  `${code} ${orderId} ${event} ${eventId} ${at}`;

/** The same as a draft tells it. */
function whatIsOpen(view: MonthView): string[] {
  const held = new Map<string, { deferred: number; slated: number; amount: bigint }>();
  for (const { practiceId, currency, status, amountMinor } of view.heldLines()) {
    const key = `${practiceId} ${currency}`;
    const sum = held.get(key) ?? { deferred: 0, slated: 0, amount: 0n };
    held.set(key, { ...sum, [status]: sum[status] + 1, amount: sum.amount + BigInt(amountMinor) });
  }
  return [
    ...[...listedHeldLines(view)].map((line) => JSON.stringify(line, Object.keys(line).sort())),
    ...[...held].map(([key, sum]) => `${key}: ${sum.deferred} deferred, ${sum.slated} slated, ${sum.amount}`),
    ...[...view.exceptions()].map(exceptionName),
  ].sort();
}

/** What closed months issued, held and listed, as `explain` tells it order by order. */
async function explained(ledger: Ledger, config: Config): Promise<string[]> {
  const told: string[] = [];
  for (const orderId of orderIds(ledger)) {
    const explanation = await explain(ledger, orderId, config);
    expect(explanationText(explanation)).not.toMatch(/undefined|NaN|Infinity/);
    for (const { month, lines, exceptions } of explanation.months.filter(({ isClosed }) => isClosed)) {
      for (const { orderLine, standing, issued, sentence } of lines) {
        expect(sentence, `${orderId} has no reason`).not.toBe('nothing to issue');
        for (const { documentNumber, reason, amountMinor } of issued)
          told.push(`${month} ${orderId}/${orderLine} ${documentNumber} ${reason} ${amountMinor}`);
        if (standing === 'deferred' || standing === 'slated')
          told.push(`${month} ${orderId}/${orderLine} ${standing}`);
      }
      for (const { code } of exceptions) told.push(`${month} ${orderId} ${code}`);
    }
  }
  return told.sort();
}

/** The same lines, practice by practice and month by month. */
async function explainedByPractice(
  ledger: Ledger,
  config: Config,
  months: readonly string[],
): Promise<string[]> {
  const practices = ledger.db.prepare<[], string>('SELECT practice_id FROM known_practices').pluck().all();
  const told: string[] = [];
  for (const practiceId of practices)
    for (const month of months) {
      const found = await explainId(ledger, practiceId, { config, as: 'practice', month });
      if (found.kind === 'order') throw new Error('asked for a practice');
      for (const { documentNumber, lines } of found.lines.documents)
        for (const { orderId, orderLine, reason, amountMinor, sentence } of lines) {
          expect(sentence).toMatch(/^(credited|charged)/);
          told.push(`${month} ${orderId}/${orderLine} ${documentNumber} ${reason} ${amountMinor}`);
        }
      for (const { orderId, orderLine, status, sentence } of found.lines.held) {
        expect(sentence).toMatch(/^(not charged|credited and held again)/);
        told.push(`${month} ${orderId}/${orderLine} ${status}`);
      }
    }
  return told.sort();
}

function orderIds({ db }: Ledger): string[] {
  return db
    .prepare<[], string>('SELECT order_id FROM order_lines UNION SELECT order_id FROM events')
    .pluck()
    .all();
}

/** The same as a month itself tells it. */
function* recorded(view: MonthView): Generator<string> {
  const { month } = view;
  for (const document of view.documents())
    for (const { orderId, orderLine, reason, amountMinor } of view.linesOf(document))
      yield `${month} ${orderId}/${orderLine} ${document.documentNumber} ${reason} ${amountMinor}`;
  for (const { orderId, orderLine, status } of view.heldLines())
    yield `${month} ${orderId}/${orderLine} ${status}`;
  for (const { orderId, code } of view.exceptions()) yield `${month} ${orderId} ${code}`;
}
