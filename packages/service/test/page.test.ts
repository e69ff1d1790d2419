import { describe, expect, test } from '@jest/globals';
import { bounded } from '@shop/testing/bounded';
import { nextLink } from '../src/http/page.ts';
import { splitUrl } from '../src/http/request.ts';

describe('S4: the link to the next page keeps the rest of the query', () => {
  test.each([
    ['/product', '/product?cursor=C'],
    ['/product?', '/product?cursor=C'],
    ['/product?limit=2', '/product?limit=2&cursor=C'],
    ['/product?q=green?&sellerId=1&limit=2', '/product?q=green?&sellerId=1&limit=2&cursor=C'],
    ['/product?q=a?b?c', '/product?q=a?b?c&cursor=C'],
    ['/product?q=a=b==c&limit=2', '/product?q=a=b==c&limit=2&cursor=C'],
    ['/product?q=a+b%20c%2Bd%26e', '/product?q=a+b%20c%2Bd%26e&cursor=C'],
    ['/product?q=100%&limit=2', '/product?q=100%&limit=2&cursor=C'],
    ['/product?q=%ff', '/product?q=%ff&cursor=C'],
    ['/product?cursor=old&limit=2', '/product?limit=2&cursor=C'],
    ['/product?limit=2&%63ursor=old&q=cursor', '/product?limit=2&q=cursor&cursor=C'],
    ['/product?q=a/../b;c', '/product?q=a/../b;c&cursor=C'],
    ['/product?q=<a>"b"\\^`{|}', '/product?q=%3Ca%3E%22b%22%5C%5E%60%7B%7C%7D&cursor=C'],
    ['/product?q=a#b', '/product?q=a%23b&cursor=C'],
    ['/product?q=\u00e9', '/product?q=%C3%A9&cursor=C'],
    ['http://shop.example/product?limit=2', '/product?limit=2&cursor=C'],
  ])('%s', (url, expected) => {
    expect(nextLink(url, 'C')).toBe(`<${expected}>; rel="next"`);
  });
});

test.each([
  ['/a?b?c', '/a', 'b?c'],
  ['/a#b?c', '/a', 'b?c'],
  ['/a', '/a', ''],
  ['HTTPS://shop.example:1/a?b', '/a', 'b'],
  ['*', '*', ''],
])('S4: %s is split at the first question mark only', (url, path, query) => {
  expect(splitUrl(url)).toEqual({ path, query });
});

test.each(['?', '&', 'cursor&', '%', '%25', '=', '+', '#', '<', '/', 'http://'])(
  'S1: a URL of many %j is read in linear time',
  (unit) => {
    const url = `/product?${unit.repeat(1_000_000 / unit.length)}`;
    expect(bounded(() => nextLink(url, 'C'))).toMatch(/cursor=C>; rel="next"$/);
    expect(bounded(() => splitUrl(url.slice(9))).path).toBeDefined();
  },
);
