/** The parts of a response that come from the neighbouring service. Each says whether it is live or a fallback. */
import { z } from 'zod';
import { cursor, entityId } from './common.ts';
import { product } from './product.ts';

const live = z.literal('live').meta({ description: 'The data comes from the other service' });
const fallback = z
  .literal('fallback')
  .meta({ description: 'The other service could not answer: this is a fallback' });
const reason = z.string().meta({ description: 'Why it is a fallback', example: 'circuit-open' });

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
