import { describe, expect, test } from '@jest/globals';
import iconv from 'iconv-lite';
import { fixedWidthMapping } from './support/mappings.ts';
import { read } from './support/read.ts';
import { fixedWidthFeed, item } from './support/writers.ts';

const linesOf = (feed: Buffer) => feed.toString('latin1').split('\n').slice(0, -1);
const fromLines = (lines: string[], end = '\n') =>
  Buffer.from(lines.map((line) => line + end).join(''), 'latin1');

describe('fixed width', () => {
  test('columns in bytes: a syllable of EUC-KR takes two', async () => {
    const { lines } = await read(fixedWidthMapping(), fixedWidthFeed([item({ name: '보성 녹차 우전' })]));
    expect(lines).toEqual([
      {
        product: expect.objectContaining({
          supplierKey: 'A1',
          name: '보성 녹차 우전',
          price: { amount: 1999, currency: 'EUR' },
          stock: 5,
        }),
        position: { line: 2, record: 1 },
      },
      { summary: { records: 1, products: 1, problems: 0, complete: true } },
    ]);
  });

  test('columns in characters: a syllable is one, and so is what takes two units of UTF-16', async () => {
    const feed = fixedWidthFeed([item({ name: '보성 녹차 🍵' })], 'characters', 'utf8');
    expect(await read(fixedWidthMapping('characters', 'utf-8'), feed)).toMatchObject({
      products: [{ name: '보성 녹차 🍵', price: { amount: 1999 } }],
      problems: [],
    });
  });

  test('CR LF, no line end at the end, and the end-of-file mark of DOS', async () => {
    const lines = linesOf(fixedWidthFeed([item()]));
    const dos = Buffer.concat([fromLines(lines, '\r\n'), Buffer.from('\x1a')]);
    expect((await read(fixedWidthMapping(), dos)).summary).toMatchObject({ products: 1, complete: true });
    const bare = fromLines(lines).subarray(0, -1);
    expect((await read(fixedWidthMapping(), bare)).summary).toMatchObject({ products: 1, complete: true });
  });

  test('a character cut in two by its column harms this column only', async () => {
    const feed = fixedWidthFeed([item({ name: 'x'.repeat(20) }), item({ key: 'A2' })]);
    // The first half of a syllable in the last byte of the name.
    feed[67 + 9 + 19] = 0xb0;
    const { problems, products } = await read(fixedWidthMapping(), feed);
    expect(problems).toEqual([
      {
        line: 2,
        record: 1,
        key: 'A1',
        field: 'name',
        target: 'name',
        detail: `has 0xB0 at byte ${67 + 9 + 20} of the feed, which is not euc-kr`,
      },
    ]);
    expect(products).toHaveLength(1);
  });

  test('in characters, bad bytes are found in their column too', async () => {
    const feed = fixedWidthFeed([item({ name: '녹차', description: 'x?' })], 'characters', 'utf8');
    feed[feed.indexOf('?')] = 0xff;
    const { problems } = await read(fixedWidthMapping('characters', 'utf-8'), feed);
    expect(problems).toEqual([
      expect.objectContaining({ field: 'description', detail: expect.stringContaining('0xFF') }),
    ]);
  });

  test.each([
    ['a short line', (line: string) => line.slice(0, 40), 'has 40 bytes instead of 66'],
    ['a long line', (line: string) => `${line} `, 'has 67 bytes instead of 66'],
    [
      'a line longer than any record',
      (line: string) => line + 'x'.repeat(300_000),
      'is longer than 262144 bytes',
    ],
    ['an unknown type', (line: string) => `X${line.slice(1)}`, 'is of the unknown type "X"'],
  ])('%s is one bad record', async (_, change, detail) => {
    const [header = '', first = '', ...rest] = linesOf(fixedWidthFeed([item(), item({ key: 'A2' })]));
    const { problems, products, summary } = await read(
      fixedWidthMapping(),
      fromLines([header, change(first), ...rest]),
    );
    expect(problems).toEqual([{ line: 2, record: 1, detail }]);
    expect(products.map(({ supplierKey }) => supplierKey)).toEqual(['A2']);
    expect(summary).toMatchObject({ records: 2, complete: true });
  });

  const good = linesOf(fixedWidthFeed([item()]));
  const [header = '', detail = '', trailer = ''] = good;
  test.each([
    ['no header', [detail, trailer], 'malformed', 'the first line is not a header: "D"'],
    ['a detail lost', [header, trailer], 'cut', 'the trailer says 1 records, 0 came'],
    ['a detail doubled', [header, detail, detail, trailer], 'cut', 'the trailer says 1 records, 2 came'],
    ['no trailer', [header, detail], 'cut', 'the feed ends after 1 records, without its trailer'],
    [
      'a short trailer',
      [header, detail, trailer.slice(0, 30)],
      'cut',
      'the trailer has 30 bytes instead of 66',
    ],
    [
      'a trailer without a number',
      [header, detail, `T${' '.repeat(65)}`],
      'malformed',
      'the trailer has no number of records',
    ],
    ['more after the trailer', [...good, detail], 'malformed', 'there is more after the trailer'],
  ])('%s', async (_, lines, reason, message) => {
    const { error, summary } = await read(fixedWidthMapping(), fromLines(lines));
    expect(error).toMatchObject({ reason, message });
    expect(summary).toBeUndefined();
  });

  test('an empty text is not a feed', async () => {
    expect((await read(fixedWidthMapping(), iconv.encode('', 'euckr'))).error).toMatchObject({
      reason: 'cut',
    });
  });
});
