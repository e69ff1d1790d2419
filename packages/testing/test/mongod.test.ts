import { describe, expect, test } from '@jest/globals';
import { findMongod, requiresMongod } from '../src/mongod.ts';

describe('the search for a mongod', () => {
  test('finds none where none is', () => {
    expect(findMongod({ PATH: '/nonexistent:/' })).toBeUndefined();
  });

  test('prefers the one that is named, without looking whether it works', async () => {
    expect(await findMongod({ MONGOMS_SYSTEM_BINARY: '/opt/mongod', PATH: '' })?.()).toBe('/opt/mongod');
  });

  test.each([
    ['', false],
    ['mongod', true],
    ['cluster, mongod', true],
    ['mongodb', false],
  ])('SHOP_REQUIRE=%j requires one: %j', (SHOP_REQUIRE, expected) => {
    expect(requiresMongod({ SHOP_REQUIRE })).toBe(expected);
  });
});
