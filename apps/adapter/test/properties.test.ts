import { describe, expect, test } from '@jest/globals';
import { parse as parseCsv } from 'csv-parse/sync';
import * as fc from 'fast-check';
import iconv from 'iconv-lite';
import { CsvReader } from '../src/formats/csv.ts';
import type { RawRecord } from '../src/formats/record.ts';
import type { Mapping } from '../src/mapping/schema.ts';
import { csvMapping, fixedWidthMapping, xmlMapping } from './support/mappings.ts';
import { read, split } from './support/read.ts';
import { csvFeed, csvRow, fixedWidthFeed, xmlFeed, type Item } from './support/writers.ts';

const hangul = fc.constantFrom(...Array.from('가각간차녹보성한글똠햅쌀뷁ㄱㅏ漢字'));
const letter = fc.constantFrom(...Array.from('abcXYZ019 .,-_/"\';:&<>()|#'));
const line = (maxLength: number) =>
  fc.string({ unit: fc.oneof(letter, hangul), minLength: 1, maxLength }).filter((text) => text.trim() !== '');
/** Line ends, tabs and everything that a format might stumble over. */
const paragraph = fc.string({
  unit: fc.oneof(letter, hangul, fc.constantFrom('\n', '\r\n', '\t', '""', ']]>', '&amp;')),
  maxLength: 40,
});

const record = (name: fc.Arbitrary<string>, description: fc.Arbitrary<string>): fc.Arbitrary<Item> =>
  fc.record({
    key: fc.stringMatching(/^[A-Z0-9][A-Z0-9-]{0,7}$/),
    name,
    description,
    price: fc
      .nat(9_999_999)
      .map((cents) => `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`),
    currency: fc.constantFrom('EUR', 'USD'),
    stock: fc.nat(999_999).map(String),
  });
const textItem = record(line(30), paragraph);
const columnItem = record(
  line(10).map((text) => text.trim()),
  line(10).map((text) => text.trim()),
);
const positions = fc.array(fc.nat(), { maxLength: 30 });

/** What must come out of an item. A reader of XML turns CR LF into LF, unless it is escaped, as our writer does. */
const expected = ({ key, name, description, price, currency, stock }: Item) => ({
  supplierKey: key,
  sku: `S-${key}`,
  name,
  description: description.trim() === '' ? '' : description,
  price: { amount: Number(price.replace('.', '')), currency },
  stock: Number(stock),
});

const roundTrip = (mapping: Mapping, items: fc.Arbitrary<Item[]>, write: (items: Item[]) => Buffer) =>
  fc.assert(
    fc.asyncProperty(items, async (list) => {
      const { products, problems, summary } = await read(mapping, write(list));
      expect(problems).toEqual([]);
      expect(products).toEqual(list.map((item) => expect.objectContaining(expected(item))));
      expect(summary).toEqual({ records: list.length, products: list.length, problems: 0, complete: true });
    }),
    { numRuns: 100 },
  );

describe('what is written is read', () => {
  test.each<[string, Mapping, fc.Arbitrary<Item>, (items: Item[]) => Buffer]>([
    ['XML in UTF-8', xmlMapping(), textItem, (items) => xmlFeed(items)],
    ['XML in EUC-KR', xmlMapping('euc-kr'), textItem, (items) => xmlFeed(items, 'euc-kr')],
    ['CSV', csvMapping(), textItem, (items) => csvFeed(items)],
    ['fixed width in bytes', fixedWidthMapping(), columnItem, (items) => fixedWidthFeed(items)],
    [
      'fixed width in characters',
      fixedWidthMapping('characters', 'utf-8'),
      columnItem,
      (items) => fixedWidthFeed(items, 'characters', 'utf8'),
    ],
  ])('%s', async (_, mapping, item, write) => {
    await expect(roundTrip(mapping, fc.array(item), write)).resolves.toBeUndefined();
  });
});

const compare = async (mapping: Mapping, feed: Buffer, cuts: readonly number[]) => {
  const [whole, inPieces] = [await read(mapping, feed), await read(mapping, ...split(feed, cuts))];
  expect(inPieces.lines).toEqual(whole.lines);
  expect(inPieces.error?.message).toEqual(whole.error?.message);
  expect(inPieces.error?.line).toEqual(whole.error?.line);
};

describe('where the bytes are split makes no difference', () => {
  const feeds: [string, Mapping, (items: Item[]) => Buffer, fc.Arbitrary<Item>][] = [
    ['XML', xmlMapping('euc-kr'), (items) => xmlFeed(items, 'euc-kr'), textItem],
    ['CSV', csvMapping(), (items) => csvFeed(items), textItem],
    ['fixed width', fixedWidthMapping(), (items) => fixedWidthFeed(items), columnItem],
  ];
  const damage = fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { maxLength: 4 });

  test.each(feeds)('%s, whole or damaged anywhere', async (_, mapping, write, item) => {
    const property = fc.asyncProperty(
      fc.array(item, { minLength: 1, maxLength: 5 }),
      damage,
      positions,
      async (items, changes, cuts) => {
        const feed = write(items);
        for (const { at, byte } of changes) feed[at % feed.length] = byte;
        await compare(mapping, feed, cuts);
      },
    );
    await expect(fc.assert(property, { numRuns: 250 })).resolves.toBeUndefined();
  });

  test.each(feeds)('%s, a byte at a time', async (_, mapping, write, item) => {
    const feed = write(fc.sample(item, { numRuns: 5, seed: 1 }));
    await expect(compare(mapping, feed, Array.from(feed.keys()))).resolves.toBeUndefined();
  });
});

describe('CSV, beside another reader', () => {
  test('all that csv-parse finds in rows, we find, too', () => {
    const cell = fc.string({ unit: fc.constantFrom(...Array.from('ab";\n\r 가')), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 6 }), (rows) => {
        const bytes = Buffer.from(rows.map((row) => csvRow(row)).join(''));
        const theirs = parseCsv(bytes, {
          delimiter: ';',
          relax_column_count: true,
          record_delimiter: '\r\n',
        });
        const ours: RawRecord[] = [];
        const columns = ['x', 'y', 'z'];
        const reader = new CsvReader(
          { encoding: 'utf-8', delimiter: ';', columns, trailer: undefined, wanted: new Set(columns) },
          (found) => ours.push(found),
        );
        reader.write(bytes);
        reader.end();
        expect(ours.map(({ values }) => [...values.values()])).toEqual(theirs);
      }),
      { numRuns: 500 },
    );
  });

  test('bytes that are not EUC-KR are found at any place', () => {
    const euckr = fc
      .string({ unit: hangul, minLength: 1, maxLength: 10 })
      .map((text) => iconv.encode(text, 'euckr'));
    return fc.assert(
      fc.asyncProperty(euckr, euckr, async (before, after) => {
        const mapping = xmlMapping('euc-kr');
        const feed = [
          Buffer.from('<list><item key="A"><name>'),
          before,
          Buffer.from([0xff]),
          after,
          Buffer.from('</name><price currency="EUR">1</price></item></list>'),
        ];
        const { problems } = await read(mapping, Buffer.concat(feed));
        const at = (feed[0]?.length ?? 0) + before.length + 1;
        expect(problems).toEqual([
          expect.objectContaining({
            field: 'name',
            detail: expect.stringContaining(`has 0xFF at byte ${at} of the feed`),
          }),
        ]);
      }),
      { numRuns: 100 },
    );
  });
});
