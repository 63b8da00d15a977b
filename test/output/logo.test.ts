/** Logos: which pictures are taken, how large they are shown, and what of them a PDF shows. */
import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/errors/failure.js';
import { LogoFault, logoUri, openLogo } from '../../src/output/logo.js';
import { coloursOf, plainPng, png, SVG } from '../support/pictures.js';

const opened = async (bytes: Buffer) => openLogo(await logoUri(bytes));
const svg = (inner: string, head = SVG) => Buffer.from(`${head}${inner}</svg>`);
const faultOf = (bytes: Buffer): Promise<string> =>
  logoUri(bytes).then(
    () => 'taken',
    (error: unknown) => (error instanceof LogoFault ? error.message : `no fault: ${error}`),
  );

describe('a PDF shows a PNG on white, whatever kind it is', () => {
  // Red, half red, nothing; half of 255 over white is 127 or 128.
  const half = /^ff7[ef]7[ef]$|^ff8080$/;
  const cases: readonly (readonly [string, Buffer, readonly (string | RegExp)[]])[] = [
    [
      'colours',
      png({ width: 2, height: 1, colourType: 2, rows: [[255, 0, 0, 0, 0, 255]] }),
      ['ff0000', '0000ff'],
    ],
    [
      'colours with alpha',
      png({ width: 3, height: 1, colourType: 6, rows: [[255, 0, 0, 255, 255, 0, 0, 128, 9, 9, 9, 0]] }),
      ['ff0000', half, 'ffffff'],
    ],
    ['greys', png({ width: 2, height: 1, colourType: 0, rows: [[0, 128]] }), ['000000', '808080']],
    [
      'greys of 16 bits',
      png({ width: 2, height: 1, colourType: 0, bitDepth: 16, rows: [[0, 0, 128, 128]] }),
      ['000000', '808080'],
    ],
    [
      'black and white',
      png({ width: 2, height: 1, colourType: 0, bitDepth: 1, rows: [[0b01000000]] }),
      ['000000', 'ffffff'],
    ],
    [
      'a palette with a transparent colour',
      png({
        width: 2,
        height: 1,
        colourType: 3,
        rows: [[0, 1]],
        extra: [
          ['PLTE', [0, 255, 0, 1, 2, 3]],
          ['tRNS', [255, 0]],
        ],
      }),
      ['00ff00', 'ffffff'],
    ],
  ];
  it.each(cases)('%s', async (_, picture, expected) => {
    const { colours } = coloursOf((await opened(picture)).png);
    expect(colours).toHaveLength(expected.length);
    for (const [index, colour] of expected.entries()) expect(colours[index]).toMatch(colour);
  });
});

it('a page shows the very bytes of the file', async () => {
  const picture = plainPng(30, 10, [1, 2, 3]);
  expect((await opened(picture)).uri).toBe(`data:image/png;base64,${picture.toString('base64')}`);
  const drawing = svg('<rect width="30" height="10" fill="#010203"/>');
  expect((await opened(drawing)).uri).toBe(`data:image/svg+xml;base64,${drawing.toString('base64')}`);
});

describe('it is shown', () => {
  it.each([
    ['a small PNG as large as it is', plainPng(100, 30, [1, 2, 3]), [100, 30], [100, 30]],
    ['a wide PNG 214 pixels wide', plainPng(1284, 120, [1, 2, 3]), [214, 20], [642, 60]],
    ['a high PNG 64 pixels high', plainPng(300, 640, [1, 2, 3]), [30, 64], [90, 192]],
    ['an SVG as large as there is room', svg('<rect width="30" height="10"/>'), [192, 64], [576, 192]],
    [
      'an SVG of a size of its own the same',
      svg('<rect width="3" height="1"/>', SVG.replace('viewBox="0 0 30 10"', 'width="3" height="1"')),
      [192, 64],
      [576, 192],
    ],
  ])('%s', async (_, picture, shown, drawn) => {
    const { width, height, png } = await opened(picture);
    expect([width, height]).toEqual(shown);
    const pixels = coloursOf(png);
    expect([pixels.width, pixels.height]).toEqual(drawn);
  });
});

it('an SVG is drawn: shapes, gradients, what it refers to within itself', async () => {
  const inner =
    '<defs><linearGradient id="g"><stop stop-color="#f00"/><stop offset="1" stop-color="#f00"/></linearGradient>' +
    '<rect id="r" width="10" height="10"/></defs><rect width="10" height="10" fill="url( \'#g\' )"/>' +
    '<use href="#r" x="10" style="fill:url(&quot;#g&quot;)"/>';
  const { width, colours } = coloursOf((await opened(svg(inner))).png);
  const middle = colours.slice(96 * width, 97 * width);
  expect([middle[96], middle[288], middle[480]]).toEqual(['ff0000', 'ff0000', 'ffffff']);
});

describe('is refused', () => {
  const whole = plainPng(40, 40, [9, 9, 9]);
  const flipped = Buffer.from(whole);
  flipped[60] = (flipped[60] ?? 0) ^ 1;
  const large = Buffer.from(whole);
  large.writeUInt32BE(5000, 16);
  const none = Buffer.from(whole);
  none.writeUInt32BE(0, 20);
  it.each([
    ['an empty file', Buffer.alloc(0), 'is neither a PNG nor an SVG'],
    ['another file', Buffer.from('GIF89a'), 'is neither a PNG nor an SVG'],
    ['a web page', Buffer.from('<html><body></body></html>'), 'is neither a PNG nor an SVG'],
    [
      'an SVG in another encoding',
      svg('<desc>Zähne</desc>').fill(0xe4, 60, 61),
      'is neither a PNG nor an SVG',
    ],
    ['a PNG cut short', whole.subarray(0, whole.length - 30), 'shows nothing on white paper'],
    ['a PNG with another bit', flipped, 'shows nothing on white paper'],
    ['the head of a PNG alone', whole.subarray(0, 20), 'is neither a PNG nor an SVG'],
    ['a PNG too large to be read', large, 'has 5000 × 40 pixels, and at most 4000'],
    ['a PNG of no pixels', none, 'is a damaged PNG'],
    ['a white PNG', plainPng(5, 5, [255, 255, 255]), 'shows nothing on white paper'],
    ['a line', plainPng(50, 2, [1, 1, 1]), 'is 50 wide and 2 high'],
    ['an SVG that is not closed', Buffer.from(`${SVG}<g>`), 'cannot be drawn (SVG data parsing failed'],
    ['an SVG of nothing', svg(''), 'shows nothing on white paper'],
    ['an SVG without a name space', svg('<rect/>', '<svg viewBox="0 0 1 1">'), 'cannot be drawn'],
    ['a script', svg('<script>alert(1)</script>'), 'holds a script'],
    ['a script of another prefix', svg('<s:script/>'), 'holds a script'],
    ['a handler', svg('<rect width="9" height="9" onload="alert(1)"/>'), 'holds a script (an attribute'],
    ['HTML', svg('<foreignObject/>'), 'holds HTML'],
    ['a picture', svg('<image href="data:image/png;base64,AAAA"/>'), 'holds another picture'],
    ['text', svg('<text x="1" y="9">Lab</text>'), 'holds text'],
    ['a link outside', svg('<use href="other.svg#a"/>'), 'refers to what stands outside it (href)'],
    [
      'a link outside in quotes',
      svg("<use xlink:href = 'http://x.example/a#b'/>"),
      'refers to what stands outside it (href)',
    ],
    [
      'a fill from outside',
      svg('<rect fill="url(http://x.example/#a)"/>'),
      'refers to what stands outside it (url)',
    ],
    [
      'a fill from outside in numbers',
      svg('<rect fill="&#x75;rl(http://x.example/#a)"/>'),
      'refers to what stands outside it (url)',
    ],
    ['a style sheet', svg('<style>@import "a.css";</style>'), 'loads a style sheet'],
    [
      'a style sheet before it',
      Buffer.from(`<?xml-stylesheet href="#a"?>${SVG}</svg>`),
      'loads a style sheet',
    ],
    ['entities', Buffer.from(`<!DOCTYPE svg [<!ENTITY a "b">]>${SVG}</svg>`), 'declares entities'],
  ])('%s', async (_, picture, message) => {
    expect(await faultOf(picture)).toContain(message);
  });
});

it.each([
  '',
  'logo.png',
  'data:image/png;base64,AA"onload="',
  'data:image/png;base64,AAAA',
  'data:text/html;base64,PHA+',
])('what no close records is damage: %j', async (uri) => {
  await expect(openLogo(uri)).rejects.toThrow(Failure);
  await expect(openLogo(uri)).rejects.toMatchObject({ kind: 'damaged' });
});
