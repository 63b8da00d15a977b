/** The practices of an import that are billed to another one. The payer's row may follow later, so only the end of an import can decide. */
import type { PracticeDetails } from '../billing/party.js';
import { type Message, say } from '../errors/message.js';
import type { Place, Problem } from '../errors/problem.js';
import type { Connection } from './connect.js';
import { nameOfPractice } from './disputed.js';
import type { ImportState } from './import-state.js';

/** The record that names the payer. */
interface BilledToOther {
  readonly practiceId: string;
  readonly file: string;
  readonly place: Place;
}

export interface Payers {
  add(billed: BilledToOther): void;
  /** Returns a problem for each practice whose payer is unknown or is billed to another practice. */
  problemsAtEnd(): Problem[];
}

/** Returns the details of a practice that are in force; undefined if the practice is unknown. */
type DetailsOf = (practiceId: string) => PracticeDetails | undefined;

export function createPayers(
  { db, disputed }: Pick<ImportState, 'db' | 'disputed'>,
  detailsOf: DetailsOf,
): Payers {
  const billedToOthers: BilledToOther[] = [];
  return {
    add: (billed) => void billedToOthers.push(billed),
    problemsAtEnd() {
      const payerProblem = createPayerCheck(db, detailsOf);
      return billedToOthers.flatMap(({ practiceId, file, place }) => {
        const message = payerProblem(practiceId);
        if (message === undefined) return [];
        const conflict = { field: 'bill_to', message };
        disputed.set(nameOfPractice(practiceId), () => conflict);
        return [{ file, ...place, field: 'bill_to', kind: message.kind, message: message.text }];
      });
    },
  };
}

/** Returns a function that says what is wrong with a practice's payer: it must be known and be billed to itself, with no chain or circle. */
function createPayerCheck(db: Connection, detailsOf: DetailsOf): (practiceId: string) => Message | undefined {
  const payerOf = (practiceId: string) => detailsOf(practiceId)?.bill_to;
  const firstBilledTo = db
    .prepare<[string], string>(
      `SELECT practice_id FROM practice_details JOIN practices USING (practice_id, import_id)
       WHERE superseded_by IS NULL AND details->>'bill_to' = ? ORDER BY practice_id LIMIT 1`,
    )
    .pluck();
  return (practiceId) => {
    const payer = payerOf(practiceId);
    if (payer === undefined) return undefined;
    if (detailsOf(payer) === undefined) return say.billedToUnknown(payer);
    const next = payerOf(payer);
    if (next === practiceId) return say.billedInCircle(practiceId, payer);
    if (next !== undefined) return say.billedInChain(payer, next);
    const other = firstBilledTo.get(practiceId);
    return other === undefined ? undefined : say.billsForAnother(practiceId, other);
  };
}
