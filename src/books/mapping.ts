/** Names products and practices as the books do, by the config's "books". */
import type { IssuedDocument } from '../billing/month-view.js';
import type { BooksSettings, ProductInBooks } from '../config/config.js';

/** The settings if the config has no "books": practices by id, no products. */
export const NO_BOOKS: BooksSettings = {
  products: [],
  customer: 'id',
  customers: {},
  dates: 'MM/DD/YYYY',
  taxCategory: 'O',
};

export interface MappedProduct extends ProductInBooks {
  /** The pattern that matched; `default` if none did, or empty if nothing maps the product. */
  readonly rule: string;
}

/** Returns a function that maps a product by the first pattern that matches, otherwise by the default. It remembers its results. */
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

/** Matches a pattern. `*` stands for any characters; all others must be equal. */
function fits(pattern: string, product: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return product === pattern;
  if (!product.startsWith(first)) return false;
  let from = first.length;
  // Taking each part at its leftmost place leaves the most room for the parts after it.
  for (const part of rest) {
    const found = product.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return product.length - last.length >= from && product.endsWith(last);
}

export interface Customer {
  readonly customer: string;
  /** True if the config names this customer; false if the name comes from the practice. */
  readonly isNamed: boolean;
}

/** Returns the customer whom the books charge for a document. Blank if the books use codes and the practice has none. */
export function customerOf({ billTo }: Pick<IssuedDocument, 'billTo'>, books: BooksSettings): Customer {
  const { practiceId, name, details } = billTo;
  // Own keys only, since a practice's id may be `constructor`.
  if (Object.hasOwn(books.customers, practiceId))
    return { customer: books.customers[practiceId] ?? '', isNamed: true };
  const by = { id: practiceId, customer_code: details.customer_code ?? '', name };
  return { customer: by[books.customer], isNamed: false };
}
