/**
 * Names the files of a month's invoices. Names are safe on every file system and never equal (docs/files.md section 2).
 */
import { createHash } from 'node:crypto';
import type { DocumentOwner } from '../billing/per-document.js';

/** Names that Windows takes for a device, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/** A hidden file, which `*.csv` misses, or a name that a command takes for an option. */
const HIDDEN_OR_OPTION = /^[.-]/;
const MOST_BYTES = 100;

/**
 * Returns the name of each document's file, in the order of `documents`. The name contains the currency if the practice has several
 * documents. Memory grows only with the number of documents.
 */
export function invoiceNames(documents: readonly DocumentOwner[]): string[] {
  const documentsOf = countBy(documents, ({ practiceId }) => practiceId);
  return safeNames(documents, {
    nameOf: ({ practiceId }) => practiceId,
    suffixOf: ({ practiceId, currency }) => (documentsOf.get(practiceId) === 1 ? '.csv' : `.${currency}.csv`),
  });
}

/** Returns a file name for each item, made from a name that may contain anything. */
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

/** The parts of an attachment's name. */
interface Attachment {
  readonly documentNumber: string;
  readonly practiceName: string;
  readonly billingMonth: string;
}

/**
 * Returns names for mail attachments, without extension: `INV-000004 Lakeside Dental 2025-11`. Letters of any script stay; characters with
 * a meaning to a file system or shell become blanks. Names that are equal, ignoring case, get a hash of their numbers.
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

/** Returns words of at most MOST_BYTES: two such texts, the month and an extension fit on every file system. */
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
 * Returns a name with a hash. No encoded id contains `~`, so it never equals a plain name. `_` is put in front if the hash is not enough:
 * `con.txt~…` is still the device, and `.x~…` is still hidden.
 */
function hashedName(practiceId: string): string {
  const hash = `~${hashOf(practiceId)}`;
  const tagged = (name: string) => name.slice(0, MOST_BYTES - hash.length) + hash;
  const name = encode(practiceId);
  return tagged(isUnsafeStart(tagged(name)) ? `_${name}` : name);
}

const isUnsafeStart = (name: string) => HIDDEN_OR_OPTION.test(name) || DEVICE.test(name);

/** Percent-encodes every byte outside `A–Z a–z 0–9 . _ -`. */
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
