import { describe, expect, test } from '@jest/globals';
import { notPortable, operationsOf, patternsOf, type OpenApi } from '@shop/testing/openapi';
import { openapi } from '../src/openapi.ts';

const document = openapi(true) as OpenApi;
const operations = operationsOf(document);

describe('S10: the document of product', () => {
  test('has only expressions that ECMA-262, Python and RE2 read alike', () => {
    expect(patternsOf(document).flatMap((pattern) => notPortable(pattern) ?? [])).toEqual([]);
  });

  test('types a merge patch, down to a field of a field, and allows null where a member may be missing', () => {
    const patch = document.components.schemas['ProductPatch'];
    expect(patch?.required).toBeUndefined();
    expect(patch).toMatchObject({
      additionalProperties: false,
      properties: {
        sku: { type: 'string' },
        name: { type: 'string' },
        description: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        price: { type: 'object', additionalProperties: false, properties: { amount: { type: 'integer' } } },
        stock: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
        sellerId: { type: 'string' },
      },
    });
    expect(patch?.properties?.['price']?.required).toBeUndefined();
  });

  test('lists the currencies, and the number of a query as one', () => {
    expect(document.components.schemas['Money']?.properties?.['currency']).toMatchObject({
      enum: expect.arrayContaining(['EUR', 'KRW', 'USD']),
    });
    const limit = operations['GET /product']?.parameters?.find(({ name }) => name === 'limit')?.schema;
    expect(limit).toEqual({
      type: 'integer',
      minimum: 1,
      maximum: 100,
      default: 20,
      description: 'Most items on a page',
    });
  });

  test('has an expression for every parameter but the number', () => {
    const without = Object.entries(operations).flatMap(([name, { parameters = [] }]) =>
      parameters
        .filter(({ schema }) => patternsOf(schema).length === 0)
        .map((parameter) => `${name}: ${parameter.name}`),
    );
    expect(without).toEqual(['GET /product: limit']);
  });
});
