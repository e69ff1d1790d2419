import {
  embeddedProducts,
  entityId,
  pageQuery,
  user,
  userContent,
  userPatch,
  userQuery,
} from '@shop/contracts';
import { describeResource, responses, ifNoneMatch } from '@shop/service';
import { z } from 'zod';

/** @param needsToken whether writes need a token. @returns the OpenAPI document of the service. */
export const openapi = (needsToken: boolean): object =>
  describeResource({
    name: 'user',
    summary: 'The sellers of the shop.',
    id: entityId,
    entity: user,
    content: userContent,
    patch: userPatch,
    query: userQuery,
    needsToken,
    further: {
      '/user/{id}/products': {
        get: {
          operationId: 'products',
          tags: ['user'],
          summary: 'The products this user sells, requested from the product service',
          requestParams: { path: z.object({ id: entityId }), query: pageQuery, header: ifNoneMatch },
          responses: {
            '200': responses.pageOf(
              'A page of the products; `source` says whether the product service responded',
              embeddedProducts,
            ),
            ...responses.notModified,
            ...responses.problems(404, 406, 412, 414),
          },
        },
      },
    },
  });
