import { page } from '@shop/contracts';
import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathItemObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { mergePatchType } from '../http/body-parsers.ts';
import { tagListPattern } from '../http/preconditions.ts';
import { created, json, notModified, pageOf, problems } from './responses.ts';

/** What a resource may offer, by the method of its controller. */
export type Operation = 'list' | 'create' | 'get' | 'put' | 'patch' | 'delete';
const allOperations: readonly Operation[] = ['list', 'create', 'get', 'put', 'patch', 'delete'];

export interface ResourceDescription {
  /** The name as in sentences: `user`. The path is `/` and the name. */
  readonly name: string;
  /** What the service is for. */
  readonly summary: string;
  readonly entity: z.ZodType;
  readonly content: z.ZodType;
  /** The merge patch of the content, where there is a PATCH. */
  readonly patch?: z.ZodType;
  readonly query: z.ZodObject;
  /** The response to GET of one entity, where it holds more than the entity. */
  readonly detailed?: z.ZodType;
  readonly id: z.ZodType;
  /** The operations that the resource has; default: all. */
  readonly operations?: readonly Operation[];
  /** Paths in addition to those that every resource has. */
  readonly further?: ZodOpenApiPathsObject;
  /** Whether a write needs a token. Even where it needs none, a client may send one. */
  readonly needsToken: boolean;
}

const tagList = (description: string, example: string) =>
  z
    .union([z.literal('*'), z.string().meta({ pattern: tagListPattern })])
    .optional()
    .meta({ description, example });
const ifMatch = z.object({ 'If-Match': tagList('Only if the entity is in one of these states', '*') });
export const ifNoneMatch = z.object({
  'If-None-Match': tagList('Only if the entity is in none of these states', '"1-abc"'),
});

const bearer = {
  type: 'http',
  scheme: 'bearer',
  description: 'The write token (RFC 6750). Reads need none.',
} as const;

/** The OpenAPI 3.1 document of a resource, made from the schemas that validate its requests. */
export function describeResource(description: ResourceDescription): object {
  const { name, summary, entity, content, patch = z.never(), query, id, detailed = entity } = description;
  const { operations = allOperations, further = {} } = description;
  const only = (methods: Record<string, ZodOpenApiOperationObject>): ZodOpenApiPathItemObject =>
    Object.fromEntries(
      Object.entries(methods).filter(([, { operationId }]) =>
        operations.some((operation) => operation === operationId),
      ),
    );
  const path = z.object({ id });
  const read = { tags: [name] };
  const write: Partial<ZodOpenApiOperationObject> = {
    tags: [name],
    security: description.needsToken ? [{ bearer: [] }] : [{}, { bearer: [] }],
  };
  const body = { required: true, content: { 'application/json': { schema: content } } };
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: `${name} service of the shop`,
      version: '1',
      description: summary,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    components: { securitySchemes: { bearer } },
    paths: {
      [`/${name}`]: only({
        get: {
          ...read,
          operationId: 'list',
          summary: `Lists ${name}s page by page`,
          requestParams: { query, header: ifNoneMatch },
          responses: {
            '200': pageOf('A page; `next` and `Link` lead to the next one', page(entity)),
            ...notModified,
            ...problems(406, 412),
          },
        },
        post: {
          ...write,
          operationId: 'create',
          summary: `Creates a ${name}`,
          requestBody: body,
          responses: { '201': created(entity), ...problems(401, 406, 408, 409, 412, 413, 415, 422) },
        },
      }),
      [`/${name}/{id}`]: only({
        get: {
          ...read,
          operationId: 'get',
          summary: `One ${name}`,
          requestParams: { path, header: ifNoneMatch },
          responses: {
            '200': json(`The ${name}`, detailed),
            ...notModified,
            ...problems(404, 406, 412, 414),
          },
        },
        put: {
          ...write,
          operationId: 'put',
          summary: `Creates or replaces a ${name}; can be repeated safely`,
          requestParams: { path, header: ifMatch.extend(ifNoneMatch.shape) },
          requestBody: body,
          responses: {
            '200': json('Replaced, or unchanged where the content is the same', entity),
            '201': created(entity),
            ...problems(401, 406, 408, 409, 412, 413, 414, 415, 422),
          },
        },
        patch: {
          ...write,
          operationId: 'patch',
          summary: `Changes a ${name} by a JSON merge patch`,
          requestParams: { path, header: ifMatch },
          requestBody: { required: true, content: { [mergePatchType]: { schema: patch } } },
          responses: {
            '200': json('Changed', entity),
            ...problems(401, 404, 406, 408, 409, 412, 413, 414, 415, 422),
          },
        },
        delete: {
          ...write,
          operationId: 'delete',
          summary: `Deletes a ${name}`,
          requestParams: { path, header: ifMatch },
          responses: {
            '204': { description: 'Deleted' },
            ...problems(401, 404, 408, 409, 412, 413, 414, 415),
          },
        },
      }),
      ...further,
    },
  });
}
