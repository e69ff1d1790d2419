import { Injectable } from '@nestjs/common';
import {
  productContent,
  type EmbeddedSeller,
  type MergePatch,
  type Product,
  type ProductContent,
} from '@shop/contracts';
import { InjectStore, NeighbourClient, Resource, type Preconditions } from '@shop/service';
import type { ListQuery, Page, Store } from '@shop/store';
import { z } from 'zod';

/** The fields of a user, or of the ambassador's fallback for one, that a product shows. */
const named = z.object({ name: z.string() });

/** The products of the shop, in the service's own database. {@link Resource} has the rules of every method. */
@Injectable()
export class ProductService {
  readonly #products: Resource<Product, ProductContent>;
  readonly #users: NeighbourClient;

  constructor(@InjectStore() store: Store, users: NeighbourClient) {
    const repository = store.collection<Product>({
      name: 'products',
      unique: [{ field: 'sku' }],
      filters: ['sellerId'],
      text: ['name', 'description', 'sku'],
    });
    this.#products = new Resource({ repository, name: 'product', content: productContent });
    this.#users = users;
  }

  list(query: ListQuery<Product>): Promise<Page<Product>> {
    return this.#products.list(query);
  }

  /** @throws {HttpProblem} 404 */
  get(id: string): Promise<Product> {
    return this.#products.get(id);
  }

  /**
   * Requests the seller of a product from user. Never rejects: without user the result is a fallback, marked as one. A user
   * that does not exist has no name.
   */
  async seller(sellerId: string): Promise<EmbeddedSeller> {
    const response = await this.#users.get(`/user/${sellerId}`, named);
    const name = response.body?.name ?? null;
    if (response.source === 'live') return { source: 'live', id: sellerId, name };
    return { source: 'fallback', id: sellerId, name, reason: response.reason };
  }

  /** @throws {DuplicateError} when another product has the sku. */
  create(content: ProductContent): Promise<Product> {
    return this.#products.create(content);
  }

  /** Creates or replaces. @throws {HttpProblem} 412; {DuplicateError}; {StaleError} */
  put(
    id: string,
    content: ProductContent,
    preconditions: Preconditions,
  ): Promise<{ entity: Product; created: boolean }> {
    return this.#products.put(id, content, preconditions);
  }

  /** @throws {HttpProblem} 404, 412, 422; {DuplicateError}; {StaleError} */
  patch(id: string, patch: MergePatch, preconditions: Preconditions): Promise<Product> {
    return this.#products.patch(id, patch, preconditions);
  }

  /** @throws {HttpProblem} 404, 412 */
  remove(id: string, preconditions: Preconditions): Promise<void> {
    return this.#products.remove(id, preconditions);
  }
}
