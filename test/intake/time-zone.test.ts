import { describe, expect, it } from 'vitest';
import * as say from '../../src/errors/messages.js';
import { timeZone } from '../../src/intake/zone-name.js';
import { parsed } from './parsed.js';

describe('time zone', () => {
  it.each(['America/New_York', 'Asia/Kolkata', 'US/Eastern', 'UTC', 'Etc/GMT+5', 'Europe/Kyiv'])(
    '%s',
    (text) => {
      expect(parsed(timeZone, text)).toBe(text);
    },
  );

  it.each([
    ['+02:00', say.offsetAsTimeZone('+02:00')],
    ['UTC-5', say.offsetAsTimeZone('UTC-5')],
    ['america/new_york', say.unknownTimeZone('america/new_york', 'America/New_York')],
    ['America/New York', say.unknownTimeZone('America/New York', 'America/New_York')],
    ['America/NewYork', say.unknownTimeZone('America/NewYork', 'America/New_York')],
    ['Mars/Olympus', say.unknownTimeZone('Mars/Olympus', undefined)],
    ['IST', say.unknownTimeZone('IST', undefined)],
    ['CST', say.unknownTimeZone('CST', undefined)],
  ])('%s', (text, message) => {
    expect(parsed(timeZone, text)).toBe(message);
  });
});
