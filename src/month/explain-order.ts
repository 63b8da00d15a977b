import type { Config } from '../config/config.js';
import { Failure } from '../errors/failure.js';
import { type Explanation, explainOrder } from '../explain/explanation.js';
import { writeNamedFile } from '../files/named-file.js';
import type { Ledger } from '../ledger/ledger.js';
import { readOrder } from '../ledger/read-order.js';

/** Explains what happened to an order in each month, and why. @throws Failure usage if no fact names the order */
export async function explain(ledger: Ledger, orderId: string, config: Config): Promise<Explanation> {
  const explanation = await readOrder(ledger, orderId, config, explainOrder);
  if (explanation !== undefined) return explanation;
  throw new Failure(
    'usage',
    `no order line and no event of this ledger names the order ${JSON.stringify(orderId)}; ids are compared to the letter`,
  );
}

/**
 * Writes the explanation as a page with a picture of the order's timeline. @returns the explanation
 * @throws Failure usage if no fact names the order, refused if the file belongs to something else
 */
export async function writeExplanation(
  ledger: Ledger,
  orderId: string,
  { config, file }: { readonly config: Config; readonly file: string },
): Promise<Explanation> {
  const explanation = await explain(ledger, orderId, config);
  const { orderHtml } = await import('../output/order-html.js');
  const { isExplainedPage } = await import('../output/lines-html.js');
  writeNamedFile(file, orderHtml(explanation), { isOurs: isExplainedPage });
  return explanation;
}
