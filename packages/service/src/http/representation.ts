import { hash } from 'node:crypto';
import type { Entity } from '@shop/store';
import { revisionOf } from './preconditions.ts';

/** What a handler returns: a status, header fields and a body. How they are sent is decided elsewhere. */
export class Representation {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: unknown, headers: Readonly<Record<string, string>>) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

const digestOf = (value: unknown): string => hash('sha256', JSON.stringify(value), 'base64url').slice(0, 16);

/** Any body, with a tag from its content. */
export const representation = (
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Representation =>
  new Representation(200, body, { etag: `"${digestOf(body)}"`, 'cache-control': 'no-cache', ...headers });

/**
 * An entity, with a tag from its revision; with an embedded part of another service, from the revision and the content
 * of that part. No cache may store a representation with a fallback in it.
 */
export function entityRepresentation(
  entity: Entity,
  embedded: Readonly<Record<string, { readonly source: string }>> = {},
): Representation {
  const parts = Object.values(embedded);
  const tag = parts.length === 0 ? revisionOf(entity) : `${revisionOf(entity)}.${digestOf(embedded)}`;
  const cacheControl = parts.some(({ source }) => source === 'fallback') ? 'no-store' : 'no-cache';
  return new Representation(
    200,
    { ...entity, ...embedded },
    { etag: `"${tag}"`, 'cache-control': cacheControl },
  );
}

/** 201 with the entity and its URL. */
export function created(entity: Entity, location: string): Representation {
  const { body, headers } = entityRepresentation(entity);
  return new Representation(201, body, { ...headers, location });
}

export const noContent = (): Representation => new Representation(204, undefined, {});
