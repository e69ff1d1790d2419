import { describe, expect, test } from '@jest/globals';
import { product } from '@shop/contracts';
import * as fc from 'fast-check';
import { productId } from '../src/import/product-id.ts';

describe('the id of an imported product', () => {
  test('never changes: products that are in the shop depend on it', () => {
    expect(productId('hanbit', 'HB-10021')).toBe('01941f29-7c02-749b-9bf0-6aae512b4dae');
  });

  test('is one that the shop accepts, in lower case, after the products that the shop opens with', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (supplier, sku) => {
        const id = productId(supplier, sku);
        expect(product.shape.id.parse(id)).toBe(id);
        expect(id.startsWith('01941f29-7c02-7')).toBe(true);
        expect(productId(supplier, sku)).toBe(id);
      }),
    );
  });

  test('differs by supplier and by sku, wherever one ends and the other begins', () => {
    expect(productId('ab', 'c')).not.toBe(productId('a', 'bc'));
    const ids = new Set(Array.from({ length: 20_000 }, (_, n) => productId('s', `S-${n}`)));
    expect(ids.size).toBe(20_000);
  });
});
