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
   * @param current nothing where the method creates. One that needs an entity responds with 404 without a check
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
   * @returns whether the client has it already, so that the status is 304.
   * @throws {HttpProblem} 412
   */
  isNotModified(etag: string): boolean {
    const { opaque } = parseTag(etag);
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
    const current = await etag();
    this.#check(true, (tag) => current !== undefined && tag.opaque === parseTag(current).opaque);
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
      ? 'If-Match failed: the entity has changed. GET it again and use its current ETag.'
      : 'If-None-Match failed: the entity exists and its ETag matches.',
  );

/** @throws {HttpProblem} 400 when a field is not a list of entity tags. */
export function preconditionsOf(headers: PreconditionHeaders): Preconditions {
  return new Preconditions(listOf(headers, 'if-match'), listOf(headers, 'if-none-match'));
}

const strongTag = String.raw`"[!\x23-\x7e\x80-\xff]*"`;
const entityTag = `(?:W/)?${strongTag}`;
const blanks = String.raw`[ \x09]*`;
/** What ETag holds here: ours are strong. */
export const strongTagPattern = `^${strongTag}$`;
/**
 * Entity tags with commas between them, which recipients take also where nothing is between two (RFC 9110, sections
 * 5.6.1.2 and 8.8.3). No two parts of it can take the same blank, so it needs linear time.
 */
export const tagListPattern = `^(?:,${blanks})*${entityTag}${blanks}(?:,${blanks}(?:${entityTag}${blanks})?)*$`;
const tagList = new RegExp(tagListPattern);

const parseTag = (text: string): EntityTag => ({
  weak: text.startsWith('W/'),
  opaque: text.slice(text.indexOf('"') + 1, -1),
});

function listOf(headers: PreconditionHeaders, name: string): TagList | undefined {
  const value = headers[name];
  if (value === undefined) return undefined;
  const text = Array.isArray(value) ? value.join(',') : value;
  if (text === '*') return '*';
  if (!tagList.test(text)) {
    const errors = [
      { parameter: name, detail: 'must be * or entity tags in double quotes, for example "1-abc"' },
    ];
    throw new HttpProblem('malformed-request', `The header field ${name} is malformed.`, { errors });
  }
  return (text.match(new RegExp(entityTag, 'g')) ?? []).map(parseTag);
}
