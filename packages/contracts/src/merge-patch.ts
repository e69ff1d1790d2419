import { z } from 'zod';

/** What a merge patch (RFC 7396) of such content looks like, as a type. */
export type MergePatch<C> = { readonly [K in keyof C]?: MergePatch<C[K]> | null };

/**
 * The schema of a merge patch (RFC 7396) of `content`: every member may be left out, null stands only where the content
 * may do without the member, and unknown members are refused, also those that null would remove.
 */
export const mergePatchOf = <S extends z.ZodObject>(content: S): z.ZodType<MergePatch<z.output<S>>> =>
  patchOfObject(content) as unknown as z.ZodType<MergePatch<z.output<S>>>;

function patchOfObject(object: z.ZodObject): z.ZodObject {
  const members = Object.entries(object.shape).map(([key, schema]) => [key, patchOfMember(schema)]);
  return z.strictObject(Object.fromEntries(members) as z.ZodRawShape);
}

function patchOfMember(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional)
    return patchOfValue(schema.unwrap()).nullable().optional();
  return patchOfValue(schema).optional();
}

/** Members of an object are patched one by one; anything else is replaced. */
function patchOfValue(schema: z.core.$ZodType): z.ZodType {
  return schema instanceof z.ZodObject ? patchOfObject(schema) : (schema as z.ZodType);
}
