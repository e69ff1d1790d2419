import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { JsonScanner } from '../../src/transform/json-scanner.ts';
import { createRawRedaction } from '../../src/transform/raw-text.ts';
import { compileRedactPaths, redactPathPattern } from '../../src/transform/redact-paths.ts';

function redact(text: string, ...paths: readonly string[]): string {
  const bytes = Buffer.from(text);
  const scanner = new JsonScanner([], compileRedactPaths(paths));
  expect(scanner.scan(bytes, 0, bytes.length)).toBe(true);
  let result = '';
  let from = 0;
  for (let index = 0; index < scanner.redactions.length; index += 2) {
    result += `${bytes.toString('utf8', from, scanner.redactions[index])}"X"`;
    from = scanner.redactions[index + 1] as number;
  }
  return result + bytes.toString('utf8', from);
}

/** The same redaction, slowly: on values instead of bytes. */
function redactValue(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (paths.some((path) => path.length === 0)) return 'X';
  if (typeof value !== 'object' || value === null) return value;
  const step = (key: string | undefined) =>
    paths.flatMap(function follow(this: void, path): (readonly string[])[] {
      const [first, ...rest] = path;
      if (first === '**') return [path, ...follow(rest)];
      return first === '*' || first === key ? [rest] : [];
    });
  if (Array.isArray(value)) return value.map((item) => redactValue(item, step(undefined)));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, redactValue(item, step(key.toLowerCase()))]),
  );
}

describe('redaction by path', () => {
  test.each([
    [
      'headers.authorization',
      '{"headers":{"authorization":"a","b":1},"authorization":2}',
      '{"headers":{"authorization":"X","b":1},"authorization":2}',
    ],
    ['headers.authorization', '{"headers":{"Authorization":["a","b"]}}', '{"headers":{"Authorization":"X"}}'],
    [
      '*.email',
      '{"email":1,"user":{"email":"a"},"users":[{"email":"b"}]}',
      '{"email":1,"user":{"email":"X"},"users":[{"email":"b"}]}',
    ],
    ['users.*.email', '{"users":[{"email":"b"},{"email":null}]}', '{"users":[{"email":"X"},{"email":"X"}]}'],
    ['**.email', '{"email":1,"a":[{"b":{"email":{"x":1}}}]}', '{"email":"X","a":[{"b":{"email":"X"}}]}'],
    ['a.**.b', '{"a":{"b":1,"c":{"b":2}},"b":3}', '{"a":{"b":"X","c":{"b":"X"}},"b":3}'],
    ['a.*', '{"a":{"b":1,"c":[2]},"b":3}', '{"a":{"b":"X","c":"X"},"b":3}'],
    [
      'token',
      String.raw`{"tok\u0065n":"a","n":12345678901234567890,"s":"\u00e9"}`,
      String.raw`{"tok\u0065n":"X","n":12345678901234567890,"s":"\u00e9"}`,
    ],
    ['passwörd', '{"passwörd":1}', '{"passwörd":"X"}'],
  ])('%s', (path, before, after) => {
    expect(redact(before, path)).toBe(after);
  });

  test('takes several paths at once, also where they overlap', () => {
    expect(redact('{"a":{"b":1,"c":2},"d":{"c":3}}', 'a.b', '*.c', 'a.b.x')).toBe(
      '{"a":{"b":"X","c":"X"},"d":{"c":"X"}}',
    );
  });

  test('agrees with the same done on values', () => {
    const key = fc.constantFrom('a', 'b', 'A', 'c');
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.integer(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 3 }),
      ),
    }));
    const segments = fc.array(fc.constantFrom('a', 'b', '*', '**'), { minLength: 1, maxLength: 4 });
    const path = segments.map((list) => list.join('.')).filter((text) => redactPathPattern.test(text));
    fc.assert(
      fc.property(
        fc.dictionary(key, value),
        fc.array(path, { minLength: 1, maxLength: 3 }),
        (object, paths) => {
          const expected = redactValue(
            object,
            paths.map((text) => text.split('.')),
          );
          expect(JSON.parse(redact(JSON.stringify(object), ...paths))).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each(['', '.', 'a.', '.a', 'a..b', 'a.**', '**', 'a b', 'a.b*'])('%j is not a path', (path) => {
    expect(redactPathPattern.test(path)).toBe(false);
  });
});

describe('redaction of text that is not JSON', () => {
  const redactText = createRawRedaction(['headers.authorization', '**.api-key', 'a.*'], '[redacted]');

  test.each([
    ['{"headers":{"authorization":"Bearer s3cret","x":1', '{"headers":{"authorization":[redacted],"x":1'],
    ['{"authorization":"Bearer s3cr', '{"authorization":[redacted]'],
    [String.raw`{"authorization":"a\"s3cret","b":1`, '{"authorization":[redacted],"b":1'],
    [
      String.raw`body: {\"authorization\":\"s3cret\",\"b\":1}`,
      String.raw`body: {\"authorization\":[redacted],\"b\":1}`,
    ],
    ['Authorization: Bearer s3cret', 'Authorization: [redacted]'],
    ['authorization=s3cret and more\nnext line', 'authorization=[redacted]\nnext line'],
    ['authorization:\nnext line', 'authorization:\nnext line'],
    ['x-api-key: harmless, api-key: s3cret', 'x-api-key: harmless, api-key: [redacted]'],
    ['no authorization here', 'no authorization here'],
  ])('%s', (before, after) => {
    expect(redactText(before)).toBe(after);
  });

  /** Text after the value stays where a closing quote shows that the value has ended. */
  test.each([
    ['a Python dict', `{'authorization': 's3cret', 'b': 1}`, `{'authorization': [redacted], 'b': 1}`],
    [
      'a Python dict with a quote inside',
      `{'authorization': "it's s3cret", 'b': 1}`,
      `{'authorization': [redacted], 'b': 1}`,
    ],
    [
      'an escaped quote',
      String.raw`{'authorization': 'a\'s3cret', 'b': 1}`,
      `{'authorization': [redacted], 'b': 1}`,
    ],
    [
      'a Python tuple',
      `[('authorization', 's3cret'), ('b', 1)]`,
      `[('authorization', [redacted]), ('b', 1)]`,
    ],
    [
      'a list of Node’s headers',
      `[ 'authorization', 's3cret', 'b' ]`,
      `[ 'authorization', [redacted], 'b' ]`,
    ],
    ['Ruby', `{"authorization"=>"s3cret", "b"=>1}`, `{"authorization"=>[redacted], "b"=>1}`],
    ['Go', `authorization:="s3cret" b`, `authorization:=[redacted] b`],
    ['backticks', '`authorization`: `s3cret`, b', '`authorization`: [redacted], b'],
    ['a name in backticks', '`authorization`: s3cret', '`authorization`: [redacted]'],
    ['curly quotes', '“authorization”: “s3cret”, b', '“authorization”: [redacted], b'],
    ['curly single quotes', '‘authorization’: ‘s3cret’, b', '‘authorization’: [redacted], b'],
    ['low quotes', '„authorization“: „s3cret“, b', '„authorization“: [redacted], b'],
    ['guillemets', '«authorization»: «s3cret», b', '«authorization»: [redacted], b'],
    ['primes', '′authorization′: ″s3cret″, b', '′authorization′: [redacted], b'],
    ['full width', '＂authorization＂：＂s3cret＂，b', '＂authorization＂：[redacted]，b'],
    ['corner brackets', '「authorization」：「s3cret」，b', '「authorization」：[redacted]，b'],
    [
      'HTML',
      '{&quot;authorization&quot;:&quot;s3cret&quot;,&quot;b&quot;:1}',
      '{&quot;authorization&quot;:[redacted],&quot;b&quot;:1}',
    ],
    [
      'HTML, decimal',
      '&#34;authorization&#34;: &#34;s3cret&#34;, b',
      '&#34;authorization&#34;: [redacted], b',
    ],
    [
      'HTML, with zeros',
      '&#0034;authorization&#0034;:&#0034;s3cret&#0034;,b',
      '&#0034;authorization&#0034;:[redacted],b',
    ],
    [
      'HTML, hexadecimal',
      '&#x22;authorization&#X22;: &#x22;s3cret&#X22;, b',
      '&#x22;authorization&#X22;: [redacted], b',
    ],
    [
      'HTML apostrophes',
      '&apos;authorization&apos;: &#39;s3cret&#39;, b',
      '&apos;authorization&apos;: [redacted], b',
    ],
    [
      'HTML curly quotes',
      '&ldquo;authorization&rdquo;: &#8220;s3cret&#8221;, b',
      '&ldquo;authorization&rdquo;: [redacted], b',
    ],
    [
      'HTML inside of HTML',
      '&amp;quot;authorization&amp;quot;:&amp;quot;s3cret&amp;quot;,b',
      '&amp;quot;authorization&amp;quot;:[redacted],b',
    ],
    [
      'HTML with an encoded colon',
      '&quot;authorization&quot;&#58;&nbsp;&quot;s3cret&quot;,b',
      '&quot;authorization&quot;&#58;&nbsp;[redacted],b',
    ],
    [
      'a URL',
      '%7B%22authorization%22%3A%22s3cret%22%2C%22b%22%3A1%7D',
      '%7B%22authorization%22%3A[redacted]%2C%22b%22%3A1%7D',
    ],
    [
      'a URL, colon as it is',
      '{%22authorization%22:%22s3cret%22,%22b%22:1}',
      '{%22authorization%22:[redacted],%22b%22:1}',
    ],
    [
      'a URL, single quotes',
      '%27authorization%27%3a%20%27s3cret%27%2cb',
      '%27authorization%27%3a%20[redacted]%2cb',
    ],
    [
      'a URL inside of a URL',
      '%2522authorization%2522%253A%2522s3cret%2522%252Cb',
      '%2522authorization%2522%253A[redacted]%252Cb',
    ],
    [
      'a URL with curly quotes',
      '%E2%80%9Cauthorization%E2%80%9D:%E2%80%9Cs3cret%E2%80%9D,b',
      '%E2%80%9Cauthorization%E2%80%9D:[redacted],b',
    ],
    [
      'HTML inside of a URL',
      '%26quot%3Bauthorization%26quot%3B:%26quot%3Bs3cret%26quot%3B,b',
      '%26quot%3Bauthorization%26quot%3B:[redacted],b',
    ],
    ['a form', 'a=1&user%5Bauthorization%5D=s3cret', 'a=1&user%5Bauthorization%5D=[redacted]'],
    ['brackets', `$_SERVER['authorization'] = 's3cret'; b`, `$_SERVER['authorization'] = [redacted]; b`],
    [
      'JSON that escapes by number',
      String.raw`body: {\u0022authorization\u0022:\u0022s3cret\u0022,\u0022b\u0022:1}`,
      String.raw`body: {\u0022authorization\u0022:[redacted],\u0022b\u0022:1}`,
    ],
    [
      'escapes of two digits',
      String.raw`\x22authorization\x22:\x22s3cret\x22,b`,
      String.raw`\x22authorization\x22:[redacted],b`,
    ],
    [
      'JSON in JSON, with a quote inside',
      String.raw`body: {\"authorization\":\"a\\\"s3cret\",\"b\":1}`,
      String.raw`body: {\"authorization\":[redacted],\"b\":1}`,
    ],
    [
      'JSON in JSON, a backslash at the end',
      String.raw`body: {\"authorization\":\"s3cret\\\\\",\"b\":1}`,
      String.raw`body: {\"authorization\":[redacted],\"b\":1}`,
    ],
    [
      'JSON in JSON in JSON',
      String.raw`{\\\"authorization\\\":\\\"a\\\\\\\"s3cret\\\",\\\"b\\\":1}`,
      String.raw`{\\\"authorization\\\":[redacted],\\\"b\\\":1}`,
    ],
    [
      'JSON in JSON, with line breaks',
      String.raw`{\n  \"authorization\":\n    \"s3cret\",\n  \"b\": 1}`,
      String.raw`{\n  \"authorization\":\n    [redacted],\n  \"b\": 1}`,
    ],
    [
      'after an escaped line break',
      String.raw`a\nauthorization: s3cret`,
      String.raw`a\nauthorization: [redacted]`,
    ],
    ['after a backslash', String.raw`C:\authorization=s3cret`, String.raw`C:\authorization=[redacted]`],
    ['CSV', `1,"{""authorization"":""s3cret"",""b"":1}"`, `1,"{""authorization"":[redacted],""b"":1}"`],
    [
      'CSV, a value that begins with a space',
      `""authorization"":"" s3cret"",b`,
      `""authorization"":[redacted],b`,
    ],
    ['CSV, an empty value', `""authorization"":"""",""b"":1`, `""authorization"":[redacted],""b"":1`],
    ['SQL', `authorization = 'it''s s3cret', b`, `authorization = [redacted], b`],
    ['three quotes', `authorization = """a "s3cret" b""", b`, `authorization = [redacted], b`],
    ['an empty value', `"authorization":"","b":'x'`, `"authorization":[redacted],"b":'x'`],
    ['a value that is cut off', `{'authorization': 's3cr`, `{'authorization': [redacted]`],
    ['a value with the other quote only', `{'authorization': 's3cret", b`, `{'authorization': [redacted]`],
    [
      'a value in HTML with its own quote',
      `&quot;authorization&quot;:&quot;a"s3cret&quot;,b`,
      `&quot;authorization&quot;:[redacted],b`,
    ],
    ['a value with a quote in HTML', `"authorization":"a&quot;s3cret","b"`, `"authorization":[redacted],"b"`],
    ['a Python bytes value', `{'authorization': b's3cret', 'b': 1}`, `{'authorization': [redacted]`],
    [
      'a name with an escape',
      String.raw`{"author\u0069zation":"s3cret","b`,
      String.raw`{"author\u0069zation":[redacted],"b`,
    ],
    ['a longer name first', `api-key-id: 1, api-key: s3cret`, `api-key-id: 1, api-key: [redacted]`],
    ['what only looks encoded', '100% authorization: %zz &x; %', '100% authorization: [redacted]'],
    [
      'two on a line',
      `'authorization': 's3cret', 'API-KEY': 's3cret'`,
      `'authorization': [redacted], 'API-KEY': [redacted]`,
    ],
  ])('L4: %s', (_what, before, after) => {
    expect(redactText(before)).toBe(after);
  });

  test('L4: no quote, however often it is escaped, makes a secret seen', () => {
    const mark = fc.constantFrom(
      '"',
      "'",
      '`',
      '“',
      '’',
      '&quot;',
      '&#34;',
      '&#x27;',
      '%22',
      '%27',
      String.raw`\u0022`,
      '""',
    );
    const levels = fc.array(fc.constantFrom('json', 'html', 'url', 'none'), { maxLength: 3 });
    const encode: Record<string, (text: string) => string> = {
      none: (text) => text,
      json: (text) => JSON.stringify(text).slice(1, -1),
      html: (text) => text.replace(/[&"']/g, (c) => `&#${c.charCodeAt(0)};`),
      url: (text) => encodeURIComponent(text),
    };
    fc.assert(
      fc.property(
        mark,
        mark,
        mark,
        levels,
        fc.constantFrom(':', ': ', '=', ' => '),
        (a, b, c, by, separator) => {
          const inner = `x ${a}authorization${b}${separator}${c}s3cret${c}`;
          expect(
            redactText(by.reduce((text, level) => (encode[level] as (text: string) => string)(text), inner)),
          ).not.toContain('s3cret');
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('S1: any text is redacted in one pass', () => {
    // A quadratic implementation needs a quarter of a minute for each of these.
    const length = 1 << 17;
    for (const unit of [
      '\\',
      '"',
      "'",
      ' ',
      '\\"',
      '""',
      '&amp;',
      '&',
      '%25',
      '%',
      '\\u',
      'authorization',
      'authorization ',
      'authorization"',
      'authorization:"',
      'authorization:\\"\n',
      "authorization='",
      '\0',
      ']',
      '&quot;',
      '%22\\',
    ])
      for (const start of ['authorization:\\"', 'authorization', "'authorization': '", ''])
        for (const end of ['', '"', ': s3cret']) {
          const text = start + unit.repeat(length / unit.length) + end;
          expect(redactText(text).length).toBeLessThanOrEqual(text.length + length);
        }
  });

  test('does nothing without names', () => {
    expect(createRawRedaction(['*'], 'X')('authorization: a')).toBe('authorization: a');
  });
});
