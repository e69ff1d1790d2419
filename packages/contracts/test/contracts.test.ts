import { describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { entityId, money, productContent } from '../src/index.ts';

const valid = {
  sku: 'TEA-1',
  name: '녹차 100 g',
  price: { amount: 1999, currency: 'EUR' },
  sellerId: '01890a5d-ac96-774b-bcce-b302099a8057',
};
const pathsOf = (schema: z.ZodType, value: unknown): string[] =>
  [...new Set((schema.safeParse(value).error?.issues ?? []).map((issue) => issue.path.join('.')))].sort();

describe('a product', () => {
  test('has defaults for description and stock', () => {
    expect(productContent.parse(valid)).toEqual({ ...valid, description: '', stock: 0 });
  });

  test('every problem is found at once', () => {
    const bad = {
      ...valid,
      sku: '-',
      name: ' ',
      price: { amount: 1.5, currency: 'EURO' },
      stock: -1,
      extra: 1,
    };
    expect(pathsOf(productContent, bad)).toEqual([
      '',
      'name',
      'price.amount',
      'price.currency',
      'sku',
      'stock',
    ]);
  });

  test.each(['a\u0000b', 'a\nb', '\ud800', '   ', '', 'x'.repeat(201)])('the name %j is refused', (name) => {
    expect(pathsOf(productContent, { ...valid, name })).toContain('name');
  });

  test('a description may have several lines', () => {
    expect(pathsOf(productContent, { ...valid, description: 'a\n\tb' })).toEqual([]);
    expect(pathsOf(productContent, { ...valid, description: 'a\u0007' })).toEqual(['description']);
  });
});

describe('money', () => {
  test.each([0, 999_999_999_999])('%d is an amount', (amount) => {
    expect(money.safeParse({ amount, currency: 'KRW' }).success).toBe(true);
  });
  test.each([-1, 1e12, 0.1, '5', Number.MAX_SAFE_INTEGER + 1, null])('%j is not an amount', (amount) => {
    expect(pathsOf(money, { amount, currency: 'KRW' })).toEqual(['amount']);
  });
  test.each(['eur', 'EURO', 'QQQ', ''])('%j is not a currency', (currency) => {
    expect(pathsOf(money, { amount: 1, currency })).toEqual(['currency']);
  });
});

test('an id is a UUIDv7 in lower case', () => {
  expect(entityId.parse('01890A5D-AC96-774B-BCCE-B302099A8057')).toBe('01890a5d-ac96-774b-bcce-b302099a8057');
  expect(entityId.safeParse('6fa459ea-ee8a-4ca4-894e-db77e160355e').success).toBe(false);
});
