import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ConfigError } from '@shop/config';
import { minorDigits } from '@shop/contracts';
import { parse, stringify } from 'yaml';
import { readMappings } from '../src/mapping/load.ts';
import { mappingSchema, type Mapping } from '../src/mapping/schema.ts';
import { formatMoney } from '../src/terminal/money.ts';
import { csvMapping, fixedWidthMapping, xmlMapping } from './support/mappings.ts';
import { read } from './support/read.ts';
import { csvFeed, csvHeader, item } from './support/writers.ts';

/** A mapping with some of its entries replaced. */
const changed = (mapping: Mapping, changes: object): Mapping =>
  mappingSchema.parse({ ...mapping, product: { ...mapping.product, ...changes } });

const nameOf = async (field: string, values: Parameters<typeof item>[0] = {}) => {
  const mapping = changed(csvMapping(), { name: parse(field) as object });
  const { products, problems } = await read(mapping, csvFeed([item(values)]));
  return products[0]?.name ?? problems.map(({ field: from, target, detail }) => [from, target, detail]);
};

const priceOf = async (values: Parameters<typeof item>[0]) => {
  const { products, problems } = await read(csvMapping(), csvFeed([item(values)]));
  return products[0]?.price ?? problems.map(({ field, target, detail }) => [field, target, detail]);
};

describe('steps', () => {
  test.each([
    ['{ from: name, steps: [trim] }', { name: '  Tea \t' }, 'Tea'],
    ['{ from: name, steps: [collapse] }', { name: ' Green \r\n  tea ' }, 'Green tea'],
    ['{ from: name, steps: [upper] }', { name: 'Tee ß' }, 'TEE SS'],
    ['{ from: name, steps: [lower] }', { name: 'TEE' }, 'tee'],
    ['{ constant: 7 }', {}, '7'],
    ['{ from: name, steps: [{ default: none }] }', { name: '' }, 'none'],
    ['{ from: name, steps: [{ lookup: { 1: one, 2: two } }] }', { name: '2' }, 'two'],
    [
      '{ join: { from: [name, description, stock], separator: " / " } }',
      { name: 'Tea', description: ' ', stock: '5' },
      'Tea / 5',
    ],
    // In the order in which they stand.
    ['{ from: name, steps: [trim, upper, { lookup: { TEA: 차 } }] }', { name: ' tea ' }, '차'],
    [
      '{ from: name, steps: [{ lookup: { TEA: 차 } }] }',
      { name: 'tea' },
      [['name', 'name', 'is "tea", which is none of TEA']],
    ],
    [
      '{ from: name, steps: [{ lookup: { TEA: 차 } }] }',
      { name: 'toString' },
      [['name', 'name', 'is "toString", which is none of TEA']],
    ],
    [
      '{ join: { from: [name, description], separator: "" } }',
      { name: '', description: '' },
      [['name + description', 'name', 'is empty']],
    ],
    ['{ from: name }', { name: 'x'.repeat(201) }, [['name', 'name', 'must have at most 200 characters']]],
  ])('%s', async (field, values, expected) => {
    expect(await nameOf(field, values)).toEqual(expected);
  });

  test.each([
    [
      { price: '5000', currency: 'KRW' },
      { amount: 5000, currency: 'KRW' },
    ],
    [
      { price: '1.234', currency: 'KWD' },
      { amount: 1234, currency: 'KWD' },
    ],
    [
      { price: '19.9', currency: 'EUR' },
      { amount: 1990, currency: 'EUR' },
    ],
    [
      { price: '19.999', currency: 'EUR' },
      [['price', 'price.amount', 'is 19.999, which is finer than EUR has units']],
    ],
    [
      { price: '0.5', currency: 'KRW' },
      [['price', 'price.amount', 'is 0.5, which is finer than KRW has units']],
    ],
    [
      { price: '9'.repeat(13), currency: 'KRW' },
      [['price', 'price.amount', expect.stringContaining('from 0 to 999999999999')]],
    ],
    [
      { price: '9'.repeat(16), currency: 'KRW' },
      [['price', 'price.amount', 'is 9999999999999999, which is out of range']],
    ],
    [{ price: '-1' }, [['price', 'price.amount', expect.stringContaining('from 0 to')]]],
    [
      { price: 'cheap' },
      [['price', 'price.amount', 'is "cheap", which is not a number as its mapping describes it']],
    ],
    [{ currency: 'XXY' }, [['currency', 'price.currency', 'is not a currency of ISO 4217']]],
    [{ currency: 'eur' }, [['currency', 'price.currency', expect.stringContaining('ISO 4217 in capitals')]]],
    [{ stock: '-1' }, [['stock', 'stock', expect.stringContaining('must be a whole number from 0')]]],
    [{ stock: '1.5' }, [['stock', 'stock', 'is "1.5", which is not a whole number']]],
    [{ stock: '9'.repeat(20) }, [['stock', 'stock', expect.stringContaining('out of range')]]],
    [
      { key: 'a b' },
      [['key', 'supplierKey', expect.stringMatching(/^makes a sku that must be 1 to 64 letters/)]],
    ],
  ])('%j', async (values, expected) => {
    expect(await priceOf(values)).toEqual(expected);
  });

  test.each([
    ['HUF', '1990', 199_000],
    ['IDR', '15000', 1_500_000],
    ['PKR', '250', 25_000],
    ['COP', '80000.5', 8_000_050],
    ['IQD', '1', 1000],
    ['LAK', '1.25', 125],
    ['MGA', '1', 100],
    ['CLF', '1.2345', 12_345],
    ['UYW', '1', 10_000],
    ['ISK', '1990', 1990],
    ['BGN', '1.5', 150],
  ])('D2: a price in %s has the digits of ISO 4217', async (currency, price, amount) => {
    expect(await priceOf({ currency, price })).toEqual({ amount, currency });
    expect(formatMoney({ amount, currency })).toBe(
      `${Number(price).toFixed(minorDigits(currency))} ${currency}`,
    );
  });

  test.each([
    ['ISK', '1.5', 'is 1.5, which is finer than ISK has units'],
    ['CLF', '1.23456', 'is 1.23456, which is finer than CLF has units'],
  ])('D2: a price in %s has the decimals of ISO 4217 at most', async (currency, price, detail) => {
    expect(await priceOf({ currency, price })).toEqual([['price', 'price.amount', detail]]);
  });

  const spaces = [
    '\u0020',
    '\u00A0',
    '\u1680',
    '\u2002',
    '\u2003',
    '\u2007',
    '\u2009',
    '\u200A',
    '\u202F',
    '\u205F',
    '\u3000',
  ];
  test.each([
    ...spaces.map((space) => [' ', space] as const),
    ['\u00A0', ' '],
    ['\u202F', '\u2009'],
    ["'", "'"],
    ["'", '\u2019'],
    ['\u2019', "'"],
  ])('D3: with the separator %j between thousands, so is %j', async (groupSeparator, separator) => {
    const mapping = changed(csvMapping(), {
      price: {
        amount: { from: 'price', steps: [{ decimal: { decimalSeparator: ',', groupSeparator } }] },
        currency: { from: 'currency' },
      },
      stock: { from: 'stock', steps: [{ integer: { groupSeparator } }] },
    });
    const values = { price: ` 1${separator}234${separator}567,5 `, stock: `12${separator}000` };
    const { products, problems } = await read(mapping, csvFeed([item(values)]));
    expect(problems).toEqual([]);
    expect(products).toMatchObject([{ price: { amount: 123_456_750 }, stock: 12_000 }]);
    for (const price of [
      `1${separator}23`,
      `1${separator}${separator}234`,
      `1${separator}2345`,
      `${separator}-${separator}1`,
    ])
      expect((await read(mapping, csvFeed([item({ price })]))).problems).toHaveLength(1);
  });

  test('everything that is wrong with a record is said at once, with its key', async () => {
    const { problems } = await read(csvMapping(), csvFeed([item({ name: '', price: 'x', stock: 'y' })]));
    expect(problems.map(({ key, target }) => [key, target])).toEqual([
      ['A1', 'name'],
      ['A1', 'price.amount'],
      ['A1', 'stock'],
    ]);
  });

  test('what is optional may be missing', async () => {
    const { products } = await read(csvMapping(), csvHeader, 'A1;Tea;;1;EUR;\n#END;1');
    expect(products).toMatchObject([{ description: '', stock: 0 }]);
  });
});

describe('mapping files', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'mappings-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (file: string, content: object) => writeFileSync(join(folder, file), stringify(content));
  const problems = (): readonly string[] => {
    try {
      readMappings(folder);
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
    return [];
  };

  test('one for each supplier, by name', () => {
    for (const mapping of [xmlMapping(), csvMapping(), fixedWidthMapping()])
      write(`${mapping.supplier}.yaml`, { ...mapping, skuPrefix: `${mapping.supplier.toUpperCase()}-` });
    writeFileSync(join(folder, 'notes.txt'), 'not a mapping');
    expect([...readMappings(folder).keys()]).toEqual(['csv', 'fixed', 'xml']);
  });

  test('every problem of every file is named by its place, in one go', () => {
    const { product, feed, ...rest } = csvMapping();
    write('a.yaml', {
      ...rest,
      supplier: 'Not A Name',
      skuPrefix: 'lower-',
      extra: true,
      feed: { ...feed, url: 'ftp://old', encoding: 'ebcdic' },
      product: {
        ...product,
        key: { steps: [] },
        name: { from: 'name', constant: 'both' },
        price: { amount: { from: 'price' }, currency: { from: 'currency', steps: ['integer'] } },
        stock: { from: 'stock', steps: ['integer', 'trim', 'shout'] },
      },
    });
    const fixed = fixedWidthMapping();
    write('b.yaml', {
      ...fixed,
      feed: { ...fixed.feed, count: { start: 60, width: 10 } },
      product: { ...fixed.product, name: { from: 'title', optional: true } },
    });
    expect(problems()).toEqual([
      'a.yaml: supplier: must be lower-case letters, digits and single dashes',
      'a.yaml: skuPrefix: must be 1 to 10 capitals or digits and a dash, such as HB-',
      'a.yaml: feed.url: must be an http:// or https:// URL',
      'a.yaml: feed.encoding: must be one of utf-8, euc-kr, windows-1252, iso-8859-15',
      expect.stringMatching(
        /^a\.yaml: product\.stock\.steps\.2: must be one of trim, collapse, upper, lower/,
      ),
      expect.stringContaining('extra'),
      'a.yaml: product.key: must have exactly one of from, join and constant',
      'a.yaml: product.name: must have exactly one of from, join and constant',
      'a.yaml: product.price.amount.steps: must end with decimal',
      'a.yaml: product.price.currency.steps: must leave a text',
      'a.yaml: product.stock.steps.1: must come before the step that makes the value a number',
      'a.yaml: product.stock.steps: must end with integer',
      'b.yaml: feed.count: ends behind the line, which has 66',
      'b.yaml: product.name: title is not a column of the feed',
      'b.yaml: product.name.optional: is not possible here: every product needs it',
    ]);
  });

  test('two files of one supplier, or with one prefix', () => {
    write('a.yaml', csvMapping());
    write('b.yaml', { ...csvMapping(), supplier: 'other' });
    write('c.yaml', csvMapping());
    expect(problems()).toEqual([
      'b.yaml: skuPrefix: S- is that of csv',
      'c.yaml: supplier: csv has another file',
      'c.yaml: skuPrefix: S- is that of other',
    ]);
  });

  test('no file, no folder, no YAML', () => {
    expect(problems()).toEqual(['there is no mapping (a .yaml file)']);
    writeFileSync(join(folder, 'a.yaml'), '{ supplier: [');
    expect(problems()[0]).toMatch(/^a\.yaml: /);
    expect(() => readMappings(join(folder, 'none'))).toThrow('cannot be read (ENOENT)');
  });
});
