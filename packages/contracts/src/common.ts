/** Building blocks of the schemas. Each one validates, gives the TypeScript type and describes itself in OpenAPI. */
import { z } from 'zod';

/** UUIDv7 (RFC 9562), lower case: ids sort by the time they were made. */
export const entityId = z
  .uuidv7('must be a UUIDv7, for example 01890a5d-ac96-774b-bcce-b302099a8057')
  .toLowerCase()
  .meta({ description: 'UUIDv7 (RFC 9562)', example: '01890a5d-ac96-774b-bcce-b302099a8057' });

const timestamp = z.iso.datetime({ precision: 3 }).meta({ example: '2026-01-31T12:00:00.000Z' });

/** What the shop adds to every entity; a client never sends it. */
export const bookkeeping = {
  version: z.int().min(1).meta({ description: 'One more with every change' }),
  createdAt: timestamp,
  updatedAt: timestamp,
};

/** Half of a surrogate pair is no character: it would be stored as another one. */
const wellFormed = (value: string): boolean => value.isWellFormed();

/** One line of text with something on it. */
export const line = (max: number) =>
  z
    .string()
    .max(max, `must have at most ${max} characters`)
    .regex(/\S/, 'must not be blank')
    .regex(/^\P{Cc}*$/u, 'must not contain control characters')
    .refine(wellFormed, 'must be well-formed Unicode');

/** Several lines of text, or none: line breaks and tabs are its only control characters. */
export const paragraph = (max: number) =>
  z
    .string()
    .max(max, `must have at most ${max} characters`)
    .regex(/^[\P{Cc}\n\r\t]*$/u, 'must not contain control characters other than line breaks and tabs')
    .refine(wellFormed, 'must be well-formed Unicode');

const limitMessage = 'must be a whole number from 1 to 100';

export const pageQuery = z.strictObject({
  limit: z.coerce
    .number(limitMessage)
    .int(limitMessage)
    .min(1, limitMessage)
    .max(100, limitMessage)
    .default(20)
    .meta({ description: 'Most items on a page' }),
  cursor: z
    .string()
    .min(1, 'must be a cursor from an earlier page')
    .max(200, 'must be a cursor from an earlier page')
    .optional()
    .meta({ description: 'Where the page begins: `next` of the page before, or its `Link: rel="next"`' }),
});
export type PageQuery = z.output<typeof pageQuery>;

export const page = <S extends z.ZodType>(item: S) =>
  z.strictObject({
    items: z.array(item),
    next: z.string().optional().meta({ description: 'The cursor of the next page; absent on the last one' }),
  });
