/** The logo from the config to the pages: read once, at the close, and kept with the month. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Workplace, workplaceWithLedger } from '../support/monthend.js';
import { plainPng } from '../support/pictures.js';

const BLUE = plainPng(60, 20, [0, 0, 255]);
const RED = plainPng(60, 20, [255, 0, 0]);
const ORDERS = 'order_id,practice_id,product,unit_price,placed_at\n';

function lab(seller: object = { logo: 'pictures/logo.png' }): Workplace {
  const place = workplaceWithLedger();
  place.write('monthend.json', JSON.stringify({ seller: { name: 'Lakeview', ...seller } }));
  place.write('pictures/logo.png', BLUE);
  for (const [month, instant] of [
    ['10', '2025-10-05T10:00:00-04:00'],
    ['11', '2025-11-05T10:00:00-05:00'],
  ])
    place.write(`${month}.csv`, `${ORDERS}O-${month},P1,CROWN,100,${instant}\n`);
  return place;
}

const uriOf = (picture: Buffer) => `src="data:image/png;base64,${picture.toString('base64')}"`;

function printed(place: Workplace, month: string): { html: string; pdf: string } {
  expect(place.run(['invoices', month, '--pdf'])).toMatchObject({ code: 0, stderr: '' });
  const name = `printable/${month}/invoices/INV-00000${month.endsWith('10') ? 1 : 2} P1 ${month}`;
  return { html: place.read(`${name}.html`), pdf: place.bytes(`${name}.pdf`).toString('latin1') };
}

test('it stands on the page, in the PDF and on the report of the month whose close read it', () => {
  const place = lab();
  expect(place.run(['run', '2025-10', '10.csv', '--report'])).toMatchObject({ code: 0, stderr: '' });
  place.write('pictures/logo.png', RED);
  expect(place.run(['run', '2025-11', '11.csv', '--report'])).toMatchObject({ code: 0, stderr: '' });
  const months = [
    ['2025-10', BLUE],
    ['2025-11', RED],
  ] as const;
  const look = () =>
    months.map(([month, picture]) => {
      const { html, pdf } = printed(place, month);
      expect(html).toContain(`<header>\n<img class="logo" ${uriOf(picture)} width="60" height="20" alt="">`);
      expect(html).toContain("default-src 'none'; style-src 'unsafe-inline'; img-src data:");
      expect(pdf).toMatch(/\/Subtype \/Image\n[^>]*\/Width 60\n\/Height 20\n/);
      expect(place.read(`invoices/${month}/report.html`)).toContain(uriOf(picture));
      const { config } = JSON.parse(place.read(`invoices/${month}/manifest.json`));
      expect(config.seller).toEqual({
        name: 'Lakeview',
        payment: [],
        logo_sha256: createHash('sha256').update(picture).digest('hex'),
      });
      return [html, pdf];
    });
  const first = look();
  place.write('pictures/logo.png', 'gone');
  expect(look()).toEqual(first);
  expect(place.run(['verify'])).toMatchObject({ code: 0 });
});

test('the seal covers it', () => {
  const sealOf = (picture: Buffer) => {
    const place = lab();
    place.write('pictures/logo.png', picture);
    place.run(['run', '2025-10', '10.csv']);
    return JSON.parse(place.read('invoices/2025-10/manifest.json')).seal;
  };
  expect(sealOf(BLUE)).toBe(sealOf(BLUE));
  expect(sealOf(BLUE)).not.toBe(sealOf(RED));
});

test('a month without one has the pages that it had', () => {
  const place = lab({});
  place.run(['run', '2025-10', '10.csv']);
  const { html, pdf } = printed(place, '2025-10');
  expect(html).not.toMatch(/img|logo/);
  expect(pdf).not.toContain('/Subtype /Image');
});

test('its path starts from the folder of the config', () => {
  const place = lab();
  place.write('set/monthend.json', JSON.stringify({ seller: { name: 'Lab', logo: '../pictures/logo.png' } }));
  expect(place.run(['--config', 'set/monthend.json', 'run', '2025-10', '10.csv'])).toMatchObject({ code: 0 });
  expect(printed(place, '2025-10').html).toContain(uriOf(BLUE));
});

describe('a close is refused before anything is done, and names the file', () => {
  test.each([
    ['pictures/none.png', 'pictures/none.png: seller.logo: there is no such file; its path starts from'],
    ['pictures', 'pictures: seller.logo: is no regular file; name a PNG or an SVG'],
    ['10.csv', '10.csv: seller.logo: is neither a PNG nor an SVG in UTF-8; a logo is one of them'],
    ['large.png', 'large.png: seller.logo: has 65537 bytes, and at most 65536 are taken'],
    ['script.svg', 'script.svg: seller.logo: holds a script; save it as plain SVG'],
  ])('%s', (logo, message) => {
    const place = lab({ logo });
    place.write('large.png', Buffer.concat([BLUE, Buffer.alloc(65537 - BLUE.length)]));
    place.write('script.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>');
    const words = [
      ['run', '2025-10', '10.csv'],
      ['close', '2025-10'],
      ['preview', '2025-10'],
    ];
    for (const each of words) {
      const { code, stdout, stderr } = place.run(each);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(`monthend: ${message}`);
    }
    // What prints nothing does not look at it.
    expect(place.run(['import', '10.csv'])).toMatchObject({ code: 0 });
    expect(place.run(['status'])).toMatchObject({ code: 0 });
  });
});
