import { HttpProblem } from '@shop/http-errors';
import { page } from '@shop/contracts';
import { z } from 'zod';
import { createDocument, type ZodOpenApiPathsObject, type ZodOpenApiResponseObject } from 'zod-openapi';
import { mergePatchType } from '../http/body-parsers.ts';
import { mergePatchDocument } from '../resource/merge-patch.ts';

export interface ResourceDescription {
  /** As in sentences: `user`. Its path is `/` and this. */
  readonly name: string;
  /** What the service is for. */
  readonly summary: string;
  readonly entity: z.ZodType;
  readonly content: z.ZodType;
  readonly query: z.ZodObject;
  /** The answer to GET of one entity, where it holds more than the entity. */
  readonly detailed?: z.ZodType;
  readonly id: z.ZodType;
  /** Paths beside those every resource has. */
  readonly further?: ZodOpenApiPathsObject;
}

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    errors: z
      .array(
        z.object({ pointer: z.string().optional(), parameter: z.string().optional(), detail: z.string() }),
      )
      .optional(),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457)' });

const etag = { ETag: { description: 'For If-Match and If-None-Match', schema: { type: 'string' as const } } };
const ifMatch = z.object({
  'If-Match': z.string().optional().meta({ description: 'Only if this is still the state' }),
});
const ifNoneMatch = z.object({
  'If-None-Match': z.string().optional().meta({ description: 'Only if this is no longer the state' }),
});

const json = (description: string, schema: z.ZodType): ZodOpenApiResponseObject => ({
  description,
  headers: etag,
  content: { 'application/json': { schema } },
});

const sentences: Readonly<Record<number, string>> = {
  400: 'Malformed request, JSON or parameter',
  401: 'Writes need a valid token, where the shop asks for one',
  404: 'There is no such entity',
  406: 'Only JSON is served',
  409: 'Taken already, or being changed by others',
  412: 'The precondition does not hold',
  413: 'The body is too large',
  415: 'The media type of the body is not supported',
  422: 'The content is invalid: every problem with its JSON pointer',
  503: 'The database cannot be reached now',
};
const problems = (...statuses: number[]): Record<string, ZodOpenApiResponseObject> =>
  Object.fromEntries(
    [...statuses, 406, 503].map((status) => [
      String(status),
      { description: sentences[status] ?? '', content: { [HttpProblem.contentType]: { schema: problem } } },
    ]),
  );

/** The OpenAPI 3.1 document of a resource, from the very schemas that validate its requests. */
export function describeResource(description: ResourceDescription): object {
  const { name, summary, entity, content, query, id, detailed = entity, further = {} } = description;
  const path = z.object({ id });
  const body = { required: true, content: { 'application/json': { schema: content } } };
  const notModified = { '304': { description: 'The client has it already' } };
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: `${name} service of the shop`,
      version: '1',
      description: summary,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths: {
      [`/${name}`]: {
        get: {
          operationId: 'list',
          tags: [name],
          summary: `Lists ${name}s page by page`,
          requestParams: { query, header: ifNoneMatch },
          responses: {
            '200': json('A page; its successor in `Link: rel="next"`', page(entity)),
            ...notModified,
            ...problems(400),
          },
        },
        post: {
          operationId: 'create',
          tags: [name],
          summary: `Creates a ${name}`,
          requestBody: body,
          responses: {
            '201': json('Created, at `Location`', entity),
            ...problems(400, 401, 409, 413, 415, 422),
          },
        },
      },
      [`/${name}/{id}`]: {
        get: {
          operationId: 'get',
          tags: [name],
          summary: `One ${name}`,
          requestParams: { path, header: ifNoneMatch },
          responses: { '200': json(`The ${name}`, detailed), ...notModified, ...problems(400, 404) },
        },
        put: {
          operationId: 'put',
          tags: [name],
          summary: `Creates or replaces a ${name}; can be repeated safely`,
          requestParams: { path, header: ifMatch.extend(ifNoneMatch.shape) },
          requestBody: body,
          responses: {
            '200': json('Replaced, or the same already', entity),
            '201': json('Created', entity),
            ...problems(400, 401, 409, 412, 413, 415, 422),
          },
        },
        patch: {
          operationId: 'patch',
          tags: [name],
          summary: `Changes a ${name} by a JSON merge patch`,
          requestParams: { path, header: ifMatch },
          requestBody: { required: true, content: { [mergePatchType]: { schema: mergePatchDocument } } },
          responses: { '200': json('Changed', entity), ...problems(400, 401, 404, 409, 412, 413, 415, 422) },
        },
        delete: {
          operationId: 'delete',
          tags: [name],
          summary: `Deletes a ${name}`,
          requestParams: { path, header: ifMatch },
          responses: { '204': { description: 'Deleted' }, ...problems(400, 401, 404, 412) },
        },
      },
      ...further,
    },
  });
}
