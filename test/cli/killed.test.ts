import { existsSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { killWriter } from '../support/killed-writer.js';
import { workplaceWithLedger } from '../support/monthend.js';

describe('after a writer was killed in the middle', () => {
  const next: [command: string, words: string[]][] = [
    ['export', ['export', '2025-10', '--out', 'after']],
    ['preview', ['preview', '2025-11']],
    ['close', ['close', '2025-11', '--accept', 'no-history,empty-month']],
    ['import', ['import', '2025-11/orders.csv']],
  ];
  test.each(next)('%s finds the ledger as it was before', (_, words) => {
    const place = workplaceWithLedger();
    place.copy('fixtures/sample', '.');
    place.run(['run', '2025-10', '2025-10/orders.csv', '2025-10/history.csv']);
    place.run(['export', '2025-10', '--out', 'before']);
    const ledger = place.bytes('monthend.db');
    killWriter(place);
    expect(existsSync(place.path('monthend.db-journal'))).toBe(true);
    expect(place.bytes('monthend.db').equals(ledger)).toBe(false);

    expect(place.run(words)).toMatchObject({ code: 0 });
    expect(place.run(['export', '2025-10', '--out', 'again']).code).toBe(0);
    expect(place.snapshot('again')).toEqual(place.snapshot('before'));
    expect(existsSync(place.path('monthend.db-journal'))).toBe(false);
  });
  test('a reader finds it also through a link', () => {
    const place = workplaceWithLedger();
    place.copy('fixtures/sample', '.');
    place.run(['run', '2025-10', '2025-10/orders.csv', '2025-10/history.csv']);
    killWriter(place);
    symlinkSync('monthend.db', place.path('link.db'));
    const words = ['--ledger', 'link.db', 'export', '2025-10', '--out', 'after'];
    expect(place.run(words)).toMatchObject({ code: 0 });
    expect(place.snapshot('after')).toEqual(place.snapshot('invoices'));
  });
});
