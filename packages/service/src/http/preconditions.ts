/** Conditional requests: RFC 9110, section 13. */
import { HttpProblem } from '@shop/http-errors';
import type { Entity } from '@shop/store';
import { splitOutsideQuotes } from './media-type.ts';

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
   * @param current nothing where the method creates. One that needs an entity answers 404 without asking
   * (RFC 9110, section 13.2.1).
   * @throws {HttpProblem} 412
   */
  check(current: Entity | undefined): void {
    const revision = current && revisionOf(current);
    this.#check(current !== undefined, (tag) => revisionPart(tag.opaque) === revision);
  }

  /**
   * For GET and HEAD, in the order of RFC 9110, section 13.2.2. There is no date of modification, so that the fields with
   * one are ignored, as sections 13.1.3 and 13.1.4 say.
   * @param etag of the representation that would be sent.
   * @returns whether the client has it already, so that the answer is 304.
   * @throws {HttpProblem} 412
   */
  isNotModified(etag: string): boolean {
    const opaque = parseTag(etag)?.opaque ?? '';
    // Where a part is embedded, a client that has just written knows the tag of the entity alone.
    if (!includes(this.#ifMatch, (tag) => !tag.weak && [opaque, revisionPart(opaque)].includes(tag.opaque)))
      throw failed('If-Match');
    return this.#ifNoneMatch !== undefined && includes(this.#ifNoneMatch, (tag) => tag.opaque === opaque);
  }

  /**
   * For POST: what it changes is the list, which always exists.
   * @param etag of the list, as GET shows it at the same URL.
   * @throws {HttpProblem} 412
   */
  async checkList(etag: () => Promise<string | undefined>): Promise<void> {
    if (this.#ifMatch === undefined && this.#ifNoneMatch === undefined) return;
    const opaque = parseTag((await etag()) ?? '')?.opaque;
    this.#check(true, (tag) => tag.opaque === opaque);
  }

  #check(exists: boolean, matches: (tag: EntityTag) => boolean): void {
    const isMatch = exists && includes(this.#ifMatch, (tag) => !tag.weak && matches(tag));
    if (this.#ifMatch && !isMatch) throw failed('If-Match');
    if (this.#ifNoneMatch && exists && includes(this.#ifNoneMatch, matches)) throw failed('If-None-Match');
  }
}

/** Absent is as `*`. */
const includes = (tags: TagList | undefined, matches: (tag: EntityTag) => boolean): boolean =>
  tags === undefined || tags === '*' || tags.some(matches);

/** Of a tag with the digest of an embedded part: what stands before it. */
const revisionPart = (opaque: string): string => opaque.split('.', 1)[0] ?? '';

const failed = (field: 'If-Match' | 'If-None-Match'): HttpProblem =>
  new HttpProblem(
    'precondition-failed',
    field === 'If-Match'
      ? 'If-Match failed: it names another state than the current one. Read it again.'
      : 'If-None-Match failed: the entity exists, in a state that it names.',
  );

/** @throws {HttpProblem} 400 when a field is no list of entity tags. */
export function preconditionsOf(headers: PreconditionHeaders): Preconditions {
  return new Preconditions(listOf(headers, 'if-match'), listOf(headers, 'if-none-match'));
}

const parseTag = (text: string): EntityTag | undefined => {
  const match = /^(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"$/.exec(text);
  return match ? { weak: match[1] !== undefined, opaque: match[2] ?? '' } : undefined;
};

function listOf(headers: PreconditionHeaders, name: string): TagList | undefined {
  const value = headers[name];
  if (value === undefined) return undefined;
  const text = Array.isArray(value) ? value.join(',') : value;
  if (text.trim() === '*') return '*';
  // In an entity tag a backslash is a character like any other.
  const tags = splitOutsideQuotes(text, ',', false)
    .filter((member) => member !== '')
    .map(parseTag);
  if (tags.length === 0 || tags.includes(undefined)) {
    const errors = [
      { parameter: name, detail: 'must be * or entity tags in double quotes, for example "1-abc"' },
    ];
    throw new HttpProblem('malformed-request', `The header field ${name} is malformed.`, { errors });
  }
  return tags as EntityTag[];
}
