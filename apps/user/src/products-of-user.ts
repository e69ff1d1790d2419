import { Injectable } from '@nestjs/common';
import { product, type EmbeddedProducts, type PageQuery } from '@shop/contracts';
import { NeighbourClient } from '@shop/service';
import { z } from 'zod';

/** What we read of product's page: its own fields, and none that a newer version may add. */
const pageOfProducts = z.object({ items: z.array(z.object(product.shape)), next: z.string().optional() });

/** Requests the products of a user from product. */
@Injectable()
export class ProductsOfUser {
  readonly #neighbour: NeighbourClient;

  constructor(neighbour: NeighbourClient) {
    this.#neighbour = neighbour;
  }

  /** Never rejects: without product there is an empty list that says so. */
  async page(userId: string, { limit, cursor }: PageQuery): Promise<EmbeddedProducts> {
    const query = new URLSearchParams({
      sellerId: userId,
      limit: String(limit),
      ...(cursor ? { cursor } : {}),
    });
    const answer = await this.#neighbour.get(`/product?${query.toString()}`, pageOfProducts);
    const items = answer.body?.items ?? [];
    if (answer.source === 'fallback') return { source: 'fallback', items, reason: answer.reason };
    const next = answer.body?.next;
    return { source: 'live', items, ...(next === undefined ? {} : { next }) };
  }
}
