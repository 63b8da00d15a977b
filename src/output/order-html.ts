/** Makes the page of an explained order: a picture of its timeline, the same as a table, and the reasons for each month. */
import { asSentence, inGroups, spanOf, wordFor } from '../explain/explained-months.js';
import {
  type ExplainedAmendment,
  type ExplainedMonth,
  type Explanation,
  voidSentence,
} from '../explain/explanation.js';
import { importName } from '../explain/fact-changes.js';
import { zonesInWords } from '../words/words.js';
import { CHART_DEFINITIONS, CHART_STYLE, signSwatch, swatch, timelineCharts } from './chart.js';
import {
  type Html,
  html,
  htmlDocument,
  htmlTable,
  joined,
  NOTHING,
  PAGE_STYLE,
  pictureSection,
} from './html.js';
import { groupedBy, type OrderPicture, orderPicture, type PicturedMark } from './order-picture.js';

/** Returns the page. It depends only on the explanation, not on clock or locale; dates are on the practice's clock. */
export function orderHtml(explanation: Explanation): string {
  const { orderId, practiceId, clock } = explanation;
  const owner = practiceId === '' ? 'no line of it is known' : `practice ${practiceId}`;
  return htmlDocument({
    title: `Order ${orderId}`,
    style: html`${PAGE_STYLE}${CHART_STYLE}`,
    body: html`${CHART_DEFINITIONS}<header>
<p class="over">Order</p>
<h1>${orderId}</h1>
<p>${owner}, on the clock of ${zonesInWords(clock)}</p>
</header>
<main>
${timeline(explanation)}${amendments(explanation)}${monthByMonth(explanation)}</main>
`,
  });
}

function timeline(explanation: Explanation): Html {
  const picture = orderPicture(explanation);
  return pictureSection({
    title: 'Timeline',
    lead: html`${KEY}<br>A month in parentheses is still open.`,
    charts: [
      html`${timelineCharts(
        (piece) => ({
          id: `timeline-${piece.number}`,
          title: `Timeline of order ${explanation.orderId}${piece.of === 1 ? '' : `, part ${piece.number} of ${piece.of}`}`,
          description: descriptionOf(piece.bands),
        }),
        picture,
      )}`,
    ],
    table: htmlTable<PicturedMark>(
      'What the picture shows',
      [
        { name: 'When', isFixed: true, cell: ({ when }) => when },
        { name: 'What', cell: ({ what }) => what },
        { name: 'Amount', isNumber: true, cell: ({ amount }) => amount },
      ],
      picture.bands.flatMap(({ marks }) => marks),
    ),
  });
}

const SIGNS = [
  [swatch('active'), 'active'],
  [swatch('paused'), 'paused'],
  [swatch('past'), 'paused past its limit'],
  [swatch('shipped'), 'shipped'],
  [signSwatch('placed'), 'placed'],
  [signSwatch('event'), 'event'],
  [signSwatch('void'), 'event without effect'],
  [signSwatch('limit'), 'pause limit'],
  [signSwatch('charge'), 'charge'],
  [signSwatch('credit'), 'credit'],
  [signSwatch('standing'), 'not charged'],
] as const;
const KEY = joined(
  SIGNS.map(([picture, name]) => html`<span class="key">${picture} ${name}</span>`),
  html`\n`,
);

/** `2025-10: Oct 5 line 1 placed, Oct 10 paused, deferred; 2025-11: …` */
function descriptionOf(bands: OrderPicture['bands']): string {
  return bands
    .map(({ label, marks }) => `${label}: ${marks.map((mark) => mark.label).join(', ') || 'nothing'}`)
    .join('; ');
}

/** What imports changed of facts that were known. Most orders have none, and no section. */
function amendments({ amendments }: Explanation): Html {
  if (amendments.length === 0) return NOTHING;
  return html`<section>
<h2>Amendments</h2>
${htmlTable<ExplainedAmendment>(
  'What was corrected',
  [
    { name: 'Import', isFixed: true, cell: importName },
    { name: 'What', isProse: true, cell: ({ sentence }) => sentence },
  ],
  amendments,
)}</section>
`;
}

interface Told {
  readonly months: string;
  readonly about: string;
  readonly what: string;
  readonly why: string;
}

function monthByMonth({ months, voided }: Explanation): Html {
  const rows = inGroups(months).flatMap(told);
  const sentences = voided.map((each) => html`<p>${voidSentence(each)}</p>\n`);
  return html`<section>
<h2>Month by month</h2>
<p>Closed months as they were issued, by the facts that they knew; open months as a close would issue them now.</p>
${htmlTable<Told>(
  'What was charged or not, and why',
  [
    { name: 'Month', isFixed: true, cell: ({ months }) => months },
    { name: 'Line', cell: ({ about }) => about },
    { name: 'Charged or not', cell: ({ what }) => what },
    { name: 'Why', isProse: true, cell: ({ why }) => why },
  ],
  rows,
)}${voided.length === 0 ? NOTHING : html`<h3>Void</h3>\n${sentences}`}</section>
`;
}

function told(months: readonly ExplainedMonth[]): Told[] {
  const [first] = months;
  if (first === undefined) return [];
  const span = { months: `${spanOf(months)}${first.isClosed ? '' : ', open'}` };
  const lines = first.lines.map((line) => ({ line, what: wordFor(line), why: asSentence(line) }));
  const rows = [
    ...groupedBy(lines, ({ what, why }) => `${what} ${why}`).map((group) => ({
      ...span,
      about: group.map(({ line }) => line.orderLine).join(', '),
      what: group[0]?.what ?? '',
      why: group[0]?.why ?? '',
    })),
    ...first.exceptions.map(({ code, sentence }) => ({
      ...span,
      about: '',
      what: `exception ${code}`,
      why: `${sentence}.`,
    })),
  ];
  return rows.length > 0 ? rows : [{ ...span, about: '', what: '', why: 'Nothing of this order.' }];
}
