/** The sections of the report with the balance of the month: what came in against what became of it. */
import { BALANCE_TERMS, DOCUMENT_TERMS, LEFT, type Term, type TermSum } from '../billing/balance-terms.js';
import { grouped } from '../words/words.js';
import { type BarRow, barChart, type Fill, swatch } from './chart.js';
import { type Html, html, htmlTable, NOTHING, pictureSection } from './html.js';
import type { CurrencyFigures } from './report-figures.js';
import { groupedAmount } from './report-parts.js';

/** `opening_held` -> `opening held` */
const nameOf = ({ term }: TermSum): string => term.replaceAll('_', ' ');
const isAmong = (terms: readonly Term[], { term }: TermSum): boolean => terms.includes(term);

/** Draws what was held and came in, against what was charged, ended or is still held (docs/rules.md section 8). */
export function balanceBridge({ currency, balance }: CurrencyFigures): Html {
  return bridgeSection(
    balance.filter((sum) => isAmong(BALANCE_TERMS, sum)),
    {
      title: `The month's bridge, ${currency}`,
      lead: html`${swatch('total')} held ${swatch('more')} comes in ${swatch('less')} goes out: what comes in must go out or be held.`,
      caption: 'The balance of the month',
      from: 'From what was held at the opening, over what was placed and charged, to what is held at the close',
      id: 'bridge',
      hasLines: true,
      currency,
      barOf: (sum) => {
        const fill = sum.term === 'charged' || sum.term === 'ended_uncharged' ? 'less' : 'total';
        const isLeft = isAmong(LEFT, sum);
        return { step: isLeft ? 1 : -1, fill: isLeft && sum.term !== 'opening_held' ? 'more' : fill };
      },
    },
  );
}

/** Shows the way from the same charged lines to the totals of the month's documents. */
export function documentsBridge({ currency, balance }: CurrencyFigures): Html {
  const sums = balance.filter((sum) => isAmong(['charged', ...DOCUMENT_TERMS], sum));
  if (sums.every(({ lines }) => lines === 0)) return NOTHING;
  return bridgeSection(sums, {
    title: `From charged to the documents, ${currency}`,
    lead: html`${swatch('more')} charges ${swatch('less')} credits ${swatch('total')} documents: charges and credits are what the documents come to.`,
    caption: 'The lines on the documents of the month',
    from: 'From what was charged, over what was charged again and credited, to what the documents come to',
    id: 'documents',
    // Credits are lines too, and do not reduce the count.
    hasLines: false,
    currency,
    barOf: ({ term }) => {
      // These are sums of the bars above them.
      if (term === 'charges' || term === 'credits') return undefined;
      if (term === 'documents') return { step: -1, fill: 'total' };
      return { step: 1, fill: term.startsWith('credited') ? 'less' : 'more' };
    },
  });
}

interface BridgeWords {
  readonly title: string;
  readonly lead: Html;
  readonly caption: string;
  readonly from: string;
  readonly id: string;
  /** True if the figures also add up in order lines. */
  readonly hasLines: boolean;
  readonly currency: string;
  /** Returns whether a term adds or subtracts; undefined if only the table shows it. */
  readonly barOf: (sum: TermSum) => { readonly step: 1 | -1; readonly fill: Fill } | undefined;
}

function bridgeSection(sums: readonly TermSum[], words: BridgeWords): Html {
  if (sums.length === 0) return NOTHING;
  const { title, lead, caption, from, id, hasLines, currency, barOf } = words;
  const money = ({ amountMinor }: TermSum) => groupedAmount(amountMinor, currency);
  const lines = (sum: TermSum) => grouped(sum.lines);
  const chart = (unit: 'lines' | 'money', sizeOf: (sum: TermSum) => number) => {
    const textOf = unit === 'lines' ? lines : money;
    return html`<figcaption>${unit === 'lines' ? 'Order lines' : currency}</figcaption>${barChart(
      {
        id: `${id}-${unit}-${currency}`,
        title: `${title}, in ${unit}`,
        description: `${from}: ${sums.map((sum) => `${nameOf(sum)} ${textOf(sum)}`).join(', ')}.`,
      },
      bridgeRows(sums, barOf, sizeOf, textOf),
      { isBridge: true },
    )}`;
  };
  return pictureSection({
    title,
    lead,
    charts: [
      chart('money', ({ amountMinor }) => Number(amountMinor)),
      ...(hasLines ? [chart('lines', (sum) => sum.lines)] : []),
    ],
    table: htmlTable<TermSum>(
      caption,
      [
        { name: 'Term', cell: nameOf },
        { name: 'Lines', isNumber: true, cell: lines },
        { name: currency, isNumber: true, cell: money },
      ],
      sums,
    ),
  });
}

/** Returns the rows of the bridge. What comes in adds up from zero; the rest takes it down, to zero again if the month balances. */
function bridgeRows(
  sums: readonly TermSum[],
  barOf: BridgeWords['barOf'],
  sizeOf: (sum: TermSum) => number,
  textOf: (sum: TermSum) => string,
): BarRow[] {
  let level = 0;
  return sums.flatMap((sum) => {
    const bar = barOf(sum);
    if (bar === undefined) return [];
    const from = level;
    level += bar.step * sizeOf(sum);
    return [{ label: nameOf(sum), value: textOf(sum), bars: [{ from, to: level, fill: bar.fill }] }];
  });
}
