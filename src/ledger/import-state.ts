/** What an import's takers share, whatever kind of fact they take. */
import type { Amend } from '../billing/order.js';
import type { Connection } from './connect.js';
import type { ConflictCheck, Disputed } from './disputed.js';
import { createFactIndex, type FactIndex } from './fact-index.js';
import { createJudge, type Judge } from './judge-fact.js';
import { createLikeIdWatch, type LikeIdWatch } from './like-ids.js';
import type { Where } from './record-places.js';

export interface TakeOptions {
  readonly importId: number;
  /** Whether a record may replace a known one with the same identity. */
  readonly amend: Amend;
  /** If true, a record that repeats a version from before a correction leaves the correction in place. */
  readonly keep?: boolean;
  /** For new order lines without a currency. */
  readonly defaultCurrency: string;
  /** What earlier attempts at this import found to be in dispute. */
  readonly leftOut?: Disputed;
}

export interface ImportState extends FactIndex, Judge {
  readonly db: Connection;
  readonly importId: number;
  readonly amend: Amend;
  readonly defaultCurrency: string;
  /** What the next attempt at this import must leave out. */
  readonly disputed: Map<string, ConflictCheck>;
  readonly likeIds: LikeIdWatch;
  /** Notes a practice that a fact names. */
  knowPractice(practiceId: string, where: Where): void;
  /** Notes an order with a fact that does not show in the segments of its month. */
  noteLate(orderId: string): void;
}

export function createImportState(
  db: Connection,
  { importId, amend, keep = false, defaultCurrency }: TakeOptions,
): ImportState {
  const disputed = new Map<string, ConflictCheck>();
  const index = createFactIndex(db, importId);
  const likeIds = createLikeIdWatch(db, importId, index.lines.orders);
  const insertLate = db.prepare('INSERT OR IGNORE INTO late_facts (import_id, order_id) VALUES (?, ?)');
  return {
    db,
    importId,
    amend,
    defaultCurrency,
    disputed,
    likeIds,
    ...index,
    ...createJudge(db, { amend, keep, disputed }),
    knowPractice: createPracticeNotes(db, importId, (id, where) => likeIds.addPractice(id, where)),
    noteLate: (orderId) => void insertLate.run(importId, orderId),
  };
}

/** Remembers the practices that facts name. Memory grows with their number. */
function createPracticeNotes(
  db: Connection,
  importId: number,
  isNew: (practiceId: string, where: Where) => void,
): (practiceId: string, where: Where) => void {
  const insert = db.prepare('INSERT OR IGNORE INTO known_practices (practice_id, import_id) VALUES (?, ?)');
  const noted = new Set<string>();
  return (practiceId, where) => {
    if (noted.has(practiceId)) return;
    noted.add(practiceId);
    if (insert.run(practiceId, importId).changes > 0) isNew(practiceId, where);
  };
}
