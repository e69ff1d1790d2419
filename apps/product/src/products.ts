import { productContent, type Product, type ProductContent } from '@shop/contracts';
import { Resource } from '@shop/service';
import type { Store } from '@shop/store';

/** The products of the shop, in the service's own database. */
export class Products extends Resource<Product, ProductContent> {
  constructor(store: Store) {
    const repository = store.collection<Product>({
      name: 'products',
      unique: [{ field: 'sku' }],
      filters: ['sellerId'],
      text: ['name', 'description', 'sku'],
    });
    super({ repository, name: 'product', content: productContent });
  }
}
