import { z } from 'zod';

/**
 * A whole number in JSON. -0 becomes 0 (`JSON.parse('-0')` keeps the sign): they are one number, so one version.
 * @param message says the range: it is the only message for every way to be wrong.
 */
export const integer = (min: number, max: number, message?: string) =>
  z
    .int(message)
    .min(min, message)
    .max(max, message)
    .overwrite((value) => (value === 0 ? 0 : value));

/** A whole number in a query: ASCII digits alone, so no sign, space, fraction, exponent or other base. */
export const integerParameter = (min: number, max: number, message: string) =>
  z
    .string(message)
    .regex(/^[0-9]+$/, { error: message, abort: true })
    .transform(Number)
    .pipe(integer(min, max, message))
    // For the document it is the number that it stands for.
    .meta({
      override: ({ jsonSchema }: { jsonSchema: Record<string, unknown> }) => {
        delete jsonSchema['pattern'];
        Object.assign(jsonSchema, { type: 'integer', minimum: min, maximum: max });
      },
    });
