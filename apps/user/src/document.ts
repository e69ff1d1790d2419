import { embeddedProducts, entityId, pageQuery, user, userContent, userQuery } from '@shop/contracts';
import { describeResource } from '@shop/service';
import { z } from 'zod';

/** The service's OpenAPI document. */
export const document = describeResource({
  name: 'user',
  summary: 'The sellers of the shop.',
  id: entityId,
  entity: user,
  content: userContent,
  query: userQuery,
  further: {
    '/user/{id}/products': {
      get: {
        operationId: 'products',
        tags: ['user'],
        summary: 'The goods this user sells, asked from the product service',
        requestParams: { path: z.object({ id: entityId }), query: pageQuery },
        responses: {
          '200': {
            description: 'A page of them; `source` says whether the product service really answered',
            content: { 'application/json': { schema: embeddedProducts } },
          },
        },
      },
    },
  },
});
