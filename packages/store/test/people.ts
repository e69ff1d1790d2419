import type { CollectionSpec, Entity } from '../src/index.ts';

/** An entity with one field of every kind that a collection can have. */
export interface Person extends Entity {
  /** Unique without regard to case. */
  readonly email: string;
  /** Unique by its bytes, where there is one. */
  readonly badge?: string;
  readonly name: string;
  readonly about?: string;
  readonly city: string;
  readonly active: boolean;
  /** A filter that may be null or absent, which is not the same. */
  readonly age?: number | null;
  readonly visits: number;
  readonly tags: readonly string[];
  readonly address: { readonly street: string; readonly 'post.code': number };
}

export function peopleSpec(name: string): CollectionSpec<Person> {
  return {
    name,
    unique: [{ field: 'email', normalise: (value) => value.toLowerCase() }, { field: 'badge' }],
    filters: ['city', 'active', 'age'],
    text: ['name', 'about'],
  };
}

/** @returns the n-th id in the order of creation. */
export function idOf(n: number): string {
  return `01980000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

export function person(n: number, fields: Partial<Person> = {}): Person {
  return {
    id: idOf(n),
    version: 1,
    createdAt: '2026-01-02T03:04:05.678Z',
    updatedAt: '2026-01-02T03:04:05.678Z',
    email: `person-${n}@example.com`,
    name: `Person ${n}`,
    city: 'Seoul',
    active: true,
    age: 30,
    visits: 0,
    tags: ['a', 'b'],
    address: { street: '종로 1', 'post.code': 3154 },
    ...fields,
  };
}

/** The next version of an entity, as a service makes it. */
export function changed(current: Person, fields: Partial<Person>): Person {
  return { ...current, ...fields, version: current.version + 1, updatedAt: '2026-01-03T00:00:00.000Z' };
}
