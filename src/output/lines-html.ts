/** The lines of a document or of a practice as a page: a table for each document, each line with its reason. */
import { formatAmount } from '../billing/money.js';
import type { ExplainedDocument, ExplainedLines } from '../explain/explained-lines.js';
import { grouped } from '../words/words.js';
import { breakable, type Html, html, htmlDocument, htmlTable, PAGE_STYLE } from './html.js';

/** Returns the page. It depends on the explanation alone. */
export function linesHtml(id: string, lines: ExplainedLines): string {
  const { practice, documents, heldIn, held } = lines;
  const about = practice === undefined ? 'Document' : 'Practice';
  const name = practice === undefined ? id : `${practice.practiceName} (${id})`;
  const sections = [
    ...documents.map(documentSection),
    ...(held.length === 0 ? [] : [heldSection(lines)]),
    ...(documents.length + held.length === 0
      ? [html`<section><p>No document, and nothing held at the end of ${heldIn ?? ''}.</p></section>\n`]
      : []),
  ];
  return htmlDocument({
    title: `${about} ${id}`,
    style: PAGE_STYLE,
    body: html`<header>
<p class="over">${about}</p>
<h1>${breakable(name)}</h1>
</header>
<main>
${sections}</main>
`,
  });
}

/** Tells whether a text is a page of `explain`, of whatever id. */
export function isExplainedPage(text: string): boolean {
  return /<meta name="generator" content="monthend">.*<title>(Order|Document|Practice) /s.test(
    text.slice(0, 1000),
  );
}

const amountOf = (amountMinor: number, currency: string) => grouped(formatAmount(amountMinor, currency));
const sentenceOf = ({ sentence }: { readonly sentence: string }) =>
  `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;

function documentSection(document: ExplainedDocument): Html {
  const { documentNumber, documentType, practiceId, practiceName, billingMonth, currency } = document;
  const type = documentType === 'invoice' ? 'Invoice' : 'Credit note';
  const ended = document.voidReason === undefined ? '' : `, void: ${document.voidReason}`;
  const total = `${amountOf(document.totals.totalMinor, currency)} ${currency}`;
  const practice = practiceName === practiceId ? practiceId : `${practiceName} (${practiceId})`;
  return html`<section>
<h2>${type} ${documentNumber}, ${billingMonth}: ${total}</h2>
<p>To ${practice}${ended}</p>
${htmlTable<ExplainedDocument['lines'][number]>(
  'Its lines, and why each stands there',
  [
    { name: 'Line', isNumber: true, cell: ({ lineNumber }) => grouped(lineNumber) },
    { name: 'Order', cell: ({ orderId, orderLine }) => `${orderId}, line ${orderLine}` },
    { name: 'Product', cell: ({ product }) => product },
    { name: currency, isNumber: true, cell: ({ amountMinor }) => amountOf(amountMinor, currency) },
    { name: 'Why', isProse: true, cell: sentenceOf },
  ],
  document.lines,
)}</section>
`;
}

function heldSection({ held, heldIn }: ExplainedLines): Html {
  return html`<section>
<h2>Held at the end of ${heldIn ?? ''}</h2>
${htmlTable<ExplainedLines['held'][number]>(
  'Order lines that are not charged yet, and why',
  [
    { name: 'Order', cell: ({ orderId, orderLine }) => `${orderId}, line ${orderLine}` },
    { name: 'Product', cell: ({ product }) => product },
    {
      name: 'Amount',
      isNumber: true,
      cell: ({ amountMinor, currency }) => `${amountOf(amountMinor, currency)} ${currency}`,
    },
    { name: 'Limit', isFixed: true, cell: ({ limitOn }) => limitOn },
    { name: 'Why', isProse: true, cell: sentenceOf },
  ],
  held,
)}</section>
`;
}
