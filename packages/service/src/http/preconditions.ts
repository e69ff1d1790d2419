/** Conditional requests: RFC 9110, section 13. */
import { HttpProblem } from '@shop/http-errors';
import type { Entity } from '@shop/store';

/** Header fields by their name in lower case, as Node gives them. */
export type PreconditionHeaders = Readonly<Record<string, string | string[] | undefined>>;

interface EntityTag {
  readonly weak: boolean;
  readonly opaque: string;
}
type TagList = '*' | readonly EntityTag[];

/**
 * The part of an entity's tag that says which state it is in. With the time of creation, so that an entity deleted
 * and created again under the same id (version 1 again) is not mistaken for the old one.
 */
export const revisionOf = (entity: Entity): string =>
  `${entity.version}-${Date.parse(entity.createdAt).toString(36)}`;

/** What a request expects of the state it meets. */
export class Preconditions {
  readonly #ifMatch: TagList | undefined;
  readonly #ifNoneMatch: TagList | undefined;

  constructor(ifMatch: TagList | undefined, ifNoneMatch: TagList | undefined) {
    this.#ifMatch = ifMatch;
    this.#ifNoneMatch = ifNoneMatch;
  }

  /**
   * For methods that write. A tag stands for a whole representation, of which a part may come from the neighbouring
   * service (`revision.digest`); what an editor must not overwrite is the revision alone.
   * @throws {HttpProblem} 412
   */
  check(current: Entity | undefined): void {
    const revision = current && revisionOf(current);
    const matches = (tag: EntityTag): boolean => tag.opaque.split('.')[0] === revision;
    if (
      this.#ifMatch &&
      !(current && (this.#ifMatch === '*' || this.#ifMatch.some((tag) => !tag.weak && matches(tag))))
    ) {
      throw new HttpProblem(
        'precondition-failed',
        'If-Match names another state than the current one: read it again.',
      );
    }
    if (this.#ifNoneMatch && current && (this.#ifNoneMatch === '*' || this.#ifNoneMatch.some(matches))) {
      throw new HttpProblem(
        'precondition-failed',
        'If-None-Match asks for what is not so: the entity exists already.',
      );
    }
  }

  /** For GET and HEAD: whether the client has this representation already, so that the answer is 304. */
  isNotModified(etag: string): boolean {
    if (this.#ifNoneMatch === undefined) return false;
    const opaque = parseTag(etag)?.opaque;
    return this.#ifNoneMatch === '*' || this.#ifNoneMatch.some((tag) => tag.opaque === opaque);
  }
}

/** @throws {HttpProblem} 400 when a field is no list of entity tags. */
export function preconditionsOf(headers: PreconditionHeaders): Preconditions {
  return new Preconditions(listOf(headers, 'if-match'), listOf(headers, 'if-none-match'));
}

const parseTag = (text: string): EntityTag | undefined => {
  const match = /^(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"$/.exec(text.trim());
  return match ? { weak: match[1] !== undefined, opaque: match[2] ?? '' } : undefined;
};

function listOf(headers: PreconditionHeaders, name: string): TagList | undefined {
  const value = headers[name];
  if (value === undefined) return undefined;
  const text = Array.isArray(value) ? value.join(',') : value;
  if (text.trim() === '*') return '*';
  const tags = text.match(/(?:W\/)?"[^"]*"|[^,\s][^,]*/g)?.map(parseTag) ?? [];
  if (tags.length === 0 || tags.includes(undefined)) {
    const errors = [
      { parameter: name, detail: 'must be * or entity tags in double quotes, for example "1-abc"' },
    ];
    throw new HttpProblem('malformed-request', `The header field ${name} is malformed.`, { errors });
  }
  return tags as EntityTag[];
}
