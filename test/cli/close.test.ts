import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rowsOf, runInto, type Workplace, workplaceWithLedger } from '../support/monthend.js';

const ORDERS = `order_id,practice_id,product,unit_price,placed_at
ORD-1,P-1,crown,100.00,2025-10-05T09:00:00-04:00
ORD-2,P-1,crown,200.00,2025-10-06T09:00:00-04:00
ORD-3,P-2,denture,300.00,2025-11-02T09:00:00-05:00
`;
const OCTOBER = `order_id,event,at,reason
ORD-1,paused,2025-10-10T09:00:00-04:00,more time to review
`;
const NOVEMBER = `order_id,event,at,reason
ORD-1,resumed,2025-11-03T09:00:00-05:00,
`;

/** A practice's lines of a month: `line_type reason order amount`. */
function lines(place: Workplace, month: string, practice: string): string[] {
  return rowsOf(place.read(`invoices/${month}/invoices/${practice}.csv`)).map(
    ({ line_type, reason, order_id, amount }) => `${line_type} ${reason} ${order_id} ${amount}`,
  );
}

describe("the order of the lab's help page", () => {
  test('placed and paused in October is not on the October invoice; resumed in November it is on that one', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.write('october.csv', OCTOBER);
    place.write('november.csv', NOVEMBER);

    expect(place.run(['run', '2025-10', 'orders.csv', 'october.csv'])).toMatchObject({
      code: 0,
      stderr: expect.any(String),
    });
    expect(lines(place, '2025-10', 'P-1')).toEqual(['charge placed ORD-2 200.00']);
    expect(rowsOf(place.read('invoices/2025-10/held.csv'))).toMatchObject([
      { order_id: 'ORD-1', amount: '100.00', paused_on: '2025-10-10', days_paused: '21', status: 'deferred' },
    ]);

    expect(place.run(['run', '2025-11', 'november.csv']).code).toBe(0);
    expect(lines(place, '2025-11', 'P-1')).toEqual(['charge resumed ORD-1 100.00']);
    expect(rowsOf(place.read('invoices/2025-11/invoices/P-1.csv'))).toMatchObject([
      {
        placed_on: '2025-10-05',
        deferred_from: '2025-10',
        resumed_on: '2025-11-03',
        service_month: '2025-11',
      },
    ]);
  });

  test('a pause that becomes known after the close is credited, and charged again at its resume', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.write('late.csv', OCTOBER);
    place.write('resume.csv', 'order_id,event,at,reason\nORD-1,resumed,2025-12-03T09:00:00-05:00,\n');

    place.run(['run', '2025-10', 'orders.csv']);
    expect(lines(place, '2025-10', 'P-1')).toEqual([
      'charge placed ORD-1 100.00',
      'charge placed ORD-2 200.00',
    ]);
    place.run(['run', '2025-11', 'late.csv']);
    expect(lines(place, '2025-11', 'P-1')).toEqual(['credit paused ORD-1 -100.00']);
    place.run(['run', '2025-12', 'resume.csv']);
    expect(lines(place, '2025-12', 'P-1')).toEqual(['charge resumed ORD-1 100.00']);
  });
});

describe('a user is told', () => {
  // macOS has no /proc, where not even root can make a folder.
  test.skipIf(!existsSync('/proc'))('that a month is closed, though its files could not be written', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    const nowhere = '/proc/none'; // no folder can be made there
    const failed = place.run(['run', '2025-10', 'orders.csv', '--out', nowhere]);
    expect(failed.code).toBe(74);
    expect(failed.stderr).toMatch(
      /\/proc\/none: .*; 2025-10 is closed, but its files were not written. Fix the problem, then run the same command again; already done: import 1 is in the ledger, 2025-10 is closed\n$/,
    );
    expect(place.run(['close', '2025-10']).stdout).toContain('2025-10 is closed already: 1 invoice');
  });

  test('which months are closed, though a later one is refused', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.write('twice.csv', 'order_id,event,at,reason\nORD-3,resumed,2025-12-05T09:00:00-05:00,\n');
    place.run(['run', '2025-10', 'orders.csv']);
    place.run(['import', 'twice.csv']);
    expect(
      place.run(['close', '2025-12', '--catch-up', '--strict', '--accept', 'empty-month']),
    ).toMatchObject({
      code: 4,
      stdout: expect.stringMatching(/^2025-11 closed: 1 invoice/),
      stderr:
        'monthend: 2025-12 is not closed, because a finding stops it:\n' +
        '  exceptions: 2025-12 would list 1 exception: 1 not-paused; ' +
        'see them with "monthend preview 2025-12 --out FOLDER" in exceptions.csv\n' +
        'If this is as it should be, repeat the command with --accept exceptions\n' +
        'already done: 2025-11 is closed\n',
    });
    const { code, stdout } = place.run(['--json', 'close', '2025-12', '--strict']);
    expect(code).toBe(4);
    expect(JSON.parse(stdout).error.message).not.toContain('what stands');
  });

  // macOS has no device that is always full.
  test.skipIf(!existsSync('/dev/full')).each([
    [['import', 'orders.csv'], 'import 2 is in the ledger'],
    [['close', '2025-11'], '2025-11 is closed'],
    [['run', '2025-11', 'orders.csv'], 'import 2 is in the ledger'],
    [['--json', 'close', '2025-11'], '2025-11 is closed'],
    [
      ['--json', 'run', '2025-12', '--catch-up', 'orders.csv', '--accept', 'nothing-new,empty-month'],
      'import 2 is in the ledger, 2025-11 is closed, 2025-12 is closed',
    ],
  ])('what is done, though it could not be written: %j', async (words, standing) => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.run(['run', '2025-10', 'orders.csv']);
    const full = openSync('/dev/full', 'w');
    try {
      expect(await runInto(words, place.folder, full)).toMatchObject({
        code: 74,
        stderr: expect.stringMatching(
          new RegExp(`standard output: cannot be written: .*; already done: ${standing}\n$`),
        ),
      });
    } finally {
      closeSync(full);
    }
  });

  test('whose total is too large, and by which order', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS.replace('100.00', '90071992547409.91'));
    expect(place.run(['run', '2025-10', 'orders.csv'])).toMatchObject({
      code: 4,
      stderr:
        'monthend: 2025-10 cannot be billed: the document of practice P-1 in USD passes the largest amount, ' +
        '90071992547409.91, with order ORD-2; check the quantities and prices of its orders; ' +
        'already done: import 1 is in the ledger\n',
    });
  });

  test('how many lines the first month takes as charged by the earlier system', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    const told = '  2 lines from before 2025-11 will never be invoiced by this ledger\n';
    place.run(['import', 'orders.csv']);
    expect(place.run(['preview', '2025-11']).stdout).toContain(told);
    expect(place.run(['close', '2025-11', '--accept', 'first-month']).stdout).toContain(told);
    expect(place.run(['close', '2025-12', '--accept', 'empty-month']).stdout).not.toContain(
      'before this ledger',
    );
  });

  test('when new facts come too late for the month that is run', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.write('late.csv', OCTOBER);
    place.run(['run', '2025-10', 'orders.csv']);
    const late =
      '2025-10 was closed before this import, so what it brought is billed with the next month that you close\n';
    expect(place.run(['run', '2025-10', 'late.csv']).stderr).toBe(late);
    expect(place.run(['run', '2025-10', 'late.csv']).stderr).toBe('');
  });
});

describe('closing again', () => {
  test('issues nothing and leaves the same files and the same ledger', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.run(['run', '2025-10', 'orders.csv']);
    const [files, ledger] = [place.snapshot('invoices'), place.bytes('monthend.db')];

    const again = place.run(['close', '2025-10']);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('2025-10 is closed already');
    expect(place.snapshot('invoices')).toEqual(files);
    expect(place.bytes('monthend.db').equals(ledger)).toBe(true);

    expect(place.run(['export', '2025-10', '--out', 'copies']).code).toBe(0);
    expect(place.snapshot('copies')).toEqual(files);
  });

  test('brings back files that were lost', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.run(['run', '2025-10', 'orders.csv', '--out', 'first']);
    place.run(['close', '2025-10', '--out', 'second']);
    expect(place.snapshot('second')).toEqual(place.snapshot('first'));
  });

  test('--catch-up closes the months in between, each by its own cut-off', () => {
    const [stepwise, caughtUp] = [workplaceWithLedger(), workplaceWithLedger()];
    for (const place of [stepwise, caughtUp]) {
      place.write('orders.csv', ORDERS);
      place.write('history.csv', OCTOBER + NOVEMBER.split('\n').slice(1).join('\n'));
      place.run(['run', '2025-10', 'orders.csv', 'history.csv']);
    }
    expect(caughtUp.run(['close', '2025-12'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('2025-10 was closed last, so 2025-11 comes first'),
    });
    const accepting = ['--accept', 'empty-month,no-history'];
    expect(caughtUp.run(['close', '2025-12', '--catch-up', ...accepting]).code).toBe(0);
    stepwise.run(['close', '2025-11', ...accepting]);
    stepwise.run(['close', '2025-12', ...accepting]);
    expect(caughtUp.snapshot('invoices')).toEqual(stepwise.snapshot('invoices'));
  });
});

describe('the same facts', () => {
  const rows = (csv: string) => csv.trimEnd().split('\n').slice(1);
  const file = (csv: string, some: readonly string[]) => `${[csv.split('\n')[0], ...some].join('\n')}\n`;

  test('in another order, imported in parts, in another zone and language: the same bytes', () => {
    const plain = workplaceWithLedger();
    plain.copy('fixtures/sample', '.');
    const all = ['practices', 'orders', 'history'].map((name) => `2025-10/${name}.csv`);
    plain.run(['run', '2025-10', ...all]);
    plain.run(['run', '2025-11', '2025-11/orders.csv', '2025-11/history.csv']);

    const other = workplaceWithLedger();
    const env = { TZ: 'Asia/Kolkata', LANG: 'sv_SE.UTF-8', LC_ALL: 'sv_SE.UTF-8' };
    for (const month of ['2025-10', '2025-11']) {
      for (const name of month === '2025-10' ? ['history', 'orders', 'practices'] : ['history', 'orders']) {
        const csv = plain.read(`${month}/${name}.csv`);
        const [odd, even] = [0, 1].map((rest) =>
          rows(csv)
            .filter((_, index) => index % 2 === rest)
            .reverse(),
        );
        for (const [part, some] of [even ?? [], odd ?? []].entries()) {
          other.write(`${month}-${name}-${part}.csv`, file(csv, some));
          expect(other.run(['import', `${month}-${name}-${part}.csv`], { env }).code).toBe(0);
        }
      }
      expect(other.run(['close', month], { env }).code).toBe(0);
    }

    const [a, b] = [plain.snapshot('invoices'), other.snapshot('invoices')];
    for (const month of ['2025-10', '2025-11']) {
      const [x, y] = [a, b].map((files) => {
        const manifest = JSON.parse(Buffer.from(files[`${month}/manifest.json`] ?? '', 'base64').toString());
        delete files[`${month}/manifest.json`];
        return { ...manifest, imports: [], seal: '' };
      });
      expect(x).toEqual(y);
    }
    expect(b).toEqual(a);
  });
});

describe('refused, with the ledger as it was', () => {
  function openLedger(): Workplace {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.write('aligners.csv', ORDERS.replaceAll('crown', 'aligners').replaceAll('ORD-', 'AL-'));
    place.write('history.csv', OCTOBER.replace('ORD-1', 'AL-1'));
    place.run(['import', 'orders.csv']);
    return place;
  }
  function refused(place: Workplace, words: readonly string[], code: number, message: string): void {
    const before = place.bytes('monthend.db');
    expect(place.run(words)).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
    expect(place.bytes('monthend.db').equals(before)).toBe(true);
  }

  test('a month that is not over, to the millisecond', () => {
    const place = openLedger();
    const almost = ['close', '2025-10', '--as-of', '2025-10-31T23:59:59.999-04:00'];
    refused(place, almost, 4, '2025-10 is not over: it ends at 2025-11-01T04:00:00.000Z');
    expect(place.run(['close', '2025-10', '--as-of', '2025-11-01T00:00:00-04:00']).code).toBe(0);
  });

  test('a month before the first one', () => {
    const place = openLedger();
    place.run(['close', '2025-10']);
    refused(
      place,
      ['close', '2025-09'],
      4,
      '2025-09 cannot be billed in this ledger, whose first month is 2025-10',
    );
  });

  test('exceptions under --strict', () => {
    const place = openLedger();
    place.run(['import', 'aligners.csv', 'history.csv']);
    refused(place, ['close', '2025-10', '--strict'], 4, '2025-10 would list 1 exception');
    expect(place.run(['close', '2025-10']).code).toBe(0);
  });

  test('a setting that the first close has fixed', () => {
    const place = openLedger();
    place.run(['close', '2025-10']);
    place.write('monthend.json', '{ "pauseLimitDays": 30 }');
    refused(place, ['close', '2025-11'], 2, 'pauseLimitDays is 30 in the config');
  });

  test('a number pattern that would come to a number that was issued', () => {
    const place = openLedger();
    place.run(['close', '2025-10']);
    place.write('monthend.json', '{ "invoiceNumber": "R-{seq}", "creditNoteNumber": "INV-{seq:6}" }');
    const taken =
      'monthend: creditNoteNumber "INV-{seq:6}" in the config would repeat the number INV-000001, which P-1 received in 2025-10; ' +
      'choose another pattern\n';
    for (const command of ['close', 'preview']) refused(place, [command, '2025-11'], 2, taken);
    place.write('monthend.json', '{ "invoiceNumber": "R-{seq}" }');
    expect(place.run(['close', '2025-11']).code).toBe(0);
    place.write('monthend.json', '{ "invoiceNumber": "INV-{seq:6}" }');
    expect(place.run(['close', '2025-12', '--accept', 'empty-month']).code).toBe(0);
  });

  test('a number pattern that comes to an old number only later', () => {
    const place = openLedger();
    place.write('monthend.json', '{ "invoiceNumber": "1{seq}" }');
    place.run(['close', '2025-10']);
    place.write('monthend.json', '{ "invoiceNumber": "{seq}" }');
    refused(place, ['close', '2025-11'], 2, 'would repeat the number 11, which P-1 received in 2025-10');
  });

  test('a folder in the way that is not ours, before anything is issued', () => {
    const place = openLedger();
    place.write('invoices/2025-10/notes.txt', 'mine');
    refused(place, ['close', '2025-10'], 4, 'was not written by monthend');
    expect(place.read('invoices/2025-10/notes.txt')).toBe('mine');
  });
});

describe("a file of somebody else's in a folder of ours stays", () => {
  const COMMANDS: [words: string[], folder: string][] = [
    [['close', '2025-10'], 'invoices'],
    [['run', '2025-10', 'orders.csv'], 'invoices'],
    [['export', '2025-10'], 'invoices'],
    [['report', '2025-10'], 'reports'],
    [['invoices', '2025-10'], 'printable'],
    [['preview', '2025-11', '--out', 'drafts'], 'drafts'],
  ];
  test.each(COMMANDS)('monthend %j: exit 4, naming it', (words, folder) => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.run(['run', '2025-10', 'orders.csv']);
    expect(place.run(words).code).toBe(0);
    const month = words[0] === 'preview' ? '2025-11' : '2025-10';
    place.write(`${folder}/${month}/paid.xlsx`, 'mine');
    const before = place.snapshot(folder);
    expect(place.run(words)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining(
        `monthend: ${folder}/${month}: holds paid.xlsx, which monthend did not write, so nothing in it is replaced; ` +
          'move it elsewhere and run the same command again, or name another folder with --out',
      ),
    });
    expect(place.snapshot(folder)).toEqual(before);
  });

  test('a draft with such a file refuses the close before the month is issued', () => {
    const place = workplaceWithLedger();
    place.write('orders.csv', ORDERS);
    place.run(['import', 'orders.csv']);
    place.run(['preview', '2025-10', '--out', 'invoices']);
    place.write('invoices/2025-10/invoices/P-1 question.txt', 'mine');
    const before = place.bytes('monthend.db');
    expect(place.run(['close', '2025-10'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('holds invoices/P-1 question.txt, which monthend did not write'),
    });
    expect(place.bytes('monthend.db').equals(before)).toBe(true);
  });
});

test('files and folders are for the owner alone', () => {
  const place = workplaceWithLedger();
  place.write('orders.csv', ORDERS);
  place.run(['run', '2025-10', 'orders.csv']);
  const modes = ['monthend.db', 'invoices/2025-10', 'invoices/2025-10/summary.csv'].map(
    (name) => statSync(place.path(name)).mode & 0o777,
  );
  expect(modes).toEqual([0o600, 0o700, 0o600]);
});
