import { z } from 'zod';

/** A merge patch (RFC 7396) of an object: members to change, null for those to remove. */
export type MergePatch = Readonly<Record<string, unknown>>;

/**
 * The schema of a merge patch of `content`: every member may be left out, null is allowed only for optional members,
 * and unknown members are refused, even with null.
 * @param id its name in the OpenAPI document.
 */
export const mergePatchOf = (content: z.ZodObject, id: string): z.ZodType<MergePatch> =>
  patchOfObject(content).meta({
    id,
    description: 'JSON merge patch (RFC 7396): the members to change; null removes one',
  });

function patchOfObject(object: z.ZodObject): z.ZodObject {
  const members = Object.entries(object.shape).map(([key, schema]) => [key, patchOfMember(schema)]);
  return z.strictObject(Object.fromEntries(members) as z.ZodRawShape);
}

function patchOfMember(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional)
    return patchOfValue(schema.unwrap()).nullable().optional();
  return required(patchOfValue(schema)).optional();
}

/** Members of an object are patched one by one; anything else is replaced. */
function patchOfValue(schema: z.core.$ZodType): z.ZodType {
  return schema instanceof z.ZodObject ? patchOfObject(schema) : (schema as z.ZodType);
}

/** For null, reports what the content would report for a missing member. */
function required(schema: z.ZodType): z.ZodType {
  const error = schema.def.error as z.core.$ZodErrorMap | undefined;
  const message: z.core.$ZodErrorMap = (issue) => (issue.input === null ? 'is required' : error?.(issue));
  return schema.clone({ ...schema.def, error: message }, { parent: true });
}
