import type { CollectionSpec, Entity } from './port.ts';
import { words } from './terms.ts';

/** What an adapter stores beside an entity to index it, never to return it. */
export interface Derived {
  /** Normalised value by unique field; a field that the entity lacks is absent and shared by any number of them. */
  readonly unique: Readonly<Record<string, string>>;
  readonly terms: readonly string[];
}

/**
 * @returns the values by which `entity` is indexed.
 * @throws {TypeError} when a unique or text field holds something else than a string, or nothing.
 */
export function derive<T extends Entity>(spec: CollectionSpec<T>, entity: T): Derived {
  const unique: Record<string, string> = {};
  for (const { field, normalise } of spec.unique) {
    const value = text(spec, entity, field);
    if (value !== undefined) unique[field] = normalise?.(value) ?? value;
  }
  const texts = spec.text.map((field) => text(spec, entity, field) ?? '');
  return { unique, terms: words(...texts) };
}

function text<T extends Entity>(
  spec: CollectionSpec<T>,
  entity: T,
  field: keyof T & string,
): string | undefined {
  const value: unknown = entity[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new TypeError(`${spec.name}.${field} must be a string to be indexed`);
  return value;
}

/**
 * Names become identifiers and field paths in both databases, so only plain ones are allowed.
 * @throws {TypeError} naming the one that is not.
 */
export function checkSpec<T extends Entity>(spec: CollectionSpec<T>): void {
  const fields = [...spec.unique.map(({ field }) => field), ...spec.filters, ...spec.text];
  for (const name of [spec.name, ...fields]) {
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) throw new TypeError(`not a collection or field name: ${name}`);
  }
}

/** @throws {TypeError} when a replacement would change the entity's identity. */
export function checkReplacement(current: Entity, next: Entity): void {
  if (current.id !== next.id) throw new TypeError('an entity cannot be replaced by one with another id');
}
