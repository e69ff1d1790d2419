import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { wordsOfPage, wordsOfQuery } from '../src/search.ts';

/** As the search does: every word of the query is the beginning of a word of the page. */
const finds = (page: string, query: string): boolean =>
  wordsOfQuery(query).every((word) => wordsOfPage(page).some((one) => one.startsWith(word)));

test.each([
  ['안티어피니티(anti-affinity)를 쓴다', '어피니티'],
  ['파드어피니티는', '어피니티'],
  ['노드에 테인트를 건다', '테인트'],
  ['Pod의 레이블', 'pod'.replace('p', 'P')],
  ['taints and tolerations', 'taint'],
  ['readOnlyRootFilesystem: true', 'readOnlyRoot'],
  ['복제 세트의 멤버', '복제 멤버'],
])('"%s" is found by "%s"', (page, query) => {
  expect(finds(page, query)).toBe(true);
});

test.each([
  ['어피니티', '피니트'],
  ['restart', 'start'],
])('"%s" is not found by "%s"', (page, query) => {
  expect(finds(page, query)).toBe(false);
});

test('they are written into pages as text, and work there', () => {
  for (const words of [wordsOfPage, wordsOfQuery]) {
    const copy = runInNewContext(`(${words.toString()})`) as typeof words;
    expect([...copy('안티어피니티 taint')]).toEqual(words('안티어피니티 taint'));
  }
});
