/** What an import's takers share, whatever kind of fact they take. */
import { keyOfBytes } from '../billing/id-key.js';
import type { Amend } from '../billing/order.js';
import type { PackedPart } from '../billing/packed-facts.js';
import type { Connection } from './connect.js';
import type { ConflictCheck, Disputed } from './disputed.js';
import { createFactIndex, type FactIndex } from './fact-index.js';
import { createJudge, type Judge } from './judge-fact.js';
import { createKeyTable } from './key-table.js';
import { createLikeIdWatch, type LikeIdWatch } from './like-ids.js';
import type { Where } from './record-places.js';
import type { RunThread } from './run-queue.js';
import { createTextArena } from './text-arena.js';

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
  /** Sorts runs. */
  readonly thread?: RunThread;
}

export interface ImportState extends FactIndex, Judge {
  readonly db: Connection;
  readonly importId: number;
  readonly amend: Amend;
  readonly defaultCurrency: string;
  /** What the next attempt at this import must leave out. */
  readonly disputed: Map<string, ConflictCheck>;
  readonly likeIds: LikeIdWatch;
  readonly practiceNotes: PracticeNotes;
  /** Notes an order with a fact that does not show in the segments of its month. */
  noteLate(orderId: string): void;
}

export function createImportState(
  db: Connection,
  { importId, amend, keep = false, defaultCurrency, thread }: TakeOptions,
): ImportState {
  const disputed = new Map<string, ConflictCheck>();
  const index = createFactIndex(db, importId, thread);
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
    practiceNotes: createPracticeNotes(db, importId, (id, where) => likeIds.addPractice(id, where)),
    noteLate: (orderId) => void insertLate.run(importId, orderId),
  };
}

/** Remembers the practices that facts name. Memory grows with their number. */
export interface PracticeNotes {
  know(practiceId: string, where: Where): void;
  /** Notes the practices of order lines. */
  knowPacked(lines: PackedPart, file: string): void;
}

function createPracticeNotes(
  db: Connection,
  importId: number,
  isNew: (practiceId: string, where: Where) => void,
): PracticeNotes {
  const insert = db.prepare('INSERT OR IGNORE INTO known_practices (practice_id, import_id) VALUES (?, ?)');
  const noted = new Set<string>();
  // The same, by the keys of their ids.
  const places = createKeyTable();
  const ids = createTextArena();

  function know(practiceId: string, where: Where): void {
    if (noted.has(practiceId)) return;
    noted.add(practiceId);
    if (insert.run(practiceId, importId).changes > 0) isNew(practiceId, where);
  }

  return {
    know,
    knowPacked({ of, from, to, line }, file) {
      for (let place = from; place < to; place++) {
        const start = of.practiceStarts[place] as number;
        const end = of.practiceEnds[place] as number;
        const key = keyOfBytes(of.bytes, start, end);
        const found = places.first(key);
        if (found >= 0 && ids.isAt(found, of.bytes, start, end)) continue;
        if (found < 0) places.add(key, ids.addBytes(of.bytes, start, end));
        const practiceId = Buffer.from(of.bytes.buffer, start, end - start).toString('latin1');
        know(practiceId, { file, line: line + place - from });
      }
    },
  };
}
