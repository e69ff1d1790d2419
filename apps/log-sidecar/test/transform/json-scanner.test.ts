import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { JsonScanner } from '../../src/transform/json-scanner.ts';

const accepts = (text: string): boolean => {
  const bytes = Buffer.from(text);
  return new JsonScanner([]).scan(bytes, 0, bytes.length);
};

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

describe('the scanner', () => {
  test.each([
    '{}',
    ' {"a":1} \r',
    '{"a":[],"b":{},"c":[1,[2,{"d":null}]]}',
    '{"a":-0,"b":0.5,"c":-1.25e+10,"d":1E-2,"e":1e5}',
    String.raw`{"\u00e9\n":"\"\\\/\b\f\n\r\t\uD83D\uDE00"}`,
    '{"é":"😀","":true}',
    `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`,
  ])('takes %s', (text) => {
    expect([accepts(text), isObject(text)]).toEqual([true, true]);
  });

  test.each([
    '',
    ' ',
    '{',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,}',
    '{,}',
    '{"a":1}}',
    '{"a":1} x',
    '{a:1}',
    "{'a':1}",
    '{"a":01}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":1.}',
    '{"a":1e}',
    '{"a":-}',
    '{"a":tru}',
    '{"a":nul',
    '{"a":undefined}',
    '{"a":[1,]}',
    '{"a":[1 2]}',
    '{"a":"\t"}',
    '{"a":"\0"}',
    String.raw`{"a":"\x"}`,
    String.raw`{"a":"\u12g4"}`,
    String.raw`{"a":"\u12`,
    '{"a":"\\',
    '[1]',
    '"text"',
    '1',
    'null',
    'plain text',
  ])('refuses %j', (text) => {
    expect([accepts(text), isObject(text)]).toEqual([false, false]);
  });

  test('agrees with JSON.parse about any object', () => {
    const object = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue());
    const spacing = fc.constantFrom(undefined, 1, '\t');
    fc.assert(
      fc.property(object, spacing, (value, space) => {
        expect(accepts(JSON.stringify(value, null, space))).toBe(true);
      }),
    );
  });

  test('agrees with JSON.parse about any object that something happened to', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1, maxKeys: 4 });
    const piece = fc.oneof(
      fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', 'e', '.', 't', '\n', ''),
      fc.string(),
    );
    fc.assert(
      fc.property(object, fc.nat(), fc.nat(3), piece, (value, at, cut, inserted) => {
        const text = JSON.stringify(value);
        const from = at % text.length;
        const changed = text.slice(0, from) + inserted + text.slice(from + cut);
        expect({ changed, accepted: accepts(changed) }).toEqual({ changed, accepted: isObject(changed) });
      }),
      { numRuns: 2000 },
    );
  });

  test('refuses what is nested too deeply for it, without failing', () => {
    expect(accepts('{"a":['.repeat(100_000))).toBe(false);
  });

  test('finds the requested members, in the outermost object only, in any notation', () => {
    const scanner = new JsonScanner(['pod', 'level']);
    const text = String.raw`x{"level":"info","in":{"pod":1}, "p\u006fd" : [1,2] ,"pods":3}`;
    const bytes = Buffer.from(text);
    expect(scanner.scan(bytes, 1, bytes.length)).toBe(true);
    const found = () =>
      scanner.members
        .slice(0, scanner.memberCount)
        .map(({ key, start, valueStart, end }) => [key, text.slice(start, end), text.slice(valueStart, end)]);
    expect(found()).toEqual([
      [1, '"level":"info"', '"info"'],
      [0, String.raw`"p\u006fd" : [1,2]`, '[1,2]'],
    ]);
    expect([scanner.open, scanner.close]).toEqual([1, text.length - 1]);

    // Nothing of a line is left for the next one.
    const inner = text.indexOf('{"pod":1}');
    expect(scanner.scan(bytes, inner, inner + '{"pod":1}'.length)).toBe(true);
    expect(found()).toEqual([[0, '"pod":1', '1']]);
    expect(scanner.scan(Buffer.from('{}'), 0, 2)).toBe(true);
    expect(found()).toEqual([]);
  });
});
