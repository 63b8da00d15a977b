/**
 * Makes a month's report: one self-contained HTML file. Every chart has a table of its figures beside it, and the figures are those of the
 * CSVs.
 */
import { counted, grouped } from '../words/words.js';
import { CHART_DEFINITIONS, CHART_STYLE } from './chart.js';
import { breakable, type Html, html, htmlDocument, logoHtml, NOTHING, PAGE_STYLE } from './html.js';
import type { Logo } from './logo.js';
import { balanceBridge, documentsBridge } from './report-bridge.js';
import {
  chargesByPractice,
  chargesByProduct,
  creditsByReason,
  deferralFlow,
  monthByMonth,
} from './report-charges.js';
import { acceptedFindings, controlFigures, exceptionsByCode } from './report-controls.js';
import { type ReportFigures, type ReportSources, reportFigures } from './report-figures.js';
import { heldByAge, nextLimits } from './report-held.js';

/** Returns the report. It depends only on its sources, not on clock, zone or locale. */
export function reportHtml(sources: ReportSources): string {
  const figures = reportFigures(sources);
  const sections = figures.currencies.flatMap((currency) => [
    balanceBridge(currency),
    documentsBridge(currency),
    monthByMonth(currency),
    chargesByPractice(currency, figures),
    chargesByProduct(currency),
    creditsByReason(currency),
    heldByAge(currency),
    deferralFlow(currency, figures),
  ]);
  return htmlDocument({
    title: `Month end ${figures.month}`,
    style: html`${PAGE_STYLE}${CHART_STYLE}${sources.logo === undefined ? NOTHING : BESIDE_LOGO}`,
    logo: sources.logo,
    body: html`${CHART_DEFINITIONS}${heading(figures, sources.logo)}<main>
${sections}${nextLimits(figures)}${exceptionsByCode(figures)}${acceptedFindings(sources.view.accepted())}${controlFigures(figures)}</main>
`,
  });
}

function heading(
  { month, isDraft, sellerName, summary, totals }: ReportFigures,
  logo: Logo | undefined,
): Html {
  const documents = `${counted(summary.invoiceCount, 'invoice')}, ${counted(summary.creditNoteCount, 'credit note')}`;
  const held = `${counted(summary.deferredLineCount, 'line')} deferred, ${grouped(summary.slatedLineCount)} slated for deletion`;
  const cards = totals.flatMap(({ currency, total, charges, credits, held }) => [
    card(`Documents ${currency}`, grouped(total), `charges ${grouped(charges)}, credits ${grouped(credits)}`),
    card(`Held ${currency}`, grouped(held), 'paused, so not charged yet'),
  ]);
  const lab = sellerName === '' ? NOTHING : html`${breakable(sellerName)} · `;
  return html`<header>
${logoHtml(logo)}<p class="over">${lab}Month end${isDraft ? ' · draft' : ''}</p>
<h1>${month}</h1>
<p>${documents} · ${held} · ${counted(summary.exceptionCount, 'exception')}</p>
<dl>
${cards}</dl>
</header>
`;
}

const BESIDE_LOGO = html`header .logo{float:right;margin:0 0 12px 16px}
`;

const card = (name: string, figure: string, remark: string): Html =>
  html`<div><dt>${name}</dt><dd class="big">${figure}</dd><dd>${remark}</dd></div>\n`;
