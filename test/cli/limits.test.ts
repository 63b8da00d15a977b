/** Inputs without end or measure: a clear refusal, or the work done, in bounded memory and time. Each runs the real program. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { REPOSITORY, type Workplace, workplaceWithLedger } from '../support/monthend.js';

const MEBIBYTE = 2 ** 20;
const HEADER = 'order_id,practice_id,product,unit_price,placed_at\n';
const ROW = 'A1,P1,crown,100.00,2026-10-05T09:00:00Z\n';

/** Node itself takes some 80 MiB, the ledger's cache 64. */
const MOST_MEMORY = 320 * MEBIBYTE;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The most memory that the process had, in bytes. */
  readonly peak: number;
  /** Of the processor, which the other tests do not slow down as they do a clock. */
  readonly seconds: number;
}

/** Imports in a process of its own, feeding it from `input` for as long as it reads. */
async function importing(
  place: Workplace,
  words: readonly string[],
  input: Iterable<string> = [],
): Promise<Ended> {
  const program = `
    import { writeSync } from 'node:fs';
    import { main } from ${JSON.stringify(path.join(REPOSITORY, 'dist/program/main.js'))};
    process.exitCode = await main(['import', ...process.argv.slice(1)]);
    const { maxRSS, userCPUTime } = process.resourceUsage();
    writeSync(2, '\\npeak ' + maxRSS + ' in ' + userCPUTime);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, '--', ...words], {
    cwd: place.folder,
    env: { PATH: process.env.PATH ?? '', TZ: 'UTC' },
  });
  const ended = once(child, 'close');
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // It fails when the program has read enough and ends.
  await pipeline(Readable.from(input), child.stdin).catch(() => {});
  const [code] = await ended;
  const [, kibibytes, microseconds] = /\npeak (\d+) in (\d+)$/.exec(stderr) ?? [];
  return { code, stdout, stderr, peak: Number(kibibytes) * 1024, seconds: Number(microseconds) / 1e6 };
}

function* forever(first: string, rest: string): Generator<string> {
  yield first;
  const piece = rest.repeat(Math.ceil(MEBIBYTE / rest.length));
  for (;;) yield piece;
}

describe('a gzip bomb of 1 GiB in 1 MiB', () => {
  const bombs: [what: string, name: string, start: string, filler: string, refusal: string][] = [
    [
      'zeros as CSV',
      'bomb.csv.gz',
      '',
      '\0',
      'bomb.csv.gz:1:1: the field that starts here is larger than 1 MiB',
    ],
    [
      'zeros as NDJSON',
      'bomb.ndjson.gz',
      '',
      '\0',
      'bomb.ndjson.gz:1:1: the record that starts here is larger than 10 MiB',
    ],
    [
      'a cell without end',
      'bomb.csv.gz',
      `${HEADER}A1,P1,"`,
      'x',
      'bomb.csv.gz:2:7: product: the field that starts here is larger than 1 MiB (is its closing quote missing?)',
    ],
    ['empty lines', 'bomb.csv.gz', HEADER, '\n', 'more than 100,000 problems; reading stopped here'],
  ];
  test.each(bombs)('%s', async (_, name, start, filler, refusal) => {
    const place = workplaceWithLedger();
    // Larger than any limit of a reader; to compress all of it would take longer than to read it.
    const part = gzipSync(Buffer.alloc(16 * MEBIBYTE, filler));
    place.write(name, Buffer.concat([gzipSync(start), ...Array<Buffer>(64).fill(part)]));
    expect(place.bytes(name).length).toBeLessThan(1.2 * MEBIBYTE);
    const { code, stderr, peak } = await importing(place, [name]);
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining(refusal) });
    expect(peak).toBeLessThan(MOST_MEMORY);
  });
});

describe('standard input that never ends', () => {
  test.each<[what: string, first: string, rest: string, refusal: string]>([
    ['in a cell', HEADER, 'x', 'the field that starts here is larger than 1 MiB'],
    [
      'in a quoted cell of many lines',
      `${HEADER}"`,
      'x\n',
      'the field that starts here is larger than 1 MiB',
    ],
    ['in a line of NDJSON', '{', ' ', 'the record that starts here is larger than 10 MiB'],
    [
      'in bad records',
      HEADER,
      ROW.replace('100.00', 'free'),
      'more than 100,000 problems; reading stopped here',
    ],
    [
      'in records that contradict each other',
      HEADER + ROW,
      ROW.replace('100.00', '90'),
      'more than 100,000 problems; reading stopped here',
    ],
  ])('%s: a refusal', async (_, first, rest, refusal) => {
    const { code, stderr, peak } = await importing(workplaceWithLedger(), ['-'], forever(first, rest));
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining(refusal) });
    expect(peak).toBeLessThan(MOST_MEMORY);
  });

  test('in good records: steady memory', async () => {
    function* much(): Generator<string> {
      const pieces = forever('order_id,event,at\n', 'A1,shipped,2026-10-05T09:00:00Z\n');
      for (let count = 0; count < 8; count++) yield pieces.next().value as string;
    }
    const { code, stdout, peak } = await importing(workplaceWithLedger(), ['-'], much());
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/1 new, 0 amended, \d{6} known already/),
    });
    expect(peak).toBeLessThan(MOST_MEMORY);
  });
});

/** Each takes a second at most where time grows with the input, and minutes where it grows with the square of it. */
const MOST_SECONDS = 6;

describe('time grows with the input alone, however it is built', () => {
  const numbers = Array.from({ length: 20_000 }, (_, number) => number + 1);
  const wide = Array.from({ length: 999 }, () => `"k${' '.repeat(10_000)}":1`).join(',');
  test.each<[what: string, name: string, content: string, words: string[], code: number]>([
    [
      'one order of many lines',
      'a.csv',
      `line,${HEADER}${numbers.map((number) => `${number},${ROW}`).join('')}`,
      [],
      0,
    ],
    [
      'many events of one order at one instant',
      'a.csv',
      `order_id,event,at,reason\n${numbers.map((number) => `A1,paused,2026-10-05T09:00:00Z,r${number}\n`).join('')}`,
      [],
      0,
    ],
    ['long lines of NDJSON with many bad keys', 'a.ndjson', `{${wide}}\n`.repeat(2), ['--as', 'orders'], 3],
  ])(
    '%s',
    async (_, name, content, words, code) => {
      const place = workplaceWithLedger();
      place.write(name, content);
      const ended = await importing(place, [name, ...words]);
      expect(ended).toMatchObject({ code });
      expect(ended.peak).toBeLessThan(MOST_MEMORY);
      expect(ended.seconds).toBeLessThan(MOST_SECONDS);
    },
    60_000,
  );
});
