/** The formats of date and time that `inspect` and the hints of messages propose for a text. */
import { expect, it } from 'vitest';
import { formatsOf } from '../../src/intake/inspect-columns.js';

it.each<[text: string, formats: readonly string[]]>([
  ['2025-10-21', ['yyyy-MM-dd']],
  ['21.10.2025', ['dd.MM.yyyy']],
  ['10/21/25', ['MM/dd/yy']],
  ['20251021', ['yyyyMMdd']],
  ['21 Oct 2025', ['d MMM yyyy']],
  ['October 21, 2025', ['MMMM d, yyyy']],
  ['21-Oct-25', ['dd-MMM-yy']],
  ['10/21/2025 9:15 AM', ['MM/dd/yyyy h:mm a']],
  ['10/21/2025 9:15\u202fAM', ['MM/dd/yyyy h:mm a']],
  ['10/21/2025, 9:15:30 pm', ['MM/dd/yyyy, h:mm:ss a']],
  ['2025-10-21T9:15AM', ["yyyy-MM-dd'T'h:mma"]],
  ['21.10.2025, 09:15', ['dd.MM.yyyy, HH:mm']],
  ['2025/10/21 09:15:30 -0500', ['yyyy/MM/dd HH:mm:ss xx']],
  ['2025-10-21 09:15 +02:00', ['yyyy-MM-dd HH:mm XXX']],
  ['2025-10-21 09:15+02', ['yyyy-MM-dd HH:mmX']],
  ['20251021091530', ['yyyyMMddHHmmss']],
  ['1760000000', ['t']],
  ['1760000000000', ['T']],
])('%s is of the format %j', (text, formats) => {
  expect(formatsOf(text)).toEqual(formats);
});

it('all formats that read a text are proposed, the strict one first', () => {
  expect(formatsOf('01/02/2025')).toEqual(['MM/dd/yyyy', 'dd/MM/yyyy']);
  expect(formatsOf('2025-10-21T09:15:30Z')).toEqual([
    'RFC 3339',
    "yyyy-MM-dd'T'HH:mm:ssXXX",
    "yyyy-MM-dd'T'HH:mm:ssX",
  ]);
  expect(formatsOf('2025-10-21T09:15:30.250+0200')).toEqual([
    "yyyy-MM-dd'T'HH:mm:ss.SSSxx",
    "yyyy-MM-dd'T'HH:mm:ss.SSSX",
  ]);
});

it.each([
  '2025-13-01',
  '31.02.2025',
  '2025-10-21 25:00',
  '2025-10-21 09',
  '2025-10-21x',
  '17600000000',
  '12',
  'crown 3',
])('%s is no time', (text) => {
  expect(formatsOf(text)).toEqual([]);
});
