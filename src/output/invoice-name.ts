/**
 * The file names of a month's invoices: safe on every file system, and never two alike (docs/files.md section 2).
 */
import { createHash } from 'node:crypto';
import type { DocumentOwner } from '../billing/per-document.js';

/** What Windows takes for a device, with any ending. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/** A hidden file, which `*.csv` misses, or one that a command takes for an option. */
const HIDDEN_OR_OPTION = /^[.-]/;
const MOST_BYTES = 100;

/**
 * The name of each document's file, in the order of `documents`. The currency is in the name where the practice has several
 * documents. Memory is bounded by the number of documents.
 */
export function invoiceNames(documents: readonly DocumentOwner[]): string[] {
  const documentsOf = countBy(documents, ({ practiceId }) => practiceId);
  return safeNames(documents, {
    nameOf: ({ practiceId }) => practiceId,
    suffixOf: ({ practiceId, currency }) => (documentsOf.get(practiceId) === 1 ? '.csv' : `.${currency}.csv`),
  });
}

/** A file name for each item, from a name that may hold anything. */
export function safeNames<Item>(
  items: readonly Item[],
  {
    nameOf,
    suffixOf,
  }: { readonly nameOf: (item: Item) => string; readonly suffixOf: (item: Item) => string },
): string[] {
  const plainNameOf = (item: Item) => encode(nameOf(item)) + suffixOf(item);
  const alike = countBy(items, (item) => plainNameOf(item).toLowerCase());
  return items.map((item) => {
    const isUnique = alike.get(plainNameOf(item).toLowerCase()) === 1;
    return (isUnique ? safeName(nameOf(item)) : hashedName(nameOf(item))) + suffixOf(item);
  });
}

/** What a name of an attachment is made of. */
interface Attachment {
  readonly documentNumber: string;
  readonly practiceName: string;
  readonly billingMonth: string;
}

/**
 * Names that can be attached to a mail, without ending: `INV-000004 Lakeside Dental 2025-11`. Letters of any script stay; what a file
 * system or a shell gives a meaning becomes a blank. Two that came out alike, in any case, get a hash of their numbers.
 */
export function attachmentNames(documents: readonly Attachment[]): string[] {
  const names = documents.map(({ documentNumber, practiceName, billingMonth }) => {
    const parts = [plainWords(documentNumber), plainWords(practiceName), billingMonth];
    const name = parts.filter((part) => part !== '').join(' ');
    return isUnsafeStart(name) ? `_${name}` : name;
  });
  const alike = countBy(names, (name) => name.toLowerCase());
  return names.map((name, index) => {
    if (alike.get(name.toLowerCase()) === 1) return name;
    return `${name} ${hashOf(documents[index]?.documentNumber ?? '')}`;
  });
}

/** Words of at most MOST_BYTES: two of them, the month and an ending fit on every file system. */
function plainWords(text: string): string {
  const words = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}&+,._()'-]+/gu, ' ')
    .trim();
  let bytes = 0;
  let plain = '';
  for (const character of words) {
    bytes += Buffer.byteLength(character);
    if (bytes > MOST_BYTES) break;
    plain += character;
  }
  return plain.trim();
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

function safeName(practiceId: string): string {
  const name = encode(practiceId);
  const isUnsafe = isUnsafeStart(name) || name.endsWith('.') || name.length > MOST_BYTES;
  return isUnsafe ? hashedName(practiceId) : name;
}

/**
 * `~` stands in no encoded id, so a hashed name is like no plain one. `_` comes in front where the hash alone does not help:
 * `con.txt~…` is still the device, and `.x~…` still hidden.
 */
function hashedName(practiceId: string): string {
  const hash = `~${hashOf(practiceId)}`;
  const tagged = (name: string) => name.slice(0, MOST_BYTES - hash.length) + hash;
  const name = encode(practiceId);
  return tagged(isUnsafeStart(tagged(name)) ? `_${name}` : name);
}

const isUnsafeStart = (name: string) => HIDDEN_OR_OPTION.test(name) || DEVICE.test(name);

/** Every byte outside `A–Z a–z 0–9 . _ -` percent-encoded. */
function encode(practiceId: string): string {
  return practiceId.replace(/[^A-Za-z0-9._-]+/g, (text) =>
    [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
