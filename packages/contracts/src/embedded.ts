/** The parts of an answer that come from the neighbouring service. Each says whether it really does. */
import { z } from 'zod';
import { cursor, entityId } from './common.ts';
import { product } from './product.ts';

const live = z.literal('live').meta({ description: 'The neighbour answered' });
const fallback = z
  .literal('fallback')
  .meta({ description: 'The neighbour could not answer: this is a fallback' });
const reason = z.string().meta({ description: 'Why there is no live answer', example: 'circuit-open' });

export const embeddedSeller = z
  .discriminatedUnion('source', [
    z.strictObject({
      source: live,
      id: entityId,
      name: z.string().nullable().meta({ description: 'null: there is no such user (any more)' }),
    }),
    z.strictObject({ source: fallback, id: entityId, name: z.string().nullable(), reason }),
  ])
  .meta({ id: 'EmbeddedSeller' });
export type EmbeddedSeller = z.output<typeof embeddedSeller>;

export const embeddedProducts = z
  .discriminatedUnion('source', [
    z.strictObject({ source: live, items: z.array(product), next: cursor.optional() }),
    z.strictObject({ source: fallback, items: z.array(product), reason }),
  ])
  .meta({ id: 'EmbeddedProducts' });
export type EmbeddedProducts = z.output<typeof embeddedProducts>;
