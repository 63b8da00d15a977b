/** The sections of the report with charges and credits: by practice, product, reason and month. */
import { previousMonth } from '../billing/billing-month.js';
import { grouped } from '../words/words.js';
import { barChart, type Fill, flowChart, swatch } from './chart.js';
import { type Html, html, htmlTable, NOTHING, pictureSection } from './html.js';
import {
  type CurrencyFigures,
  type LineSum,
  MOST_BARS,
  type PracticeCharges,
  type ReportFigures,
  type TrendMonth,
} from './report-figures.js';
import { barFromZero, groupedAmount, practiceLabel, shownIn, signed } from './report-parts.js';

/** Draws charges by practice. In a ledger's first month there is nothing to compare with. */
export function chargesByPractice(figures: CurrencyFigures, { month, hasMonthBefore }: ReportFigures): Html {
  const { currency, practices, allPractices } = figures;
  if (practices.length === 0) return NOTHING;
  const before = previousMonth(month);
  const now = ({ nowMinor }: PracticeCharges) => groupedAmount(nowMinor, currency);
  const change = ({ nowMinor, beforeMinor }: PracticeCharges) =>
    signed(groupedAmount(nowMinor - beforeMinor, currency));
  const title = `Charges by practice, ${currency}`;
  const order = hasMonthBefore ? 'the largest changes first' : 'the largest first';
  return pictureSection({
    title,
    lead: html`${swatch('more')} ${month}${hasMonthBefore ? html` ${swatch('before')} ${before}` : NOTHING}; ${order}.${shownIn(practices.length)}`,
    charts: [
      barChart(
        {
          id: `practices-${currency}`,
          title: hasMonthBefore ? `${title}: ${month} against ${before}` : `${title}: ${month}`,
          description: hasMonthBefore
            ? `For each practice its charges in ${month} above those of ${before}, with the change as a figure; ${order}.`
            : `For each practice its charges in ${month}; ${order}.`,
        },
        practices.slice(0, MOST_BARS).map((practice) => ({
          label: practice.practiceName,
          value: hasMonthBefore ? change(practice) : now(practice),
          bars: [
            barFromZero(practice.nowMinor, 'more'),
            ...(hasMonthBefore ? [barFromZero(practice.beforeMinor, 'before')] : []),
          ],
        })),
      ),
    ],
    table: htmlTable<PracticeCharges>(
      'Charges, without credits',
      [
        { name: 'Practice', cell: practiceLabel },
        { name: month, isNumber: true, cell: now },
        ...(hasMonthBefore
          ? [
              {
                name: before,
                isNumber: true,
                cell: ({ beforeMinor }: PracticeCharges) => groupedAmount(beforeMinor, currency),
              },
              { name: 'Change', isNumber: true, cell: change },
            ]
          : []),
      ],
      practices,
      [{ ...allPractices, practiceName: 'All practices' }],
    ),
  });
}

/** Draws charges by product, largest first. */
export function chargesByProduct({ currency, products }: CurrencyFigures): Html {
  return sumsSection(products, {
    title: `Charges by product, ${currency}`,
    lead: 'Charges without credits, the largest first.',
    name: 'Product',
    fill: 'more',
    currency,
  });
}

/** Draws the charges of earlier months that were taken back, by reason. */
export function creditsByReason({ currency, credits }: CurrencyFigures): Html {
  return sumsSection(credits, {
    title: `Credits by reason, ${currency}`,
    lead: 'Charges of earlier months that were taken back.',
    name: 'Reason',
    fill: 'less',
    currency,
  });
}

function sumsSection(
  sums: readonly LineSum[],
  words: {
    readonly title: string;
    readonly lead: string;
    readonly name: string;
    readonly fill: Fill;
    readonly currency: string;
  },
): Html {
  if (sums.length === 0) return NOTHING;
  const { title, lead, name, fill, currency } = words;
  const textOf = ({ amountMinor }: LineSum) => groupedAmount(amountMinor, currency);
  const all = {
    label: 'All',
    lines: sums.reduce((total, { lines }) => total + lines, 0),
    amountMinor: sums.reduce((total, { amountMinor }) => total + amountMinor, 0n),
  };
  const shown = sums.slice(0, MOST_BARS);
  return pictureSection({
    title,
    lead: html`${lead}${shownIn(sums.length)}`,
    charts: [
      barChart(
        {
          id: `${name.toLowerCase()}-${currency}`,
          title,
          description: shown.map((sum) => `${sum.label}: ${textOf(sum)}`).join('; '),
        },
        shown.map((sum) => ({
          label: sum.label,
          value: textOf(sum),
          bars: [barFromZero(sum.amountMinor < 0n ? -sum.amountMinor : sum.amountMinor, fill)],
        })),
      ),
    ],
    table: htmlTable<LineSum>(
      title,
      [
        { name, cell: ({ label }) => label },
        { name: 'Lines', isNumber: true, cell: ({ lines }) => grouped(lines) },
        { name: currency, isNumber: true, cell: textOf },
      ],
      sums,
      [all],
    ),
  });
}

/** Draws the months of this ledger side by side; empty in its first month. */
export function monthByMonth({ currency, trend }: CurrencyFigures): Html {
  if (trend.length < 2) return NOTHING;
  const title = `Month by month, ${currency}`;
  const charges = ({ chargesMinor }: TrendMonth) => groupedAmount(chargesMinor, currency);
  const held = ({ heldMinor }: TrendMonth) => groupedAmount(heldMinor, currency);
  const credits = ({ creditsMinor }: TrendMonth) => groupedAmount(creditsMinor, currency);
  return pictureSection({
    title,
    lead: html`${swatch('more')} charges ${swatch('before')} held at the cut-off ${swatch('less')} credits.`,
    charts: [
      barChart(
        {
          id: `trend-${currency}`,
          title,
          description: trend
            .map(
              (each) =>
                `${each.month}: charges ${charges(each)}, held ${held(each)}, credits ${credits(each)}`,
            )
            .join('; '),
        },
        trend.map((each) => ({
          label: each.month,
          value: charges(each),
          bars: [
            barFromZero(each.chargesMinor, 'more'),
            barFromZero(each.heldMinor, 'before'),
            barFromZero(-each.creditsMinor, 'less'),
          ],
        })),
      ),
    ],
    table: htmlTable<TrendMonth>(
      'The months of this ledger',
      [
        { name: 'Month', cell: ({ month }) => month },
        { name: 'Charges', isNumber: true, cell: charges },
        { name: 'Held', isNumber: true, cell: held },
        { name: 'Credits', isNumber: true, cell: credits },
      ],
      trend,
    ),
  });
}

/** Draws the charges of the month by the month in which their lines were placed. */
export function deferralFlow({ currency, placedIn }: CurrencyFigures, { month }: ReportFigures): Html {
  if (placedIn.length === 0) return NOTHING;
  const title = `Where ${month}'s charges come from, ${currency}`;
  return pictureSection({
    title,
    lead: html`The months in which the order lines charged in ${month} had been placed. ${swatch('before')} earlier months ${swatch('more')} this month.`,
    charts: [
      flowChart(
        {
          id: `flow-${currency}`,
          title,
          description: placedIn
            .map((each) => `placed in ${each.label}: ${groupedAmount(each.amountMinor, currency)}`)
            .join('; '),
        },
        placedIn.map(({ label, isThisMonth, amountMinor }) => ({
          label,
          value: groupedAmount(amountMinor, currency),
          amount: Number(amountMinor),
          fill: isThisMonth ? 'more' : 'before',
        })),
      ),
    ],
    table: htmlTable(
      `Charges of ${month} by month of placement`,
      [
        { name: 'Placed in', cell: ({ label }) => label },
        { name: 'Lines', isNumber: true, cell: ({ lines }) => grouped(lines) },
        { name: currency, isNumber: true, cell: ({ amountMinor }) => groupedAmount(amountMinor, currency) },
      ],
      placedIn,
    ),
  });
}
