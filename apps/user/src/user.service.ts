import { Injectable } from '@nestjs/common';
import {
  product,
  userContent,
  type EmbeddedProducts,
  type MergePatch,
  type PageQuery,
  type User,
  type UserContent,
} from '@shop/contracts';
import { InjectStore, NeighbourClient, Resource, type Preconditions } from '@shop/service';
import type { ListQuery, Page, Store } from '@shop/store';
import { z } from 'zod';

/** A page of product's products, without fields that a newer version may add. */
const pageOfProducts = z.object({ items: z.array(z.object(product.shape)), next: z.string().optional() });

/** The users of the shop, in the service's own database. {@link Resource} has the rules of every method. */
@Injectable()
export class UserService {
  readonly #users: Resource<User, UserContent>;
  readonly #products: NeighbourClient;

  constructor(@InjectStore() store: Store, products: NeighbourClient) {
    const repository = store.collection<User>({
      name: 'users',
      unique: [{ field: 'email', normalise: (email) => email.toLowerCase() }],
      filters: [],
      text: [],
    });
    this.#users = new Resource({ repository, name: 'user', content: userContent });
    this.#products = products;
  }

  list(query: ListQuery<User>): Promise<Page<User>> {
    return this.#users.list(query);
  }

  /** @throws {HttpProblem} 404 */
  get(id: string): Promise<User> {
    return this.#users.get(id);
  }

  /** Requests the products of a user from product. Never rejects: without product there is an empty list that says so. */
  async products(userId: string, { limit, cursor }: PageQuery): Promise<EmbeddedProducts> {
    const query = new URLSearchParams({
      sellerId: userId,
      limit: String(limit),
      ...(cursor ? { cursor } : {}),
    });
    const response = await this.#products.get(`/product?${query.toString()}`, pageOfProducts);
    const items = response.body?.items ?? [];
    if (response.source === 'fallback') return { source: 'fallback', items, reason: response.reason };
    const next = response.body?.next;
    return { source: 'live', items, ...(next === undefined ? {} : { next }) };
  }

  /** @throws {DuplicateError} when another user has the e-mail address. */
  create(content: UserContent): Promise<User> {
    return this.#users.create(content);
  }

  /** Creates or replaces. @throws {HttpProblem} 412; {DuplicateError}; {StaleError} */
  put(
    id: string,
    content: UserContent,
    preconditions: Preconditions,
  ): Promise<{ entity: User; created: boolean }> {
    return this.#users.put(id, content, preconditions);
  }

  /** @throws {HttpProblem} 404, 412, 422; {DuplicateError}; {StaleError} */
  patch(id: string, patch: MergePatch, preconditions: Preconditions): Promise<User> {
    return this.#users.patch(id, patch, preconditions);
  }

  /** @throws {HttpProblem} 404, 412 */
  remove(id: string, preconditions: Preconditions): Promise<void> {
    return this.#users.remove(id, preconditions);
  }
}
