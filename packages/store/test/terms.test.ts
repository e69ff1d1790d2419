import { describe, expect, test } from '@jest/globals';
import { prefixRanges, words } from '../src/terms.ts';

describe('words', () => {
  test.each([
    ['Ada LOVELACE', ['ada', 'lovelace']],
    ['tea, Tea; TEA', ['tea']],
    ['x_y-z 3.14', ['x', 'y', 'z', '3', '14']],
    ['한국어 검색'.normalize('NFD'), ['한국어', '검색']],
    ['ﬁne ＡＢＣ Ⅷ', ['fine', 'abc', 'viii']],
    ['हिन्दी', ['हिन्दी']],
    ['İstanbul', ['i̇stanbul']],
    ['💾 … \u0000 %', []],
  ])('of %j are %j', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test('come from several texts, each once', () => {
    expect(words('green tea', 'tea pot')).toEqual(['green', 'tea', 'pot']);
  });

  test('are cut at 40 code points, never within one', () => {
    expect(words('a𐐨'.repeat(30))[0]).toHaveLength(60);
    expect(words('𐐨'.repeat(50))).toEqual(['𐐨'.repeat(40)]);
    expect(prefixRanges('가'.repeat(99))[0]?.from).toBe('가'.repeat(40));
  });

  test('are 256 at most in an entity and 16 in a query', () => {
    const many = Array.from({ length: 300 }, (_, n) => `w${n}`).join(' ');

    expect(words(many)).toHaveLength(256);
    expect(prefixRanges(many)).toHaveLength(16);
  });
});

describe('the range of a prefix', () => {
  const [range] = prefixRanges('Te');
  const holds = (word: string) =>
    range !== undefined &&
    Buffer.compare(Buffer.from(word), Buffer.from(range.from)) >= 0 &&
    Buffer.compare(Buffer.from(word), Buffer.from(range.to)) < 0;

  test('holds the words that begin with it, whatever follows', () => {
    expect(['te', 'tea', 'te가', 'te\u{2FA1D}'].filter((word) => !holds(word))).toEqual([]);
  });

  test('holds no others', () => {
    expect(['t', 'td', 'tf', 'TE', 'ate', '가'].filter(holds)).toEqual([]);
  });
});
