import { Injectable } from '@nestjs/common';
import type { EmbeddedSeller } from '@shop/contracts';
import { NeighbourClient } from '@shop/service';
import { z } from 'zod';

/** What we read of a user, and of the static answer that the ambassador gives in its place. */
const named = z.object({ name: z.string() });

/** Asks user for the seller of a product. */
@Injectable()
export class SellerOfProduct {
  readonly #neighbour: NeighbourClient;

  constructor(neighbour: NeighbourClient) {
    this.#neighbour = neighbour;
  }

  /** Never rejects: without user there is a stand-in that says so. A user that does not exist has no name. */
  async embed(sellerId: string): Promise<EmbeddedSeller> {
    const answer = await this.#neighbour.get(`/user/${sellerId}`, named);
    const name = answer.body?.name ?? null;
    if (answer.source === 'live') return { source: 'live', id: sellerId, name };
    return { source: 'fallback', id: sellerId, name, reason: answer.reason };
  }
}
