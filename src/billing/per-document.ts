/** Something for each document: for each practice and currency (docs/rules.md section 7). */

export interface DocumentOwner {
  readonly practiceId: string;
  /** ISO 4217. */
  readonly currency: string;
}

export interface PerDocument<T> {
  /** Made at the first call for this practice and currency. */
  of(owner: DocumentOwner): T;
  /** By practice as they were first asked for, then by currency. */
  all(): T[];
}

/** Of one practice: mostly there is one currency. */
interface Entry<T> {
  readonly currency: string;
  readonly value: T;
  next: Entry<T> | undefined;
}

/** Asked for every line of a month: one lookup by practice costs less than making one key of a practice and a currency. */
export function createPerDocument<T>(create: (owner: DocumentOwner) => T): PerDocument<T> {
  const practices = new Map<string, Entry<T>>();
  function* entries(first: Entry<T> | undefined): Generator<Entry<T>> {
    for (let entry = first; entry !== undefined; entry = entry.next) yield entry;
  }
  return {
    of(owner) {
      const { practiceId, currency } = owner;
      const first = practices.get(practiceId);
      let last = first;
      for (let entry = first; entry !== undefined; entry = entry.next) {
        if (entry.currency === currency) return entry.value;
        last = entry;
      }
      const made = { currency, value: create(owner), next: undefined };
      if (last === undefined) practices.set(practiceId, made);
      else last.next = made;
      return made.value;
    },
    all: () => [...practices.values()].flatMap((first) => [...entries(first)].map(({ value }) => value)),
  };
}
