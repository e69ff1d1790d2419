import { describe, expect, test } from '@jest/globals';
import { bounded } from '@shop/testing/bounded';
import { prefixRanges, words } from '../src/terms.ts';

describe('words', () => {
  test.each([
    ['Ada LOVELACE', ['ada', 'lovelace']],
    ['tea, Tea; TEA', ['tea']],
    ['x_y-z 3.14', ['x', 'y', 'z', '3', '14']],
    ['한국어 검색'.normalize('NFD'), ['한국어', '검색']],
    ['ﬁne ＡＢＣ Ⅷ', ['fine', 'abc', 'viii']],
    ['हिन्दी', ['हिन्दी']],
    ['İstanbul', ['istanbul']],
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

describe('S6: words that differ in case alone are one', () => {
  test.each([
    ['ΟΔΟΣ', 'οδος', 'οδοσ', 'Οδός'.normalize('NFD').replaceAll('\u0301', '')],
    ['Straße', 'STRASSE', 'strasse', 'STRAẞE'],
    ['İSTANBUL', 'istanbul', 'İstanbul', 'ıstanbul', 'ISTANBUL', 'i\u0307stanbul'],
    ['ﬁne', 'FINE', 'fine'],
    ['eﬀect', 'EFFECT'],
    ['\u212Aelvin', 'kelvin', 'KELVIN'],
    ['\u212Bngström', 'ångström', 'A\u030ANGSTRO\u0308M'],
    ['ſun', 'SUN'],
    ['ᾼδης', 'ᾳδησ', 'ΑΙΔΗΣ'],
    ['ΐος', 'Ϊ́ΟΣ'],
    ['և', 'ԵՒ', 'եւ'],
    ['Ꭰꮳ', 'ꭰᏣ'],
    ['𐐀', '𐐨'],
    ['Ⅷ', 'viii', 'ⅷ'],
    ['ǆ', 'Ǆ', 'ǅ', 'dž'],
  ])('%s', (first, ...others) => {
    for (const other of others) expect(words(other)).toEqual(words(first));
    expect(words(first)).toHaveLength(1);
  });

  test('for every character of Unicode, in every form', () => {
    const different: string[] = [];
    for (let code = 0; code <= 0x10ffff; code += 1) {
      const character = String.fromCodePoint(code);
      const variants = [character.toUpperCase(), character.toLowerCase(), character.normalize('NFKD')];
      if (!character.isWellFormed() || variants.every((variant) => variant === character)) continue;
      const [folded = ''] = words(`x${character}x`);
      for (const variant of [...variants, character.normalize('NFD')]) {
        if (words(`x${variant}x`)[0] !== folded) different.push(character);
      }
      if (words(folded)[0] !== folded) different.push(character);
    }
    expect(different).toEqual([]);
  });
});

test.each(['\u0301\u0323', '\uff9e\u0334', '\u0345\u0334\u0301', 'a', 'a ', 'ﷺ', 'ß'])(
  'S1: a text of many %j takes linear time',
  (unit) => {
    // Sorting 200,000 marks of one letter takes a minute.
    const text = `a${unit.repeat(200_000 / unit.length)}`;
    expect(bounded(() => words(text)).length).toBeLessThanOrEqual(256);
  },
);

describe('the range of a prefix', () => {
  const [range] = prefixRanges('Te');
  const holds = (word: string) =>
    range !== undefined &&
    Buffer.compare(Buffer.from(word), Buffer.from(range.from)) >= 0 &&
    Buffer.compare(Buffer.from(word), Buffer.from(range.to)) < 0;

  test('holds the words that begin with it and end in any way', () => {
    expect(['te', 'tea', 'te가', 'te\u{2FA1D}'].filter((word) => !holds(word))).toEqual([]);
  });

  test('holds no others', () => {
    expect(['t', 'td', 'tf', 'TE', 'ate', '가'].filter(holds)).toEqual([]);
  });
});
