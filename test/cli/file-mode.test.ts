/** Who may read what is written: the config says so, and the umask has no say. */
import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { runMonthend, type Workplace, workplaceWithLedger } from '../support/monthend.js';

const ORDERS = `order_id,practice_id,product,unit_price,placed_at
ORD-1,P-1,crown,100.00,2025-10-05T09:00:00-04:00
`;

/** What writes folders, each into one that is not there yet; `new/invoices` has two to be made. */
const COMMANDS = [
  'run 2025-10 orders.csv --out new/invoices --report',
  'export 2025-10 --out copies',
  'report 2025-10 --out reports',
  'invoices 2025-10 --pdf --out printable',
  'preview 2025-11 --out drafts',
];
const FOLDERS = ['new', 'copies', 'reports', 'printable', 'drafts'];

function runUnder(umask: string, place: Workplace): void {
  for (const words of COMMANDS) {
    const { code, stderr } = place.run(words.split(' '), { umask: Number.parseInt(umask, 8) });
    expect({ code, words }, stderr).toEqual({ code: 0, words });
  }
}

const modeOf = (file: string) => (statSync(file).mode & 0o7777).toString(8);

/** The modes of folders and files at and below a folder. */
function modesBelow(folder: string): { folders: string[]; files: string[] } {
  const folders = new Set([modeOf(folder)]);
  const files = new Set<string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    (entry.isDirectory() ? folders : files).add(modeOf(path.join(entry.parentPath, entry.name)));
  return { folders: [...folders], files: [...files] };
}

describe.skipIf(process.platform === 'win32')('whatever the umask', () => {
  const MODES = [
    ['private', { folders: ['700'], files: ['600'] }],
    ['group', { folders: ['750'], files: ['640'] }],
  ] as const;
  const CASES = ['000', '022', '027', '077'].flatMap((umask) =>
    MODES.map(([fileMode, modes]) => ({ umask, fileMode, modes })),
  );

  test.each(CASES)(
    '$umask: "$fileMode" gives all folders and files of a month $modes',
    ({ umask, fileMode, modes }) => {
      const place = workplaceWithLedger();
      place.write('orders.csv', ORDERS);
      place.write('monthend.json', JSON.stringify({ fileMode }));
      runUnder(umask, place);
      for (const folder of FOLDERS) expect(modesBelow(place.path(folder)), folder).toEqual(modes);
      expect(modeOf(place.path('monthend.db'))).toBe('600');
    },
  );

  test('the default is private', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    const words = (COMMANDS[0] ?? '').split(' ');
    expect(place.run(words, { umask: 0, inOwnProcess: true })).toMatchObject({ code: 0 });
    expect(modesBelow(place.path('new'))).toEqual(MODES[0][1]);
  });
});

describe('a setting that changes no byte', () => {
  const closed = (fileMode: string) => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.write('monthend.json', JSON.stringify({ fileMode }));
    expect(place.run(['run', '2025-10', 'orders.csv']).code).toBe(0);
    return place;
  };

  test('a month, with its manifest and seal, is the same for either', () => {
    expect(closed('group').snapshot('invoices')).toEqual(closed('private').snapshot('invoices'));
  });

  test('an export under the other one changes who may read, and verify finds nothing', () => {
    const place = closed('private');
    place.write('monthend.json', '{ "fileMode": "group" }');
    place.run(['export', '2025-10']);
    expect(modesBelow(place.path('invoices/2025-10'))).toEqual({ folders: ['750'], files: ['640'] });
    expect(modeOf(place.path('invoices'))).toBe('700');
    expect(place.run(['verify']).code).toBe(0);
  });
});

test("a shared folder's group and its set-group-ID bit go on to all that is made in it", () => {
  const place = workplaceWithLedger();
  place.write('orders.csv', ORDERS);
  place.write('monthend.json', '{ "fileMode": "group" }');
  mkdirSync(place.path('shared'));
  chmodSync(place.path('shared'), 0o2770);
  expect(place.run(['run', '2025-10', 'orders.csv', '--out', 'shared/invoices']).code).toBe(0);
  expect(modeOf(place.path('shared'))).toBe('2770');
  expect(modesBelow(place.path('shared/invoices'))).toEqual({ folders: ['2750'], files: ['640'] });
});

test('what is named for one call stays private: a page, and records set aside', () => {
  const place = workplaceWithLedger();
  place.write('orders.csv', `${ORDERS}ORD-2,P-1,crown,dear,2025-10-05T09:00:00-04:00\n`);
  place.write('monthend.json', '{ "fileMode": "group" }');
  runMonthend(['import', 'orders.csv', '--quarantine', 'bad.csv'], place.folder);
  runMonthend(['explain', 'ORD-1', '--html', 'order.html'], place.folder);
  expect(['bad.csv', 'order.html', 'monthend.db'].map((name) => modeOf(place.path(name)))).toEqual([
    '600',
    '600',
    '600',
  ]);
});
