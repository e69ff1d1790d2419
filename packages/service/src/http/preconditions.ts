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
 * The part of an entity's tag that identifies its state. It includes the time of creation: so an entity that was
 * deleted and created again under the same id (version 1 again) is not mistaken for the old one.
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
   * For methods that write. A tag stands for a whole representation, a part of which may come from the neighbouring
   * service (`revision.digest`). What an editor must not overwrite is the revision alone.
   * @param current undefined where the method creates. A method that needs an entity responds with 404 without a check
   * (RFC 9110, section 13.2.1).
   * @throws {HttpProblem} 412
   */
  check(current: Entity | undefined): void {
    const revision = current && revisionOf(current);
    this.#check(current !== undefined, (tag) => revisionPart(tag.opaque) === revision);
  }

  /**
   * For GET and HEAD, in the order of RFC 9110, section 13.2.2. Entities have no Last-Modified date, so the fields with
   * a date are ignored, as sections 13.1.3 and 13.1.4 require.
   * @param etag of the representation that would be sent.
   * @returns whether the client already has it, so that the status is 304.
   * @throws {HttpProblem} 412
   */
  isNotModified(etag: string): boolean {
    const { opaque } = parseTag(etag);
    // If the representation embeds a part, a client that has just written knows only the tag of the entity.
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

/** An absent field matches, as `*` does. */
const includes = (tags: TagList | undefined, matches: (tag: EntityTag) => boolean): boolean =>
  tags === undefined || tags === '*' || tags.some(matches);

/** For a tag with the digest of an embedded part: the part before it. */
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
/** The form of our ETags, which are all strong. */
export const strongTagPattern = `^${strongTag}$`;
/**
 * Entity tags separated by commas; recipients also accept empty members (RFC 9110, sections 5.6.1.2 and 8.8.3). No two
 * parts of the expression can match the same blank, so it takes linear time.
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
