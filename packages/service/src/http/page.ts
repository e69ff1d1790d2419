import type { Entity, Page } from '@shop/store';
import { representation, type Representation } from './representation.ts';
import { splitUrl } from './request.ts';

/** A cursor is the last id of the previous page, so inserting or deleting other entities cannot shift it. */
const prefix = 'after:';

const encodeCursor = (id: string): string => Buffer.from(prefix + id).toString('base64url');

/**
 * The position at which a list continues. Any 36 bytes are a position, whether or not there was ever such an id.
 * @param cursor as the contract defines it.
 */
export const decodeCursor = (cursor: string | undefined): string | undefined =>
  cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString('latin1').slice(prefix.length);

/**
 * A page with `next` in the body and as a link (RFC 8288), which keeps the other parameters.
 * @param url the path and query of the request.
 */
export function pageRepresentation<T extends Entity>({ items, next }: Page<T>, url: string): Representation {
  if (next === undefined) return representation({ items });
  const cursor = encodeCursor(next);
  return representation({ items, next: cursor }, { link: nextLink(url, cursor) });
}

/**
 * The value of a Link header field to the page that begins at `cursor`. The other parameters stay as they came, byte
 * for byte: encoding them again could change one.
 */
export function nextLink(url: string, cursor: string): string {
  const { path, query } = splitUrl(url);
  const others = query.split('&').filter((parameter) => parameter !== '' && nameOf(parameter) !== 'cursor');
  return `<${quote([path, [...others, `cursor=${cursor}`].join('&')].join('?'))}>; rel="next"`;
}

/** The parameter's name as the query parser reads it. */
function nameOf(parameter: string): string {
  const name = (parameter.split('=', 1)[0] ?? '').replaceAll('+', ' ');
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** A client may send characters that a URI has only in their encoded form (RFC 3986), and `>` would end the link. */
const quote = (url: string): string => url.replace(/[^!$%&'()*+,./:;=?@\w~-]/gu, encodeURIComponent);
