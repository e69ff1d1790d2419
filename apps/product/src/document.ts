import { embeddedSeller, entityId, product, productContent, productQuery } from '@shop/contracts';
import { describeResource } from '@shop/service';
import { z } from 'zod';

/** The service's OpenAPI document. */
export const document = describeResource({
  name: 'product',
  summary: 'The goods of the shop.',
  id: entityId,
  entity: product,
  detailed: z.strictObject({ ...product.shape, seller: embeddedSeller }).meta({ id: 'ProductWithSeller' }),
  content: productContent,
  query: productQuery,
});
