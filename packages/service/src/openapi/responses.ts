import { HttpProblem } from '@shop/http-errors';
import { z } from 'zod';
import type { oas31, ZodOpenApiResponseObject } from 'zod-openapi';
import { strongTagPattern } from '../http/preconditions.ts';

type Headers = Record<string, oas31.HeaderObject>;
type Responses = Record<string, ZodOpenApiResponseObject>;

const problem = z
  .object({
    type: z
      .string()
      .meta({ description: 'Names the kind of problem', example: 'urn:shop:problem:not-found' }),
    title: z.string().meta({ description: 'The kind of problem in words' }),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: 'What is wrong, and what to do' }),
    instance: z
      .string()
      .optional()
      .meta({ description: 'The id of the request, by which the shop’s operator finds it in the logs' }),
    errors: z
      .array(
        z.object({
          pointer: z.string().optional().meta({ description: 'JSON pointer (RFC 6901) into the body' }),
          parameter: z.string().optional().meta({ description: 'The parameter or header field' }),
          detail: z.string(),
        }),
      )
      .optional()
      .meta({ description: 'Every problem of the body or the parameters' }),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457)' });

const header = (description: string, required: boolean, schema: object = {}): oas31.HeaderObject => ({
  description,
  required,
  schema: { type: 'string', ...schema },
});

const etag = { ETag: header('For If-Match and If-None-Match', true, { pattern: strongTagPattern }) };
const seconds = (description: string) => ({
  'Retry-After': header(description, false, { pattern: '^[0-9]+$' }),
});

/** A successful response with an entity or a list, and its tag. */
export const json = (
  description: string,
  schema: z.ZodType,
  headers: Headers = {},
): ZodOpenApiResponseObject => ({
  description,
  headers: { ...etag, ...headers },
  content: { 'application/json': { schema } },
});

/** 201, and where the entity is. */
export const created = (schema: z.ZodType): ZodOpenApiResponseObject =>
  json('Created, at `Location`', schema, {
    Location: header('The URL of the new entity', true, { format: 'uri-reference' }),
  });

/** 200 with a page of a list. */
export const pageOf = (description: string, schema: z.ZodType): ZodOpenApiResponseObject =>
  json(description, schema, { Link: header('The next page: `rel="next"` (RFC 8288)', false) });

export const notModified: Responses = {
  '304': { description: 'If-None-Match names the current state', headers: etag },
};

const sentences = {
  400: 'Malformed request, JSON, parameter or header field',
  401: 'A write needs a valid token, where the shop requires one',
  404: 'There is no such entity',
  406: 'Only JSON is served',
  408: 'The body did not arrive in time',
  409: 'Already in use, or concurrently modified',
  412: 'If-Match or If-None-Match does not hold',
  413: 'The body is too large',
  414: 'The id is too long',
  415: 'This media type is not supported here',
  422: 'The content is invalid: every problem with its JSON pointer',
  431: 'The header fields are too large',
  503: 'The database cannot be reached now',
} as const;

const headersOf: Readonly<Record<number, Headers>> = {
  401: { 'WWW-Authenticate': header('RFC 6750, section 3', true, { pattern: '^Bearer realm=' }) },
  503: seconds('Seconds until it is worth trying again'),
};

/** The errors with these statuses, and those that any operation can have. */
export const problems = (...statuses: (keyof typeof sentences)[]): Responses => ({
  ...Object.fromEntries(
    ([...statuses, 400, 431, 503] as const).map((status) => [
      String(status),
      {
        description: sentences[status],
        headers: headersOf[status] ?? {},
        content: { [HttpProblem.contentType]: { schema: problem } },
      },
    ]),
  ),
  // The Ingress's own response, not one of this service.
  '429': {
    description: 'Too many requests from this client, where an Ingress limits them',
    headers: seconds('Seconds until the next request is accepted'),
  },
});
