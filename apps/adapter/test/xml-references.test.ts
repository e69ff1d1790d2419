import { describe, expect, test } from '@jest/globals';
import { xmlMapping } from './support/mappings.ts';
import { read } from './support/read.ts';
import { item, xmlFeed, xmlItem } from './support/writers.ts';

const list = (...items: string[]) => `<list>\n${items.join('')}</list>`;
const good = (key: string, price = '899.00') => xmlItem(item({ key, price }));
/** A record whose name is this XML, as it stands. */
const named = (name: string, key = 'A2') =>
  `<item key="${key}"><name>${name}</name><price currency="EUR">5</price></item>\n`;

const made = (key: string, maker: string, price: number) =>
  `<item key="${key}"><name>${key}</name><maker>${maker}</maker><price currency="EUR">${price}</price></item>\n`;
const nameAt = '<item key="A2"><name>'.length + 1;

/** The keys of what came, and where the feed broke; the same for any split of the bytes. */
async function outcome(feed: string | Buffer) {
  const bytes = Buffer.from(feed);
  const { products, problems, summary, error } = await read(xmlMapping(), bytes);
  const inBytes = await read(xmlMapping(), ...Array.from(bytes, (byte) => Buffer.of(byte)));
  expect(inBytes.lines).toEqual(products.map((product) => expect.objectContaining({ product })));
  expect(inBytes.error?.toDetails()).toEqual(error?.toDetails());
  expect([problems, summary]).toEqual([[], undefined]);
  return {
    keys: products.map(({ supplierKey }) => supplierKey),
    error: error && [error.reason, error.line, error.column, error.message],
  };
}

describe('D1: a reference that is malformed ends the feed where it stands', () => {
  test('an unescaped & merges no records, though a ; follows some records later', async () => {
    const feed = list(
      good('A1'),
      named('Tom & Jerry'),
      good('ESPRESSO'),
      named('Green; mild', 'A4'),
      good('A5'),
    );
    expect(await outcome(feed)).toEqual({
      keys: ['A1'],
      error: ['malformed', 3, nameAt + 4, expect.stringContaining('"& "')],
    });
  });

  test('… nor in an element that is not requested', async () => {
    const feed = list(
      made('A1', 'Kim', 10),
      made('ESPRESSO', 'Tom & Jerry', 899),
      made('A3', 'Lee', 7),
      made('SPOON', 'Green; Sons', 5),
    );
    expect(await outcome(feed)).toEqual({
      keys: ['A1'],
      error: ['malformed', 3, 54, expect.stringContaining('"& "')],
    });
  });

  test.each([
    ['a & and a blank', 'a & b', 2],
    ['a & and a digit', 'a &1; b', 2],
    ['two of them', 'a && b', 2],
    ['nothing between & and ;', 'a &; b', 2],
    ['no ;', 'a &amp b', 2],
    ['no ; before a tag', 'a &amp', 2],
    ['a blank before the name', '& amp;', 0],
    ['a blank after the name', '&amp ;', 0],
    ['a blank in a number', '&#6 5;', 0],
    ['a number without digits', '&#;', 0],
    ['a hexadecimal number without digits', '&#x;', 0],
    ['an upper-case X', '&#X41;', 0],
    ['a hexadecimal digit in a decimal number', '&#4a;', 0],
    ['a minus', '&#-1;', 0],
    ['digits of another script', '&#٦٥;', 0],
    ['an entity that nothing defines', 'a&nbsp;b', 1],
    ['upper case', '&AMP;', 0],
    ['a property of Object', '&constructor;', 0],
    ['another one', '&__proto__;', 0],
    ['NUL', 'a&#0;b', 1],
    ['a control character', '&#x1;', 0],
    ['half of a surrogate pair', '&#xD800;', 0],
    ['no character', '&#xFFFF;', 0],
    ['beyond Unicode', '&#x110000;', 0],
    ['far beyond Unicode', `&#${'9'.repeat(30)};`, 0],
    ['a name that goes on and on', `&${'x'.repeat(100_000)};`, 0],
    ['a number that goes on and on', `&#${'0'.repeat(100_000)}65;`, 0],
  ])('%s', async (_, name, at) => {
    expect(await outcome(list(good('A1'), named(name), good('A3'), good('A4')))).toEqual({
      keys: ['A1'],
      error: ['malformed', 3, nameAt + at, expect.stringMatching(/reference/)],
    });
    const inAttribute = `<item key="A2" other='${name}'><name>n</name><price currency="EUR">5</price></item>\n`;
    expect(await outcome(list(good('A1'), inAttribute, good('A3')))).toEqual({
      keys: ['A1'],
      error: ['malformed', 3, 23 + at, expect.stringMatching(/reference/)],
    });
  });

  test.each([
    ['in an element that is not requested', '<x>Tom & Jerry</x>', 3, 8],
    ['in an attribute between double quotes, of an element that is not requested', '<x y="a&b"/>', 3, 8],
    ['between records', 'a\r\nb & c', 4, 3],
    ['behind a character of two code units', '😀&', 3, 2],
    [
      'behind a comment, an instruction and a CDATA section with & in them',
      '<!-- & --><?x &?><x><![CDATA[&]]>&</x>',
      3,
      34,
    ],
  ])('%s', async (_, damage, line, column) => {
    expect(await outcome(list(good('A1'), damage, good('A2')))).toMatchObject({
      keys: ['A1'],
      error: ['malformed', line, column, expect.stringContaining('reference')],
    });
  });

  test.each([
    ['before the root', '& <list/>', ['malformed', 1, 1]],
    ['after the root', '<list/>\n& ', ['malformed', 1, 8]],
  ])('%s', async (_, feed, position) => {
    const { keys, error } = await outcome(feed);
    expect([keys, error?.slice(0, 3)]).toEqual([[], position]);
  });

  test('a feed that ends within a reference is cut', async () => {
    for (const end of ['&', '&am', '&#', '&#x4', '&foo']) {
      const { keys, error } = await outcome(`<list>\n${good('A1')}<item key="A2"><name>a ${end}`);
      expect([keys, error?.[0]]).toEqual([['A1'], 'cut']);
    }
  });

  test('what is a reference is read, wherever the bytes are split', async () => {
    const names = '&amp;&lt;&gt;&apos;&quot;&#65;&#x42;&#X;'.replace('&#X;', '&#x0000043;&#128512;');
    const feed = Buffer.from(
      `<?xml version="1.0"?><?x a & b?><!-- & -- >`.replace('-- >', '-->') +
        list(
          named(`<![CDATA[ & &x; ]]]>${names}`),
          `<item key="&#65;3"><name>x</name><price currency="&#x45;UR">1</price></item>`,
        ),
    );
    for (const chunks of [[feed], Array.from(feed, (byte) => Buffer.of(byte))]) {
      const { products, error } = await read(xmlMapping(), ...chunks);
      expect(error).toBeUndefined();
      expect(products).toMatchObject([
        { name: ' & &x; ]&<>\'"ABC😀' },
        { supplierKey: 'A3', price: { amount: 100, currency: 'EUR' } },
      ]);
    }
  });

  test('the error names line and column in words too', async () => {
    const { error } = await read(xmlMapping(), list(named('a &nbsp; b')));
    expect(error).toMatchObject({ line: 2, column: nameAt + 2, message: expect.stringContaining('&nbsp;') });
  });
});

describe('D1: other XML that is not well-formed makes no record from the damage on', () => {
  const open = '<item key="A2"><name>Tea</name><price currency="EUR">5</price>';
  test.each([
    ['a closing tag of another name', `${open}</itm>`],
    ['a closing tag in another case', `${open}</Item>`],
    ['the closing tag of the list where the record’s is missing', open],
    ['an element that is not closed', open.replace('</name>', '') + '</item>'],
    ['an attribute that is there twice', open.replace('<item ', '<item key="A0" ') + '</item>'],
    ['a < in an attribute', open.replace('A2', 'A<2') + '</item>'],
    ['an attribute without quotes', open.replace('"A2"', 'A2') + '</item>'],
    ['an attribute without a value', open.replace('="A2"', '') + '</item>'],
    ['no blank between attributes', open.replace('"A2"', '"A2"b="1"') + '</item>'],
    [']]> in a text', open.replace('Tea', 'Tea]]>') + '</item>'],
    ['-- in a comment', open.replace('Tea', '<!-- a -- b -->') + '</item>'],
    ['a comment that ends with --->', open.replace('Tea', '<!-- a --->') + '</item>'],
    ['a < in a text', open.replace('Tea', 'a < b') + '</item>'],
    ['a closing tag with an attribute', `${open}</item key="A2">`],
    ['an empty closing tag', `${open}</>`],
    ['an empty tag', `${open}<></item>`],
    ['an instruction without a name', `${open}<? ?></item>`],
    ['an XML declaration within', `${open}<?xml version="1.0"?></item>`],
    ['a CDATA section in lower case', `${open}<![cdata[x]]></item>`],
  ])('%s', async (_, damaged) => {
    const { keys, error } = await outcome(list(good('A1'), damaged, good('A3')));
    expect(keys).toEqual(['A1']);
    expect(error?.slice(0, 2)).toEqual(['malformed', expect.any(Number)]);
    expect(error?.[2]).toBeGreaterThan(0);
  });

  test.each([
    ['a second root', '<list></list>'],
    ['another root', '<more/>'],
    ['text', 'more'],
    ['a CDATA section', '<![CDATA[ ]]>'],
    ['a closing tag', '</list>'],
    ['a character reference', '&#32;'],
  ])('%s after the root', async (_, more) => {
    const { keys, error } = await outcome(`${xmlFeed([item(), item({ key: 'A2' })]).toString()}${more}`);
    expect([keys, error?.[0]]).toEqual([['A1', 'A2'], 'malformed']);
  });

  test('the records before the damage are given, all of them', async () => {
    expect(await outcome(list(good('A1'), good('A2').trim(), ']]>'))).toMatchObject({ keys: ['A1', 'A2'] });
    expect(await outcome(list(good('A1'), good('A2').trim(), '&'))).toMatchObject({ keys: ['A1', 'A2'] });
  });
});
