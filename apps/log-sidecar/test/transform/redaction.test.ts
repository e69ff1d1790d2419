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

/** The same, slowly: on values instead of bytes. */
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

  test.each(['', '.', 'a.', '.a', 'a..b', 'a.**', '**', 'a b', 'a.b*'])('%j is no path', (path) => {
    expect(redactPathPattern.test(path)).toBe(false);
  });
});

describe('redaction of text that is no JSON', () => {
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

  test('does nothing without names', () => {
    expect(createRawRedaction(['*'], 'X')('authorization: a')).toBe('authorization: a');
  });
});
