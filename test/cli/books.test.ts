import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { TARGET_NAMES } from '../../src/books/targets.js';
import { readBack } from '../support/books.js';
import { rowsOf, type Workplace, workplace, workplaceWithLedger } from '../support/monthend.js';

const BOOKS = {
  receivables: 'Accounts Receivable',
  products: [{ product: 'crown-*', account: '4010', item: 'Crowns', taxCode: 'Exempt' }],
  default: { account: '4000', item: 'Laboratory', taxCode: 'Exempt' },
};
const SELLER = { name: 'Lakeview Dental Lab', country: 'US', taxId: '38-1234567' };

/** The sample's two months, closed. */
function lab(config: object = { books: BOOKS, seller: SELLER }): Workplace {
  const place = workplaceWithLedger();
  place.copy('fixtures/sample', '.');
  place.write('monthend.json', JSON.stringify(config));
  const run = (words: string[]) => expect(place.run(words), words.join(' ')).toMatchObject({ code: 0 });
  run(['run', '2025-10', '2025-10/practices.csv', '2025-10/orders.csv', '2025-10/history.csv']);
  run(['run', '2025-11', '2025-11/orders.csv', '2025-11/history.csv']);
  return place;
}

const filesOf = (place: Workplace, folder: string) =>
  new Map(
    Object.entries(place.snapshot(folder))
      .filter(([name]) => name !== 'manifest.json')
      .map(([name, bytes]) => [name, Buffer.from(bytes, 'base64').toString('utf8')]),
  );

describe('export --to', () => {
  test('each target: what is printed is what the files come to, and what the month comes to', () => {
    const place = lab();
    for (const target of TARGET_NAMES) {
      const { code, stdout, stderr } = place.run(['export', '2025-11', '--to', target]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(
        new RegExp(
          `^2025-11 for ${target}: 1 invoice, 1 credit note\n  USD: the files come to -553.50, the month to -553.50\n  [12] files?: books/${target}/2025-11\n$`,
        ),
      );
      const documents = [...readBack(target, filesOf(place, `books/${target}/2025-11`)).values()];
      const total = documents.reduce((sum, each) => sum + each.total, 0n);
      expect(total, target).toBe(-553_500_000_000n);
    }
    const summary = rowsOf(place.read('invoices/2025-11/summary.csv'));
    expect(summary.map(({ total }) => total)).toEqual(['845.00', '-1398.50']);
  });

  test('is byte-identical when it is run again, and the ledger and the month stay as they are', () => {
    const place = lab();
    const before = [place.bytes('monthend.db'), place.snapshot('invoices')];
    for (const target of TARGET_NAMES) {
      const words = ['export', '2025-11', '--to', target, '--out', `out/${target}`];
      expect(place.run(words).code).toBe(0);
      const first = place.snapshot('out');
      expect(place.run(words).code).toBe(0);
      expect(place.snapshot('out')).toEqual(first);
    }
    expect([place.bytes('monthend.db'), place.snapshot('invoices')]).toEqual(before);
  });

  test('stands in books/TARGET unless --out names a folder; the variable is for the months’ own files', () => {
    const place = lab();
    const env = { MONTHEND_OUT: 'invoices' };
    expect(place.run(['export', '2025-11', '--to', 'lines'], { env }).stdout).toContain(
      'books/lines/2025-11\n',
    );
    expect(place.run(['export', '2025-11', '--to', 'lines', '--out', 'x'], { env }).stdout).toContain(
      ' x/2025-11\n',
    );
    expect(place.run(['export', '2025-11'], { env }).stdout).toContain('invoices/2025-11\n');
  });

  test('writes a manifest that says for what and by which names', () => {
    const place = lab();
    place.run(['export', '2025-11', '--to', 'journal', '--by', 'line']);
    const manifest = JSON.parse(place.read('books/journal/2025-11/manifest.json'));
    expect(manifest).toMatchObject({
      generator: 'monthend',
      billing_month: '2025-11',
      export: {
        target: 'journal',
        by: 'line',
        books: BOOKS,
        sums: [{ currency: 'USD', files: '-553.50', month: '-553.50' }],
      },
      files: [{ path: 'journal.csv', rows: 6 }],
    });
    const own = JSON.parse(place.read('invoices/2025-11/manifest.json'));
    expect(manifest.seal).toBe(own.seal);
    expect(own).not.toHaveProperty('export');
    expect(own.config).not.toHaveProperty('books');
  });

  test('replaces neither the files of the month nor those of another target, and they do not replace it', () => {
    const place = lab();
    place.run(['export', '2025-11', '--to', 'xero', '--out', 'x']);
    const before = [place.snapshot('invoices'), place.snapshot('x')];
    const refused = (words: string[], why: string) => {
      const { code, stderr } = place.run(words);
      expect(code).toBe(4);
      expect(stderr).toContain(why);
    };
    refused(
      ['export', '2025-11', '--to', 'xero', '--out', 'invoices'],
      `${path.join('invoices', '2025-11')}: holds a month's own files, so it is left as it is`,
    );
    refused(['export', '2025-11', '--to', 'ubl', '--out', 'x'], 'holds an export to xero');
    refused(['export', '2025-11', '--out', 'x'], 'holds an export to xero');
    refused(['close', '2025-11', '--out', 'x'], 'holds an export to xero');
    place.write('foreign/2025-11/notes.txt', 'mine');
    refused(['export', '2025-11', '--to', 'xero', '--out', 'foreign'], 'was not written by monthend');
    expect(Object.keys(place.snapshot('foreign'))).toEqual(['2025-11/notes.txt']);
    expect([place.snapshot('invoices'), place.snapshot('x')]).toEqual(before);
  });

  test('refuses all that it cannot hold at once, and writes nothing', () => {
    const place = lab({ books: { products: [{ product: 'veneer', account: '4000' }] } });
    const { code, stdout, stderr } = place.run(['export', '2025-11', '--to', 'journal']);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toBe(`monthend: 2025-11 cannot be exported to journal; nothing was written:
  product "crown-emax" (1 line, 205.00 USD) has no account: no rule in "books" matches it
  product "denture-full" (1 line, 640.00 USD) has no account: no rule in "books" matches it
  product "night-guard" (1 line, 74.50 USD) has no account: no rule in "books" matches it
  the account of receivables is missing: set "receivables" in "books"
Correct this in the config, then check it with "monthend books check 2025-11 --to journal"
`);
    expect(place.snapshot('.')).not.toHaveProperty('books');
  });

  test('tells 50 refusals, and how many more there are', () => {
    const place = workplaceWithLedger();
    const orders = Array.from({ length: 60 }, (_, index) => `O${index},P,p${index},1,2025-10-05T12:00:00Z`);
    place.write(
      'orders.csv',
      ['order_id,practice_id,product,unit_price,placed_at', ...orders, ''].join('\n'),
    );
    expect(place.run(['run', '2025-10', 'orders.csv']).code).toBe(0);
    const { stderr } = place.run(['export', '2025-10', '--to', 'netsuite']);
    expect(stderr.match(/^ {2}product /gm)?.length).toBe(50);
    expect(stderr).toContain('\n  and 10 more\n');
  });

  test('leaves a document of zero out where the target takes none, and says so', () => {
    const place = workplaceWithLedger();
    place.copy('fixtures/cases/zero-price-is-charged-once/2026-10/in', 'in');
    place.write('monthend.json', JSON.stringify({ books: BOOKS }));
    expect(
      place.run(['run', '2026-10', ...Object.keys(place.snapshot('in')).map((name) => `in/${name}`)]).code,
    ).toBe(0);
    const { code, stdout } = place.run(['export', '2026-10', '--to', 'quickbooks-desktop']);
    expect(code).toBe(0);
    expect(stdout).toContain('left out, for they come to 0, which quickbooks-desktop does not take: INV-');
  });

  test.each([
    [['--by', 'line'], '--by says how an export with --to is written; name its target'],
    [['--to', 'ubl', '--by', 'document'], '--by document: ubl is written by line only'],
    [['--to', 'xero', '--report'], '--report has no place in an export with --to'],
    [['--to', 'excel'], 'Allowed choices are lines, journal, quickbooks-online'],
  ])('%j is a slip of the command line', (words, message) => {
    const { code, stderr } = workplace().run(['export', '2025-11', ...words]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  test('of a month that is not closed is refused', () => {
    const { code, stderr } = lab().run(['export', '2025-12', '--to', 'lines']);
    expect(code).toBe(4);
    expect(stderr).toContain('2025-12 is not closed');
  });

  test('names the seller that the month recorded, and today’s where it recorded none', () => {
    const place = lab({ seller: SELLER });
    const sellerIn = () =>
      /<cbc:RegistrationName>(.*?)</.exec(place.read('books/ubl/2025-11/invoices/INV-000004.xml'))?.[1];
    place.write('monthend.json', JSON.stringify({ seller: { ...SELLER, name: 'Renamed' } }));
    expect(place.run(['export', '2025-11', '--to', 'ubl']).code).toBe(0);
    expect(sellerIn()).toBe('Lakeview Dental Lab');
    expect(place.run(['verify']).code).toBe(0);

    const without = lab({});
    without.write('monthend.json', JSON.stringify({ seller: SELLER }));
    expect(without.run(['export', '2025-11', '--to', 'ubl']).code).toBe(0);
    expect(without.read('books/ubl/2025-11/invoices/INV-000004.xml')).toContain('Lakeview Dental Lab');
  });
});

describe('books check', () => {
  test('shows the mapping of each product, and exits with 0 if nothing is refused', () => {
    const { code, stdout } = lab().run(['books', 'check', '2025-11', '--to', 'xero']);
    expect(code).toBe(0);
    expect(stdout).toBe(`2025-11: 2 documents for xero
product       account  item        tax code  by       lines    amount  currency
crown-emax       4010  Crowns      Exempt    crown-*      1    205.00  USD
denture-full     4000  Laboratory  Exempt    default      1    640.00  USD
night-guard      4000  Laboratory  Exempt    default      1     74.50  USD
veneer           4000  Laboratory  Exempt    default      1  -1473.00  USD
nothing is refused
`);
  });

  test('says what nothing maps, and exits with 1', () => {
    const { code, stdout } = lab({ books: { products: [{ product: 'v*', account: '1' }] } }).run([
      'books',
      'check',
      '2025-11',
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      'refused: product "crown-emax" (1 line, 205.00 USD): no rule in "books" matches it',
    );
    expect(stdout).not.toContain('product "veneer"');
  });

  test('of an open month tells what a close now would', () => {
    const place = lab();
    place.write(
      'december.csv',
      'order_id,practice_id,product,unit_price,placed_at\nD-1,P-100,crown-x,10,2025-12-03T12:00:00Z\n',
    );
    place.run(['import', 'december.csv']);
    const { code, stdout } = place.run(['books', 'check', '2025-12']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^2025-12, still open: 1 document\n[\s\S]*crown-x +4010[\s\S]*all products are mapped\n$/,
    );
  });

  test('knows no other action', () => {
    const { code, stderr } = workplace().run(['books', 'load', '2025-11']);
    expect(code).toBe(2);
    expect(stderr).toContain('Allowed choices are check');
  });
});
