import { describe, expect, test } from '@jest/globals';
import { bounded } from '@shop/testing/bounded';
import { accepts, parseMediaType, preferredType } from '../src/http/media-types.ts';

describe('S2: JSON in UTF-8 is served to a client that accepts', () => {
  test.each([
    undefined,
    '',
    ' ',
    ', ,',
    'application/json',
    'Application/JSON',
    'application/*',
    '*/*',
    'application/json; charset=utf-8',
    'application/json;charset=utf-8',
    'application/json ; Charset="UTF-8" ; q=0.5',
    'application/json;charset=utf8',
    'application/json;',
    'application/json;q=0.001',
    'application/json;q=1.000;extension=1',
    'text/html, application/json;q=0.1',
    'text/html;level="1,2", application/*;q=0.1',
    'application/json;q=0, application/json;charset=utf-8',
    'application/*;q=0, application/json',
    '*/*;q=0, application/*',
    'application/problem+json, application/json',
    // None of these is a media range, so that the field has no range at all.
    'json',
    '/, a/, /b, application/json;charset',
    'application/json;q=much',
  ])('%j', (accept) => {
    expect(accepts(accept, 'application/json')).toBe(true);
  });
});

describe('S2: it is not served to a client that accepts', () => {
  test.each([
    'text/html',
    'text/*',
    'application/xml',
    'application/problem+json',
    'application/jsonx',
    'application/json;q=0',
    'application/json;q=0.000',
    'application/json;charset=utf-8;q=0, application/json',
    'application/json;charset=iso-8859-1',
    'application/json;version=2',
    '*/*, application/*;q=0',
    '*/*;q=1, application/json;q=0',
    'json, text/html',
  ])('%j', (accept) => {
    expect(accepts(accept, 'application/json')).toBe(false);
  });
});

test('S2: a page in HTML is judged by its own type', () => {
  expect(accepts('text/html;charset=UTF-8', 'text/html')).toBe(true);
  expect(accepts('application/xhtml+xml, text/*;q=0.9', 'text/html')).toBe(true);
  expect(accepts('application/json', 'text/html')).toBe(false);
});

test.each([
  [
    'text/plain; a="x;y, \\"z\\""; B=c',
    {
      type: 'text/plain',
      parameters: [
        ['a', 'x;y, "z"'],
        ['b', 'c'],
      ],
    },
  ],
  ['a/b;c=""', { type: 'a/b', parameters: [['c', '']] }],
  ['a/b;c="d', undefined],
  ['a/b;c="d"e', undefined],
  ['a/b;c="d\\"', undefined],
  ['a/b;=d', undefined],
  ['a/b/c', undefined],
  ['a b/c', undefined],
])('the media type %j is %j', (text, expected) => {
  expect(parseMediaType(text)).toEqual(expected);
});

test.each(['"', ',', '",', 'a/b,', 'a/b;', ';a="', 'a/b;c="\\"', '*/*;q=0,', '\\"', ' '])(
  'S1: an Accept of many %j is read in linear time',
  (unit) => {
    const accept = `a/b${unit.repeat(1_000_000 / unit.length)}`;
    expect(typeof bounded(() => accepts(accept, 'application/json'))).toBe('boolean');
  },
);

test.each([
  [undefined, 'application/json'],
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['text/html', 'text/html'],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
  ['application/json;q=0.9, text/html;q=0.8', 'application/json'],
  ['application/json;q=0, */*', 'text/html'],
  ['text/*;q=0.1, application/*;q=0.2', 'application/json'],
  ['image/png', undefined],
  ['*/*;q=0', undefined],
])('of JSON and HTML a client with Accept: %s prefers %s', (accept, type) => {
  expect(preferredType(accept, ['application/json', 'text/html'])).toBe(type);
});
