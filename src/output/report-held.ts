/** The sections of the report with what is held at the cut-off. */
import { counted, grouped } from '../words/words.js';
import { barChart, swatch } from './chart.js';
import { type Html, html, htmlTable, NOTHING, pictureSection } from './html.js';
import { type CurrencyFigures, MOST_LIMITS, type NextLimit, type ReportFigures } from './report-figures.js';
import { barFromZero, groupedAmount, minuteOf, practiceLabel } from './report-parts.js';

/** Draws the held lines by the days of their pause. */
export function heldByAge({ currency, heldAges }: CurrencyFigures): Html {
  if (heldAges.every(({ lines }) => lines === 0)) return NOTHING;
  const title = `Held orders by age, ${currency}`;
  const textOf = ({ lines, amountMinor }: (typeof heldAges)[number]) =>
    `${counted(lines, 'line')}, ${groupedAmount(amountMinor, currency)}`;
  return pictureSection({
    title,
    lead: html`Paused order lines by the days of their pause at the cut-off. ${swatch('more')} deferred ${swatch('past')} past the limit: slated for deletion.`,
    charts: [
      barChart(
        {
          id: `held-${currency}`,
          title,
          description: heldAges.map((age) => `${age.label}: ${textOf(age)}`).join('; '),
        },
        heldAges.map((age) => ({
          label: age.label,
          value: textOf(age),
          bars: [barFromZero(age.amountMinor, age.isPast ? 'past' : 'more')],
        })),
      ),
    ],
    table: htmlTable(
      'Held at the cut-off',
      [
        { name: 'Days paused', cell: ({ label }) => label },
        { name: 'Lines', isNumber: true, cell: ({ lines }) => grouped(lines) },
        { name: currency, isNumber: true, cell: ({ amountMinor }) => groupedAmount(amountMinor, currency) },
      ],
      heldAges,
    ),
  });
}

/** Lists the deferred lines whose pause limits pass next. */
export function nextLimits({ nextLimits }: ReportFigures): Html {
  if (nextLimits.length === 0) return NOTHING;
  const zones = [...new Set(nextLimits.map(({ timeZone }) => timeZone))];
  const clock = zones.length === 1 ? ` Limits are on the clock of ${zones[0]}.` : '';
  return html`<section>
<h2>The limits that pass next</h2>
<p>Deferred order lines in the order in which their pause limits pass; at most ${MOST_LIMITS}, all of them in held.csv.${clock}</p>
${htmlTable(
  'Deferred order lines',
  [
    {
      name: 'Limit',
      isFixed: true,
      cell: ({ limitAt, timeZone }) => minuteOf(timeZone, limitAt),
    },
    ...(zones.length === 1 ? [] : [{ name: 'On the clock of', cell: ({ timeZone }: NextLimit) => timeZone }]),
    { name: 'Practice', cell: practiceLabel },
    { name: 'Order', cell: ({ orderId, orderLine }) => `${orderId} / ${orderLine}` },
    { name: 'Product', cell: ({ product }) => product },
    { name: 'Paused on', isFixed: true, cell: ({ pausedOn }) => pausedOn },
    { name: 'Reason', cell: ({ pauseReason }) => pauseReason },
    {
      name: 'Amount',
      isNumber: true,
      cell: ({ amountMinor, currency }) => `${groupedAmount(amountMinor, currency)} ${currency}`,
    },
  ],
  nextLimits,
)}</section>
`;
}
