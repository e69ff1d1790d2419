import { describe, expect, test } from '@jest/globals';
import { bounded } from '@shop/testing/bounded';
import { preconditionsOf } from '../src/http/preconditions.ts';
import { entityRepresentation } from '../src/http/representation.ts';

const entity = {
  id: '01890a5d-ac96-774b-bcce-b302099a8057',
  version: 3,
  createdAt: '2026-01-31T12:00:00.000Z',
  updatedAt: '2026-01-31T12:00:00.000Z',
};
const etag = entityRepresentation(entity).headers['etag'] as string;
const embedded = entityRepresentation(entity, { seller: { source: 'live' } }).headers['etag'] as string;
const statusOf = (headers: Record<string, string | string[]>, current: typeof entity | undefined): number => {
  try {
    preconditionsOf(headers).check(current);
    return 200;
  } catch (error) {
    return (error as { status: number }).status;
  }
};

describe('If-Match', () => {
  test.each([
    ['the current tag', etag, 200],
    ['the tag of a representation with an embedded part', embedded, 200],
    ['one of several', `"x", ${etag}`, 200],
    ['a tag with a comma in it beside it', `"a,b",${etag}`, 200],
    ['anything', '*', 200],
    ['another tag', '"3-abc"', 412],
    ['a weak tag, as the comparison is strong', `W/${etag}`, 412],
    ['nothing between two commas', `, ${etag},,`, 200],
    ['blanks around a comma', `"x" \t,\t ${etag}`, 200],
    ['two tags without a comma', `"x"${etag}`, 400],
    ['two tags with a space', `"x" ${etag}`, 400],
    ['anything beside a tag', `*, ${etag}`, 400],
    ['commas alone', ',,', 400],
    ['a control character in a tag', '"\u0001"', 400],
    ['no tag', 'x', 400],
    ['nothing', '', 400],
  ])('%s: %s', (_what, value, status) => expect(statusOf({ 'if-match': value }, entity)).toBe(status));

  test('fails where there is nothing', () => {
    expect(statusOf({ 'if-match': '*' }, undefined)).toBe(412);
    expect(statusOf({ 'if-match': etag }, undefined)).toBe(412);
  });
  test('fails for an earlier life of the same id', () => {
    expect(statusOf({ 'if-match': etag }, { ...entity, createdAt: '2026-02-01T12:00:00.000Z' })).toBe(412);
  });
});

test('S10: a list of tags costs time in proportion to its length', () => {
  // An expression that backtracks would need hours for this one.
  expect(statusOf({ 'if-match': `"a"${' ,'.repeat(1_000_000)} x` }, entity)).toBe(400);
  expect(statusOf({ 'if-match': `${', '.repeat(1_000_000)}x` }, entity)).toBe(400);
});

describe('If-None-Match', () => {
  test('lets a write through only where there is nothing, or another state', () => {
    expect(statusOf({ 'if-none-match': '*' }, undefined)).toBe(200);
    expect(statusOf({ 'if-none-match': '*' }, entity)).toBe(412);
    expect(statusOf({ 'if-none-match': `W/${etag}` }, entity)).toBe(412);
    expect(statusOf({ 'if-none-match': '"other"' }, entity)).toBe(200);
  });
  test('of a read compares weakly, and the whole tag', () => {
    expect(preconditionsOf({ 'if-none-match': `"x", W/${etag}` }).isNotModified(etag)).toBe(true);
    expect(preconditionsOf({ 'if-none-match': etag }).isNotModified(embedded)).toBe(false);
    expect(preconditionsOf({ 'if-none-match': ['"x"', etag] }).isNotModified(etag)).toBe(true);
    expect(preconditionsOf({}).isNotModified(etag)).toBe(false);
  });
});

test.each(['"', ',', '"a",', 'W/', 'W/"', ' ', '" "', 'a'])(
  'S1: a list of many %j is read in linear time',
  (unit) => {
    const value = `"a",${unit.repeat(1_000_000 / unit.length)}`;
    expect([200, 400, 412]).toContain(
      bounded(() => statusOf({ 'if-match': value, 'if-none-match': value }, entity)),
    );
  },
);
