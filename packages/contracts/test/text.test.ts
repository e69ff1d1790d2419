import { describe, expect, test } from '@jest/globals';
import { productContent, productPatch, userPatch } from '../src/index.ts';

const pathsOf = (schema: { safeParse(value: unknown): unknown }, value: unknown): string[] =>
  ((schema.safeParse(value) as { error?: { issues: { path: PropertyKey[] }[] } }).error?.issues ?? []).map(
    ({ path }) => path.join('.'),
  );

describe('S10: lengths are counted in characters, as JSON Schema counts them', () => {
  // Beyond the Basic Multilingual Plane a character has two UTF-16 code units.
  test('a name of 200 is taken and one of 201 is not', () => {
    expect(pathsOf(productPatch, { name: '🍵'.repeat(200) })).toEqual([]);
    expect(pathsOf(productPatch, { name: '🍵'.repeat(201) })).toEqual(['name']);
  });

  test('a description of 4000 is taken and one of 4001 is not', () => {
    expect(pathsOf(productPatch, { description: '🍵'.repeat(4000) })).toEqual([]);
    expect(pathsOf(productPatch, { description: '🍵'.repeat(4001) })).toEqual(['description']);
  });
});

describe('S10: a merge patch', () => {
  test.each([
    ['nothing', {}],
    ['one field', { stock: 3 }],
    ['a field of a field', { price: { amount: 3 } }],
    ['null where the field may be left out', { stock: null, description: null }],
  ])('of %s is taken as it is', (_what, patch) => expect(productPatch.parse(patch)).toStrictEqual(patch));

  test.each([
    ['an unknown field', { colour: 'red' }, ''],
    ['an unknown field that it removes', { colour: null }, ''],
    ['an unknown field of a field', { price: { vat: null } }, 'price'],
    ['a read-only field', { id: '01890a5d-ac96-774b-bcce-b302099a8057' }, ''],
    ['null where the field is required', { name: null }, 'name'],
    ['null where the field of a field is required', { price: { amount: null } }, 'price.amount'],
    ['null for a whole that is required', { price: null }, 'price'],
    ['a value of another type', { stock: '3' }, 'stock'],
    ['a list', [], ''],
    ['null', null, ''],
  ])('with %s is refused', (_what, patch, path) => expect(pathsOf(productPatch, patch)).toEqual([path]));

  test('has the rules of the content', () => {
    expect(pathsOf(userPatch, { name: ' ', email: 'x' })).toEqual(['name', 'email']);
    expect(productPatch.parse({ sellerId: '01890A5D-AC96-774B-BCCE-B302099A8057' })).toEqual({
      sellerId: '01890a5d-ac96-774b-bcce-b302099a8057',
    });
  });
});

test('text beyond its length costs time in proportion to it', () => {
  // A quadratic expression would need hours for this one.
  const name = `${'\u00a0'.repeat(4_000_000)}\u0000`;
  expect(pathsOf(productContent, { name })).toContain('name');
});
