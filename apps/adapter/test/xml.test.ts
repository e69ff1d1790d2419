import { describe, expect, test } from '@jest/globals';
import iconv from 'iconv-lite';
import { xmlMapping } from './support/mappings.ts';
import { read } from './support/read.ts';
import { item, xmlFeed, xmlItem } from './support/writers.ts';

const list = (...items: string[]) => `<list>${items.join('\n')}</list>`;

describe('XML', () => {
  test('in EUC-KR, with attributes', async () => {
    const { lines } = await read(
      xmlMapping('euc-kr'),
      xmlFeed([item(), item({ key: 'A2', name: '햅쌀 똠방각하' })], 'euc-kr'),
    );
    expect(lines).toEqual([
      {
        product: {
          supplierKey: 'A1',
          sku: 'S-A1',
          name: '녹차 Green tea',
          description: 'mild',
          price: { amount: 1999, currency: 'EUR' },
          stock: 5,
          sellerId: '01941f29-7c00-7000-8000-0000000000f1',
        },
        position: { line: 3, record: 1 },
      },
      expect.objectContaining({
        product: expect.objectContaining({ name: '햅쌀 똠방각하' }),
        position: { line: 4, record: 2 },
      }),
      { summary: { records: 2, products: 2, problems: 0, complete: true } },
    ]);
  });

  test('CDATA, comments, references and elements that are not requested', async () => {
    const feed = list(
      '<!-- first --><item key="A1" other="x"><name>Tea <![CDATA[& <Milk>]]> &#x26; <!-- inside -->&amp; more</name>',
      '<price currency="EUR">1.00</price><extra><name>not this one</name></extra></item>',
      '<footer>bye</footer>',
    );
    const { products, summary } = await read(xmlMapping(), feed);
    expect(products).toEqual([
      expect.objectContaining({ name: 'Tea & <Milk> & & more', stock: 0, description: '' }),
    ]);
    expect(summary).toEqual({ records: 1, products: 1, problems: 0, complete: true });
  });

  test('an empty list is a whole feed', async () => {
    expect((await read(xmlMapping(), '<list/>')).summary).toEqual({
      records: 0,
      products: 0,
      problems: 0,
      complete: true,
    });
  });

  test('elements of the same name elsewhere are not records', async () => {
    const { summary } = await read(xmlMapping(), `<list><group>${xmlItem(item())}</group></list>`);
    expect(summary).toMatchObject({ records: 0, complete: true });
  });

  test('bytes that are not a character cost their record, and are named by their place', async () => {
    const good = iconv.encode(xmlItem(item({ key: 'A2' })), 'euckr');
    const bad = iconv.encode(xmlItem(item({ name: '차' })), 'euckr');
    // The second half of the syllable is lost.
    const at = bad.indexOf(iconv.encode('차', 'euckr'));
    const cut = Buffer.concat([bad.subarray(0, at + 1), bad.subarray(at + 2)]);
    const prefix = '<list>\n';
    const { products, problems, summary } = await read(xmlMapping('euc-kr'), prefix, cut, good, '</list>');
    expect(products.map(({ supplierKey }) => supplierKey)).toEqual(['A2']);
    expect(problems).toEqual([
      {
        line: 2,
        record: 1,
        field: 'name',
        target: 'name',
        key: 'A1',
        detail: `has 0xC2 at byte ${prefix.length + at + 1} of the feed, which is not euc-kr`,
      },
    ]);
    expect(summary).toMatchObject({ records: 2, complete: true });
  });

  test.each([
    ['a control character', '<name>a\u0001b</name>', 'name', 'has the control character U+0001'],
    ['NUL', '<name>a\u0000b</name>', 'name', 'has the control character U+0000'],
    ['a field that is there twice', '<name>a</name><name>b</name>', 'name', 'is there more than once'],
    ['a long field', `<name>${'x'.repeat(70_000)}</name>`, 'name', 'has more than 65536 characters'],
    ['a missing field', '', 'name', 'is missing'],
    ['an empty field', '<name> </name>', 'name', 'is empty'],
  ])('%s is a problem of its record only', async (_, name, field, detail) => {
    const bad = `<item key="A1">${name}<price currency="EUR">1</price></item>`;
    const { products, problems, error } = await read(xmlMapping(), list(bad, xmlItem(item({ key: 'A2' }))));
    expect(error).toBeUndefined();
    expect(problems).toEqual([{ line: 1, record: 1, key: 'A1', field, target: 'name', detail }]);
    expect(products.map(({ supplierKey }) => supplierKey)).toEqual(['A2']);
  });

  test('an error in a part that is not requested does no harm', async () => {
    const feed = list(
      `<!-- \u0001 --><item key="A1"><x>\u0002</x><name>Tea</name><price currency="EUR">1</price></item>`,
    );
    expect(await read(xmlMapping(), feed)).toMatchObject({ problems: [], products: [{ name: 'Tea' }] });
  });

  test('U+FFFD that stands in the feed as such is a character like any other', async () => {
    const { products } = await read(xmlMapping(), list(xmlItem(item({ name: 'a\uFFFDb' }))));
    expect(products).toEqual([expect.objectContaining({ name: 'a\uFFFDb' })]);
  });

  test('a record that is too long is a problem, even if little of it is requested', async () => {
    const long = `<item key="A1">${'<x>filler</x>'.repeat(25_000)}<name>n</name></item>`;
    const { problems, products } = await read(xmlMapping(), list(long, xmlItem(item())));
    expect(problems).toEqual([{ line: 1, record: 1, detail: 'is longer than 262144 characters' }]);
    expect(products).toHaveLength(1);
  });

  test.each([
    ['another root', '<html><body>404</body></html>', 'the root is <html>, not <list>'],
    [
      'another encoding than the mapping’s',
      '<?xml version="1.0" encoding="EUC-KR"?><list/>',
      'declares the encoding EUC-KR',
    ],
    ['a tag that is not closed', '<list><item></list>', 'not well-formed'],
    ['text behind the end', '<list/>more', 'not well-formed'],
    ['no XML', 'Internal error', 'not well-formed'],
    ['a byte order mark of UTF-16', Buffer.from('\uFEFF<list/>', 'utf16le'), 'the feed is UTF-16'],
  ])('%s: not this feed', async (_, feed, detail) => {
    const { error, summary } = await read(xmlMapping(), feed);
    expect(error).toMatchObject({ reason: 'malformed', message: expect.stringContaining(detail), line: 1 });
    expect(summary).toBeUndefined();
  });

  test('a byte order mark of UTF-8 is not a part of the document, and is a contradiction in EUC-KR', async () => {
    const feed = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), xmlFeed([item()])]);
    expect((await read(xmlMapping(), feed)).products).toHaveLength(1);
    expect((await read(xmlMapping('euc-kr'), feed)).error).toMatchObject({
      reason: 'malformed',
      message: 'the feed begins as UTF-8, its mapping says euc-kr',
    });
  });
});
