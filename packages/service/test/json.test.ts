import { describe, expect, test } from '@jest/globals';
import { parseJson } from '../src/http/json.ts';

describe('what is said of a body that is not JSON', () => {
  test.each([
    ['{"a": s3cret-that-is-long-enough-to-be-cut-on-both-sides-of-it}', "Unexpected token 's'."],
    ['{"before":"the s3cret","a": s3cret-that-is-long-enough}', "Unexpected token 's'."],
    ['{"before":"the s3cret","and":"more of it","a":x}', "Unexpected token 'x'."],
    ['s3cret', "Unexpected token 's'."],
    [`{"a":'s3cret'}`, "Unexpected token '''."],
    ['undefined', 'Unexpected content.'],
    ['{"s3cret":1,}', 'position 12'],
    ['', 'Unexpected end of JSON input.'],
  ])('S1: it has nothing of the body but a character: %s', (body, expected) => {
    let detail = '';
    try {
      parseJson(Buffer.from(body));
    } catch (error) {
      detail = (error as Error).message;
    }
    expect(detail).toContain(expected);
    expect(detail).not.toContain('s3cret');
  });
});
