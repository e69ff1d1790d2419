import { describe, expect, test } from '@jest/globals';
import { money, page, pageQuery, product, productContent, productPatch, productQuery } from '../src/index.ts';

const id = '01890a5d-ac96-774b-bcce-b302099a8057';
const content = { sku: 'TEA-1', name: 'Tea', price: { amount: 1, currency: 'EUR' }, sellerId: id };

describe('S5: -0 is 0', () => {
  test.each([
    ['an amount', money, { amount: -0, currency: 'EUR' }, 'amount'],
    ['a stock', productContent, { ...content, stock: -0 }, 'stock'],
    [
      'an amount in a product',
      productContent,
      { ...content, price: { amount: -0, currency: 'EUR' } },
      'price.amount',
    ],
    ['a stock in a merge patch', productPatch, { stock: -0 }, 'stock'],
    ['an amount in a merge patch', productPatch, { price: { amount: -0 } }, 'price.amount'],
    [
      'a stock in a page',
      page(product),
      {
        items: [
          {
            ...content,
            id,
            description: '',
            stock: -0,
            version: 1,
            createdAt: '2026-01-31T12:00:00.000Z',
            updatedAt: '2026-01-31T12:00:00.000Z',
          },
        ],
      },
      'items.0.stock',
    ],
  ])('in %s', (_what, schema, value, path) => {
    const read = path
      .split('.')
      .reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], schema.parse(value));
    expect(read).toBe(0);
  });
});

const limitOf = (limit: unknown): unknown => pageQuery.safeParse({ limit }).data?.limit;

describe('S9: a number in a query is decimal digits', () => {
  test.each([
    ['1', 1],
    ['10', 10],
    ['100', 100],
  ])('%j is %d', (text, limit) => expect(limitOf(text)).toBe(limit));

  test('without it, it is 20', () => expect(pageQuery.parse({}).limit).toBe(20));

  test.each(
    [
      '0x10',
      '0b11',
      '0o17',
      '1e1',
      ' 10',
      '10 ',
      '\t10',
      '10\n',
      '+10',
      '-0',
      '-1',
      '1.0',
      '1.5',
      '1_0',
      '',
      ' ',
      '0',
      '101',
      'many',
      'Infinity',
      'NaN',
      'true',
      'null',
      '１０',
      '9'.repeat(400),
      10,
      null,
      true,
      ['10'],
      ['1', '2'],
      { valueOf: '10' },
    ].map((limit) => [limit]),
  )('%j is refused', (limit: unknown) => {
    const { error } = productQuery.safeParse({ limit });
    expect(error?.issues).toMatchObject([
      { path: ['limit'], message: 'must be a whole number from 1 to 100' },
    ]);
  });
});
