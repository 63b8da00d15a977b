/**
 * The addressees of documents as the imports of a month know them, and how a document stores its own. A document stores nothing if only
 * the id and the name of its practice are known: its own row has both.
 */
import type { Party, PracticeDetails } from '../billing/party.js';
import { Failure } from '../errors/failure.js';
import type { Connection } from './connect.js';
import { CURRENT } from './practice-zones.js';

interface KnownPractice {
  readonly name: string;
  readonly details: PracticeDetails;
}

/** @returns a function that gives the addressee of a practice's documents, and the practice's own name or id */
export function createParties(
  db: Connection,
  lastImport: number,
): (practiceId: string) => { readonly practiceName: string; readonly billTo: Party } {
  const find = db.prepare<[object], { name: string; details: string | null }>(
    `SELECT name, details FROM practices AS practice LEFT JOIN practice_details USING (practice_id, import_id)
     WHERE practice_id = :practiceId AND ${CURRENT('practice')}`,
  );
  const known = (practiceId: string): KnownPractice => {
    const row = find.get({ practiceId, lastImport });
    return { name: row?.name ?? practiceId, details: detailsIn(row?.details) };
  };
  return (practiceId) => {
    const { name: practiceName, details } = known(practiceId);
    const payer = details.bill_to ?? practiceId;
    const billTo = payer === practiceId ? { name: practiceName, details } : known(payer);
    return { practiceName, billTo: { practiceId: payer, ...billTo } };
  };
}

/** @returns what a document stores of its addressee; undefined if there is nothing to store */
export function keptParty(
  practiceId: string,
  { practiceId: payer, name, details }: Party,
): string | undefined {
  if (payer !== practiceId) return JSON.stringify({ bill_to: payer, name, ...details });
  return Object.keys(details).length === 0 ? undefined : JSON.stringify(details);
}

/** Returns the addressee of a document. @param kept null if the document stores nothing */
export function partyOf(
  kept: string | null,
  { practiceId, practiceName }: { readonly practiceId: string; readonly practiceName: string },
): Party {
  const { bill_to = practiceId, name = practiceName, ...details } = detailsIn(kept);
  return { practiceId: bill_to, name, details };
}

/**
 * Parses details that an import or a close wrote as JSON. The ledger may come from someone else, so they are checked.
 * @throws Failure damaged if they are not as an import writes them
 */
export function detailsIn(written: string | null | undefined): PracticeDetails & { readonly name?: string } {
  if (written == null) return NOTHING_KNOWN;
  try {
    const details: unknown = JSON.parse(written);
    if (typeof details === 'object' && details !== null && !Array.isArray(details))
      if (Object.values(details).every((value) => typeof value === 'string')) return details;
  } catch {
    // Reported below.
  }
  throw new Failure(
    'damaged',
    'the details that the ledger recorded with a practice are damaged: another program has changed them; restore a backup',
  );
}

const NOTHING_KNOWN: PracticeDetails = {};
