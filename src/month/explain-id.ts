/** Explains whatever an id stands for: an order, the lines of a document, or those of a practice. */
import type { BillingMonth } from '../billing/billing-month.js';
import type { MonthView } from '../billing/month-view.js';
import type { Config } from '../config/config.js';
import { Failure } from '../errors/failure.js';
import {
  createLineExplainer,
  type ExplainedDocument,
  type ExplainedLines,
  type LineExplainer,
  voidedLineSentence,
} from '../explain/explained-lines.js';
import type { Explanation } from '../explain/explanation.js';
import { writeNamedFile } from '../files/named-file.js';
import { type IdKind, isOfPractice, kindsOfId, monthOfDocument, voidDocument } from '../ledger/find-id.js';
import type { Ledger } from '../ledger/ledger.js';
import { closedCalendars, closedMonths } from '../ledger/month-frame.js';
import { createClosedOrderReader } from '../ledger/read-order.js';
import { viewMonth } from '../ledger/view.js';
import { listedHeldLines } from '../output/held-csv.js';
import { explain, writeExplanation } from './explain-order.js';

export type { IdKind };

export type ExplainedId =
  | { readonly kind: 'order'; readonly explanation: Explanation }
  | { readonly kind: 'document' | 'practice'; readonly id: string; readonly lines: ExplainedLines };

export interface ExplainOptions {
  readonly config: Config;
  /** What the id is, if it could be several things. */
  readonly as?: IdKind | undefined;
  /** The month of a practice's documents to tell; all closed months if undefined. */
  readonly month?: BillingMonth | undefined;
  /** Write a page to this file. */
  readonly html?: string | undefined;
}

/** @throws Failure usage if nothing, or more than one thing, has the id; refused if another file is in the way */
export async function explainId(ledger: Ledger, id: string, options: ExplainOptions): Promise<ExplainedId> {
  const kind = kindOf(ledger, id, options);
  const { config, html: file } = options;
  if (kind === 'order') {
    const explanation =
      file === undefined
        ? await explain(ledger, id, config)
        : await writeExplanation(ledger, id, { config, file });
    return { kind, explanation };
  }
  const lines = await ledger.read(() =>
    kind === 'document' ? linesOfDocument(ledger, id, config) : linesOfPractice(ledger, id, options),
  );
  if (file !== undefined) {
    const { isExplainedPage, linesHtml } = await import('../output/lines-html.js');
    writeNamedFile(file, linesHtml(id, lines), { isOurs: isExplainedPage });
  }
  return { kind, id, lines };
}

function kindOf(ledger: Ledger, id: string, { as, month }: ExplainOptions): IdKind {
  const found = kindsOfId(ledger.db, id);
  const kinds = as === undefined ? found : found.filter((kind) => kind === as);
  const [kind, other] = kinds;
  const name = JSON.stringify(id);
  if (kind === undefined)
    throw new Failure(
      'usage',
      as === undefined
        ? `no order, document or practice of this ledger has the id ${name}; ids are compared to the letter`
        : `no ${as} of this ledger has the id ${name}; ids are compared to the letter`,
    );
  if (other !== undefined)
    throw new Failure(
      'usage',
      `${name} is the id of ${kinds.map((each) => `${each === 'order' ? 'an' : 'a'} ${each}`).join(' and of ')}; say which with --as ${kinds.join(' or --as ')}`,
    );
  if (month !== undefined && kind !== 'practice')
    throw new Failure(
      'usage',
      `--month is for a practice, and ${name} is the id of ${kind === 'order' ? 'an' : 'a'} ${kind}`,
    );
  return kind;
}

function linesOfDocument(ledger: Ledger, documentNumber: string, config: Config): ExplainedLines {
  const { db } = ledger;
  const month = monthOfDocument(db, documentNumber);
  const view = month === undefined ? undefined : viewMonth(db, month, false);
  const documents =
    view === undefined
      ? explainedVoid(ledger, documentNumber)
      : documentsOf(view, (each) => each.documentNumber === documentNumber, explainerOf(ledger, config));
  return { practice: undefined, documents, heldIn: undefined, held: [] };
}

function explainedVoid({ db }: Ledger, documentNumber: string): ExplainedDocument[] {
  const found = voidDocument(db, documentNumber);
  if (found === undefined) throw new Error(`${documentNumber} is no document`);
  const { lines } = found;
  const { voidNumber: _, voidReason, ...document } = found.document;
  return [
    {
      ...document,
      voidReason,
      lines: lines.map((line) => ({ ...line, sentence: voidedLineSentence(line, voidReason) })),
    },
  ];
}

function linesOfPractice(
  ledger: Ledger,
  practiceId: string,
  { config, month: only }: ExplainOptions,
): ExplainedLines {
  const explain = explainerOf(ledger, config);
  const views = closedMonths(ledger.db)
    .filter(({ month }) => only === undefined || month === only)
    .flatMap(({ month }) => viewMonth(ledger.db, month, false) ?? []);
  const last = views.at(-1);
  if (last === undefined)
    throw new Failure(
      'refused',
      `${only === undefined ? 'no month is closed yet' : `${only} is not closed`}, so there is no line of ${JSON.stringify(practiceId)} to explain; explain an order, or use "monthend preview"`,
    );
  return {
    practice: { practiceId, practiceName: last.nameOf(practiceId), clock: last.clockOf(practiceId) },
    documents: views.flatMap((view) => documentsOf(view, isOfPractice(practiceId), explain)),
    heldIn: last.month,
    held: [...listedHeldLines(last)]
      .filter(isOfPractice(practiceId))
      .map((line) => ({ ...line, sentence: explain(last.month, line) })),
  };
}

function documentsOf(
  view: MonthView,
  isWanted: (document: ExplainedDocument) => boolean,
  explain: LineExplainer,
): ExplainedDocument[] {
  return [...view.documents()]
    .map((document) => ({ ...document, voidReason: undefined, lines: [] }))
    .filter(isWanted)
    .map((document) => ({
      ...document,
      lines: [...view.linesOf(document)].map((line) => ({ ...line, sentence: explain(view.month, line) })),
    }));
}

const explainerOf = (ledger: Ledger, config: Config): LineExplainer =>
  createLineExplainer(createClosedOrderReader(ledger, config, closedCalendars(ledger.db, config)));
