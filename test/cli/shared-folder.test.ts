/** A folder that others write to as well: what they put there is not followed, not waited for, and does not stand in the way. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROGRAM, type Workplace, workplace, workplaceWithSample } from '../support/monthend.js';

const isRoot = process.getuid?.() === 0;

const lab = () => workplaceWithSample('2025-10');

/** Runs in bounded time and memory. */
const runBounded = (place: Workplace, words: readonly string[]) => place.run(words, { withinSeconds: 60 });

describe.skipIf(!isRoot)('what a stopped run of another user left', () => {
  const DEAD = 4_194_303; // the last number that Linux gives

  /** In a sticky folder only its owner may remove a file. */
  function leave(place: Workplace, folder: string, name: string, kind: 'file' | 'folder'): void {
    mkdirSync(place.path(folder), { recursive: true });
    if (kind === 'file') place.write(path.join(folder, name), 'half');
    else place.write(path.join(folder, name, 'half.csv'), 'half');
    chownSync(place.path(folder), 0, 0);
    chmodSync(place.path(folder), 0o1777);
  }

  it.each<[words: string, folder: string, name: string, kind: 'file' | 'folder']>([
    ['export 2025-10 --out shared', 'shared', `.2025-10.${DEAD}.partial`, 'folder'],
    ['export 2025-10 --out shared', 'shared', `.2025-10.${DEAD}.replaced`, 'folder'],
    ['report 2025-10 --out shared', 'shared', `.2025-10.${DEAD}.partial`, 'folder'],
    ['invoices 2025-10 --out shared', 'shared', `.2025-10.${DEAD}.partial`, 'folder'],
    ['preview 2025-11 --out shared', 'shared', `.2025-11.${DEAD}.partial`, 'folder'],
    ['explain ORD-1001 --html shared/order.html', 'shared', `.order.html.${DEAD}.partial`, 'file'],
    ['import bad.csv --quarantine shared/aside.csv', 'shared', `.aside.csv.${DEAD}.partial`, 'file'],
    ['init --ledger shared/new.db', 'shared', `.new.db.${DEAD}.new`, 'file'],
  ])('%s passes over it, and says so', (words, folder, name, kind) => {
    const place = lab();
    place.write(
      'bad.csv',
      'order_id,practice_id,product,unit_price,placed_at\nORD-9,P-1,crown,x,2025-10-05\n',
    );
    spawnSync('chown', ['-R', '65534:65534', place.folder]);
    leave(place, folder, name, kind);
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...words.split(' ')], {
      cwd: place.folder,
      env: { PATH: process.env.PATH ?? '' },
      encoding: 'utf8',
      uid: 65534,
      gid: 65534,
    });
    expect(stderr).toContain(`${name}: a stopped run left it, and it cannot be removed (E`);
    expect(status).toBe(words.includes('bad.csv') ? 3 : 0);
    expect(readdirSync(place.path(folder)).length).toBe(2);
  });
});

describe.skipIf(process.platform === 'win32')('in place of a file that is read', () => {
  const PLANTED: Readonly<Record<string, (file: string) => void>> = {
    'a pipe': (file) => execFileSync('mkfifo', [file]),
    'an endless device': (file) => symlinkSync('/dev/zero', file),
    'a link elsewhere': (file) => symlinkSync('/etc/hostname', file),
    'an endless file': (file) => {
      execFileSync('touch', [file]);
      truncateSync(file, 2 ** 40);
    },
  };
  const kinds = Object.entries(PLANTED);
  const plant = (place: Workplace, name: string, make: (file: string) => void): void => {
    rmSync(place.path(name), { force: true });
    mkdirSync(path.dirname(place.path(name)), { recursive: true });
    make(place.path(name));
  };

  it.each(kinds)('%s as manifest.json is none of ours', (_, make) => {
    const place = lab();
    plant(place, 'invoices/2025-10/manifest.json', make);
    expect(runBounded(place, ['export', '2025-10'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('invoices/2025-10: was not written by monthend'),
    });
    expect(runBounded(place, ['verify'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('manifest.json: is not what the ledger wrote'),
    });
    expect(existsSync(place.path('invoices/2025-10/summary.csv'))).toBe(true);
  });

  it.each(kinds)('%s among the files of a month is told by verify', (kind, make) => {
    const place = lab();
    plant(place, 'invoices/2025-10/held.csv', make);
    expect(runBounded(place, ['verify'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(
        kind === 'an endless file' ? 'held.csv: is not what the ledger wrote' : 'held.csv: is missing',
      ),
    });
  });

  it.each(kinds)('%s among the files of the last preview', (_, make) => {
    const place = lab();
    for (const name of ['manifest.json', 'held.csv']) {
      expect(runBounded(place, ['preview', '2025-11', '--out', 'drafts']).code).toBe(0);
      plant(place, `drafts/2025-11/${name}`, make);
      const code = name === 'manifest.json' ? 4 : 0;
      expect(runBounded(place, ['preview', '2025-11', '--out', 'drafts', '--diff'])).toMatchObject({ code });
      rmSync(place.path('drafts'), { recursive: true });
    }
  });

  it.each([
    '{',
    '[]',
    'null',
    '{"generator":"monthend","draft":true,"billing_month":"2025-11","seal":"","config":null,"known_at":"x"}',
  ])('a manifest of the last preview that says %s', (text) => {
    const place = lab();
    place.write('drafts/2025-11/manifest.json', text);
    const { code } = place.run(['preview', '2025-11', '--out', 'drafts', '--diff']);
    expect(code).toBe(text.includes('monthend') ? 0 : 4);
  });

  it.each(kinds)('%s as the page that --html names is left as it is', (_, make) => {
    const place = lab();
    plant(place, 'order.html', make);
    expect(runBounded(place, ['explain', 'ORD-1001', '--html', 'order.html'])).toMatchObject({ code: 4 });
  });

  it.each(kinds)('%s as monthend.json is a usage error', (kind, make) => {
    const place = lab();
    plant(place, 'monthend.json', make);
    expect(runBounded(place, ['close', '2025-11']).code).toBe(2);
    // A link may lead to a config that several folders share.
    if (kind !== 'a link elsewhere')
      expect(runBounded(place, ['close', '2025-11']).stderr).toMatch(/no regular file|larger than 1 MiB/);
  });

  it('a config that is named may be a pipe, and a device is not read to its end', () => {
    const place = lab();
    const script = `echo '{"strict": true}' | "$0" "$1" close 2025-11 --config /dev/stdin`;
    const piped = spawnSync('sh', ['-c', script, process.execPath, PROGRAM], {
      cwd: place.folder,
      encoding: 'utf8',
    });
    expect(piped.stderr).not.toContain('config');
    expect(runBounded(place, ['close', '2025-11', '--config', '/dev/zero'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is larger than 1 MiB'),
    });
  });

  it.each(kinds)('%s in a fixture case fails that case', (kind, make) => {
    for (const name of ['case.json', 'monthend.json', '2025-10/in/orders.csv']) {
      const place = workplace();
      place.write('case/2025-10/in/practices.csv', 'practice_id,name\nP-1,One\n');
      if (kind === 'an endless file' && name.endsWith('.csv')) continue;
      plant(place, `case/${name}`, make);
      expect(runBounded(place, ['check', 'case'])).toMatchObject({
        code: 1,
        stdout: expect.stringMatching(
          /no regular file|no JSON object|larger than 1 MiB|not valid JSON|no known kind/,
        ),
      });
    }
  });
});
