import { describe, expect, test } from '@jest/globals';
import { matchOutput } from '../match.ts';

describe('output is as expected', () => {
  test.each<[string, string, string]>([
    ['when it is the same', 'a\nb', 'a\nb\n'],
    ['when nothing is expected and nothing came', '', '\n'],
    ['any text for a wildcard in a line', 'pod/user-… created', 'pod/user-7d4-x created'],
    ['when a wildcard stands for nothing', 'a…b', 'ab'],
    ['with any lines for a line that is a wildcard', 'a\n…\nz', 'a\nb\nc\nz'],
    ['with no line for a line that is a wildcard', 'a\n…\nz', 'a\nz'],
    ['with a wildcard at the beginning and the end', '…\nb\n…', 'a\nb\nc'],
    ['when the first place that fits a wildcard is not the right one', '…\na\nb', 'a\nc\na\nb'],
    ['with columns of another width', 'NAME  READY\nx  1/1', 'NAME      READY   \nx         1/1\n'],
    ['with characters that patterns know', 'a.b*c [x] (y) $1 ^ {2} |?', 'a.b*c [x] (y) $1 ^ {2} |?'],
    ['in colour', 'red', '\u001B[31mred\u001B[0m\r\n'],
    ['with the blanks of macOS’ wc', 'a\n3', 'a\n       3'],
    [
      'when kubectl makes a watch again meanwhile',
      'pod/a created\npod/a condition met',
      'pod/a created\nI1129 03:10:49.077065   16445 reflector.go:664] "Warning: watch ended with error"\npod/a condition met',
    ],
    ['in Korean', '이름: …', '이름: 김민수 다원'],
  ])('%s', (_case, expected, came) => {
    expect(matchOutput(expected, came)).toEqual({ matches: true });
  });
});

describe('output is not as expected', () => {
  test.each<[string, string, string, string | undefined]>([
    ['with another word', 'a\nb\nc', 'a\nx\nc', 'b'],
    ['with a line too few', 'a\nb', 'a', 'b'],
    ['with a line too many', 'a', 'a\nb', undefined],
    ['with nothing', 'a', '', 'a'],
    ['with another line of a log', 'a', 'a\nW1129 03:10:49.077065 1 warnings.go:70] deprecated', undefined],
    ['when something came and nothing is expected', '', 'a', undefined],
    ['where a dot of the expected line is not a dot', 'a.b', 'axb', 'a.b'],
    ['where a wildcard in a line would need two', 'a…b', 'a\nb', 'a…b'],
    ['where words run together', 'a b', 'ab', 'a b'],
  ])('%s', (_case, expected, came, missing) => {
    expect(matchOutput(expected, came)).toEqual({
      matches: false,
      ...(missing === undefined ? {} : { missing }),
    });
  });

  test('without trying for ever', () => {
    const expected = `${'…\na\n'.repeat(40)}b`;
    expect(matchOutput(expected, 'a\n'.repeat(400)).matches).toBe(false);
  });
});
