/** What a ledger and the folders of the months hold, in a form that can be compared. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openLedger } from '../../src/ledger/ledger.js';

/** Audit columns: the clock may differ. And what `init` makes at random. */
const AUDIT = new Set(['imported_at', 'closed_at', 'voided_at', 'ledger_id']);
/** What tells an import, repeated because nothing told that it was done, from one that was done at once. */
const OF_IMPORTS = new Set(['import_id', 'last_import', 'superseded_by', 'seal']);

/**
 * Every row of the ledger, opened as the next command would open it.
 * @param exact also what tells the imports apart
 * @throws if it cannot be opened, is damaged, or charges an order line twice
 */
export function ledgerContent(file: string, exact = true): string {
  if (!existsSync(file)) return 'no ledger';
  const { db, close } = openLedger(file, { readonly: false });
  try {
    const check = [db.pragma('integrity_check', { simple: true }), ...(db.pragma('foreign_key_check') as [])];
    if (check.length > 1 || check[0] !== 'ok') throw new Error(`damaged: ${JSON.stringify(check)}`);
    const rows = (query: string) => db.prepare<[], Record<string, unknown>>(query).all();
    const twice = chargedTwice(rows('SELECT lines FROM document_blocks').map(({ lines }) => String(lines)));
    if (twice.length > 0) throw new Error(`charged twice: ${twice}`);
    const tables = rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    const content = tables.map(({ name }) => {
      const found = rows(`SELECT * FROM ${name}`).filter(() => exact || !isOfImports(String(name)));
      return [name, found.map((row) => JSON.stringify(plain(row, exact))).sort()];
    });
    return JSON.stringify(content);
  } finally {
    close();
  }
}

/** The order lines whose charges less credits, over all documents, are not one or none. @param blocks as billing/line-block.ts has them */
function chargedTwice(blocks: readonly string[]): string[] {
  const charges = new Map<string, number>();
  for (const line of blocks.flatMap((block) => block.trimEnd().split('\n'))) {
    const [type, , orderId, orderLine] = JSON.parse(line) as unknown[];
    const key = `${orderId} ${orderLine}`;
    charges.set(key, (charges.get(key) ?? 0) + (type === 'charge' ? 1 : -1));
  }
  return [...charges].filter(([, count]) => count !== 0 && count !== 1).map(([key]) => key);
}

const isOfImports = (table: string) => ['imports', 'import_files', 'set_aside'].includes(table);

function plain(row: Record<string, unknown>, exact: boolean): unknown[] {
  return Object.entries(row).filter(([name]) => !AUDIT.has(name) && (exact || !OF_IMPORTS.has(name)));
}

/** The bytes of every file below a folder, each a character of its text, by name; empty folders too. */
export function filesBelow(folder: string, exact = true): Record<string, string> {
  if (!existsSync(folder)) return {};
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    const text = entry.isDirectory() ? 'folder' : readFileSync(file, 'latin1');
    return [
      path.relative(folder, file),
      exact || entry.name !== 'manifest.json' ? text : withoutImports(text),
    ] as const;
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** docs/files.md section 2: only `imports` and `seal` tell the imports apart. */
function withoutImports(manifest: string): string {
  return JSON.stringify({ ...JSON.parse(manifest), imports: '', seal: '' });
}

/** Why a month's folder is neither whole nor absent, by its own manifest; undefined if it is. */
export function halfWritten(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const found = filesBelow(folder);
  const text = found['manifest.json'];
  if (text === undefined) return 'no manifest';
  const { files } = JSON.parse(text) as { files: { path: string; sha256: string }[] };
  const wrong = files.find(({ path: name, sha256 }) => hash(found[name]) !== sha256)?.path;
  if (wrong !== undefined) return `${wrong} is not what the manifest says`;
  const known = new Set(['manifest.json', 'invoices', ...files.map((file) => file.path)]);
  return Object.keys(found).find((name) => !known.has(name));
}

const hash = (text: string | undefined) =>
  createHash('sha256')
    .update(text ?? '', 'latin1')
    .digest('hex');
