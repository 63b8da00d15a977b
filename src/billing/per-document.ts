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

/** Asked for every line of a month: two lookups cost less than making one key of a practice and a currency. */
export function createPerDocument<T>(create: (owner: DocumentOwner) => T): PerDocument<T> {
  const practices = new Map<string, Map<string, T>>();
  return {
    of(owner) {
      const { practiceId, currency } = owner;
      let currencies = practices.get(practiceId);
      if (currencies === undefined) {
        currencies = new Map();
        practices.set(practiceId, currencies);
      }
      let found = currencies.get(currency);
      if (found === undefined) {
        found = create(owner);
        currencies.set(currency, found);
      }
      return found;
    },
    all: () => [...practices.values()].flatMap((currencies) => [...currencies.values()]),
  };
}
