import { describe, expect, test } from '@jest/globals';
import { xmlMapping } from './support/mappings.ts';
import { read } from './support/read.ts';
import { item, xmlItem } from './support/writers.ts';

const laughs = `<!DOCTYPE list [
  <!ENTITY a0 "ha">
  ${Array.from({ length: 30 }, (_, n) => `<!ENTITY a${n + 1} "&a${n};&a${n};">`).join('\n  ')}
]>
<list><item key="A1"><name>&a30;</name></item></list>`;

describe('hostile XML', () => {
  test.each([
    ['a billion laughs', laughs],
    ['an external entity', '<!DOCTYPE list [<!ENTITY e SYSTEM "file:///etc/passwd">]><list>&e;</list>'],
    ['an external DTD', '<!DOCTYPE list SYSTEM "http://127.0.0.1:9/evil.dtd"><list/>'],
    ['a parameter entity', '<!DOCTYPE list [<!ENTITY % e SYSTEM "http://127.0.0.1:9/"> %e;]><list/>'],
    ['a DOCTYPE that does nothing', '<!DOCTYPE list><list/>'],
  ])('%s: a DOCTYPE is refused', async (_, feed) => {
    const { error, lines } = await read(xmlMapping(), feed);
    expect(error).toMatchObject({ reason: 'refused', message: expect.stringContaining('DOCTYPE') });
    expect(lines).toEqual([]);
  });

  const endless = 600_000;
  test.each([
    ['a DOCTYPE', '<!DOCTYPE list ['],
    ['a comment', '<list><!-- '],
    ['a processing instruction', '<list><?x '],
    ['a CDATA section', '<list><item><name><![CDATA['],
    ['a text', '<list><item><name>'],
    ['an attribute', '<list><item key="'],
    ['the name of an entity', '<list><item><name>&'],
    ['the name of an element', '<list><item><'],
  ])('%s without an end is not collected', async (_, beginning) => {
    const { error } = await read(
      xmlMapping(),
      beginning,
      'x '.repeat(endless).replaceAll(' ', beginning.endsWith('&') || beginning.endsWith('<') ? 'x' : ' '),
    );
    expect(error?.reason).toMatch(/refused|malformed/);
  });

  test('so many attributes that they are never a tag', async () => {
    const attributes = Array.from({ length: 60_000 }, (_, n) => `attribute${n}="x"`).join(' ');
    const { error } = await read(xmlMapping(), `<list><item ${attributes}></item></list>`);
    expect(error).toMatchObject({
      reason: 'refused',
      message: 'a tag, text or comment is longer than 524288 characters',
    });
  });

  test('nesting is bounded', async () => {
    const { error } = await read(xmlMapping(), `<list><item>${'<x>'.repeat(100_000)}`);
    expect(error).toMatchObject({ reason: 'refused', message: 'elements are nested deeper than 32' });
  });

  test('a run of bytes that could all be parts of one character', async () => {
    const { error } = await read(xmlMapping('euc-kr'), Buffer.from('<list>'), Buffer.alloc(300_000, 0xb0));
    expect(error).toMatchObject({ reason: 'refused' });
  });

  test('what came before it is still given', async () => {
    const { products, error } = await read(xmlMapping(), `<list>${xmlItem(item())}<a><b></a>`);
    expect(products).toHaveLength(1);
    expect(error).toMatchObject({ reason: 'malformed' });
  });

  test('a feed is no longer than it may be', async () => {
    const feed = Buffer.from(`<list>${xmlItem(item()).repeat(100)}`);
    const { readFeed } = await import('../src/feed/read-feed.ts');
    async function* source() {
      yield feed;
    }
    const reading = Array.fromAsync(readFeed(xmlMapping(), source(), { maxBytes: 1000 }));
    await expect(reading).rejects.toMatchObject({ name: 'FeedError', reason: 'refused' });
  });
});
