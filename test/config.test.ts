import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG, FIXED_SETTINGS, recordedConfig } from '../src/config/config.js';
import { ConfigFaults, configJsonSchema, readConfig } from '../src/config/read-config.js';

/** What is wrong with the text of a config; none if nothing is. */
function faultsOf(text: string): readonly string[] {
  try {
    readConfig(text);
    return [];
  } catch (error) {
    if (error instanceof ConfigFaults) return error.faults;
    throw error;
  }
}

describe('a config', () => {
  it('that is {} stands for all defaults', () => {
    expect(readConfig('{}')).toEqual({
      currency: 'USD',
      timeZone: 'America/New_York',
      cutoff: '24:00',
      pauseLimitDays: 45,
      afterLimit: 'slate',
      notPausable: ['aligners'],
      rounding: 'half-up',
      creditAfterShipment: false,
      paymentTermsDays: 7,
      invoiceNumber: 'INV-{seq:6}',
      creditNoteNumber: 'CN-{seq:6}',
      reviewChangePercent: null,
      negativePrices: false,
      strict: false,
      patientRef: false,
      bom: false,
      lineEnding: 'lf',
      formulaGuard: true,
      fileMode: 'private',
      seller: null,
      books: null,
      inputs: {},
      firstMonth: null,
      preflight: {},
    });
    expect(DEFAULT_CONFIG).toEqual(readConfig('{}'));
  });

  it('may start with a byte order mark, as a Windows editor writes it', () => {
    expect(readConfig('\uFEFF{ "currency": "EUR" }').currency).toBe('EUR');
  });

  it('may hold comments and trailing commas, and names its schema without effect', () => {
    const text = `// our lab
    {
      "$schema": "./config.schema.json",
      "currency": "EUR", /* since 2026 */
      "notPausable": ["aligners", "retainers",],
    }
    `;
    expect(readConfig(text)).toEqual({
      ...DEFAULT_CONFIG,
      currency: 'EUR',
      notPausable: ['aligners', 'retainers'],
    });
  });

  it.each([
    ['currency', '"JPY"'],
    ['timeZone', '"Asia/Kolkata"'],
    ['cutoff', '"00:00"'],
    ['cutoff', '"19:00"'],
    ['reviewChangePercent', 'null'],
    ['reviewChangePercent', '50'],
    ['pauseLimitDays', '1'],
    ['pauseLimitDays', '3650'],
    ['afterLimit', '"delete"'],
    ['notPausable', '[]'],
    ['rounding', '"half-even"'],
    ['paymentTermsDays', '0'],
    ['invoiceNumber', '"{YYYY}-{MM}/{seq}"'],
    ['creditNoteNumber', '"C{seq:20}"'],
    ['strict', 'true'],
    ['negativePrices', 'true'],
    ['creditAfterShipment', 'true'],
    ['patientRef', 'true'],
    ['bom', 'true'],
    ['lineEnding', '"crlf"'],
    ['formulaGuard', 'false'],
    ['fileMode', '"group"'],
    ['firstMonth', '"2026-10"'],
    ['preflight', '{"late": "stop", "unknown-practice": "tell"}'],
  ])('takes %s: %s', (key, value) => {
    expect(readConfig(`{"${key}": ${value}}`)).toEqual({ ...DEFAULT_CONFIG, [key]: JSON.parse(value) });
  });
});

describe('a bad value is named with its place', () => {
  const TIME = 'must be a time of day from "00:00" to "24:00", for example "19:00"';
  const CURRENCY = 'must be a currency code of ISO 4217, for example "USD"';
  it.each([
    ['currency', '"usd"', CURRENCY],
    ['currency', '"XYZ"', CURRENCY],
    ['currency', '"XAU"', CURRENCY],
    ['currency', 'null', 'invalid input: expected string, received null'],
    [
      'timeZone',
      '"Mars/Olympus"',
      'Mars/Olympus is not a known time zone; an IANA name is expected, for example America/New_York',
    ],
    [
      'timeZone',
      '"America/New York"',
      '"America/New York" is not a known time zone; did you mean America/New_York?',
    ],
    ['timeZone', '""', '"" is not a known time zone; an IANA name is expected, for example America/New_York'],
    [
      'timeZone',
      '"+02:00"',
      '"+02:00" is an offset, which knows no daylight saving; a zone is expected, for example America/New_York',
    ],
    ['cutoff', '"25:00"', TIME],
    ['cutoff', '"24:00:00"', TIME],
    ['cutoff', '1900', 'invalid input: expected string, received number'],
    ['cutoff', '"7:00"', TIME],
    ['cutoff', '"24:01"', TIME],
    ['cutoff', '"19:60"', TIME],
    ['pauseLimitDays', '0', 'too small: expected number to be >=1'],
    ['pauseLimitDays', '3651', 'too big: expected number to be <=3650'],
    ['pauseLimitDays', '1.5', 'invalid input: expected int, received number'],
    ['pauseLimitDays', '"45"', 'invalid input: expected number, received string'],
    ['afterLimit', '"keep"', 'invalid option: expected one of "slate"|"delete"'],
    ['notPausable', '"aligners"', 'invalid input: expected array, received string'],
    ['rounding', '"up"', 'invalid option: expected one of "half-up"|"half-even"'],
    ['paymentTermsDays', '-1', 'too small: expected number to be >=0'],
    ['invoiceNumber', '"INV"', 'must hold {seq} or {seq:6}, the running number; for example "INV-{seq:6}"'],
    [
      'invoiceNumber',
      '"INV-{seq:06}"',
      '{seq:06} is not known; did you mean {seq:6}?; for example "INV-{seq:6}"',
    ],
    [
      'creditNoteNumber',
      '"CN-{seq}\\n"',
      'has the character U+000A; a number has printable ones only; for example "CN-{seq:6}"',
    ],
    ...['=', '+', '-', '@', '＝', "'="].map((start): [string, string, string] => [
      'invoiceNumber',
      `"${start}{seq}"`,
      'must not begin as a formula of a spreadsheet does, with =, +, - or @; for example "INV-{seq:6}"',
    ]),
    ['strict', '"yes"', 'invalid input: expected boolean, received string'],
    ['patientRef', '1', 'invalid input: expected boolean, received number'],
    ['bom', 'null', 'invalid input: expected boolean, received null'],
    ['lineEnding', '"cr"', 'invalid option: expected one of "lf"|"crlf"'],
    ['formulaGuard', '0', 'invalid input: expected boolean, received number'],
    ['firstMonth', '"2026-1"', 'must be a month, YYYY-MM from 1970-01 to 9998-12, for example 2026-10'],
  ])('%s: %s', (key, value, message) => {
    const text = `{\n  "$schema": "x", // é\n   "${key}": ${value}\n}`;
    expect(faultsOf(text)).toEqual([`3:4: ${key}: ${message}`]);
  });

  it.each([
    ['an item of a list', '{"notPausable": ["aligners", ""]}', '1:30: notPausable[1]: too small'],
    ['a key of an object', '{"seller": {"name": "Lab", "country": "us"}}', '1:28: seller.country: must be'],
    ['a code of no country', '{"seller": {"name": "Lab", "country": "XX"}}', '1:28: seller.country: must be'],
    ['a key that is missing', '{"seller": {}}', '1:2: seller.name: invalid input'],
    ['a key of an item', '{"books": {"products": [{"account": "1"}]}}', '1:25: books.products[0].product: '],
    [
      'a near miss',
      '{"books": {"recievables": "1"}}',
      '1:12: books.recievables: no such key; did you mean rec',
    ],
    [
      'an unknown key',
      '{"books": {"default": {"x": 1}}}',
      '1:24: books.default.x: no such key; known are acc',
    ],
    ['a key that stands twice', '{"books": {"dates": 1, "dates": 2}}', '1:24: books.dates: the key stands'],
    [
      'twice in a list',
      '{"books": {"products": [{"item": "1", "item": "1"}]}}',
      '1:39: books.products[0].item: t',
    ],
  ])('deep inside: %s', (_, text, fault) => {
    expect(faultsOf(text)[0]?.slice(0, fault.length)).toBe(fault);
  });

  it('all of them at once', () => {
    const text = '{"strict": 1,\r\n "bom": 2,\r\n "é": 3, "nope": 4}';
    expect(faultsOf(text).map((fault) => fault.split(': ', 2).join(': '))).toEqual([
      '1:2: strict',
      '2:2: bom',
      '3:2: é',
      '3:10: nope',
    ]);
  });
});

describe('a key', () => {
  const known = Object.keys(DEFAULT_CONFIG).join(', ');
  it.each(['x', '__proto__', 'constructor', ''])(
    'that is unknown is an error, and the known ones are named: %j',
    (key) => {
      const shown = key === '' ? '' : `${key}: `;
      expect(faultsOf(`{"${key}": 1}`)).toEqual([`1:2: ${shown}no such key; known are ${known}`]);
    },
  );

  it.each([
    ['cutOff', 'cutoff'],
    ['timezone', 'timeZone'],
    ['time_zone', 'timeZone'],
    ['pauseLimitDay', 'pauseLimitDays'],
    ['patient_ref', 'patientRef'],
  ])('that is nearly a known one: %s', (key, meant) => {
    expect(faultsOf(`{"${key}": 1}`)).toEqual([`1:2: ${key}: no such key; did you mean ${meant}?`]);
  });

  it('that stands twice is an error, at its second place', () => {
    const text = '{\n  "currency": "EUR",\n  "currency": "USD"\n}';
    expect(faultsOf(text)).toEqual(['3:3: currency: the key stands twice']);
  });
});

describe('a text that is no config', () => {
  it.each([
    ['nothing', '', /^1:1: /],
    ['comments only', '// nothing\n', /^\d:\d+: /],
    ['an array', '[]', /^1:1: invalid input: expected object, received array$/],
    ['null', 'null', /^1:1: invalid input: expected object, received null$/],
    ['a value missing', '{\n "currency": \n}', /^3:1: not valid JSON: value expected$/],
    ['a brace missing', '{"strict": true', /^1:16: not valid JSON: close brace expected$/],
    ['more after its end', '{} {}', /^1:4: not valid JSON: end of file expected$/],
    ['single quotes', "{'strict': true}", /^1:2: not valid JSON: invalid symbol$/],
  ])('%s', (_, text, fault) => {
    expect(faultsOf(text)[0]).toMatch(fault);
  });
});

describe('the two series of numbers', () => {
  it.each([
    ['INV-{seq:6}', 'INV-{seq:6}', 'INV-111111'],
    ['INV-{seq:6}', 'INV-{seq}', 'INV-111111'],
    ['{YYYY}/{seq}', '{YYYY}/{seq:4}', '2026/1111'],
    ['{seq}', '1{seq}', '11'],
  ])('%s and %s would give one number twice', (invoiceNumber, creditNoteNumber, shared) => {
    const text = JSON.stringify({ invoiceNumber, creditNoteNumber });
    const place = `1:${text.indexOf('"creditNoteNumber"') + 1}`;
    expect(faultsOf(text)).toEqual([
      `${place}: creditNoteNumber: "${creditNoteNumber}" and invoiceNumber "${invoiceNumber}" can both give the number ` +
        `${shared}; put a letter into one, for example "CN-{seq:6}"`,
    ]);
  });

  it('collide with a default too', () => {
    expect(faultsOf('{"invoiceNumber": "CN-{seq}"}')).toEqual([
      '1:2: creditNoteNumber: "CN-{seq:6}" and invoiceNumber "CN-{seq}" can both give the number CN-111111; ' +
        'put a letter into one, for example "CN-{seq:6}"',
    ]);
  });

  it('may be told apart by their text', () => {
    expect(faultsOf('{"invoiceNumber": "{seq}", "creditNoteNumber": "{seq}C"}')).toEqual([]);
  });
});

describe('what a close records', () => {
  const seller = { name: 'Lab', payment: [] };

  it('is what its documents show: not who may read them, how the books call things, or what stops a close', () => {
    expect(Object.keys(recordedConfig({ ...DEFAULT_CONFIG, seller }))).toEqual(
      Object.keys(DEFAULT_CONFIG).filter(
        (key) =>
          ![
            'fileMode',
            'books',
            'inputs',
            'firstMonth',
            'preflight',
            'negativePrices',
            'creditAfterShipment',
          ].includes(key),
      ),
    );
  });

  it('keeps the picture of a logo, not the name of its file', () => {
    const named = { ...seller, logo: 'logo.png', logoUri: 'data:image/png;base64,AAAA' };
    expect(recordedConfig({ ...DEFAULT_CONFIG, seller: named }).seller).toEqual({
      ...seller,
      logoUri: 'data:image/png;base64,AAAA',
    });
  });

  it('names no seller where there is none, and no returns: months keep the bytes that they had', () => {
    expect(recordedConfig(DEFAULT_CONFIG)).not.toHaveProperty('seller');
    expect(recordedConfig(DEFAULT_CONFIG)).not.toHaveProperty('creditAfterShipment');
    expect(recordedConfig({ ...DEFAULT_CONFIG, creditAfterShipment: true }).creditAfterShipment).toBe(true);
  });
});

it('what the first close fixes are settings that there are', () => {
  expect(Object.keys(DEFAULT_CONFIG)).toEqual(expect.arrayContaining([...FIXED_SETTINGS]));
});

describe('a config that someone made to be slow', () => {
  it.each([
    [
      'unknown keys',
      JSON.stringify(Object.fromEntries(Array.from({ length: 75_000 }, (_, n) => [`k${n}`, 1]))),
    ],
    ['one key very often', `{${'"currency": "USD",'.repeat(50_000)}}`],
    ['nothing but commas', ','.repeat(1_000_000)],
  ])('of %s is refused at once, with no more faults than someone reads', (_, text) => {
    const started = performance.now();
    expect(faultsOf(text).length).toBeLessThanOrEqual(51);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it.each([1_000, 3_000, 100_000, 500_000])('nested %i deep is refused in words', (depth) => {
    const faults = faultsOf(`{"notPausable":${'['.repeat(depth)}${']'.repeat(depth)}}`);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^1:1: is nested deeper|^1:\d+: notPausable\[0\]: /);
  });

  it('shows a key as the word that it is, escaped and cut', () => {
    expect(faultsOf('{"\\u001b[31mred": 1}')[0]).toMatch(/^1:2: \\u\{001B\}\[31mred: no such key/);
    expect(faultsOf(`{"${'k'.repeat(5000)}": 1}`)[0]?.length).toBeLessThan(500);
  });
});

describe('an input profile', () => {
  const GOOD = {
    kind: 'orders',
    columns: {
      order_id: 'Order',
      practice_id: 'Practice',
      product: 'Item',
      unit_price: 'Price',
      placed_at: 'Date',
    },
    constants: { currency: 'EUR' },
    ignore: ['Doctor', 'Status'],
    separator: ';',
    encoding: 'windows-1252',
    headerLine: 4,
    footer: 'Total',
    blankRows: 'skip',
    decimalMark: ',',
    groupMark: '.',
    currencySign: '€',
    negatives: '(1)',
    instant: ['dd.MM.yyyy HH:mm', 'dd.MM.yyyy'],
    timeZone: 'Europe/Berlin',
    time: '12:00',
    values: { Item: { Krone: 'crown', Angebot: null } },
    trim: true,
    upperCase: ['order_id'],
    lowerCase: ['product'],
  };

  /** A config with a profile, a key a line: `inputs` in line 2, the profile in line 3, its keys from line 4 on. */
  function configOf(profile: object, name = 'erp'): string {
    const keys = Object.entries(profile).map(([key, value]) => `      "${key}": ${JSON.stringify(value)}`);
    return `{\n  "inputs": {\n    "${name}": {\n${keys.join(',\n')}\n    }\n  }\n}`;
  }
  const lineOf = (profile: object, key: string) => 4 + Object.keys(profile).indexOf(key);

  it('is taken with every key', () => {
    expect(faultsOf(configOf(GOOD))).toEqual([]);
    expect(readConfig(configOf(GOOD)).inputs).toEqual({ erp: GOOD });
  });

  it('has no other keys than those that are tried here', () => {
    const schema = configJsonSchema() as {
      properties: { inputs: { additionalProperties: { properties: object } } };
    };
    const { properties } = schema.properties.inputs.additionalProperties;
    expect(Object.keys(GOOD).sort()).toEqual(Object.keys(properties).sort());
  });

  const NAME =
    'the name of a profile has letters, digits, points and hyphens, and is not orders, history or practices';
  it.each(['orders', 'history', 'practices', '', 'a b', '-x', 'é'])('has a name of its own: %j', (name) => {
    expect(faultsOf(configOf(GOOD, name))).toEqual([`3:5: inputs.${name}: ${NAME}`]);
  });

  it.each<[key: string, value: unknown, path: string, message: string]>([
    ['kind', 'order', 'kind', 'must be "orders" or "history" or "practices"'],
    ['columns', {}, 'columns', 'order_id is missing; every record of orders needs it'],
    [
      'columns',
      { ...GOOD.columns, at: 'X' },
      'columns.at',
      'is no field of orders; known are order_id, line',
    ],
    [
      'columns',
      { ...GOOD.columns, placed_on: 'X' },
      'columns.placed_on',
      'is no field of orders; did you mean placed_at?',
    ],
    [
      'columns',
      { ...GOOD.columns, line: ['A', 'B'] },
      'columns.line',
      'is read from one column; only description',
    ],
    ['columns', { ...GOOD.columns, description: ['A', 'A'] }, 'columns.description', 'names a column twice'],
    ['columns', { ...GOOD.columns, line: '' }, 'columns.line', 'must be the name of a column'],
    [
      'columns',
      { ...GOOD.columns, line: 3 },
      'columns.line',
      'must be the name of a column, or a list of them',
    ],
    ['columns', { ...GOOD.columns, line: [] }, 'columns.line', 'too small: expected array to have >=1 items'],
    ['columns', 'Order', 'columns', 'invalid input: expected record'],
    ['constants', { currency: 'Euro' }, 'constants.currency', 'Euro is not a currency'],
    ['constants', { currency: 1 }, 'constants.currency', 'must be a text'],
    ['constants', { product: 'crown' }, 'constants.product', 'is read from a column already'],
    ['constants', { line: '1' }, 'constants.line', 'is not the same in every record'],
    ['constants', { money: '1' }, 'constants.money', 'is no field of orders'],
    ['constants', { quantity: '1,5' }, 'constants.quantity', '"1,5" is not a plain decimal'],
    ['ignore', ['Doctor', 'Item'], 'ignore', '"Item" is read; take it out here, or there'],
    ['ignore', ['Doctor', 'Doctor'], 'ignore', '"Doctor" stands here twice'],
    ['ignore', 'Doctor', 'ignore', 'must be "*" or a list of columns'],
    ['separator', ':', 'separator', 'must be "," or ";" or "\\t" or "|"'],
    ['encoding', 'latin1', 'encoding', 'must be "utf-8" or'],
    ['headerLine', 0, 'headerLine', 'must be the number of a line, from 1'],
    ['headerLine', '4', 'headerLine', 'must be the number of a line, from 1'],
    ['footer', '', 'footer', 'must be a text without quotes and line breaks'],
    ['footer', 'a\nb', 'footer', 'must be a text without quotes and line breaks'],
    ['blankRows', true, 'blankRows', 'must be "refuse" or "skip"'],
    ['decimalMark', "'", 'decimalMark', 'must be "." or ","'],
    [
      'decimalMark',
      '.',
      'groupMark',
      'is the mark before the decimals too ("decimalMark"); they must differ',
    ],
    ['groupMark', '_', 'groupMark', 'must be "," or "." or " " or "\'"'],
    ['currencySign', '1', 'currencySign', 'must be one to eight signs or letters'],
    ['currencySign', '', 'currencySign', 'must be one to eight signs or letters'],
    ['negatives', '-', 'negatives', 'must be "-1" or "1-" or "(1)"'],
    ['instant', 'DD.MM.YYYY HH:mm', 'instant', '"DD.MM.YYYY HH:mm" has "DD", which is none of'],
    ['instant', ['dd.MM.yyyy HH:mm', 'dd.MM HH:mm'], 'instant', '"dd.MM HH:mm" has no year'],
    ['instant', 'dd.MM.yyyy HH:mm', 'time', 'has no effect: every format has its time'],
    ['instant', ['dd.MM.yyyy HH:mmXXX', 'T'], 'timeZone', 'has no effect: every format has its offset'],
    ['instant', undefined, 'timeZone', 'has no effect without "instant"'],
    ['instant', ['dd.MM.yyyy', 'dd.MM.yyyy'], 'instant', '"dd.MM.yyyy" stands here twice'],
    ['instant', 5, 'instant', 'must be a format of date and time, or a list of them'],
    ['timeZone', 'TODO', 'timeZone', 'is still TODO: write the IANA name of the zone'],
    ['timeZone', 'Berlin', 'timeZone', 'Berlin is not a known time zone'],
    [
      'columns',
      { ...GOOD.columns, line: 'TODO' },
      'columns.line',
      'is still TODO: write the name of the column',
    ],
    ['instant', 'TODO', 'instant', 'is still TODO: write the format of its dates and times'],
    [
      'values',
      { Item: { Krone: 'TODO' } },
      'values.Item.Krone',
      'is still TODO: write what the word stands for here',
    ],
    [
      'timeZone',
      undefined,
      'instant',
      '"dd.MM.yyyy HH:mm" has no offset, so "timeZone" must say whose time it is',
    ],
    ['time', '24:00', 'time', 'must be a time of day, for example "12:00"'],
    ['time', undefined, 'instant', 'has a format without a time, so "time" must say it'],
    ['values', { Item: {} }, 'values.Item', 'names no word'],
    ['values', { Item: { Krone: 3 } }, 'values.Item.Krone', 'must be a text, or null'],
    [
      'values',
      { Status: { offen: 'paused' } },
      'values.Status.offen',
      'must be null: no field is read from this column',
    ],
    ['values', { Item: { 'Krone ': 'crown' } }, 'values.Item.Krone ', 'has no effect: "trim" takes'],
    ['trim', 'yes', 'trim', 'must be true or false'],
    ['upperCase', ['order_id', 'order_id'], 'upperCase', 'order_id stands here twice'],
    ['upperCase', ['unit_price'], 'upperCase', 'invalid option'],
    ['upperCase', ['event_id'], 'upperCase', 'is no field of orders'],
    ['lowerCase', ['order_id'], 'lowerCase', 'order_id is in "upperCase" too'],
  ])('with a bad %s: %j', (key, value, path, message) => {
    const { ignore: _, ...rest } = GOOD;
    const profile = path.startsWith('values.Status') ? rest : GOOD;
    const changed = Object.fromEntries(
      Object.entries({ ...profile, [key]: value }).filter(([, each]) => each !== undefined),
    );
    // The place in a list is told too, and matters little here.
    const faults = faultsOf(configOf(changed)).map((fault) => fault.replace(/\[\d+\]:/, ':'));
    const found = faults.find((fault) => fault.includes(`: inputs.erp.${path}: ${message}`));
    expect(found ?? faults).toEqual(
      expect.stringMatching(new RegExp(`^${lineOf(changed, path.split('.')[0] ?? '')}:`)),
    );
  });

  /** What a key may be of these, beside what it is. */
  const TAKEN: Readonly<Record<string, readonly unknown[]>> = {
    ...{ headerLine: [7], trim: [true], constants: [{}], ignore: [[]], upperCase: [[]], lowerCase: [[]] },
    values: [{}],
  };

  it.each(Object.keys(GOOD))('with a %s of another kind is refused by its name and place', (key) => {
    for (const value of [null, 7, true, '', {}, [], [7], { x: 7 }, { x: { y: 7 } }]) {
      const faults = faultsOf(configOf({ ...GOOD, [key]: value }));
      const isTaken = TAKEN[key]?.some((each) => JSON.stringify(each) === JSON.stringify(value)) ?? false;
      const named = faults.filter((fault) =>
        new RegExp(`^${lineOf(GOOD, key)}:\\d+: inputs\\.erp\\.${key}\\b`).test(fault),
      );
      expect(named.length > 0, `${key}: ${JSON.stringify(value)}: ${faults.join('; ')}`).toBe(!isTaken);
    }
  });

  it.each(Object.keys(GOOD))('without %s is right, or says what it needs', (key) => {
    const changed = Object.fromEntries(Object.entries(GOOD).filter(([each]) => each !== key));
    const needed = {
      kind: ['inputs.erp.kind: is missing; every profile needs it'],
      columns: ['inputs.erp.columns: is missing; every profile needs it'],
      decimalMark: ['inputs.erp.groupMark: is the mark'],
      instant: ['inputs.erp.timeZone: has no effect', 'inputs.erp.time: has no effect'],
      timeZone: ['inputs.erp.instant: "dd.MM.yyyy HH:mm" has no offset'],
      time: ['inputs.erp.instant: has a format without a time'],
    }[key];
    const faults = faultsOf(configOf(changed));
    expect(faults.map((fault) => fault.slice(fault.indexOf('inputs')))).toEqual(
      (needed ?? []).map((start) => expect.stringContaining(start)),
    );
  });

  it('of a history or of practices has no amounts, and of practices no times', () => {
    const history = { kind: 'history', columns: { order_id: 'O', event: 'E', at: 'A' }, decimalMark: ',' };
    expect(faultsOf(configOf(history))).toEqual([
      '6:7: inputs.erp.decimalMark: has no effect: a history has no amounts',
    ]);
    const practices = { kind: 'practices', columns: { practice_id: 'I', name: 'N' }, instant: 'T' };
    expect(faultsOf(configOf(practices))).toEqual([
      '6:7: inputs.erp.instant: has no effect: practices have no times',
    ]);
  });

  it.each([
    ['retractd', 'retractd is not an event; did you mean retracted?'],
    ['on hold', '"on hold" is not an event; known are paused, resumed, shipped, cancelled, deleted'],
  ])('has events for the words of its events: %s', (ours, message) => {
    const history = {
      kind: 'history',
      columns: { order_id: 'O', event: 'E', at: 'A' },
      values: { E: { Hold: ours, Note: null } },
    };
    expect(faultsOf(configOf(history))).toEqual([`6:23: inputs.erp.values.E.Hold: ${message}`]);
  });

  it('takes a patient reference as it is', () => {
    const columns = { ...GOOD.columns, patient_ref: 'Patient' };
    const faults = faultsOf(configOf({ ...GOOD, columns, values: { Patient: { x: 'y' } } }));
    expect(faults.join()).toContain(
      'inputs.erp.values.Patient: is read as patient_ref, which is taken as it is',
    );
  });

  it('with an unknown key, or one that stands twice, also within', () => {
    expect(faultsOf(configOf({ ...GOOD, seperator: ';' }))).toEqual([
      '24:7: inputs.erp.seperator: no such key; did you mean separator?',
    ]);
    const text = configOf(GOOD).replace('"order_id":"Order"', '"order_id":"Order","order_id":"No"');
    expect(faultsOf(text)).toEqual(['5:38: inputs.erp.columns.order_id: the key stands twice']);
  });
});
