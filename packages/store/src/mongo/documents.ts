import type { Document } from 'mongodb';
import { derive } from '../derived.ts';
import type { CollectionSpec, Entity } from '../port.ts';
import { TERMS_VERSION } from '../terms.ts';

/** Fields beside the entity's own, which therefore must not begin with an underscore. */
export const UNIQUE = '_unique';
export const TERMS = '_terms';

/**
 * The version of the terms. It is among the unique values because older programs leave those out of their responses:
 * during an update both versions of a service read the same documents.
 */
const VERSION = '_terms';
export const VERSION_PATH = `${UNIQUE}.${VERSION}`;

/** An entity as MongoDB stores it: its id as `_id`, its other fields by their own names, and fields for the indexes. */
export interface StoredDocument extends Document {
  readonly _id: string;
}

/** Leaves out the fields for the indexes. */
export const PROJECTION = { [UNIQUE]: 0, [TERMS]: 0 } as const;

/** @throws {TypeError} when a unique or text field is not a string. */
export function toDocument<T extends Entity>(spec: CollectionSpec<T>, entity: T): StoredDocument {
  const { id, ...fields } = entity;
  const { unique, terms } = derive(spec, entity);
  const version = spec.text.length > 0 ? { [VERSION]: TERMS_VERSION } : {};
  return { _id: id, ...fields, [UNIQUE]: { ...unique, ...version }, [TERMS]: terms };
}

/** @param document as found with {@link PROJECTION}. */
export function toEntity({ _id, ...fields }: StoredDocument): Entity {
  return { id: _id, ...fields } as unknown as Entity;
}
