import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { attackLines } from '@shop/testing/attack-lines';
import { bounded } from '@shop/testing/bounded';
import { createLogger } from '../src/index.ts';
import { scrub } from '../src/scrub.ts';

/** What `createLogger` writes for a message, parsed as the log sidecar does. */
function logged(message: string): unknown {
  let written = '';
  createLogger({
    app: 'test',
    level: 'info',
    destination: { write: (line) => void (written += line) },
  }).info(message);
  return (JSON.parse(written) as { msg: unknown }).msg;
}

describe('S1: a line is scrubbed in linear time', () => {
  // The expression that was here took 225 ms for 14,000 characters, and so minutes for half a million.
  test.each(Object.keys(attackLines))('%s', (name) => {
    const line = attackLines[name]?.(500_000) ?? '';
    expect(bounded(() => scrub(line)).length).toBeLessThanOrEqual(line.length * 4);
  });

  test('also by the logger', () => {
    const path = `/product/x/${'a'.repeat(500_000)}@`;
    expect(bounded(() => logged(path))).toBe(path);
  });
});

describe('S1: addresses of every form are cut', () => {
  test.each([
    ['ann@example.com', '[email]'],
    ['to Bob.B+1@shop.example.com.', 'to [email].'],
    ['<ann@example.com>, bob@example.org', '<[email]>, [email]'],
    ["'ann@example.com' o'brien@example.com", "'[email]' [email]"],
    ['a&b@example.com', '[email]'],
    ['user/dept@example.com', '[email]'],
    ['bounce+ann=example.org@lists.example.com', '[email]'],
    ['"Ann Archer"@example.com', '[email]'],
    ['ann@localhost', '[email]'],
    ['ann@[192.0.2.1] ann@[IPv6:2001:db8::1]', '[email] [email]'],
    ['ann@192.0.2.1', '[email]'],
    ['anna@bücher.example, 김@예시.한국', '[email], [email]'],
    ['ann@xn--bcher-kva.xn--p1ai', '[email]'],
    ['ann@example.com으로', '[email]으로'],
    ['/user/ann%40example.com/products', '/[email]/products'],
    ['/user/ann%2540example.com', '/[email]'],
    ['ann&#64;example.com ann&#x40;example.com ann&commat;example.com', '[email] [email] [email]'],
    ['ann＠example.com', '[email]'],
    ['{"email":"ann\\u0040example.com"}', '{"email":"[email]"}'],
    ['SHOP\\ursula@example.com C:\\u\\b@example.com', 'SHOP\\[email] C:\\u\\[email]'],
    ['a@b.com@c.org, a@b@c.org', '[email], [email]'],
    ['mongodb://u:secret@db.example.com/x', 'mongodb://[email]/x'],
    ['mongodb://u:se:c,ret@mongo-0:27017/x', 'mongodb://[email]:27017/x'],
    ['mongodb://u:secret@127.0.0.1:27017/x', 'mongodb://[email]:27017/x'],
  ])('%s', (text, expected) => {
    expect(scrub(text)).toBe(expected);
  });

  test.each([
    '',
    '@',
    'a@',
    '@example.com',
    'a @ b.com',
    'lodash@4.17.21',
    'file:///shop/node_modules/@nestjs/core/router.js:10:3',
    '100 % of 40, a & b',
  ])('%j is none', (text) => {
    expect(scrub(text)).toBe(text);
  });

  test('in a line of JSON, which stays JSON', () => {
    expect(logged('Error:\nann@example.com\tbob@example.com')).toBe('Error:\n[email]\t[email]');
    expect(logged('"Ann Archer"@example.com C:\\ann@example.com')).toBe('[email] C:\\[email]');
    expect(logged('\u0001ann@example.com')).toBe('\u0001[email]');
    expect(logged('{"a":"\\nann@example.com"}')).toMatch(/^\{"a":"\\.*\[email\]"\}$/);
  });
});

/** Text in which at signs, and all that may be around one, are frequent. */
const text = fc
  .array(
    fc.constantFrom(
      ...'a B 1 @ @ . .co - _ % %40 %25 & &#64; ＠ é 가 / : :// [ ] { = \' , ; ( < > \n \t \u0001 " \\'.split(
        ' ',
      ),
      ' ',
      '\u2028',
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(''));

describe('S1: any text', () => {
  test('JSON stays JSON', () => {
    fc.assert(
      fc.property(text, (msg) => {
        const line = JSON.stringify({ msg, inner: JSON.stringify({ msg }) });
        expect(Object.keys(JSON.parse(scrub(line)) as object)).toEqual(['msg', 'inner']);
      }),
      { numRuns: 5_000 },
    );
  });

  test('nothing is left that the expression before cut', () => {
    const former = /[^\s"'\\/<>:,;=(){}[\]@]+@[^\s"'\\/<>:,;=(){}[\]@]+\.[a-z]{2,}/i;
    fc.assert(
      // A backslash takes what follows it into an escape sequence, of which the expression knew nothing.
      fc.property(
        text.map((each) => each.replaceAll('\\', '')),
        (msg) => {
          expect(scrub(msg)).not.toMatch(former);
        },
      ),
      { numRuns: 5_000 },
    );
  });
});
