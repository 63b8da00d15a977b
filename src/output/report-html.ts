/**
 * A month's report: one self-contained HTML file for those who would rather look than read. Every chart has its figures as a
 * table beside it; the figures are those of the CSVs.
 */
import { previousMonth } from '../billing/billing-month.js';
import { formatAmount } from '../billing/money.js';
import { LEFT, type Term, type TermSum } from '../billing/reconciliation.js';
import { formatInstant } from '../billing/time-zone.js';
import {
  type BarRow,
  barChart,
  CHART_DEFINITIONS,
  CHART_STYLE,
  type Fill,
  flowChart,
  type Segment,
  swatch,
} from './chart.js';
import { escapeHtml, grouped, htmlPage, htmlTable } from './html.js';
import {
  type CurrencyFigures,
  MOST_LIMITS,
  type PracticeCharges,
  type ReportFigures,
  type ReportSources,
  reportFigures,
} from './report-figures.js';

/** The text of the report. It depends on its sources alone: no clock, no zone, no locale. */
export function reportHtml(sources: ReportSources): string {
  const figures = reportFigures(sources);
  const sections = figures.currencies.flatMap((currency) => [
    bridge(currency),
    practiceCharges(currency, figures),
    heldByAge(currency),
    deferralFlow(currency, figures),
  ]);
  return htmlPage({
    title: `Month end ${figures.month}`,
    style: STYLE + CHART_STYLE,
    body: [
      CHART_DEFINITIONS,
      heading(figures),
      '<main>\n',
      ...sections,
      nextLimits(figures),
      exceptions(figures),
      controls(figures),
      '</main>\n',
    ].join(''),
  });
}

const amount = (minor: bigint | number, currency: string): string => grouped(formatAmount(minor, currency));
const signed = (text: string): string => (/^-|^0(\.0*)?$/.test(text) ? text : `+${text}`);

function heading({ month, isDraft, summary, totals }: ReportFigures): string {
  const documents = `${counted(summary.invoices, 'invoice')}, ${counted(summary.creditNotes, 'credit note')}`;
  const held = `${counted(summary.deferred, 'line')} deferred, ${grouped(summary.slated)} slated for deletion`;
  const cards = totals.flatMap(({ currency, total, charges, credits, held }) => [
    card(`Total ${currency}`, grouped(total), `charges ${grouped(charges)}, credits ${grouped(credits)}`),
    card(`Held ${currency}`, grouped(held), 'paused, so not charged yet'),
  ]);
  return `<header>
<p class="over">Month end${isDraft ? ' · draft' : ''}</p>
<h1>${month}</h1>
<p>${documents} · ${held} · ${counted(summary.exceptions, 'exception')}</p>
<dl>
${cards.join('')}</dl>
</header>
`;
}

const card = (name: string, figure: string, remark: string): string =>
  `<div><dt>${name}</dt><dd class="big">${figure}</dd><dd>${remark}</dd></div>\n`;

function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

interface Section {
  readonly title: string;
  readonly lead: string;
  readonly charts: readonly string[];
  readonly table: string;
}

/** A heading, a picture, and its figures beside it; two pictures stand beside each other, above their figures. */
function section({ title, lead, charts, table }: Section): string {
  const figures = charts.map((chart) => `<figure>${chart}</figure>`);
  const beside = figures.length > 1 ? figures : [...figures, `<div>${table}</div>`];
  return `<section>
<h2>${escapeHtml(title)}</h2>
<p>${lead}</p>
<div class="pair">
${beside.join('\n')}
</div>
${figures.length > 1 ? table : ''}</section>
`;
}

/** `opening_held` -> `opening held` */
const nameOf = ({ term }: TermSum): string => term.replaceAll('_', ' ');
const addsUp = (term: Term): boolean => (LEFT as readonly Term[]).includes(term);

function fillOf(term: Term): Fill {
  if (term === 'charged' || term === 'ended_uncharged') return 'less';
  return addsUp(term) && term !== 'opening_held' ? 'more' : 'total';
}

/** What was held and what came, against what was charged, ended or is held still (billing-rules.md section 8). */
function bridge({ currency, balance }: CurrencyFigures): string {
  if (balance.length === 0) return '';
  const title = `The month's bridge, ${currency}`;
  const chart = (unit: 'lines' | 'money', textOf: (term: TermSum) => string) =>
    `<figcaption>${unit === 'lines' ? 'Order lines' : currency}</figcaption>${barChart(
      {
        id: `bridge-${unit}-${currency}`,
        title: `${title}, in ${unit}`,
        description: `From the opening held ${unit}, over what was placed and charged, to what is held at the close: ${balance
          .map((term) => `${nameOf(term)} ${textOf(term)}`)
          .join(', ')}.`,
      },
      bridgeRows(balance, (term) => (unit === 'lines' ? term.lines : Number(term.amountMinor)), textOf),
      { isBridge: true },
    )}`;
  return section({
    title,
    lead: `${swatch('total')} held ${swatch('more')} comes in ${swatch('less')} goes out: what comes in must go out or be held.`,
    charts: [
      chart('money', ({ amountMinor }) => amount(amountMinor, currency)),
      chart('lines', ({ lines }) => grouped(lines)),
    ],
    table: htmlTable<TermSum>(
      'The balance of the month',
      [
        { name: 'Term', cell: nameOf },
        { name: 'Lines', isNumber: true, cell: ({ lines }) => grouped(lines) },
        { name: currency, isNumber: true, cell: ({ amountMinor }) => amount(amountMinor, currency) },
      ],
      balance,
    ),
  });
}

/** What comes in builds up from zero; what leaves or stays takes it down to zero again, if the month balances. */
function bridgeRows(
  balance: readonly TermSum[],
  sizeOf: (term: TermSum) => number,
  textOf: (term: TermSum) => string,
): BarRow[] {
  let level = 0;
  return balance.map((term) => {
    const from = level;
    level += addsUp(term.term) ? sizeOf(term) : -sizeOf(term);
    return { label: nameOf(term), value: textOf(term), bars: [{ from, to: level, fill: fillOf(term.term) }] };
  });
}

function practiceCharges(figures: CurrencyFigures, { month, hasMonthBefore }: ReportFigures): string {
  const { currency, practices, otherPractices, allPractices } = figures;
  if (practices.length === 0) return '';
  const before = previousMonth(month);
  const change = ({ nowMinor, beforeMinor }: PracticeCharges) =>
    signed(amount(nowMinor - beforeMinor, currency));
  const practiceOf = ({ practiceId, practiceName }: PracticeCharges) =>
    practiceName === practiceId ? practiceId : `${practiceName} (${practiceId})`;
  const title = `Charges by practice, ${currency}`;
  const others =
    otherPractices === undefined
      ? []
      : [
          {
            ...otherPractices.charges,
            practiceName: counted(otherPractices.count, 'other practice'),
          },
        ];
  return section({
    title,
    lead: `${swatch('more')} ${month} ${swatch('before')} ${before}${hasMonthBefore ? '' : ' (not closed in this ledger)'}; the largest changes first.`,
    charts: [
      barChart(
        {
          id: `practices-${currency}`,
          title: `${title}: ${month} against ${before}`,
          description: `For each practice its charges in ${month} above those of ${before}, with the change as a figure; the largest changes first.`,
        },
        practices.map((practice) => ({
          label: practice.practiceName,
          value: change(practice),
          bars: [barOf(practice.nowMinor, 'more'), barOf(practice.beforeMinor, 'before')],
        })),
      ),
    ],
    table: htmlTable<PracticeCharges>(
      'Charges, without credits',
      [
        { name: 'Practice', cell: practiceOf },
        { name: month, isNumber: true, cell: ({ nowMinor }) => amount(nowMinor, currency) },
        { name: before, isNumber: true, cell: ({ beforeMinor }) => amount(beforeMinor, currency) },
        { name: 'Change', isNumber: true, cell: change },
      ],
      practices,
      [
        ...others.map((each) => ({ ...each, practiceId: each.practiceName })),
        { ...allPractices, practiceId: 'All practices', practiceName: 'All practices' },
      ],
    ),
  });
}

const barOf = (minor: bigint, fill: Fill): Segment => ({ from: 0, to: Number(minor), fill });

function heldByAge({ currency, heldAges }: CurrencyFigures): string {
  if (heldAges.every(({ lines }) => lines === 0)) return '';
  const title = `Held orders by age, ${currency}`;
  const textOf = ({ lines, amountMinor }: (typeof heldAges)[number]) =>
    `${counted(lines, 'line')}, ${amount(amountMinor, currency)}`;
  return section({
    title,
    lead: `Paused order lines by the days of their pause at the cut-off. ${swatch('more')} deferred ${swatch('past')} past the limit: slated for deletion.`,
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
          bars: [barOf(age.amountMinor, age.isPast ? 'past' : 'more')],
        })),
      ),
    ],
    table: htmlTable(
      'Held at the cut-off',
      [
        { name: 'Days paused', cell: ({ label }) => label },
        { name: 'Lines', isNumber: true, cell: ({ lines }) => grouped(lines) },
        { name: currency, isNumber: true, cell: ({ amountMinor }) => amount(amountMinor, currency) },
      ],
      heldAges,
    ),
  });
}

function deferralFlow({ currency, placedIn }: CurrencyFigures, { month }: ReportFigures): string {
  if (placedIn.length === 0) return '';
  const title = `Where ${month}'s charges come from, ${currency}`;
  return section({
    title,
    lead: `The months in which the order lines charged in ${month} had been placed. ${swatch('before')} earlier months ${swatch('more')} this month.`,
    charts: [
      flowChart(
        {
          id: `flow-${currency}`,
          title,
          description: placedIn
            .map((each) => `placed in ${each.label}: ${amount(each.amountMinor, currency)}`)
            .join('; '),
        },
        placedIn.map(({ label, isThisMonth, amountMinor }) => ({
          label,
          value: amount(amountMinor, currency),
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
        { name: currency, isNumber: true, cell: ({ amountMinor }) => amount(amountMinor, currency) },
      ],
      placedIn,
    ),
  });
}

function nextLimits({ nextLimits }: ReportFigures): string {
  if (nextLimits.length === 0) return '';
  return `<section>
<h2>The limits that pass next</h2>
<p>Deferred order lines in the order in which their pause limits pass; at most ${MOST_LIMITS}, all of them in held.csv.</p>
${htmlTable(
  'Deferred order lines',
  [
    {
      name: 'Limit (UTC)',
      isFixed: true,
      cell: ({ limitAt }) => formatInstant(limitAt).slice(0, 16).replace('T', ' '),
    },
    { name: 'Practice', cell: ({ practiceId }) => practiceId },
    { name: 'Order', cell: ({ orderId, orderLine }) => `${orderId} / ${orderLine}` },
    { name: 'Product', cell: ({ product }) => product },
    { name: 'Paused on', isFixed: true, cell: ({ pausedOn }) => pausedOn },
    { name: 'Reason', cell: ({ pauseReason }) => pauseReason },
    {
      name: 'Amount',
      isNumber: true,
      cell: ({ amountMinor, currency }) => `${amount(amountMinor, currency)} ${currency}`,
    },
  ],
  nextLimits,
)}</section>
`;
}

function exceptions({ exceptions }: ReportFigures): string {
  if (exceptions.length === 0)
    return '<section>\n<h2>Exceptions</h2>\n<p>None: no fact was without effect, none needs your eyes.</p>\n</section>\n';
  return section({
    title: 'Exceptions',
    lead: 'Facts that had no effect, or that a person should see; each of them is in exceptions.csv.',
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

function controls({ totals, cutOffs, seal, isDraft }: ReportFigures): string {
  return `<section>
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
)}<p>Cut-off: ${cutOffs.map(({ timeZone, at }) => `${formatInstant(at)} (${escapeHtml(timeZone)})`).join(', ')}</p>
<p>${isDraft ? 'Last seal' : 'Seal'}: <code>${seal || 'none yet'}</code></p>
</section>
`;
}

const LIGHT =
  '--paper:#fff;--ink:#1a2128;--faint:#5d6873;--rule:#d5dbe1;--total:#2b3640;--more:#1f6fb2;--less:#b45309;--before:#c3ccd5;--past:#a3291c';
const DARK =
  '--paper:#13181d;--ink:#e8ecf0;--faint:#a3aeb9;--rule:#36414b;--total:#dfe6ec;--more:#58a6e8;--less:#f0a63c;--before:#5b6773;--past:#ff8f7d';

const STYLE = `:root{${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1160px;padding:16px;background:var(--paper);color:var(--ink);font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif;overflow-wrap:anywhere}
h1{font-size:34px;line-height:1.1;margin:0}
h2{font-size:19px;margin:0 0 4px}
p{margin:0 0 10px}
.over{margin:0;color:var(--faint);text-transform:uppercase;letter-spacing:.08em;font-size:12px}
header dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:12px;margin:12px 0 0}
header dl div{border:1px solid var(--rule);border-radius:6px;padding:10px 12px}
dt{color:var(--faint)}
dd{margin:0;color:var(--faint);font-size:12px}
dd.big{font-size:22px;color:var(--ink);font-variant-numeric:tabular-nums}
section{border-top:1px solid var(--rule);margin-top:28px;padding-top:16px}
.pair{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:16px 40px;align-items:start}
figure{margin:0 0 14px}
figcaption{color:var(--faint);margin-bottom:4px}
table{border-collapse:collapse;width:100%;font-size:13px}
caption{text-align:left;color:var(--faint);padding-bottom:4px}
th,td{overflow-wrap:break-word;text-align:left;vertical-align:top;padding:4px 10px 4px 0;border-bottom:1px solid var(--rule);font-weight:400}
thead th,tfoot th,tfoot td{font-weight:600}
th:last-child,td:last-child{padding-right:0}
.fixed,.wide thead th{white-space:nowrap}
.number{text-align:right;font-variant-numeric:tabular-nums}
td.number{white-space:nowrap}
code{font-size:12px}
@media screen and (max-width:820px){.pair{grid-template-columns:minmax(0,1fr)}}
@media screen and (max-width:640px){
.wide thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.wide,.wide tbody,.wide tfoot,.wide tr,.wide th,.wide td,.wide caption{display:block}
.wide tr{border-bottom:1px solid var(--rule);padding:6px 0}
.wide th,.wide td{display:flex;justify-content:space-between;gap:12px;border:0;padding:1px 0;text-align:right}
.wide th::before,.wide td::before{content:attr(data-name);color:var(--faint);font-weight:400;white-space:nowrap}
.wide th[scope=row]{font-weight:600}
}
@page{margin:14mm}
@media print{
body{padding:0;max-width:none;font-size:10pt}
table{font-size:9pt}
.pair{gap:8px 24px}
.pair:has(.wide){grid-template-columns:minmax(0,1fr)}
.pair:not(:has(.wide)){break-inside:avoid}
p,dl{break-inside:avoid}
h2,h2+p,figcaption,caption,thead{break-after:avoid}
figure,tr,header dl div{break-inside:avoid}
thead{display:table-header-group}
}
`;
