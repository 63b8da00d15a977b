/** Keeps one value for each document, that is, for each practice and currency (docs/rules.md section 7). */

export interface DocumentOwner {
  readonly practiceId: string;
  /** ISO 4217. */
  readonly currency: string;
}

export interface PerDocument<T> {
  /** Returns the value of this practice and currency; creates it on the first call. */
  of(owner: DocumentOwner): T;
  /** Returns all values: practices in order of their first call, then their currencies. */
  all(): T[];
}

/** The value of one currency in the list of a practice. Most practices have one currency. */
interface Entry<T> {
  readonly currency: string;
  readonly value: T;
  next: Entry<T> | undefined;
}

/** Called for every line of a month, so it looks up the practice alone: that costs less than building a key with the currency. */
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
