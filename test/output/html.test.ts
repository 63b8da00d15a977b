/** Markup and text cannot be taken for each other. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { breakable, type Html, html, htmlDocument, joined } from '../../src/output/html.js';
import { REPOSITORY } from '../support/monthend.js';

/** What stands between the tags of the body. */
function shown(body: Html): string {
  const page = htmlDocument({ title: 'T', style: html``, body });
  return /<body>\n([\s\S]*)<\/body>/.exec(page)?.[1] ?? '';
}

describe('a text in a template', () => {
  it.each([
    ['plain words', 'Ash & Sons <b> "x"', 'Ash &#38; Sons &#60;b&#62; &#34;x&#34;'],
    ['what ends an attribute', '" onload="alert(1)', '&#34; onload=&#34;alert(1)'],
    ['white space', 'a\tb\nc\u00a0d\u2028e', 'a b c d e'],
    ['what turns the direction, or cannot be shown', 'a\u202eb\u0000c\uffff', 'a\ufffdb\ufffdc\ufffd'],
    ['other scripts', 'Żółć 東京 🦷 ’', 'Żółć 東京 🦷 ’'],
    ['what is escaped already', '&#60;', '&#38;#60;'],
    ['nothing', '', ''],
  ])('is escaped: %s', (_, text, markup) => {
    expect(shown(html`<p>${text}</p>`)).toBe(`<p>${markup}</p>`);
    expect(shown(html`<p title="${text}"></p>`)).toBe(`<p title="${markup}"></p>`);
    expect(shown(breakable(text))).toBe(markup);
  });

  it('may break where it is long', () => {
    expect(shown(breakable(`${'x'.repeat(24)}<y z`))).toBe(`${'x'.repeat(24)}<wbr>&#60;y z`);
  });
});

it('markup stays as it is, alone, in lists, and between others; numbers are digits', () => {
  const items = ['a<', 'b'].map((each) => html`<i>${each}</i>`);
  expect(shown(html`${items}|${joined(items, html`<br>`)}|${html`<hr>`}|${1.5}|${joined([], html`,`)}`)).toBe(
    '<i>a&#60;</i><i>b</i>|<i>a&#60;</i><br><i>b</i>|<hr>|1.5|',
  );
});

it('markup in another template is a fault, not text', () => {
  expect(() => `${html`<b>`}`).toThrow('not tagged with html');
  expect(() => ['', html`<b>`].join('')).toThrow('not tagged with html');
});

it.each(['html', 'chart', 'report-html', 'invoice-html', 'order-html'])(
  '%s.ts makes markup by html alone',
  (name) => {
    const source = readFileSync(path.join(REPOSITORY, 'src/output', `${name}.ts`), 'utf8');
    const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
    expect(code.match(/(?<!html)`\s*<[a-z!/][^`]{0,20}|['"]\s*<[a-z!/][^'"]{0,20}/gi) ?? []).toEqual(
      name === 'html' ? ["'<wbr>"] : [],
    );
    expect(code.match(/html`/g)?.length).toBeGreaterThan(3);
  },
);
