/** The sections at the end of the report: exceptions, accepted findings, control totals. */
import type { AcceptedFinding } from '../billing/finding.js';
import { grouped } from '../words/words.js';
import { barChart } from './chart.js';
import { type Html, html, htmlTable, NOTHING, pictureSection } from './html.js';
import type { ReportFigures } from './report-figures.js';
import { minuteOf } from './report-parts.js';

/** Draws the exceptions of the month by code. */
export function exceptionsByCode({ exceptions }: ReportFigures): Html {
  if (exceptions.length === 0)
    return html`<section>\n<h2>Exceptions</h2>\n<p>No exceptions this month.</p>\n</section>\n`;
  return pictureSection({
    title: 'Exceptions',
    lead: html`Facts that had no effect or need a look. exceptions.csv lists each of them.`,
    charts: [
      barChart(
        {
          id: 'exceptions',
          title: 'Exceptions by code',
          description: exceptions.map(({ code, count }) => `${code}: ${count}`).join('; '),
        },
        exceptions.map(({ code, count }) => ({
          label: code,
          value: grouped(count),
          bars: [{ from: 0, to: count, fill: 'past' }],
        })),
      ),
    ],
    table: htmlTable(
      'Exceptions by code',
      [
        { name: 'Code', cell: ({ code }) => code },
        { name: 'Effect', cell: ({ effect }) => effect },
        { name: 'Count', isNumber: true, cell: ({ count }) => grouped(count) },
      ],
      exceptions,
    ),
  });
}

/** Lists what stopped the close until a person accepted it; empty in most months. */
export function acceptedFindings(findings: readonly AcceptedFinding[]): Html {
  if (findings.length === 0) return NOTHING;
  return html`<section>
<h2>Accepted at the close</h2>
${htmlTable(
  'Findings of the preflight that were accepted',
  [
    { name: 'Finding', cell: ({ code }) => code },
    { name: 'What was found', cell: ({ message }) => message },
  ],
  findings,
)}</section>
`;
}

/** Lists the totals of the month as its manifest has them, its cut-offs and its seal. */
export function controlFigures({ totals, cutOffs, seal, isDraft }: ReportFigures): Html {
  return html`<section>
<h2>Control totals</h2>
${htmlTable(
  'What the month comes to, as in manifest.json',
  [
    { name: 'Currency', cell: ({ currency }) => currency },
    { name: 'Documents', isNumber: true, cell: ({ documents }) => grouped(documents) },
    { name: 'Lines', isNumber: true, cell: ({ lines }) => grouped(lines) },
    { name: 'Charges', isNumber: true, cell: ({ charges }) => grouped(charges) },
    { name: 'Credits', isNumber: true, cell: ({ credits }) => grouped(credits) },
    { name: 'Total', isNumber: true, cell: ({ total }) => grouped(total) },
    { name: 'Held lines', isNumber: true, cell: (total) => grouped(total.held_lines) },
    { name: 'Held', isNumber: true, cell: ({ held }) => grouped(held) },
  ],
  totals,
)}<p>Cut-off: ${cutOffs.map(({ timeZone, at }) => `${minuteOf(timeZone, at)} (${timeZone})`).join(', ')}</p>
<p>${isDraft ? 'Last seal' : 'Seal'}: <code>${seal || 'none yet'}</code></p>
</section>
`;
}
