/** What `inspect` finds in files of other systems: the profile that they need, and what it cannot know. */
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../src/config/config.js';
import { readConfig } from '../src/config/read-config.js';
import { saveProfile, withProfile } from '../src/config/save-profile.js';
import { Failure } from '../src/errors/failure.js';
import { type Inspection, inspectFiles } from '../src/inspect-files.js';
import type { InputSettings } from '../src/intake/input-profile.js';
import { temporaryFolder } from './support/facts.js';

type Content = string | Uint8Array;

async function inspect(
  files: Record<string, Content>,
  inputs: Record<string, InputSettings> = {},
): Promise<Inspection> {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  const names = Object.keys(files).map((name) => path.join(folder, name));
  return inspectFiles(names, { config: { ...DEFAULT_CONFIG, inputs } });
}

const refusal = (files: Record<string, Content>): Promise<string> =>
  inspect(files).then(
    () => 'taken',
    (error: unknown) => (error instanceof Failure ? error.message.replace(/^\S*\//, '') : String(error)),
  );

describe('the profile that a file needs', () => {
  it('of a German system: semicolons, windows-1252, decimal commas, words that only the user knows', async () => {
    const orders = ['Auftragsnr;Pos;Kundennr;Praxis;Artikelnr;Bezeichnung;Menge;Einzelpreis;Datum'];
    for (let row = 1; row <= 40; row++)
      orders.push(
        `${1000 + row};1;K-7;Zahnärzte;KR;Krone;${row % 3}1,0;1.${100 + row},50 \x80;${(row % 28) + 1}.10.2025 09:0${row % 10}`,
      );
    const found = await inspect({ 'auftraege.csv': Buffer.from(orders.join('\r\n'), 'latin1') });
    expect(found.settings).toEqual({
      kind: 'orders',
      columns: {
        order_id: 'Auftragsnr',
        line: 'Pos',
        practice_id: 'Kundennr',
        product: 'Artikelnr',
        description: 'Bezeichnung',
        quantity: 'Menge',
        unit_price: 'Einzelpreis',
        placed_at: 'Datum',
      },
      constants: { currency: 'EUR' },
      ignore: ['Praxis'],
      separator: ';',
      encoding: 'windows-1252',
      decimalMark: ',',
      groupMark: '.',
      currencySign: '€',
      instant: 'dd.MM.yyyy HH:mm',
      timeZone: 'TODO',
    });
    expect(found.todos).toHaveLength(1);
    expect(found.trial?.problems).toEqual([]);
    expect(found.trial?.facts[0]?.fact).toMatchObject({
      orderId: '1001',
      quantity: '11',
      unitPrice: '1101.5',
    });

    const history =
      'Auftrag;Vorgang;Zeitpunkt;Grund\n1001;angehalten;05.10.2025 09:00;Rückfrage\n1001;weiter;26.10.2025 09:00;\n';
    const { settings, todos, trial } = await inspect({ 'h.csv': Buffer.from(history, 'latin1') });
    expect(settings).toMatchObject({
      kind: 'history',
      values: { Vorgang: { angehalten: 'TODO', weiter: 'TODO' } },
    });
    expect(todos.join('\n')).toContain(
      'values.Vorgang: "angehalten" (1), "weiter" (1): say for each what it is',
    );
    expect(trial).toBeUndefined();
  });

  it('of a report in UTF-16: tabs, lines above its header, blank rows, a total', async () => {
    const rows = Array.from(
      { length: 30 },
      (_, row) => `${2000 + row}\tA-${row % 4}\tcrown\t1'${100 + row}.25\t2025-10-05 09:00:00.000\t`,
    );
    const lines = [
      'Order list "open',
      'printed\t2025-11-01',
      '',
      'Order No\tAccount\tItem\tNet Price\tEntered\tClerk',
      ...rows,
      '\t\t\t\t\t',
      "Total: 30\t\t\t33'442.50\t\t",
      'end of report',
    ];
    const found = await inspect({ 'r.txt': Buffer.from(`\ufeff${lines.join('\r\n')}`, 'utf16le') });
    expect(found.files[0]).toMatchObject({ records: 30, broken: [] });
    expect(found.settings).toEqual({
      kind: 'orders',
      columns: {
        order_id: 'Order No',
        practice_id: 'Account',
        product: 'Item',
        unit_price: 'Net Price',
        placed_at: 'Entered',
      },
      constants: { currency: 'USD' },
      ignore: ['Clerk'],
      separator: '\t',
      headerLine: 4,
      footer: 'Total',
      blankRows: 'skip',
      encoding: 'utf-16',
      groupMark: "'",
      instant: 'yyyy-MM-dd HH:mm:ss.SSS',
      timeZone: 'TODO',
    });
    expect([found.trial?.problemCount, found.trial?.facts.length]).toEqual([0, 3]);
    const bare = await inspect({ 'r.txt': Buffer.from(lines.join('\n'), 'utf16le') });
    expect(bare.settings).toEqual(found.settings);
  });

  it('of JSON lines: numbers for ids, milliseconds, values of every kind', async () => {
    const line = (id: number) =>
      `{"id":${id},"account":7,"sku":"crown","qty":1,"net_price":180.5,"created_at":1759647600000,"rush":true,"tags":[1]}\n`;
    const { settings, trial, todos } = await inspect({ 'o.jsonl': line(1) + line(2) });
    expect(settings).toEqual({
      kind: 'orders',
      columns: {
        order_id: 'id',
        practice_id: 'account',
        product: 'sku',
        quantity: 'qty',
        unit_price: 'net_price',
        placed_at: 'created_at',
      },
      constants: { currency: 'USD' },
      ignore: ['rush', 'tags'],
      instant: 'T',
    });
    expect([todos, trial?.problems]).toEqual([[], []]);
    expect(trial?.facts[0]?.fact).toMatchObject({ orderId: '1', placedAt: Date.UTC(2025, 9, 5, 7) });
  });

  it('of practices with addresses: each column by its name, unless its values could not be that', async () => {
    const head =
      'Customer No,Company,Legal Name,E-Mail,Street,Suite,Town,State,ZIP,Country Code,VAT No,Customer Code,Terms,Bill To,Land';
    const row = (id: number) =>
      `P${id},Ash,Ash Dental LLC,ap@ash.example,1 Main St,2,Salem,OR,97301,US,12-3,C-${id},30,,United States`;
    const { settings, trial } = await inspect({ 'p.csv': `${head}\n${row(1)}\n${row(2)}\n` });
    expect(settings).toMatchObject({
      kind: 'practices',
      columns: {
        practice_id: 'Customer No',
        name: 'Company',
        legal_name: 'Legal Name',
        email: 'E-Mail',
        address_1: 'Street',
        address_2: 'Suite',
        city: 'Town',
        region: 'State',
        postal_code: 'ZIP',
        country: 'Country Code',
        tax_id: 'VAT No',
        customer_code: 'Customer Code',
        terms_days: 'Terms',
        bill_to: 'Bill To',
      },
      ignore: ['Land'],
    });
    expect(trial?.problems).toEqual([]);
    expect(trial?.facts[0]?.fact).toMatchObject({
      practiceId: 'P1',
      details: { postal_code: '97301', country: 'US', terms_days: '30' },
    });
  });

  it('of orders with their customers’ addresses: those do not make practices of them', async () => {
    const { settings } = await inspect({
      'o.csv':
        'Order No,Customer Code,Company,Item,Price,Order Date,Street,City,State,ZIP,Country,Email,Terms\n' +
        'A1,C7,Ash,crown,1.00,2025-10-05T09:00:00Z,1 Main St,Salem,OR,97301,US,ap@ash.example,30\n',
    });
    expect(settings).toMatchObject({ kind: 'orders', columns: { practice_id: 'Customer Code' } });
  });

  it('of practices whose only id is their customer code', async () => {
    const { settings } = await inspect({ 'p.csv': 'Customer Code,Company,Terms\nC7,Ash,net 30\n' });
    expect(settings).toMatchObject({
      kind: 'practices',
      columns: { practice_id: 'Customer Code', name: 'Company' },
      ignore: ['Terms'],
    });
  });

  it('of a file in the strict format', async () => {
    const { settings, todos } = await inspect({
      'o.csv':
        'order_id,practice_id,product,unit_price,currency,placed_at\nA1,P1,c,1.00,EUR,2025-10-05T09:00:00Z\n',
    });
    expect(settings).toEqual({
      kind: 'orders',
      columns: {
        order_id: 'order_id',
        practice_id: 'practice_id',
        product: 'product',
        unit_price: 'unit_price',
        currency: 'currency',
        placed_at: 'placed_at',
      },
    });
    expect(todos).toEqual([]);
  });

  it('is refused by the config only for what is to be filled in', async () => {
    const { settings, todos } = await inspect({
      'o.csv': 'Case,Account,Item,Fee,Date\n1,P1,c,1.00,10/31/2025\n',
    });
    expect(settings).toMatchObject({ timeZone: 'TODO', time: 'TODO' });
    expect(todos).toHaveLength(2);
    const filled = { ...settings, timeZone: 'America/New_York', time: '12:00' };
    expect(readConfig(JSON.stringify({ inputs: { erp: filled } })).inputs).toEqual({ erp: filled });
  });
});

describe('what cannot be known is said, not guessed', () => {
  const orders = (dates: string[], price = '10.50') =>
    ['Order,Account,Item,Price,Date', ...dates.map((date, row) => `${row},P1,c,"${price}",${date}`)].join(
      '\n',
    );

  it('which of day and month comes first', async () => {
    const { settings, todos } = await inspect({ 'o.csv': orders(['03/04/2025 09:00', '05/06/2025 09:00']) });
    expect(settings).toMatchObject({ instant: 'TODO' });
    expect(todos[0]).toBe(
      'instant: Date could be MM/dd/yyyy HH:mm or dd/MM/yyyy HH:mm in every row (03/04/2025 09:00); say which is meant',
    );
  });

  it('but one row can tell', async () => {
    const { settings, notes } = await inspect({
      'o.csv': orders(['03/04/2025 09:00', '30/06/2025 09:00']),
    });
    expect(settings).toMatchObject({ instant: 'dd/MM/yyyy HH:mm' });
    expect(notes.join()).toContain(
      'Date: every row is dd/MM/yyyy HH:mm (MM/dd/yyyy HH:mm would read 1 of 2)',
    );
  });

  it('rows that contradict each other', async () => {
    const { settings, todos } = await inspect({
      'o.csv': orders(['10/31/2025 09:00', '31/10/2025 09:00', '03/04/2025 09:00']),
    });
    expect(settings).toMatchObject({ instant: 'TODO' });
    expect(todos[0]).toContain('reads 2 of 3 rows');
  });

  it('two forms that never mean two things are both taken', async () => {
    const { settings } = await inspect({
      'o.csv': orders(['31.10.2025 09:00', '30.10.2025', '01.10.2025 10:00']),
    });
    expect(settings).toMatchObject({ instant: ['dd.MM.yyyy HH:mm', 'dd.MM.yyyy'], time: 'TODO' });
  });

  it('whether 1,180 is a thousand or one and a bit', async () => {
    const { settings, todos } = await inspect({ 'o.csv': orders(['2025-10-31 09:00'], '1,180') });
    expect(settings).toMatchObject({ decimalMark: 'TODO' });
    expect(todos[0]).toContain('Price could be read with "." or with ","');
  });

  it('a required field that no column looks like', async () => {
    const { settings, todos } = await inspect({
      'o.csv': 'Order,Item,Price,Date\n1,c,1.00,2025-10-31 09:00\n',
    });
    expect(settings.columns).toMatchObject({ practice_id: 'TODO' });
    expect(todos[0]).toContain('columns.practice_id: no column looks like it');
  });

  it('two columns that could be one field', async () => {
    const { notes, settings } = await inspect({
      'o.csv': 'Order,Account,Item,Unit Price,Price,Date\n1,P1,c,1.00,2.00,2025-10-31 09:00\n',
    });
    expect(settings.columns.unit_price).toBe('Unit Price');
    expect(notes).toContain('unit_price is read from Unit Price; it could be Price too');
  });
});

describe('what may go wrong is seen', () => {
  const seen = async (rows: string[], header = 'Order,Line,Account,Item,Price,Date') =>
    (await inspect({ 'o.csv': [header, ...rows].join('\n') })).notes.join('\n');
  const AT = '2025-10-31 09:00';

  it('ids that a spreadsheet shortened, or that lost their zeros', async () => {
    const text = await seen([
      `2.02610E+11,1,P1,c,1.00,${AT}`,
      `A2,1,007,c,1.00,${AT}`,
      `A3,1,8,c,1.00,${AT}`,
    ]);
    expect(text).toContain('Order: 1 ids look shortened by a spreadsheet');
    expect(text).toContain('Account: 1 of 3 ids start with a zero, others are shorter');
  });

  it('ids with invisible ends', async () => {
    expect(await seen([`A1\u200b,1,P1,c,1.00,${AT}`])).toContain(
      'Order: 1 ids have blanks or invisible characters at their ends',
    );
  });

  it('identities that occur twice', async () => {
    expect(await seen([`A1,1,P1,c,1.00,${AT}`, `A1,1,P1,c,1.00,${AT}`])).toContain(
      'one record repeats the identity of another, such as order line 1 of A1 (o.csv:2 and o.csv:3)',
    );
  });

  it('event ids that are unique within their order only', async () => {
    const text = await seen(
      [`1,A1,shipped,${AT}`, `1,A2,shipped,${AT}`],
      'Event ID,Order ID,Event,Event Date',
    );
    expect(text).toContain('event ids that are unique within their order only cannot be used');
  });

  it('patient references are shown nowhere', async () => {
    const rows = Array.from(
      { length: 20 },
      (_, row) => `${row},P1,c,${row === 3 ? 'x' : 1},${AT},SECRET,SECRET`,
    );
    const header = 'Order,Account,Item,Price,Date,Patient,Patient DOB';
    const { files, trial, ...shown } = await inspect({ 'o.csv': [header, ...rows].join('\n') });
    expect(trial?.problemCount).toBe(1);
    expect(JSON.stringify([shown, trial?.problems])).not.toContain('SECRET');
  });
});

describe('what is no export is refused with what it is', () => {
  it.each<[string, Record<string, Content>, string]>([
    [
      'a workbook',
      { 'o.csv': Buffer.from('PK\x03\x04xxxx', 'latin1') },
      'o.csv: this is a ZIP file, perhaps an Excel workbook',
    ],
    ['a web page', { 'o.csv': '<html><body>' }, 'o.csv: this is a web page (HTML)'],
    ['nothing', { 'o.csv': '' }, 'o.csv: has no columns that could be inspected'],
    [
      'values without names',
      { 'o.csv': '1,P1,crown,10.50,10/31/2025\n2,P1,crown,10.50,10/31/2025\n' },
      'o.csv:1:1: the file has no header',
    ],
    [
      'two with other columns',
      { 'a.csv': 'Order,Price\n1,2\n', 'b.csv': 'Order,Item\n1,2\n' },
      'b.csv: has other columns than',
    ],
  ])('%s', async (_, files, message) => {
    expect(await refusal(files)).toContain(message);
  });
});

it('a profile of the config that reads the columns is tried in place of a new one', async () => {
  const erp = { kind: 'practices', columns: { practice_id: 'No', name: 'Firm' }, ignore: ['City'] } as const;
  const found = await inspect({ 'p.csv': 'No,Firm,City\nP1,Lakeside,X\nP2,,X\n' }, { erp });
  expect(found.fits).toBe('erp');
  expect(found.trial).toMatchObject({
    problemCount: 1,
    facts: [{ fact: { practiceId: 'P1', name: 'Lakeside' } }],
  });
});

describe('a profile is put into the config', () => {
  const SETTINGS = { kind: 'practices', columns: { practice_id: 'No', name: 'Firm' } };

  it('with all that stands there as it was, byte by byte', () => {
    const text = `// our lab
{
  "currency": "EUR", // since 2026
  /* exports */ "inputs": { // by name
    "a": { "kind": "practices", "columns": { "practice_id": "No", "name": "N" } }, // old
  },
}
`;
    const after = withProfile(text, 'erp', SETTINGS);
    const written = JSON.stringify(SETTINGS, null, 2).replaceAll('\n', '\n    ');
    expect(after).toBe(text.replace('// by name\n', `// by name\n    "erp": ${written},\n`));
    expect(Object.keys(readConfig(after).inputs)).toEqual(['erp', 'a']);
  });

  it.each([
    '{}',
    '{ }',
    '{ // none\n}',
    '{"inputs":{}}',
    '{"inputs": {\n  // none\n}}',
    '{\r\n  "strict": true\r\n}\r\n',
    '// nothing\n{ "inputs": {} }',
  ])('of %j', (text) => {
    const after = withProfile(text, 'erp', SETTINGS);
    expect(readConfig(after).inputs).toEqual({ erp: SETTINGS });
    expect(after.includes('\r\n')).toBe(text.includes('\r\n'));
  });

  it('not under a name that is taken', () => {
    const text = withProfile('{}', 'erp', SETTINGS);
    expect(() => withProfile(text, 'erp', SETTINGS)).toThrow('inputs.erp is there already');
  });

  it('in a file that need not be there, and keeps its mode and mark', () => {
    const file = path.join(temporaryFolder(), 'monthend.json');
    saveProfile(file, 'one', SETTINGS);
    chmodSync(file, 0o600);
    writeFileSync(file, `\ufeff${readFileSync(file, 'utf8')}`);
    saveProfile(file, 'two', SETTINGS);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8').startsWith('\ufeff{')).toBe(true);
    expect(Object.keys(readConfig(readFileSync(file, 'utf8')).inputs)).toEqual(['two', 'one']);
  });
});

describe('exports whose columns are named in other ways, with at most three edits by hand', () => {
  const latin = (lines: readonly string[]) => Buffer.from(lines.join('\r\n'), 'latin1');
  const utf16 = (lines: readonly string[]) => Buffer.from(`\ufeff${lines.join('\r\n')}`, 'utf16le');
  const rows = (row: (number: number) => string) => Array.from({ length: 40 }, (_, index) => row(index + 1));
  const FRENCH = ['Suspendue', 'Reprise', 'Exp\u00e9di\u00e9e', 'Commentaire'];

  type Edit = readonly [path: readonly string[], value: unknown];
  const cases: [string, Content, Record<string, string>, Edit[]][] = [
    [
      'commandes.csv',
      latin([
        'N\u00b0 commande;Ligne;Code client;Cabinet;Code article;Qt\u00e9;P.U. HT;Date commande;\u00c9tat',
        ...rows(
          (n) =>
            `CMD-${n};1;C00${n % 7};Cabinet;ART${n % 3};1,5;1\u00a0${100 + n},50 \x80;${(n % 28) + 1}/10/2025 09:15:00;Valid\u00e9e`,
        ),
      ]),
      {
        order_id: 'N\u00b0 commande',
        line: 'Ligne',
        practice_id: 'Code client',
        product: 'Code article',
        quantity: 'Qt\u00e9',
        unit_price: 'P.U. HT',
        placed_at: 'Date commande',
      },
      [[['timeZone'], 'Europe/Paris']],
    ],
    [
      'historique.csv',
      latin([
        'N\u00b0 commande;Statut;Date/heure;Motif;Utilisateur',
        ...rows((n) => `CMD-${n};${FRENCH[n % 4]};${(n % 28) + 1}/10/2025 21:37:00;attente;md`),
      ]),
      { order_id: 'N\u00b0 commande', event: 'Statut', at: 'Date/heure', reason: 'Motif' },
      [
        [['timeZone'], 'Europe/Paris'],
        [
          ['values', 'Statut'],
          { Suspendue: 'paused', Reprise: 'resumed', 'Exp\u00e9di\u00e9e': 'shipped', Commentaire: null },
        ],
      ],
    ],
    [
      'workorders.txt',
      utf16([
        'Work Orders by Customer\t\t\t\t\t\t',
        'Printed: 01/Dec/2025 07:00 AM\t\t\t\t\t\t',
        '\t\t\t\t\t\t',
        'WO #\tCust. No.\tCustomer\tItem Code\tQuantity\tNet Amount\tEntered On',
        ...rows(
          (n) =>
            `${900000 + n}\t10${n % 4}\tSmile Co. #${n % 4}\tZR-${n % 3}\t1\t1'${100 + n}.50\t${(n % 28) + 1}-Nov-2025 ${(n % 12) + 1}:05:00 PM`,
        ),
        '\t\t\t\t\t\t',
        "Total\t\t\t\t\t44'020.00\t",
      ]),
      {
        order_id: 'WO #',
        practice_id: 'Cust. No.',
        product: 'Item Code',
        quantity: 'Quantity',
        unit_price: 'TODO',
        placed_at: 'Entered On',
      },
      [
        [['columns', 'unit_price'], 'Net Amount'],
        [['timeZone'], 'America/Chicago'],
      ],
    ],
    [
      'customers.txt',
      utf16(['Cust. No.\tCustomer\tContact', ...rows((n) => `${100 + n}\tSmile Co. #${n}\tx`)]),
      { practice_id: 'Cust. No.', name: 'Customer' },
      [],
    ],
    [
      'cases.ndjson',
      rows(
        (n) =>
          `{"caseId":${7000000 + n},"account":{"id":4},"accountId":${40 + (n % 9)},"product":{"sku":"p"},"sku":"sku${n % 6}","price":120.5,"cur":"USD","submittedAt":${1_760_550_360_000 + n},"dueDate":null,"tooth":[11]}`,
      ).join('\n'),
      {
        order_id: 'caseId',
        practice_id: 'accountId',
        product: 'sku',
        unit_price: 'price',
        currency: 'cur',
        placed_at: 'submittedAt',
      },
      [],
    ],
    [
      'pedidos.csv',
      latin([
        'N\u00ba de pedido;C\u00f3d. cliente;Nombre cliente;C\u00f3d. art\u00edculo;Cant.;Precio unit.;Moneda;Fecha de pedido',
        ...rows(
          (n) =>
            `${2025000 + n};10${n % 5};Cl\u00ednica;A${n % 4};${n % 3}1;1.${100 + n},50;EUR;${(n % 28) + 1}.10.2025 08:15`,
        ),
      ]),
      {
        order_id: 'N\u00ba de pedido',
        practice_id: 'C\u00f3d. cliente',
        product: 'C\u00f3d. art\u00edculo',
        quantity: 'Cant.',
        unit_price: 'Precio unit.',
        currency: 'Moneda',
        placed_at: 'Fecha de pedido',
      },
      [[['timeZone'], 'Europe/Madrid']],
    ],
    [
      'zdarzenia.csv',
      [
        'Nr zlecenia;Zdarzenie;Data i godzina',
        ...rows(
          (n) => `ZL/${n}/2025;${['Wstrzymane', 'Wznowione'][n % 2]};2025/10/${10 + (n % 20)} 19:15:00`,
        ),
      ].join('\n'),
      { order_id: 'Nr zlecenia', event: 'Zdarzenie', at: 'Data i godzina' },
      [
        [['timeZone'], 'Europe/Warsaw'],
        [['constants'], { reason: 'wstrzymane' }],
        [['values', 'Zdarzenie'], { Wstrzymane: 'paused', Wznowione: 'resumed' }],
      ],
    ],
  ];

  it.each(cases)('%s', async (name, content, columns, edits) => {
    const found = await inspect({ [name]: content });
    expect(found.settings.columns).toEqual(columns);
    const settings = structuredClone(found.settings) as Record<string, unknown>;
    for (const [keys, value] of edits) {
      const place = keys.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, settings);
      place[keys.at(-1) as string] = value;
    }
    expect(JSON.stringify(settings)).not.toContain('TODO');
    const config = readConfig(JSON.stringify({ inputs: { own: settings } }));
    const read = await inspect({ [name]: content }, config.inputs);
    expect([read.fits, read.trial?.problems]).toEqual(['own', []]);
  });

  it('says that pauses need a reason, if no column has it', async () => {
    const { notes } = await inspect({ 'h.csv': 'Order No,Status,Date\nA1,paused,2025-10-31T09:15:00Z\n' });
    expect(notes.join('\n')).toContain('no column of reasons, which a pause needs');
  });

  it('takes no column for its values alone where two have them, and none for a price', async () => {
    const lines = rows(
      (n) => `ZL/${n};K${n % 5};KOR-${n % 3};1 ${100 + n},50;2025/10/${10 + (n % 20)} 19:15:00`,
    );
    const zlecenia = ['Nr zlecenia;Kontrahent;Towar;Cena;Data zlecenia', ...lines].join('\n');
    const { settings, todos, notes } = await inspect({ 'zlecenia.csv': zlecenia });
    expect(settings).toMatchObject({
      kind: 'orders',
      columns: {
        order_id: 'Nr zlecenia',
        practice_id: 'TODO',
        product: 'TODO',
        unit_price: 'TODO',
        placed_at: 'Data zlecenia',
      },
      decimalMark: ',',
      groupMark: ' ',
    });
    expect(settings).not.toHaveProperty('ignore');
    expect(todos.join('\n')).toContain(
      'columns.unit_price: it could be Cena by the values, but not by the name',
    );
    expect(notes.join('\n')).toContain(
      'placed_at is read from Data zlecenia: no other column has such values',
    );
  });
});
