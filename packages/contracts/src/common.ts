/** Building blocks of the schemas. Each one validates, gives the TypeScript type and describes itself in OpenAPI. */
import { z } from 'zod';
import { integer, integerParameter } from './numbers.ts';

/** UUIDv7 (RFC 9562), lower case: ids sort by the time they were made. */
export const entityId = z
  .uuidv7('must be a UUIDv7, for example 01890a5d-ac96-774b-bcce-b302099a8057')
  .toLowerCase()
  .meta({ description: 'UUIDv7 (RFC 9562)', example: '01890a5d-ac96-774b-bcce-b302099a8057' });

const timestamp = z.iso.datetime({ precision: 3 }).meta({
  example: '2026-01-31T12:00:00.000Z',
  // zod's own expression uses \d, which matches more digits in Python than in ECMA-262.
  override: { pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z$' },
});

/** What the shop adds to every entity. A client never sends it. */
export const bookkeeping = {
  version: integer(1, Number.MAX_SAFE_INTEGER).meta({ description: 'Increases by one with every change' }),
  createdAt: timestamp,
  updatedAt: timestamp,
};

/** Base64url of `after:` and an id: opaque to clients, and a position in any list. */
export const cursor = z
  .string()
  .regex(/^YWZ0ZXI6[A-Za-z0-9_-]{48}$/, 'must be a cursor from an earlier page');

export const pageQuery = z.strictObject({
  limit: integerParameter(1, 100, 'must be a whole number from 1 to 100')
    .default(20)
    .meta({ description: 'Most items on a page', override: { default: 20 } }),
  cursor: cursor
    .optional()
    .meta({ description: 'Where the page begins: `next` of the page before, or its `Link: rel="next"`' }),
});
export type PageQuery = z.output<typeof pageQuery>;

export const page = <S extends z.ZodType>(item: S) =>
  z.strictObject({
    items: z.array(item),
    next: cursor.optional().meta({ description: 'The cursor of the next page; absent on the last one' }),
  });
