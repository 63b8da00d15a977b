import type { MonthView } from '../billing/month-view.js';
import { recordedSeller } from '../billing/seller.js';
import type { Logo } from '../output/logo.js';

/**
 * Returns the logo that a month recorded at its close; undefined if there is none. Loads resvg only if there is one. @throws Failure
 * damaged
 */
export async function recordedLogo(view: MonthView): Promise<Logo | undefined> {
  const uri = recordedSeller(view.config)?.logoUri;
  if (uri === undefined) return undefined;
  const { openLogo } = await import('../output/logo.js');
  return openLogo(uri);
}
