/** The manifest of a month's folder: what the folder was made from and what it contains. It is written last. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { DocumentType } from '../billing/document.js';
import type { NumberRange } from '../billing/finding.js';
import { formatAmount } from '../billing/money.js';
import type { MonthView } from '../billing/month-view.js';
import { compareCodePoints } from '../billing/order.js';
import { recordedSeller } from '../billing/seller.js';
import { formatInstant } from '../billing/time-zone.js';
import { readFoundFile } from '../files/found-file.js';

export interface WrittenFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
}

export const MANIFEST = 'manifest.json';

/** In bytes: enough for a million practices in one month. A string in JavaScript cannot be much longer. */
const LARGEST_MANIFEST = 256 * 1024 * 1024;

/** Returns the text of a folder's manifest; undefined if there is none that can be read. */
export function manifestText(folder: string): string | undefined {
  try {
    return readFoundFile(path.join(folder, MANIFEST), LARGEST_MANIFEST)?.toString();
  } catch {
    return undefined;
  }
}

/** Returns the content of a folder's manifest; undefined if it is not a JSON object. */
export function readManifest(folder: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const manifest: unknown = JSON.parse(manifestText(folder) ?? '');
    const isObject = typeof manifest === 'object' && manifest !== null && !Array.isArray(manifest);
    return isObject ? (manifest as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** How an export was made. An export with the same record writes the same bytes. */
export interface ExportRecord {
  readonly target: string;
  readonly by: string;
  readonly books: object;
  readonly sums: readonly object[];
}

export function manifestOf(
  view: MonthView,
  files: readonly WrittenFile[],
  engineVersion: string,
  exported?: ExportRecord,
): string {
  const manifest = {
    generator: 'monthend',
    engine_version: engineVersion,
    // Only this distinguishes the folders of two ledgers with the same facts.
    ledger: view.ledgerId,
    billing_month: view.month,
    draft: view.isDraft,
    ...(view.isDraft ? {} : { numbers: numbersOf(view) }),
    // The next preview is compared by this. A close must not depend on how facts came in, so it has no such key.
    ...(view.isDraft ? { known_at: view.lastImport } : {}),
    ...(exported === undefined ? {} : { export: exported }),
    config: shownConfig(view.config),
    cut_offs: Object.fromEntries(view.cutOffs.map(({ timeZone, at }) => [timeZone, formatInstant(at)])),
    imports: view.imports.map(({ importId, ...file }) => ({ import: importId, ...file })),
    files,
    control_totals: controlTotals(view),
    ...acceptedPart(view),
    seal: view.seal,
  };
  return manifestJson(manifest);
}

/** Replaces a picture by the SHA-256 of its file. */
function shownConfig(config: MonthView['config']): object {
  const { logoUri, ...seller } = recordedSeller(config) ?? {};
  if (logoUri === undefined) return config;
  const bytes = Buffer.from(logoUri.slice(logoUri.indexOf(',') + 1), 'base64');
  return { ...config, seller: { ...seller, logo_sha256: createHash('sha256').update(bytes).digest('hex') } };
}

export const manifestJson = (manifest: object): string => `${JSON.stringify(manifest, null, 2)}\n`;

/** Returns the first and last number of each series in the month. By them, another state of the ledger knows that they are used. */
function numbersOf(view: MonthView): { readonly [Type in DocumentType]?: NumberRange } {
  const numbers: { [Type in DocumentType]?: NumberRange } = {};
  for (const { documentType, documentNumber } of view.documents())
    numbers[documentType] = {
      first: numbers[documentType]?.first ?? documentNumber,
      last: documentNumber,
    };
  return numbers;
}

/** The findings that a person accepted so that the month was closed. Most months have none, and then no such key. */
function acceptedPart(view: MonthView) {
  const accepted = view.accepted();
  if (accepted.length === 0) return {};
  return {
    accepted: accepted.map(({ code, sums, message }) => ({
      code,
      message,
      sums: sums.map(({ currency, lines, amountMinor }) => ({
        currency,
        lines,
        amount: formatAmount(amountMinor, currency),
      })),
    })),
  };
}

export interface ControlTotal {
  readonly currency: string;
  readonly documents: number;
  readonly lines: number;
  readonly charges: string;
  readonly credits: string;
  readonly total: string;
  readonly held_lines: number;
  readonly held: string;
}

/** Returns the month's totals by currency, in code point order. Bigints, because sums over all practices may exceed 2^53. */
export function controlTotals(view: MonthView): ControlTotal[] {
  const sums = new Map<string, ReturnType<typeof nothing>>();
  const sumIn = (currency: string) => {
    const sum = sums.get(currency) ?? nothing();
    sums.set(currency, sum);
    return sum;
  };
  for (const { currency, totals } of view.documents()) {
    const sum = sumIn(currency);
    sum.documents++;
    sum.lines += totals.lineCount;
    sum.charges += BigInt(totals.chargesMinor);
    sum.credits += BigInt(totals.creditsMinor);
  }
  for (const { currency, lines, amountMinor } of view.heldSums()) {
    const sum = sumIn(currency);
    sum.heldLines += lines;
    sum.held += amountMinor;
  }
  return [...sums]
    .sort(([a], [b]) => compareCodePoints(a, b))
    .map(([currency, sum]) => ({
      currency,
      documents: sum.documents,
      lines: sum.lines,
      charges: formatAmount(sum.charges, currency),
      credits: formatAmount(sum.credits, currency),
      total: formatAmount(sum.charges + sum.credits, currency),
      held_lines: sum.heldLines,
      held: formatAmount(sum.held, currency),
    }));
}

const nothing = () => ({ documents: 0, lines: 0, charges: 0n, credits: 0n, heldLines: 0, held: 0n });
