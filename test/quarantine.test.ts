/** Bad records set aside: verbatim, each with its reason, in a file that can be mended and imported again as it is. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../src/config/config.js';
import type { Problem } from '../src/errors/problem.js';
import { type ImportResult, importFiles } from '../src/import-files.js';
import { createQuarantineWriter, orderIdIn } from '../src/intake/quarantine.js';
import type { Ledger } from '../src/ledger/ledger.js';
import { temporaryLedger } from '../src/ledger/ledger.js';
import { allRows, close, temporaryFolder } from './support/facts.js';
import { runs } from './support/search.js';

const HEADER = 'order_id,line,practice_id,product,unit_price,placed_at,patient_ref';
const AT = '2026-10-05T09:00:00Z';
const good = (orderId: string, { line = 1, practice = 'P1', price = '100.00' } = {}) =>
  `${orderId},${line},${practice},crown,${price},${AT},Ada`;
const HISTORY = 'order_id,event,at,reason,event_id';

type Content = string | Buffer;

interface Lab {
  readonly ledger: Ledger;
  path(name: string): string;
  write(name: string, ...pieces: readonly Content[]): string;
  read(name: string): Buffer;
  import(names: readonly string[], options?: { amend?: boolean; quarantine?: string }): Promise<ImportResult>;
}

function lab(ledger = temporaryLedger()): Lab {
  const folder = temporaryFolder();
  const at = (name: string) => path.join(folder, name);
  return {
    ledger,
    path: at,
    write(name, ...pieces) {
      writeFileSync(at(name), Buffer.concat(pieces.map((piece) => Buffer.from(piece as string))));
      return name;
    },
    read: (name) => readFileSync(at(name)),
    import: (names, { amend = false, quarantine = 'bad.csv' } = {}) =>
      importFiles(ledger, names.map(at), {
        amend,
        config: DEFAULT_CONFIG,
        now: 0,
        quarantine: at(quarantine),
      }),
  };
}

const outcome = ({ read, imported, amended, duplicates, quarantined }: ImportResult['files'][number]) =>
  `${read} = ${imported} + ${amended} + ${duplicates} + ${quarantined}`;

describe('a bad CSV record is set aside byte for byte, after its reason', () => {
  it.each<[what: string, record: Content, reason: string]>([
    ['a bad value', 'A2,1,P1,crown,cheap,2026-10-05T09:00:00Z,Ada', '2:15: unit_price: cheap is not a plain'],
    [
      'two bad values',
      'A2,0,P1,crown,cheap,2026-10-05T09:00:00Z,Ada',
      '2:4: line: 0 is too small; 1 or more is expected; 2:15: unit_price: cheap',
    ],
    ['too few fields', 'A2,1,P1', '2:1: 3 fields, 7 expected'],
    ['too many fields', `${good('A2')},,,`, '2:1: 10 fields, 7 expected'],
    ['an empty line', '', '2:1: the row is empty'],
    ['an empty row', ',,"",,, ,', '2:1: the row is empty'],
    ['a quote where none may be', `A2,1,P"1,crown,1,${AT},`, '2:7: practice_id: a quote in a field'],
    [
      'text after a closing quote',
      `"A2"x,1,P1,crown,1,${AT},`,
      '2:5: order_id: text after the closing quote',
    ],
    [
      'a byte that is no UTF-8',
      Buffer.from(`A2,1,P1,cr\xffwn,1,${AT},`, 'latin1'),
      '2:11: product: the byte FF',
    ],
    ['a NUL', `A2,1,P1,cr\0wn,1,${AT},`, '2:11: product: has the control character U+0000'],
    ['a bare carriage return', `A2,1,P1,cr\rwn,1,${AT},`, '2:11: product: has a carriage return'],
    [
      'two physical lines',
      `A2,1,P1,c,1,2026-10-05,"two\n""lines"""`,
      '2:13: placed_at: 2026-10-05 has no time',
    ],
    [
      'a fact that conflicts with a known one',
      good('KNOWN', { price: '90' }),
      '2:18: unit_price: was 100.00 at import 1',
    ],
  ])('%s', async (_, record, reason) => {
    for (const ending of ['\n', '\r\n']) {
      const { write, read, path: at, import: take } = lab();
      await take([write('known.csv', `${HEADER}\n${good('KNOWN')}\n`)]);
      write('orders.csv', HEADER, ending, record, ending, good('A1'), ending);
      const { files } = await take(['orders.csv']);
      expect(files.map(outcome)).toEqual(['2 = 1 + 0 + 0 + 1']);
      const [header = '', first = ''] = read('bad.csv').toString().split(ending, 2);
      expect(header).toBe(`quarantine_reason,${HEADER}`);
      expect(first.startsWith(`"${at('orders.csv')}:${reason}`), first).toBe(true);
      expect(read('bad.csv').subarray(-record.length - ending.length - 2)).toEqual(
        Buffer.concat([Buffer.from('",'), Buffer.from(record as string), Buffer.from(ending)]),
      );
    }
  });
});

describe('a bad line of NDJSON is set aside byte for byte, after a line with its reason and kind', () => {
  const GOOD = `{"order_id":"A1","practice_id":"P1","product":"crown","unit_price":1,"placed_at":"${AT}"}\n`;
  it.each<[what: string, record: Content]>([
    ['no JSON', 'order_id: A2'],
    ['an unfinished object', '{"order_id":"A2"'],
    ['an unknown key', '{"orderid":"A2"}'],
    ['a bad value', GOOD.trim().replace('A1', 'A2').replace(':1,', ':-1,')],
    ['a blank line', ''],
    ['blanks', ' \t'],
    ['a byte that is no UTF-8', Buffer.from('{"order_id":"\xff"}', 'latin1')],
    ['a carriage return', '{"order_id":"A2"}\r'],
  ])('%s', async (_, record) => {
    const { write, read, import: take } = lab();
    write('orders.ndjson', GOOD, record, '\n', GOOD.replace('A1', 'A3'));
    const { files } = await take(['orders.ndjson'], { quarantine: 'bad.ndjson' });
    expect(files.map(outcome)).toEqual(['3 = 2 + 0 + 0 + 1']);
    const bytes = read('bad.ndjson');
    const firstLine = bytes.subarray(0, bytes.indexOf('\n') + 1);
    expect(JSON.parse(firstLine.toString()).quarantine_reason).toContain('orders.ndjson:2:');
    expect(bytes.subarray(firstLine.length)).toEqual(
      Buffer.concat([Buffer.from(record as string), Buffer.from('\n')]),
    );
  });
});

describe('the file can be imported again', () => {
  const ORDERS = [
    HEADER,
    good('A1'),
    'A2,1,P1,crown,cheap,2026-10-05T09:00:00Z,"A ""d"" a"',
    'A3,1',
    good('A4'),
    '',
  ].join('\n');
  const EVENTS = [HISTORY, `A1,paused,${AT},late scan,`, `A1,pausd,${AT},late scan,`, ''].join('\r\n');

  it('as it is: the same records are bad again, with new reasons in place of the old ones', async () => {
    const { write, read, import: take } = lab();
    await take([write('orders.csv', ORDERS), write('history.csv', EVENTS)]);
    const { files } = await take(['bad.csv'], { quarantine: 'again.csv' });
    expect(files.map(({ kind }) => kind)).toEqual(['orders', 'history']);
    expect(files.map(outcome)).toEqual(['2 = 0 + 0 + 0 + 2', '1 = 0 + 0 + 0 + 1']);
    const withoutReasons = (name: string) =>
      read(name)
        .toString()
        .replaceAll(/^"(?:[^"]|"")*",/gm, '');
    expect(withoutReasons('again.csv')).toBe(withoutReasons('bad.csv'));
    expect(read('again.csv').toString()).toContain('bad.csv:2:');
    expect(read('again.csv').toString()).not.toContain('orders.csv:');
  });

  it('mended: what the whole of the mended inputs would have brought', async () => {
    const mend = (text: string) =>
      text
        .replaceAll('cheap', '7')
        .replaceAll('A3,1\n', `${good('A3')}\n`)
        .replaceAll('pausd', 'resumed');
    const { ledger, write, read, import: take } = lab();
    await take([write('orders.csv', ORDERS), write('history.csv', EVENTS)]);
    write('mended.csv', mend(read('bad.csv').toString()));
    const { files, quarantine } = await take(['mended.csv'], { quarantine: 'again.csv' });
    expect({ files: files.map(outcome), quarantine }).toEqual({
      files: ['2 = 2 + 0 + 0 + 0', '1 = 1 + 0 + 0 + 0'],
      quarantine: undefined,
    });
    const again = await take([write('orders.csv', mend(ORDERS)), write('history.csv', mend(EVENTS))]);
    expect(again.files.map(outcome)).toEqual(['4 = 0 + 0 + 4 + 0', '2 = 0 + 0 + 2 + 0']);
    await close(ledger, '2026-10');
  });

  it('by a spreadsheet that has quoted every cell, and with the reasons written over', async () => {
    const { write, read, import: take } = lab();
    await take([write('orders.csv', ORDERS)]);
    write(
      'a.csv',
      '"quarantine_reason","order_id","practice_id","product","unit_price","placed_at"\r\n',
      `"to do","A9","P1","crown","free","${AT}"\r\n`,
    );
    await take(['a.csv'], { quarantine: 'b.csv' });
    expect(read('b.csv').toString()).toMatch(
      /^quarantine_reason,"order_id","practice_id","product","unit_price","placed_at"\r\n"[^"]*a\.csv:2:27: unit_price: free[^"]*","A9","P1","crown","free","[^"]*"\r\n$/,
    );
  });

  it('as NDJSON of several kinds, whose keys may be what is wrong', async () => {
    const { write, read, import: take } = lab();
    write('orders.ndjson', `{"order_id":"A1","product":"crown"}\n{"order_id":"A2","x":1}\n`);
    write('practices.ndjson', '{"practice_id":"P1","name":"Elm"}\n{"nmae":"Oak"}\n');
    await take(['orders.ndjson', 'practices.ndjson'], { quarantine: 'bad.ndjson' });
    const mended = read('bad.ndjson')
      .toString()
      .replace('{"nmae":"Oak"}', '{"name":"Oak","practice_id":"P2"}');
    const { files } = await take([write('mended.ndjson', mended)], { quarantine: 'again.ndjson' });
    expect(files.map((file) => `${file.kind} ${outcome(file)}`)).toEqual([
      'orders 2 = 0 + 0 + 0 + 2',
      'practices 1 = 1 + 0 + 0 + 0',
    ]);
  });

  it('with all its records removed: nothing is read', async () => {
    const { write, import: take } = lab();
    write('a.csv', `quarantine_reason,${HEADER}\nquarantine_reason,${HISTORY}\n`);
    write('b.ndjson', '{"quarantine_reason":"x","kind":"orders"}\n');
    expect((await take(['a.csv', 'b.ndjson'])).files.map(outcome)).toEqual(
      Array(3).fill('0 = 0 + 0 + 0 + 0'),
    );
  });
});

describe('what comes in', () => {
  it('gzipped or with a byte order mark is set aside as plain CSV, under the header of each file', async () => {
    const { write, read, import: take } = lab();
    write('a.csv', '\uFEFF', HEADER, '\n', 'A1,1');
    write('b.csv.gz', gzipSync(`${HEADER}\r\nA2,1\r\n`));
    write('c.csv', `${HISTORY}\nA3\n`);
    const { files } = await take(['a.csv', 'b.csv.gz', 'c.csv']);
    expect(files.map(outcome)).toEqual(Array(3).fill('1 = 0 + 0 + 0 + 1'));
    expect(
      read('bad.csv')
        .toString()
        .replaceAll(/"[^"]*"/g, 'R'),
    ).toBe(
      `quarantine_reason,${HEADER}\nR,A1,1\nquarantine_reason,${HEADER}\r\nR,A2,1\r\nquarantine_reason,${HISTORY}\nR,A3\n`,
    );
  });

  it('all good leaves no file', async () => {
    const { write, path: at, import: take } = lab();
    expect(await take([write('orders.csv', `${HEADER}\n${good('A1')}\n`)])).not.toHaveProperty('quarantine');
    expect(readdirSync(path.dirname(at('x')))).toEqual(['orders.csv']);
  });

  it('is recorded in the ledger as it was counted', async () => {
    const { ledger, write, import: take } = lab();
    await take([write('orders.csv', `${HEADER}\n${good('A1')}\n${good('A1')}\nA2\n`)]);
    expect(allRows(ledger).import_files).toMatchObject([
      { read: 3, imported: 1, amended: 0, duplicates: 1, quarantined: 1 },
    ]);
  });

  it('under a name that a spreadsheet or a terminal could act on', () => {
    let text = '';
    const writer = createQuarantineWriter((piece) => {
      text += Buffer.from(piece).toString();
    });
    const place = { file: '=1+1\x1b[2J.csv', line: 2, column: 1 };
    const problem: Problem = { ...place, field: 'product', kind: 'unknown-word', message: 'is "bad"' };
    writer.add(problem, {
      format: 'csv',
      kind: 'orders',
      number: 1,
      header: Buffer.from('a\n'),
      bytes: Buffer.from('b'),
    });
    writer.end();
    expect(text).toBe(`quarantine_reason,a\n"'=1+1\\u{001B}[2J.csv:2:1: product: is ""bad""",b\n`);
  });
});

describe('records that contradict each other are all set aside, in whatever order they stand', () => {
  const line = (number: number, practice: string) => good('A1', { line: number, practice });
  it.each<
    [what: string, known: string[], records: string[], amend: boolean, taken: string[], aside: string[]]
  >([
    [
      'two prices',
      [],
      [good('A1'), good('A1', { price: '90' })],
      false,
      [],
      [good('A1'), good('A1', { price: '90' })],
    ],
    [
      'one of them twice',
      [],
      [good('A1'), good('A1'), good('A1', { price: '90' })],
      false,
      [],
      [good('A1'), good('A1'), good('A1', { price: '90' })],
    ],
    [
      'beside a good one',
      [],
      [good('A1'), good('A1', { price: '90' }), good('A2')],
      false,
      [good('A2')],
      [good('A1'), good('A1', { price: '90' })],
    ],
    [
      'one of them known',
      [good('A1')],
      [good('A1'), good('A1', { price: '90' })],
      false,
      [good('A1')],
      [good('A1', { price: '90' })],
    ],
    [
      'one of them known, to amend',
      [good('A1')],
      [good('A1'), good('A1', { price: '90' })],
      true,
      [],
      [good('A1'), good('A1', { price: '90' })],
    ],
    [
      'an order of two practices',
      [],
      [line(1, 'P1'), line(2, 'P2'), line(3, 'P2')],
      false,
      [],
      [line(1, 'P1'), line(2, 'P2'), line(3, 'P2')],
    ],
    [
      'a line of another practice than the known',
      [line(1, 'P1')],
      [line(2, 'P1'), line(3, 'P2')],
      false,
      [line(2, 'P1')],
      [line(3, 'P2')],
    ],
    [
      'an order that moves in part',
      [line(1, 'P1'), line(2, 'P1')],
      [line(1, 'P2'), good('A2')],
      true,
      [good('A2')],
      [line(1, 'P2')],
    ],
    [
      'an order that would move, but for a line with two prices',
      [line(1, 'P1'), line(2, 'P1')],
      [line(1, 'P2'), line(2, 'P2'), line(2, 'P2').replace('100.00', '90')],
      true,
      [],
      [line(1, 'P2'), line(2, 'P2'), line(2, 'P2').replace('100.00', '90')],
    ],
  ])('%s', async (_, known, records, amend, taken, aside) => {
    for (const ordered of [records, records.toReversed()]) {
      const { write, read, import: take } = lab();
      await take([write('known.csv', [HEADER, ...known, ''].join('\n'))]);
      const { files } = await take([write('orders.csv', [HEADER, ...ordered, ''].join('\n'))], { amend });
      expect(files).toMatchObject([{ read: records.length, quarantined: aside.length }]);
      const setAside = read('bad.csv').toString().trimEnd().split('\n').slice(1);
      expect(setAside.map((each) => each.replace(/^"[^"]*",/, '')).sort()).toEqual([...aside].sort());
      // What was taken is known now, and what was set aside is not.
      const again = await take([write('again.csv', [HEADER, ...taken, ''].join('\n'))], {
        quarantine: 'none.csv',
      });
      expect(again.files.map(outcome)).toEqual([`${taken.length} = 0 + 0 + ${taken.length} + 0`]);
    }
  });

  it('events and practices, over several files', async () => {
    const { write, import: take } = lab();
    write('a.csv', `${HISTORY}\nA1,paused,${AT},x,E1\nA1,shipped,${AT},,E2\n`);
    write('b.csv', `${HISTORY}\nA1,paused,${AT},y,E1\n`);
    write('c.csv', 'practice_id,name\nP1,Elm\nP2,Oak\nP1,Ash\n');
    const { files } = await take(['a.csv', 'b.csv', 'c.csv']);
    expect(files.map(outcome)).toEqual(['2 = 1 + 0 + 0 + 1', '1 = 0 + 0 + 0 + 1', '3 = 1 + 0 + 0 + 2']);
  });

  it('whatever they are: every record has one outcome, and the order of the records has no say in it', async () => {
    const record = fc
      .record({
        orderId: fc.constantFrom('A1', 'A2', 'A3'),
        line: fc.constantFrom(1, 2),
        practice: fc.constantFrom('P1', 'P1', 'P1', 'P2'),
        price: fc.constantFrom('1', '1', '2', 'x'),
      })
      .map(({ orderId, ...rest }) => good(orderId, rest));
    const records = fc.array(record, { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(records, records, fc.boolean(), async (known, given, amend) => {
        const results = [];
        for (const ordered of [given, given.toReversed()]) {
          const { ledger, write, read, path: at, import: take } = lab();
          await take([write('known.csv', [HEADER, ...known, ''].join('\n'))], {
            quarantine: 'known-bad.csv',
          });
          const { files } = await take([write('orders.csv', [HEADER, ...ordered, ''].join('\n'))], { amend });
          const aside = existsSync(at('bad.csv'))
            ? read('bad.csv').toString().trimEnd().split('\n').slice(1)
            : [];
          const setAside = aside.map((each) => each.replace(/^"[^"]*",/, '')).sort();
          expect(files[0]?.quarantined).toBe(setAside.length);
          const lines = ledger.db
            .prepare(
              'SELECT order_id, order_line, practice_id, unit_price, superseded_by FROM order_lines ORDER BY 1, 2, 3, 4, 5',
            )
            .all();
          results.push({ setAside, lines });
          ledger.close();
        }
        expect(results[0]).toEqual(results[1]);
      }),
      { numRuns: runs(25) },
    );
  });
});

describe('what cannot be set aside rejects the import: no file, and the ledger as it was', () => {
  it.each<[what: string, name: string, content: Content]>([
    ['a bad header', 'a.csv', `order_id,nonsense\nA1,x\n`],
    ['a header that is no CSV', 'a.csv', `order"id\nA1\n`],
    ['an unterminated quote', 'a.csv', `${HEADER}\nA1\n"A2,1\n`],
    ['a field beyond its limit', 'a.csv', `${HEADER}\nA1\n${'x'.repeat(2 ** 20 + 1)}\n`],
    ['a line beyond its limit', 'a.ndjson', `{"order_id":"A1"}\n${' '.repeat(10 * 2 ** 20 + 1)}\n`],
    ['an unknown kind', 'a.ndjson', '{"x":1}\n'],
    ['no kind at all', 'a.ndjson', 'x\ny\n'],
    ['an empty file', 'a.csv', ''],
    ['cut gzip data', 'a.csv.gz', gzipSync(`${HEADER}\n${good('A1')}\nA2\n`).subarray(0, -9)],
    ['UTF-16', 'a.csv', Buffer.from(`\uFEFF${HEADER}\n`, 'utf16le')],
    ['an unknown format', 'a.dat', `${HEADER}\nA1\n`],
  ])('%s', async (_, name, content) => {
    const { ledger, write, path: at, import: take } = lab();
    write(name, content);
    write('first.csv', `${HEADER}\n${good('A9')}\nA8\n`);
    const before = allRows(ledger);
    const rejected = expect.objectContaining({
      kind: 'input',
      message: expect.stringContaining('nothing was imported'),
    });
    const quarantine = name.includes('ndjson') ? 'bad.ndjson' : 'bad.csv';
    await expect(
      take(quarantine === 'bad.csv' ? ['first.csv', name] : [name], { quarantine }),
    ).rejects.toEqual(rejected);
    expect(allRows(ledger)).toEqual(before);
    expect(readdirSync(path.dirname(at('x'))).sort()).toEqual([name, 'first.csv'].sort());
  });
});

describe('the file', () => {
  const BAD = `${HEADER}\n${good('A1')}\nA2\n`;

  it('is for the owner alone', async () => {
    const { write, path: at, import: take } = lab();
    await take([write('a.csv', BAD)]);
    expect(lstatSync(at('bad.csv')).mode & 0o777).toBe(0o600);
  });

  it.each<[what: string, make: (file: string) => void]>([
    ['another file', (file) => writeFileSync(file, 'mine')],
    ['an empty file', (file) => writeFileSync(file, '')],
    ['a folder', (file) => mkdirSync(file)],
    ['a link to nowhere', (file) => symlinkSync(`${file}-nowhere`, file)],
    [
      'a link to another file',
      (file) => {
        writeFileSync(`${file}-other`, 'mine');
        symlinkSync(`${file}-other`, file);
      },
    ],
  ])('is never put in place of %s: nothing is imported', async (_, make) => {
    const { ledger, write, path: at, import: take } = lab();
    write('a.csv', BAD);
    make(at('bad.csv'));
    const names = readdirSync(path.dirname(at('x')));
    const before = allRows(ledger);
    await expect(take(['a.csv'])).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('is there already'),
    });
    expect(allRows(ledger)).toEqual(before);
    expect(readdirSync(path.dirname(at('x')))).toEqual(names);
    if (lstatSync(at('bad.csv')).isFile()) expect(['mine', '']).toContain(read(at('bad.csv')));
  });

  it('is whole before the import is committed: stopped in between, the same command completes it', async () => {
    const ledger = temporaryLedger();
    const {
      write,
      read: bytes,
      import: take,
    } = lab({
      ...ledger,
      write: (doing, work) =>
        ledger.write(doing, async () => {
          await work();
          throw new Error('the power went');
        }),
    });
    const before = allRows(ledger);
    await expect(take([write('a.csv', BAD)])).rejects.toThrow('the power went');
    const left = bytes('bad.csv');
    expect(left.toString()).toMatch(/^quarantine_reason,.*\n".*",A2\n$/);
    expect(allRows(ledger)).toEqual(before);
  });

  it('with the very same bytes is what a stopped import has left, and will do', async () => {
    const { write, read: bytes, import: take } = lab();
    await take([write('a.csv', BAD)]);
    const left = bytes('bad.csv');
    const { files } = await take(['a.csv']);
    expect(files.map(outcome)).toEqual(['2 = 0 + 0 + 1 + 1']);
    expect(bytes('bad.csv')).toEqual(left);
  });

  it('what a killed import left beside it is removed', async () => {
    const { write, path: at, import: take } = lab();
    write('.bad.csv.999999999.partial', 'half');
    await take([write('a.csv', BAD)]);
    expect(readdirSync(path.dirname(at('x'))).sort()).toEqual(['a.csv', 'bad.csv']);
  });

  const read = (file: string) => readFileSync(file, 'utf8');
});

describe('the order that a bad record is of', () => {
  const columns = ['order_id', 'Order'];
  const csv = (header: string, record: string, separator = ',') =>
    orderIdIn(
      {
        format: 'csv',
        kind: 'orders',
        number: 1,
        header: Buffer.from(header),
        separator,
        bytes: Buffer.from(record),
      },
      columns,
    );
  const ndjson = (record: string) =>
    orderIdIn({ format: 'ndjson', kind: 'orders', number: 1, bytes: Buffer.from(record) }, columns);

  it('is read from its column, whatever is wrong with the others', () => {
    expect(csv('product,order_id\n', 'crown,ORD-1,too,many\n')).toBe('ORD-1');
    expect(csv('\uFEFForder_id,product\r\n', '"ORD ""1"", or so",crown\r\n')).toBe('ORD "1", or so');
    expect(csv('Item;Order\n', 'crown, new;ORD-1\n', ';')).toBe('ORD-1');
    expect(csv('Item\tOrder\n', 'crown\tORD-1\n', '\t')).toBe('ORD-1');
    expect(csv('Item|Order\n', 'crown|ORD-1', '|')).toBe('ORD-1');
    expect(ndjson('{"Order": 17}')).toBe('17');
    expect(ndjson('{"order_id": "ORD-1"}')).toBe('ORD-1');
  });

  it('is empty where it cannot be read', () => {
    expect(csv('product\n', 'crown\n')).toBe('');
    expect(csv('product,order_id\n', 'crown\n')).toBe('');
    expect(ndjson('{"order_id": ["ORD-1"]}')).toBe('');
    expect(ndjson('{"order_id": ')).toBe('');
    expect(ndjson('null')).toBe('');
  });
});
