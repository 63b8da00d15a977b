/**
 * The lab's logo: which pictures are accepted, and how they are drawn. The only file that uses resvg.
 *
 * A page shows the picture as it is. A PDF shows it as resvg draws it on white, packed by png.ts. resvg is compiled to WebAssembly, so the
 * same picture gives the same bytes on every machine and under every version of Node.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Failure } from '../errors/failure.js';
import { pngOf, sizeOfPng } from './png.js';

/** A picture that cannot be a logo. The message continues the name of its file. */
export class LogoFault extends Error {}

export interface Logo {
  /** The picture as it is, as a `data:` URI. */
  readonly uri: string;
  /** The size at which it is shown, in CSS pixels: 96 per inch. */
  readonly width: number;
  readonly height: number;
  /** The picture as a PDF shows it. */
  readonly png: Uint8Array;
}

/** In bytes. Every page contains a copy, and every closed month stores one. */
export const LARGEST_LOGO = 64 * 1024;
/** The most pixels on a side of a PNG. A small file can contain a picture that fills the memory. */
const MOST_PIXELS = 4000;
/** The largest size at which a logo is shown, in CSS pixels. */
const BOX = { width: 214, height: 64 };
/** The pixels of a PDF's picture for each CSS pixel: 288 per inch. */
const SHARPNESS = 3;
/** The largest ratio of the longer side to the shorter one. */
const LONGEST = 20;

const PNG = 'data:image/png;base64,';
const SVG = 'data:image/svg+xml;base64,';

/** Returns the picture in a file as a close records it: a `data:` URI. @throws LogoFault */
export async function logoUri(bytes: Buffer): Promise<string> {
  const { rgba } = await draw(bytes);
  // A picture that is damaged halfway is drawn as an empty one.
  if (rgba.every((value) => value === 0xff))
    throw new LogoFault(
      'shows nothing on white paper: it is empty, white, or damaged; take the one for a light background',
    );
  return `${sizeOfPng(bytes) === undefined ? SVG : PNG}${bytes.toString('base64')}`;
}

/** @throws Failure damaged if it is not a picture as a close records it */
export async function openLogo(uri: string): Promise<Logo> {
  const [, base64 = ''] = /^data:image\/(?:png|svg\+xml);base64,([A-Za-z0-9+/]+=*)$/.exec(uri) ?? [];
  try {
    const { width, height, ...pixels } = await draw(Buffer.from(base64, 'base64'));
    return { uri, ...shownSize(pixels), png: pngOf({ width, height, rgba: pixels.rgba }) };
  } catch (error) {
    if (!(error instanceof LogoFault)) throw error;
    throw new Failure(
      'damaged',
      'the logo that the ledger recorded with a closed month is damaged: another program has changed it; restore a backup',
      { cause: error },
    );
  }
}

interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
  readonly natural: Size;
  /** True if it can be drawn at any size. */
  readonly isSvg: boolean;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

async function draw(bytes: Buffer): Promise<Drawn> {
  const size = sizeOfPng(bytes);
  const svg = size === undefined ? checkedSvg(bytes) : asSvg(bytes, checkedSize(size));
  const { Resvg } = await rasterizer();
  try {
    const picture = new Resvg(svg);
    const natural = { width: picture.width, height: picture.height };
    picture.free();
    checkShape(natural);
    const shown = shownSize({ natural, isSvg: size === undefined });
    const sharp = Math.ceil(shown.width * SHARPNESS);
    const value = size === undefined ? sharp : Math.min(sharp, size.width);
    const image = new Resvg(svg, { background: '#fff', fitTo: { mode: 'width', value } }).render();
    const drawn = { width: image.width, height: image.height, rgba: image.pixels };
    image.free();
    return { ...drawn, natural, isSvg: size === undefined };
  } catch (error) {
    if (error instanceof LogoFault) throw error;
    throw new LogoFault(
      `cannot be drawn (${(error as Error).message ?? String(error)}); export it anew, as PNG perhaps`,
    );
  }
}

/** Returns the size at which it is shown. A PNG is never enlarged. */
function shownSize({ natural, isSvg }: Pick<Drawn, 'natural' | 'isSvg'>): Size {
  const fitting = Math.min(BOX.width / natural.width, BOX.height / natural.height);
  const scale = isSvg ? fitting : Math.min(1, fitting);
  const rounded = (length: number) => Math.round(length * scale * 100) / 100;
  return { width: rounded(natural.width), height: rounded(natural.height) };
}

function checkedSize({ width, height }: Size): Size {
  if (width < 1 || height < 1) throw new LogoFault('is a damaged PNG; export it anew');
  if (width > MOST_PIXELS || height > MOST_PIXELS)
    throw new LogoFault(
      `has ${width} × ${height} pixels, and at most ${MOST_PIXELS} on a side can be read; 640 are enough`,
    );
  return { width, height };
}

function checkShape({ width, height }: Size): void {
  const times = Math.max(width / height, height / width);
  if (!(times <= LONGEST))
    throw new LogoFault(
      `is ${width} wide and ${height} high; one side may be ${LONGEST} times the other at most`,
    );
}

const asSvg = (png: Buffer, { width, height }: Size): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
  `<image width="${width}" height="${height}" href="${PNG}${png.toString('base64')}"/></svg>`;

/** Content that runs, that loads something, or that looks different without its font. */
const REFUSED: readonly (readonly [pattern: RegExp, message: string])[] = [
  [/<!ENTITY/i, 'declares entities; save it as plain SVG'],
  [/<(?:[\w.-]+:)?script\b/i, 'holds a script; save it as plain SVG'],
  [/\son\w+\s*=/i, 'holds a script (an attribute that begins with "on"); save it as plain SVG'],
  [/<(?:[\w.-]+:)?foreignObject\b/i, 'holds HTML (foreignObject); save it as plain SVG'],
  [/<(?:[\w.-]+:)?image\b/i, 'holds another picture (image); export it as PNG instead'],
  [
    /<(?:[\w.-]+:)?text\b/i,
    'holds text, which looks different where its font is not there; convert text to paths',
  ],
  [/\bhref\s*=\s*["'](?!#)/i, 'refers to what stands outside it (href); save it as plain SVG'],
  [/\burl\((?!\s*["']?\s*#)/i, 'refers to what stands outside it (url); save it as plain SVG'],
  [/@import\b|<\?xml-stylesheet/i, 'loads a style sheet; save it as plain SVG'],
];

/** @returns the text of the file, as resvg reads it */
function checkedSvg(bytes: Buffer): string {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (!/^\s*</.test(text) || !/<(?:[\w.-]+:)?svg\b/.test(text) || text.includes('\uFFFD'))
    throw new LogoFault('is neither a PNG nor an SVG in UTF-8; a logo is one of them');
  // A value may contain characters as numbers: &#104;ttp.
  const plain = text
    .replace(/&(quot|apos);/g, "'")
    .replace(/&#(x[0-9a-f]+|\d+);/gi, (_, number: string) =>
      String.fromCharCode(Number(number.replace(/^x/i, '0x'))),
    );
  for (const [pattern, message] of REFUSED) if (pattern.test(plain)) throw new LogoFault(message);
  // resvg does not understand quotes here, and would paint black.
  return text.replace(/\burl\(\s*(["']|&quot;|&apos;)\s*(#[^"'&()\s]+)\s*\1\s*\)/gi, 'url($2)');
}

type Rasterizer = typeof import('@resvg/resvg-wasm');

let loaded: Promise<Rasterizer> | undefined;

/** Takes 30 ms to load, and can only be initialised once per process. */
function rasterizer(): Promise<Rasterizer> {
  loaded ??= import('@resvg/resvg-wasm').then(async (resvg) => {
    const file = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm');
    await resvg.initWasm(readFileSync(file));
    return resvg;
  });
  return loaded;
}
