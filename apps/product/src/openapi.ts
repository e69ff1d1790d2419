import {
  embeddedSeller,
  entityId,
  product,
  productContent,
  productPatch,
  productQuery,
} from '@shop/contracts';
import { describeResource } from '@shop/service';
import { z } from 'zod';

/** @param needsToken whether writes need a token. @returns the OpenAPI document of the service. */
export const openapi = (needsToken: boolean): object =>
  describeResource({
    name: 'product',
    summary: 'The products of the shop.',
    id: entityId,
    entity: product,
    detailed: z.strictObject({ ...product.shape, seller: embeddedSeller }).meta({ id: 'ProductWithSeller' }),
    content: productContent,
    patch: productPatch,
    query: productQuery,
    needsToken,
  });
