import { Injectable } from '@nestjs/common';
import type { EmbeddedSeller } from '@shop/contracts';
import { NeighbourClient } from '@shop/service';
import { z } from 'zod';

/** The fields that we read of a user, or of the ambassador's fallback for one. */
const named = z.object({ name: z.string() });

/** Requests the seller of a product from user. */
@Injectable()
export class SellerOfProduct {
  readonly #neighbour: NeighbourClient;

  constructor(neighbour: NeighbourClient) {
    this.#neighbour = neighbour;
  }

  /** Never rejects: without user the result is a fallback, marked as one. A user that does not exist has no name. */
  async embed(sellerId: string): Promise<EmbeddedSeller> {
    const answer = await this.#neighbour.get(`/user/${sellerId}`, named);
    const name = answer.body?.name ?? null;
    if (answer.source === 'live') return { source: 'live', id: sellerId, name };
    return { source: 'fallback', id: sellerId, name, reason: answer.reason };
  }
}
