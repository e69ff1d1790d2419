/**
 * Feeds through the adapter's readers and mappings. Any bytes lead to a summary or a FeedError, and to the same one for
 * any split of the bytes. For a feed that was damaged in one record, the test knows which values belong together: no
 * product may have values of two records, and a feed that is reported complete has all other records.
 */
import { encode } from '../../../apps/adapter/test/support/encode.ts';
import type { FeedErrorDetails } from '../../../apps/adapter/src/formats/feed-error.ts';
import type { FeedLine } from '../../../apps/adapter/src/mapping/lines.ts';
import { readFeed } from '../../../apps/adapter/src/feed/read-feed.ts';
import { mappingSchema, type Mapping } from '../../../apps/adapter/src/mapping/schema.ts';
import { hashOf, Random } from '../engine/random.ts';
import { expectSame, Finding, type Subject, type Target } from '../engine/target.ts';
import { hasMark, isTag, mark, tag } from './tags.ts';

const from = (field: string, ...steps: unknown[]) => ({ from: field, steps });
const mappingOf = (feed: object, changes: object = {}): Mapping =>
  mappingSchema.parse({
    supplier: 'fuzz',
    seller: { id: '01941f29-7c00-7000-8000-0000000000f1', name: 'Fuzz', email: 'fuzz@supplier.example' },
    skuPrefix: 'F-',
    feed: { url: 'http://127.0.0.1:9/', ...feed },
    product: {
      key: from('key', 'trim'),
      name: from('name', 'collapse'),
      description: { ...from('description'), optional: true },
      price: { amount: from('price', 'trim', 'decimal'), currency: from('currency', 'trim') },
      stock: { ...from('stock', 'trim', 'integer'), optional: true },
      ...changes,
    },
  });

const xml = (encoding: string): Mapping =>
  mappingOf(
    { format: 'xml', encoding, record: '/list/item' },
    { key: from('@key'), price: { amount: from('price', 'decimal'), currency: from('price/@currency') } },
  );
const csv = (more: object): Mapping =>
  mappingOf({ format: 'csv', encoding: 'utf-8', delimiter: ';', ...more });
const fixedWidth = (unit: string, encoding: string): Mapping =>
  mappingOf({
    format: 'fixed-width',
    encoding,
    unit,
    length: 66,
    type: { start: 1, width: 1 },
    types: { header: 'H', detail: 'D', trailer: 'T' },
    count: { start: 2, width: 6 },
    columns: {
      key: { start: 2, width: 8 },
      name: { start: 10, width: 20 },
      description: { start: 30, width: 20 },
      price: { start: 50, width: 8 },
      currency: { start: 58, width: 3 },
      stock: { start: 61, width: 6 },
    },
  });

const xmlMappings = { utf8: xml('utf-8'), euckr: xml('euc-kr') };
const csvMappings = { trailed: csv({ trailer: { marker: '#END', count: 2 } }), open: csv({}) };
const fixedMappings = { bytes: fixedWidth('bytes', 'euc-kr'), characters: fixedWidth('characters', 'utf-8') };

interface Reading {
  readonly lines: readonly FeedLine[];
  readonly error: FeedErrorDetails | undefined;
}

async function read(mapping: Mapping, chunks: readonly Buffer[]): Promise<Reading> {
  const lines: FeedLine[] = [];
  async function* source(): AsyncGenerator<Buffer> {
    yield* chunks;
  }
  try {
    for await (const batch of readFeed(mapping, source(), { maxBytes: 10_000_000 })) lines.push(...batch);
  } catch (error) {
    const { name, toDetails } = error as { name: string; toDetails?: () => FeedErrorDetails };
    if (name !== 'FeedError') throw error;
    return { lines, error: toDetails?.call(error) };
  }
  return { lines, error: undefined };
}

/** In pieces of all sizes, or of one byte. */
function split(bytes: Buffer, random: Random): Buffer[] {
  const chunks: Buffer[] = [];
  const longest = bytes.length < 1500 && random.once(2) ? 1 : random.pick([3, 40, 700, 5000]);
  for (let start = 0; start < bytes.length;) {
    const end = start + random.between(1, longest);
    chunks.push(bytes.subarray(start, end));
    start = end;
  }
  return chunks;
}

async function runFeed(mapping: Mapping, input: Buffer): Promise<void> {
  const random = new Random(hashOf(input));
  const whole = await read(mapping, [input]);
  const inPieces = await read(mapping, split(input, random));
  expectSame('splitting', 'the result depends on where the bytes are split', whole, inPieces);
  const summaries = whole.lines.filter((line) => 'summary' in line);
  if (summaries.length !== (whole.error ? 0 : 1))
    throw new Finding('summary', 'neither a summary nor an error');
  if (hasMark(input)) checkRecords(input, whole);
}

const keysIn = (text: string): string[] =>
  [...text.matchAll(/K(\d{6})/g)].flatMap(([, key = '']) => (isTag(key) ? [key] : []));

/** Every value of a generated record has its record's tag: what has two of them is made of two records. */
function checkRecords(input: Buffer, { lines, error }: Reading): void {
  const keys = new Set(keysIn(input.toString('latin1')));
  const seen = new Set<string>();
  for (const line of lines) {
    if (!('product' in line)) continue;
    const { supplierKey, name, description, price, stock } = line.product;
    const text = [supplierKey, name, description, price.amount, stock].join(' ');
    const tags = new Set(
      [...text.matchAll(/\d{6,}/g)].map(([digits]) => digits).filter((digits) => keys.has(digits)),
    );
    if (tags.size > 1)
      throw new Finding('merged', `values of several records: ${JSON.stringify(line.product)}`, 'none');
    for (const key of keysIn(supplierKey)) seen.add(key);
  }
  if (error) return;
  const missing = [...keys].filter((key) => !seen.has(key));
  if (missing.length > 1)
    throw new Finding('lost', `a whole feed, without ${missing.map((key) => `K${key}`).join(', ')}`, 'none');
}

const open = (mappingFor: (input: Buffer) => Mapping) => async (): Promise<Subject> => ({
  run: (input) => runFeed(mappingFor(input), input),
  [Symbol.asyncDispose]: async () => {},
});

/** Records by their text; one of them is damaged in one place, but not in what parts it from the others. */
function damaged(records: readonly string[], random: Random, tokens: readonly string[]): string {
  const chosen = random.below(records.length);
  return records
    .map((record, index) => (index === chosen && !random.once(10) ? damage(record, random, tokens) : record))
    .join('');
}

function damage(record: string, random: Random, tokens: readonly string[]): string {
  const length = record.trimEnd().length;
  const at = random.below(length);
  // Either something is taken away or something is added. With an added quote and a lost value, the damage could be a
  // valid row.
  if (random.once(2)) {
    const [less = ''] =
      /^(?:[;"]|[^;"]*)/.exec(record.slice(at, Math.min(length, at + random.between(1, 12)))) ?? [];
    return record.slice(0, at) + record.slice(at + less.length);
  }
  const between = random.once(4) ? record.slice(at, Math.min(length, at + 10)) : random.pick(tokens);
  return record.slice(0, at) + between + record.slice(at);
}

const names = ['Tea', '녹차 Tea', '12" pan', "Tom's", '커피 5"', 'x; y', 'a,b', ''];
const xmlTokens = [
  '&',
  '& ',
  '&;',
  '&amp',
  '&amp;',
  '&nbsp;',
  '&#0;',
  '&#65;',
  '&#x',
  '&x',
  ';',
  '<',
  '>',
  '"',
  "'",
  '</',
  '/>',
  '<item>',
  '</item>',
  '</name>',
  '<name>',
  '<x>',
  '<x/>',
  ' key="K0"',
  '<!--',
  '-->',
  '--',
  '<![CDATA[',
  ']]>',
  '<?',
  '?>',
  '<?xml?>',
  '<!DOCTYPE list>',
  '</list>',
  '<list>',
  '\0',
  '\u0001',
  '\uFFFD',
  '\r',
  '\n',
  '=',
  ' ',
  '한',
  '\u0085',
  '😀',
];
const escapedXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

export const xmlFeeds: Target = {
  name: 'feed-xml',
  maxBytes: 16 * 1024,
  tokens: [...xmlTokens, Buffer.of(0xc8), Buffer.of(0xff), Buffer.of(0xed, 0xa0, 0x80), 'encoding="euc-kr"'],
  generate(random) {
    const euckr = random.once(3);
    const records = Array.from({ length: random.between(2, 12) }, () => {
      const id = tag(random);
      const note = random.once(2)
        ? `<note>${escapedXml(random.pick(names))}; ${random.pick(['a', '&amp; b', '&#62;'])}</note>`
        : '';
      return (
        `<item key="K${id}">${note}<name>n${id} ${escapedXml(random.pick(names))}</name>` +
        `<description>d${id}${random.pick(['', '\n; more', ' <!-- no --> x', ' &lt;b&gt;'])}</description>` +
        `<price currency="EUR">${id.slice(0, 4)}.${id.slice(4)}</price><stock>${id}</stock></item>\n`
      );
    });
    const text = damaged(records, random, xmlTokens);
    const declaration = `<?xml version="1.0" encoding="${euckr ? 'euc-kr' : 'utf-8'}"?>\n`;
    return encode(`${declaration}<list x="${mark}">\n${text}</list>\n`, euckr ? 'euckr' : 'utf8');
  },
  open: open((input) =>
    /encoding=["']euc-kr/i.test(input.toString('latin1', 0, 100)) ? xmlMappings.euckr : xmlMappings.utf8,
  ),
};

const csvTokens = [
  '"',
  '""',
  '";',
  ';"',
  '";"',
  '"\n',
  '\n"',
  ';',
  ';;',
  '\n',
  '\r',
  '\r\n',
  '\0',
  '#END;',
  '#END;2\n',
  '\u001A',
  ' ',
  "'",
  '12"',
  '한',
  'K1;n;d;1;EUR;1\n',
];
const csvCell = (text: string, quoted: boolean): string =>
  quoted || /[;\n]|^"/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

export const csvFeeds: Target = {
  name: 'feed-csv',
  maxBytes: 16 * 1024,
  tokens: [...csvTokens, Buffer.of(0xef, 0xbb, 0xbf), Buffer.of(0xff), Buffer.of(0xc3)],
  generate(random) {
    const lineEnd = random.pick(['\n', '\r\n']);
    const records = Array.from({ length: random.between(2, 12) }, () => {
      const id = tag(random);
      const description = `d${id}${random.pick(['', '', ' "x"', '; y', ' 12"', '\nmore; of\nit'])}`;
      const cells = [
        `K${id}`,
        `n${id} ${random.pick(names)}`,
        description,
        `${id.slice(0, 4)}.${id.slice(4)}`,
        'EUR',
        id,
      ];
      return `${cells.map((cell) => csvCell(cell, random.once(6))).join(';')};x${lineEnd}`;
    });
    const text = damaged(
      records,
      random,
      csvTokens.filter((token) => !token.includes('K1')),
    );
    const trailer = random.once(2) ? '' : `#END;${records.length}${lineEnd}`;
    const header = `key;name;description;price;currency;stock;${mark}${lineEnd}`;
    return Buffer.from(`\uFEFF${header}${text}${trailer}`);
  },
  open: open((input) => (input.includes('#END') ? csvMappings.trailed : csvMappings.open)),
};

const fixedTokens = ['D', 'T', 'H', ' ', '  ', '\n', '\r\n', '\0', '한', '녹차', '0', '\u001A', 'T000001'];

export const fixedWidthFeeds: Target = {
  name: 'feed-fixed-width',
  maxBytes: 16 * 1024,
  tokens: [...fixedTokens, Buffer.of(0xc8), Buffer.of(0xff), Buffer.of(0xb0, 0xa1)],
  generate(random) {
    const characters = random.once(2);
    const codec = characters ? 'utf8' : 'euckr';
    const widthOf = (text: string): number =>
      characters ? Array.from(text).length : encode(text, codec).length;
    const pad = (text: string, width: number): string =>
      text + ' '.repeat(Math.max(0, width - widthOf(text)));
    const records = Array.from({ length: random.between(2, 12) }, () => {
      const id = tag(random);
      const name = pad(`n${id} ${random.pick(names)}`, 20);
      const price = pad(`${id.slice(0, 4)}.${id.slice(4)}`, 8);
      return `D${pad(`K${id}`, 8)}${name}${pad(`d${id}`, 20)}${price}EUR${id}\n`;
    });
    const text = damaged(records, random, fixedTokens);
    const header = pad(`H${mark}${characters ? 'characters' : ''}`, 66);
    const trailer = pad(`T${String(records.length).padStart(6, '0')}`, 66);
    return encode(`${header}\n${text}${trailer}\n`, codec);
  },
  open: open((input) =>
    input.subarray(0, 66).includes('characters') ? fixedMappings.characters : fixedMappings.bytes,
  ),
};
