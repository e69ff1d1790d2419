import { describe, expect, test } from '@jest/globals';
import iconv from 'iconv-lite';
import { decode, type EncodingName } from '../src/formats/encoding.ts';
import { mappingSchema } from '../src/mapping/schema.ts';
import { xmlMapping } from './support/mappings.ts';
import { read } from './support/read.ts';
import { item, xmlItem } from './support/writers.ts';

/** The labels of the Encoding Standard, section 4.2, and what else these encodings are called. */
const names: Readonly<Record<EncodingName, string>> = {
  'utf-8': 'unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8 US-ASCII ascii',
  'euc-kr':
    'cseuckr csksc56011987 euc-kr EUC-KR iso-ir-149 korean ks_c_5601-1987 KS_C_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 ' +
    'windows-949 cp949 CP949 ms949 MS949 x-windows-949 uhc euckr euc_kr us-ascii',
  'windows-1252':
    'ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 ISO-8859-1 iso-ir-100 iso8859-1 iso88591 ' +
    'iso_8859-1 latin1 l1 us-ascii windows-1252 x-cp1252',
  'iso-8859-15': 'csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9 latin9 latin-9',
};
const codecs: Readonly<Record<EncodingName, string>> = {
  'utf-8': 'utf8',
  'euc-kr': 'euckr',
  'windows-1252': 'windows1252',
  'iso-8859-15': 'iso885915',
};
const cases = Object.entries(names).flatMap(([encoding, list]) =>
  list.split(' ').map((name) => [encoding as EncodingName, name] as const),
);

describe('D3: an encoding is known by all of its names', () => {
  test.each(cases)('%s: %s in an XML declaration', async (encoding, name) => {
    const feed = `<?xml version="1.0" encoding="${name}"?><list>${xmlItem(item({ name: 'Tea' }))}</list>`;
    const { products, error } = await read(xmlMapping(encoding), iconv.encode(feed, codecs[encoding]));
    expect(error).toBeUndefined();
    expect(products).toHaveLength(1);
  });

  test.each(cases.filter(([, name]) => !/ascii|ansi/i.test(name)))(
    '%s: %s in a mapping',
    (encoding, name) => {
      expect(xmlMapping(name).feed.encoding).toBe(encoding);
    },
  );

  test.each([
    ['utf-8', 'euc-kr'],
    ['euc-kr', 'utf-8'],
    ['euc-kr', 'shift_jis'],
    ['euc-kr', 'UTF-16'],
    ['iso-8859-15', 'iso-8859-1'],
    ['windows-1252', 'iso-8859-15'],
    ['utf-8', 'x-user-defined'],
    ['utf-8', 'none-such'],
    ['utf-8', 'constructor'],
  ])('%s is not %s', async (encoding, name) => {
    const feed = `<?xml version="1.0" encoding="${name}"?><list/>`;
    expect((await read(xmlMapping(encoding), feed)).error).toMatchObject({
      reason: 'malformed',
      message: `it declares the encoding ${name}, its mapping ${encoding}`,
    });
  });

  test.each(['utf-16', 'shift_jis', 'gb18030', 'constructor', '', 7])(
    '%j is none for a mapping',
    (encoding) => {
      const mapping = xmlMapping();
      const result = mappingSchema.safeParse({ ...mapping, feed: { ...mapping.feed, encoding } });
      expect(result.error?.issues).toMatchObject([
        { path: ['feed', 'encoding'], message: 'must be one of utf-8, euc-kr, windows-1252, iso-8859-15' },
      ]);
    },
  );
});

test('every character that an encoding has is read as it was written', () => {
  for (const [encoding, codec] of Object.entries(codecs) as [EncodingName, string][]) {
    const text = iconv.decode(iconv.encode('Tea 녹차 똠방각하 é € Ÿ', codec), codec);
    expect(decode(iconv.encode(text, codec), encoding, 0).text).toBe(text);
  }
});
