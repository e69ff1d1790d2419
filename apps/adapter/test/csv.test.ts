import { describe, expect, test } from '@jest/globals';
import { csvMapping } from './support/mappings.ts';
import { read } from './support/read.ts';
import { csvFeed, csvHeader, csvItem, csvRow, item } from './support/writers.ts';

const trailer = (count: number) => `#END;${count}\r\n`;
const keysOf = (products: readonly { supplierKey: string }[]) =>
  products.map(({ supplierKey }) => supplierKey);

const row = (key: string, name: string, description: string, price: string) =>
  `${[key, name, description, price, 'EUR', '1'].join(';')}\r\n`;

describe('D1: a quote that nothing closes merges no rows', () => {
  const rest = [row('A3', 'Tea', 'x', '3'), row('A4', 'Tea', 'x', '4')];

  test.each([
    [
      'in the value that the next row closes',
      row('A1', 'Tea', '"mild', '899') + row('A2', 'Tea', '12"', '5'),
      ['A2'],
    ],
    [
      'with rows in between',
      row('A1', 'Tea', '"mild', '899') +
        row('A5', 'x', '', '1') +
        row('A6', 'x', '""', '1') +
        row('A2', 'Tea', '12"', '5'),
      ['A5', 'A6', 'A2'],
    ],
    ['in the first value', row('"A1', 'Tea', 'x', '899') + row('A2"', 'Tea', 'x', '5'), []],
    [
      'in the last value',
      row('A1', 'Tea', 'x', '899').replace('1\r', '"1\r') + row('A2', 'Tea', 'x', '5').replace('1\r', '1"\r'),
      [],
    ],
    [
      'that another value of the next row closes',
      row('A1', '"Tea', 'x', '899') + row('A2', 'Tea', '12"', '5'),
      ['A2'],
    ],
    [
      'that an earlier value of the next row closes',
      row('A1', 'Tea', '"x', '899') + row('A2', '12"', 'x', '5'),
      ['A2'],
    ],
    [
      'that a quoted delimiter closes and another one opens again',
      row('A1', '"Tea', 'x', '899') +
        row('A5', 'x', '";"', '1') +
        row('A6', '";"', 'x', '1') +
        row('A2', 'Tea', '12"', '5'),
      ['A5', 'A6', 'A2'],
    ],
    [
      'in a value of several lines',
      row('A1', 'Tea', '"x\n; y\nz12""', '899') + row('A5', 'x', 'x', '1') + row('A2', 'Tea', '12"', '5'),
      ['A5', 'A2'],
    ],
    [
      'where the row behind it has several lines, too',
      `${row('A1', 'Tea', '"x\ny"', '"899')}${row('A2', 'Tea 12"', '"x\ny"', '"5"')}`,
      ['A2'],
    ],
    [
      'and the row that closes it has a value of several lines itself',
      `${row('A1', '"Tea', 'x', '899')}${row('A2', 'Tea 12"', '"x\ny"', '5')}`,
      ['A2'],
    ],
    [
      'that opens behind a line end in the same row',
      `${row('A1', 'Tea', '"x\ny"', '"899"').replace('EUR;', '"EUR')}${row('A2', 'Tea', '12"', '5')}`,
      ['A2'],
    ],
    [
      'with rows in between, where the number of values is another',
      row('A1', '"Tea', 'x', '899') +
        row('A5', 'x', 'x', '1') +
        row('A6', 'x', 'x', '1') +
        row('A2', 'Tea', '12"', '5'),
      ['A5', 'A6', 'A2'],
    ],
  ])('%s', async (_, damaged, saved) => {
    for (const more of ['', "trailer: { marker: '#END', count: 2 }"]) {
      const count = damaged.split('EUR').length - 1 + rest.length;
      const feed = [csvHeader, damaged, ...rest, ...(more === '' ? [] : [trailer(count)])];
      const { products, problems, error } = await read(csvMapping(more), ...feed);
      expect(products.map(({ supplierKey, price }) => [supplierKey, price.amount])).toEqual([
        ...saved.map((key) => [key, key === 'A2' ? 500 : 100]),
        ['A3', 300],
        ['A4', 400],
      ]);
      expect(problems[0]).toMatchObject({ line: 2, record: 1 });
      expect(problems.length).toBe(saved.length > 0 ? 1 : 2);
      expect(error).toBeUndefined();
    }
  });

  test('a value of several lines is a value, with any text in it', async () => {
    const descriptions = [
      'first; x; 9; y\nhot; dry',
      'Fresh\nfrom Jeju; mild; 3; EUR; 9',
      'a\n\nb;c\n"d"',
      ';;;\n;;',
    ];
    const items = descriptions.map((description, n) => item({ key: `A${n + 1}`, description }));
    const { products, problems } = await read(csvMapping(), csvFeed(items));
    expect(problems).toEqual([]);
    expect(products.map(({ description }) => description)).toEqual(descriptions);
  });

  test('in the names of the columns: not this feed', async () => {
    const feed = 'key;name;description;price;currency;stock;"x\nA1;Tea;d;1;EUR;1;y"\n';
    expect((await read(csvMapping(''), feed, 'A2;Tea;d;1;EUR;1;y\n')).error).toMatchObject({
      reason: 'malformed',
      line: 1,
    });
    const { products } = await read(
      csvMapping(''),
      feed.replace(/\n.*/s, '\n(two lines)"\n'),
      'A2;Tea;d;1;EUR;1;y\n',
    );
    expect(keysOf(products)).toEqual(['A2']);
  });
});

describe('CSV', () => {
  test('with a byte order mark, quoted line ends, quotes and semicolons', async () => {
    const items = [
      item({ name: 'Tea; "green"', description: 'two\r\nlines' }),
      item({ key: 'A2', name: '5" disk', description: '' }),
    ];
    const { products, lines } = await read(csvMapping(), csvFeed(items));
    expect(products).toMatchObject([
      { name: 'Tea; "green"', description: 'two\r\nlines' },
      { name: '5" disk', description: '' },
    ]);
    expect(lines).toContainEqual(expect.objectContaining({ position: { line: 4, record: 2 } }));
    expect(lines.at(-1)).toEqual({ summary: { records: 2, products: 2, problems: 0, complete: true } });
  });

  test('columns in another order, additional columns, blank lines, LF alone, no line end at the end', async () => {
    const feed = 'stock;extra;price;currency;name;key;description\n\n1;x;2;EUR;Tea;A1;d\n\n#END;1';
    const { products, summary } = await read(csvMapping(), feed);
    expect(products).toMatchObject([{ supplierKey: 'A1', name: 'Tea', stock: 1, price: { amount: 200 } }]);
    expect(summary).toMatchObject({ complete: true });
  });

  test('without a header row, and without a trailer', async () => {
    const mapping = csvMapping('columns: [key, name, description, price, currency, stock]');
    expect((await read(mapping, csvItem(item()))).products).toHaveLength(1);
  });

  test('5" in a value that is not quoted is an inch', async () => {
    const { products } = await read(csvMapping(), csvHeader, 'A1;5" disk;"";1;EUR;1\n', trailer(1));
    expect(products).toMatchObject([{ name: '5" disk' }]);
  });

  test.each([
    ['too few values', 'A1;Tea;1\r\n', 'has 3 values for 6 columns'],
    ['too many values', 'A1;Tea;;1;EUR;1;;\r\n', 'has 8 values for 6 columns'],
    [
      'something after a closing quote',
      'A1;"Tea" x;;1;EUR;1\r\n',
      'has something after the closing quote of a value',
    ],
    [
      'a quote that swallows the next rows',
      'A1;"Tea;;1;EUR;1\r\n',
      'has something after the closing quote of a value',
    ],
  ])('%s is one bad record; the others are read', async (_, bad, detail) => {
    const rest = [item({ key: 'A2' }), item({ key: 'A3', name: '"x"' }), item({ key: 'A4' })].map(csvItem);
    const { products, problems, summary } = await read(csvMapping(), csvHeader, bad, ...rest, trailer(4));
    expect(problems).toEqual([{ line: 2, record: 1, detail }]);
    expect(keysOf(products)).toEqual(['A2', 'A3', 'A4']);
    expect(summary).toMatchObject({ records: 4, complete: true });
  });

  test('a quote that nothing closes costs its row, not the rows up to the end', async () => {
    const rest = [item({ key: 'A2' }), item({ key: 'A3' })].map(csvItem);
    const feed = [csvHeader, 'A1;"Tea;d;1;EUR;1\r\n', ...rest, trailer(3)];
    const { products, problems, summary } = await read(csvMapping(), ...feed);
    expect(problems).toEqual([{ line: 2, record: 1, detail: 'opens a quote that nothing closes' }]);
    expect(keysOf(products)).toEqual(['A2', 'A3']);
    expect(summary).toMatchObject({ complete: true });
  });

  test('the lines of a damaged row count as one record, so that the trailer agrees', async () => {
    const damaged = 'A1;"Tea" x;"several\r\nlines\r\nof text";1;EUR;1\r\n';
    const { problems, summary } = await read(
      csvMapping(),
      csvHeader,
      damaged,
      csvItem(item({ key: 'A2' })),
      trailer(2),
    );
    expect(problems).toHaveLength(1);
    expect(summary).toEqual({ records: 2, products: 1, problems: 1, complete: true });
  });

  test('two rows that are bad each by itself are two', async () => {
    const { problems, summary } = await read(csvMapping(), csvHeader, 'a;b\r\nc;d\r\n', trailer(2));
    expect(problems.map(({ line }) => line)).toEqual([2, 3]);
    expect(summary).toMatchObject({ records: 2, complete: true });
  });

  test('a row that is too long costs itself, on one line or on many', async () => {
    const oneLine = `A1;${'x'.repeat(300_000)};d;1;EUR;1\r\n`;
    const manyLines = `A1;"${'x\n'.repeat(150_000)}";d;1;EUR;1\r\n`;
    for (const long of [oneLine, manyLines]) {
      const { products, problems, error } = await read(
        csvMapping(),
        csvHeader,
        long,
        csvItem(item({ key: 'A2' })),
        trailer(2),
      );
      expect(error).toBeUndefined();
      expect(problems).toEqual([{ line: 2, record: 1, detail: 'is longer than 262144 bytes' }]);
      expect(keysOf(products)).toEqual(['A2']);
    }
  });

  test('quotes made to be read over and over again are given up', async () => {
    const { error } = await read(csvMapping(), csvHeader, 'a";"b\n'.repeat(300_000));
    expect(error).toMatchObject({
      reason: 'refused',
      message: 'there are too many quotes that nothing closes',
    });
  });

  test('bytes that are not UTF-8 are named by their place, and only where a value is requested', async () => {
    const row = Buffer.from(csvItem(item({ name: 'T?a' })));
    row[row.indexOf('?')] = 0xe9;
    const before = Buffer.from(csvHeader);
    const { problems } = await read(csvMapping(), before, row, trailer(1));
    const at = before.length + row.indexOf(0xe9) + 1;
    expect(problems).toEqual([
      {
        line: 2,
        record: 1,
        key: 'A1',
        field: 'name',
        target: 'name',
        detail: `has 0xE9 at byte ${at} of the feed, which is not utf-8`,
      },
    ]);
  });

  test.each([
    ['a NUL', 'Te\0a'],
    ['a control character', 'Te\u0007a'],
    ['a line end', 'Te\na'],
  ])('%s in a name is the shop’s to refuse', async (_, name) => {
    const { problems } = await read(csvMapping(), csvFeed([item({ name })]));
    expect(problems).toEqual([
      expect.objectContaining({ field: 'name', detail: 'must not contain control characters' }),
    ]);
  });

  test.each([
    ['a column that is missing', 'key;name;description;price;currency\r\n', 'there is no column stock'],
    ['a column that is there twice', csvHeader.replace('\r\n', ';name\r\n'), 'there are two columns name'],
    ['a web page', '<html>\n<body>Not found</body></html>', 'there is no column key'],
  ])('%s: not this feed', async (_, feed, detail) => {
    const { error } = await read(csvMapping(), feed);
    expect(error).toMatchObject({ reason: 'malformed', message: expect.stringContaining(detail) });
  });

  test.each([
    [
      'a trailer that counts more',
      [csvItem(item()), trailer(2)],
      'cut',
      'the trailer says 2 records, 1 came',
    ],
    [
      'a trailer without a number',
      [csvItem(item()), '#END;\r\n'],
      'cut',
      'the trailer has no number of records',
    ],
    ['rows after the trailer', [trailer(0), csvItem(item())], 'malformed', 'there is more after the trailer'],
    ['no trailer', [csvItem(item())], 'cut', 'the feed ends after 1 records, without its trailer'],
  ])('%s', async (_, rows, reason, message) => {
    const { error, summary } = await read(csvMapping(), csvHeader, ...rows);
    expect(error).toMatchObject({ reason, message });
    expect(summary).toBeUndefined();
  });

  test('without a trailer, a feed that ends within a line or a quote is cut', async () => {
    const whole = csvHeader + csvRow(['A1', 'Tea', 'd', '12', 'EUR', '1']);
    expect((await read(csvMapping(''), whole)).summary).toMatchObject({ complete: true });
    expect((await read(csvMapping(''), whole.slice(0, -3))).error).toMatchObject({
      message: 'the feed ends within a line',
    });
    expect((await read(csvMapping(''), `${whole}A2;"Te`)).error).toMatchObject({
      message: 'the feed ends within a quoted value',
    });
    expect((await read(csvMapping(''), 'key;na')).error).toBeDefined();
    expect((await read(csvMapping(''), '')).error).toMatchObject({ reason: 'cut' });
  });
});
