/** What the books call products and practices, by the config's "books". */
import type { IssuedDocument } from '../billing/month-view.js';
import type { BooksSettings, ProductInBooks } from '../config/config.js';

/** What a config without "books" says: practices by their ids, and nothing of products. */
export const NO_BOOKS: BooksSettings = {
  products: [],
  customer: 'id',
  customers: {},
  dates: 'MM/DD/YYYY',
  taxCategory: 'O',
};

export interface MappedProduct extends ProductInBooks {
  /** The pattern that fitted it; `default`, or empty if nothing maps it. */
  readonly rule: string;
}

/** Finds what a product is in the books: the first pattern that fits, else the default. Remembers what it found. */
export function createProductMap(books: BooksSettings): (product: string) => MappedProduct {
  const known = new Map<string, MappedProduct>();
  const find = (product: string): MappedProduct => {
    const rule = books.products.find((each) => fits(each.product, product));
    if (rule !== undefined) return { ...rule, rule: rule.product };
    return books.default === undefined ? { rule: '' } : { ...books.default, rule: 'default' };
  };
  return (product) => {
    const found = known.get(product) ?? find(product);
    known.set(product, found);
    return found;
  };
}

/** `*` stands for any characters; all others for themselves, to the letter. */
function fits(pattern: string, product: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return product === pattern;
  if (!product.startsWith(first)) return false;
  let from = first.length;
  // The leftmost place of each part leaves the most for those after it.
  for (const part of rest) {
    const found = product.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return product.length - last.length >= from && product.endsWith(last);
}

export interface Customer {
  readonly customer: string;
  /** It is what the config says outright; else it comes from what the practice is called. */
  readonly isNamed: boolean;
}

/** Whom the books charge for a document. Blank if they know practices by a code, and this one has none. */
export function customerOf({ billTo }: Pick<IssuedDocument, 'billTo'>, books: BooksSettings): Customer {
  const { practiceId, name, details } = billTo;
  // Own keys only: a practice may be called `constructor`.
  if (Object.hasOwn(books.customers, practiceId))
    return { customer: books.customers[practiceId] ?? '', isNamed: true };
  const by = { id: practiceId, customer_code: details.customer_code ?? '', name };
  return { customer: by[books.customer], isNamed: false };
}
