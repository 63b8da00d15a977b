/** Makes a printable invoice as one self-contained HTML page. Its head repeats on each sheet; lines and totals are never split. */
import { breakable, type Html, html, htmlDocument, joined, logoHtml, NOTHING } from './html.js';
import type { PrintableInvoice, PrintableLine } from './printable-invoice.js';

export function invoiceHtml(invoice: PrintableInvoice): string {
  const { title, number, practiceName, from, logo, to, practice, facts, lines, totals, payment, footer } =
    invoice;
  const pair = ([name, value]: readonly [string, string]) =>
    html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  const sum = ([name, value]: readonly [string, string]) =>
    html`<tr class="sum"><th scope="row" colspan="5">${name}</th><td class="number">${value}</td></tr>\n`;
  const lab = from.length === 0 ? NOTHING : html`<address class="from">${named(from)}</address>\n`;
  const owner = practice === '' ? NOTHING : html`<br><span>${practice}</span>`;
  const howToPay =
    payment.length === 0
      ? NOTHING
      : html`<section class="payment"><h2>How to pay</h2><p>${broken(payment.map(breakable))}</p></section>\n`;
  return htmlDocument({
    title: `${title} ${number}, ${practiceName}`,
    style: html`${STYLE}${logo === undefined ? NOTHING : BESIDE_LOGO}`,
    logo,
    body: html`<header>
${logoHtml(logo)}${lab}<h1>${title} ${number}</h1>
<address class="to"><small>Bill to</small><br>${named(to)}${owner}</address>
<dl>${facts.map(pair)}</dl>
</header>
<table>
<thead>
<tr class="running"><td colspan="6">${title} ${number} · ${practiceName}</td></tr>
<tr><th scope="col" class="number">Line</th><th scope="col">Order</th><th scope="col">Description</th><th scope="col" class="number">Quantity</th><th scope="col" class="number">Unit price</th><th scope="col" class="number">Amount</th></tr>
</thead>
<tbody>
${lines.map(rowOf)}</tbody>
<tbody class="totals">
${totals.map(sum)}</tbody>
</table>
${howToPay}${footer === '' ? NOTHING : html`<footer>${breakable(footer)}</footer>\n`}`,
  });
}

const broken = (lines: readonly Html[]): Html => joined(lines, html`<br>`);

/** The first line is a name, in bold. */
const named = ([name = '', ...lines]: readonly string[]): Html =>
  broken([html`<b>${breakable(name)}</b>`, ...lines.map(breakable)]);

function rowOf({ number, order, description, remark, quantity, unitPrice, amount }: PrintableLine): Html {
  return html`<tr><td class="number">${number}</td><td class="order">${breakable(order)}</td><td class="what">${breakable(description)} <small>${breakable(remark)}</small></td><td class="number" data-name="Quantity">${quantity}</td><td class="number" data-name="Unit price">${unitPrice}</td><td class="number" data-name="Amount">${amount}</td></tr>
`;
}

const BESIDE_LOGO = html`.logo{grid-column:2;justify-self:end}
.logo+.from{grid-column:1;grid-row:1}
@media screen and (max-width:640px){.logo,.logo+.from{grid-column:1;grid-row:auto;justify-self:start}}
`;

const STYLE = html`:root{--paper:#fff;--ink:#1a2128;--faint:#5d6873;--rule:#d5dbe1}
@media screen and (prefers-color-scheme:dark){:root{--paper:#13181d;--ink:#e8ecf0;--faint:#a3aeb9;--rule:#36414b}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:860px;padding:24px 16px;background:var(--paper);color:var(--ink);font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif;overflow-wrap:anywhere}
header{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:4px 24px;margin-bottom:24px}
h1{grid-column:1/-1;font-size:26px;line-height:1.2;margin:0 0 8px}
address{font-style:normal}
.from{grid-column:1/-1;margin-bottom:16px;color:var(--faint)}
.from b{color:var(--ink);font-size:16px}
.to span,small,dt,.running td,footer{color:var(--faint)}
.payment{margin-top:24px}
h2{font-size:14px;margin:0 0 4px}
.payment p{margin:0}
footer{margin-top:24px;padding-top:8px;border-top:1px solid var(--rule);font-size:12px}
dl{margin:0}
dl div{display:grid;grid-template-columns:110px minmax(0,220px);gap:12px}
dd{margin:0;font-variant-numeric:tabular-nums}
small{font-size:12px}
table{border-collapse:collapse;width:100%}
th,td{overflow-wrap:break-word;text-align:left;vertical-align:top;padding:6px 12px 6px 0;border-bottom:1px solid var(--rule);font-weight:400}
thead th{font-weight:600;vertical-align:bottom}
th:last-child,td:last-child{padding-right:0}
.number{text-align:right;font-variant-numeric:tabular-nums}
tbody .number:not(:first-child){white-space:nowrap}
.order{min-width:90px}
.what small{display:block}
.sum th,.sum td{text-align:right;font-weight:600}
.sum:last-child td,.sum:last-child th{font-size:17px;border-bottom:0}
.running{display:none}
@media screen and (max-width:640px){
header{grid-template-columns:minmax(0,1fr)}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,tbody,tr,td,th{display:block}
tbody tr{border-bottom:1px solid var(--rule);padding:8px 0}
th,td{border:0;padding:1px 0}
td[data-name],.sum{display:flex;justify-content:space-between;gap:12px}
td[data-name]::before{content:attr(data-name);color:var(--faint)}
td.number:first-child{text-align:left;color:var(--faint);font-size:12px}
td.number:first-child::before{content:"Line "}
}
@page{margin:16mm 14mm}
@media print{
body{padding:0;max-width:none;font-size:9pt;line-height:1.3}
h1{font-size:16pt}
header{margin-bottom:10pt}
.from{margin-bottom:8pt}
th,td{padding:1.2pt 8pt 1.2pt 0}
dl div{grid-template-columns:80pt minmax(0,150pt)}
small{font-size:7.5pt}
.what small{display:inline;margin-left:4pt}
thead{display:table-header-group}
.running{display:table-row}
tr,.totals,.payment{break-inside:avoid}
.totals{break-before:avoid}
h1,header{break-after:avoid}
}
`;
