import type { CollectionSpec, Entity, ListQuery, Page } from './port.ts';
import { prefixRanges, type WordRange } from './terms.ts';

/** A value that both databases compare in the same way. */
export type Scalar = string | number | boolean | null;

/** A checked {@link ListQuery}, from which an adapter makes its own query. */
export interface Plan {
  readonly limit: number;
  readonly after: string | undefined;
  readonly where: readonly (readonly [field: string, value: Scalar])[];
  /** Every range has to contain a word; undefined does not restrict the text, an empty list matches nothing. */
  readonly ranges: readonly WordRange[] | undefined;
}

/**
 * @throws {RangeError} for a limit below 1; {TypeError} for a filter without an index or a value that is not a scalar
 *   (an object would be an operator in one database and a text in the other).
 */
export function plan<T extends Entity>(spec: CollectionSpec<T>, query: ListQuery<T>): Plan {
  if (!Number.isSafeInteger(query.limit) || query.limit < 1) throw new RangeError('limit must be 1 or more');
  const where: [string, Scalar][] = [];
  for (const [field, value] of Object.entries<unknown>(query.where ?? {})) {
    if (value === undefined) continue;
    if (!spec.filters.some((name) => name === field))
      throw new TypeError(`${spec.name}.${field} is not a filter`);
    if (!isScalar(value)) throw new TypeError(`${spec.name}.${field} is compared with scalars only`);
    where.push([field, value]);
  }
  const ranges = query.text === undefined ? undefined : prefixRanges(query.text);
  return { limit: query.limit, after: query.after, where, ranges };
}

export function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** @param rows one more than `limit` when there is another page. */
export function toPage<T extends Entity>(rows: readonly T[], limit: number): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return rows.length > limit && last ? { items, next: last.id } : { items };
}
