/**
 * Makes a month's report: one self-contained HTML file. Every chart has a table of its figures beside it, and the figures are those of the
 * CSVs.
 */
import { previousMonth } from '../billing/billing-month.js';
import type { AcceptedFinding } from '../billing/finding.js';
import { formatAmount } from '../billing/money.js';
import type { Instant } from '../billing/order.js';
import { BALANCE_TERMS, DOCUMENT_TERMS, LEFT, type Term, type TermSum } from '../billing/reconciliation.js';
import { dateOf } from '../billing/time-zone.js';
import { clockName } from '../words/words.js';
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
import {
  breakable,
  grouped,
  type Html,
  html,
  htmlPage,
  htmlTable,
  logoHtml,
  NOTHING,
  PAGE_STYLE,
  pictureSection,
} from './html.js';
import type { Logo } from './logo.js';
import {
  type CurrencyFigures,
  type LineSum,
  MOST_BARS,
  MOST_LIMITS,
  type NextLimit,
  type PracticeCharges,
  type ReportFigures,
  type ReportSources,
  reportFigures,
  type TrendMonth,
} from './report-figures.js';

/** Returns the report. It depends only on its sources, not on clock, zone or locale. */
export function reportHtml(sources: ReportSources): string {
  const figures = reportFigures(sources);
  const sections = figures.currencies.flatMap((currency) => [
    bridge(currency),
    documents(currency),
    trend(currency),
    practiceCharges(currency, figures),
    products(currency),
    credits(currency),
    heldByAge(currency),
    deferralFlow(currency, figures),
  ]);
  return htmlPage({
    title: `Month end ${figures.month}`,
    style: html`${PAGE_STYLE}${CHART_STYLE}${sources.logo === undefined ? NOTHING : BESIDE_LOGO}`,
    logo: sources.logo,
    body: html`${CHART_DEFINITIONS}${heading(figures, sources.logo)}<main>
${sections}${nextLimits(figures)}${exceptions(figures)}${accepted(sources.view.accepted())}${controls(figures)}</main>
`,
  });
}

const amount = (minor: bigint | number, currency: string): string => grouped(formatAmount(minor, currency));
const signed = (text: string): string => (/^-|^0(\.0*)?$/.test(text) ? text : `+${text}`);

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

function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `opening_held` -> `opening held` */
const nameOf = ({ term }: TermSum): string => term.replaceAll('_', ' ');
const isAmong = (terms: readonly Term[], { term }: TermSum): boolean => terms.includes(term);

/** Draws what was held and came in, against what was charged, ended or is still held (docs/rules.md section 8). */
function bridge({ currency, balance }: CurrencyFigures): Html {
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
function documents({ currency, balance }: CurrencyFigures): Html {
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
  const money = ({ amountMinor }: TermSum) => amount(amountMinor, currency);
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

/** `Lakeside Dental (P-100)` */
const practiceOf = ({
  practiceId,
  practiceName,
}: {
  readonly practiceId: string;
  readonly practiceName: string;
}) => (practiceName === practiceId || practiceId === '' ? practiceName : `${practiceName} (${practiceId})`);

/** ` The picture shows the first 12 of 20.`; empty if it shows all. */
const shownIn = (count: number): string =>
  count > MOST_BARS ? ` The picture shows the first ${MOST_BARS} of ${grouped(count)}.` : '';

/** Draws charges by practice. In a ledger's first month there is nothing to compare with. */
function practiceCharges(figures: CurrencyFigures, { month, hasMonthBefore }: ReportFigures): Html {
  const { currency, practices, allPractices } = figures;
  if (practices.length === 0) return NOTHING;
  const before = previousMonth(month);
  const now = ({ nowMinor }: PracticeCharges) => amount(nowMinor, currency);
  const change = ({ nowMinor, beforeMinor }: PracticeCharges) =>
    signed(amount(nowMinor - beforeMinor, currency));
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
            barOf(practice.nowMinor, 'more'),
            ...(hasMonthBefore ? [barOf(practice.beforeMinor, 'before')] : []),
          ],
        })),
      ),
    ],
    table: htmlTable<PracticeCharges>(
      'Charges, without credits',
      [
        { name: 'Practice', cell: practiceOf },
        { name: month, isNumber: true, cell: now },
        ...(hasMonthBefore
          ? [
              {
                name: before,
                isNumber: true,
                cell: ({ beforeMinor }: PracticeCharges) => amount(beforeMinor, currency),
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
function products({ currency, products }: CurrencyFigures): Html {
  return sumsSection(products, {
    title: `Charges by product, ${currency}`,
    lead: 'Charges without credits, the largest first.',
    name: 'Product',
    fill: 'more',
    currency,
  });
}

function credits({ currency, credits }: CurrencyFigures): Html {
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
  const textOf = ({ amountMinor }: LineSum) => amount(amountMinor, currency);
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
          bars: [barOf(sum.amountMinor < 0n ? -sum.amountMinor : sum.amountMinor, fill)],
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
function trend({ currency, trend }: CurrencyFigures): Html {
  if (trend.length < 2) return NOTHING;
  const title = `Month by month, ${currency}`;
  const charges = ({ chargesMinor }: TrendMonth) => amount(chargesMinor, currency);
  const held = ({ heldMinor }: TrendMonth) => amount(heldMinor, currency);
  const credits = ({ creditsMinor }: TrendMonth) => amount(creditsMinor, currency);
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
            barOf(each.chargesMinor, 'more'),
            barOf(each.heldMinor, 'before'),
            barOf(-each.creditsMinor, 'less'),
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

const barOf = (minor: bigint, fill: Fill): Segment => ({ from: 0, to: Number(minor), fill });

function heldByAge({ currency, heldAges }: CurrencyFigures): Html {
  if (heldAges.every(({ lines }) => lines === 0)) return NOTHING;
  const title = `Held orders by age, ${currency}`;
  const textOf = ({ lines, amountMinor }: (typeof heldAges)[number]) =>
    `${counted(lines, 'line')}, ${amount(amountMinor, currency)}`;
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

function deferralFlow({ currency, placedIn }: CurrencyFigures, { month }: ReportFigures): Html {
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

/** `2025-11-24 10:02`, in the given zone. */
function minuteOf(timeZone: string, at: Instant): string {
  return `${dateOf(timeZone, at)} ${clockName({ timeZone }, at).slice(0, 5)}`;
}

function nextLimits({ nextLimits }: ReportFigures): Html {
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
    { name: 'Practice', cell: practiceOf },
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

function exceptions({ exceptions }: ReportFigures): Html {
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
function accepted(findings: readonly AcceptedFinding[]): Html {
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

function controls({ totals, cutOffs, seal, isDraft }: ReportFigures): Html {
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
