import { z } from 'zod';

/**
 * A whole number in JSON. -0 becomes 0 (`JSON.parse('-0')` keeps the sign): they are the same number, so the same
 * version.
 * @param message states the range; it is the only message, for every kind of wrong value.
 */
export const integer = (min: number, max: number, message?: string) =>
  z
    .int(message)
    .min(min, message)
    .max(max, message)
    .overwrite((value) => (value === 0 ? 0 : value));

/** A whole number in a query: ASCII digits only, without sign, space, fraction, exponent or other base. */
export const integerParameter = (min: number, max: number, message: string) =>
  z
    .string(message)
    .regex(/^[0-9]+$/, { error: message, abort: true })
    .transform(Number)
    .pipe(integer(min, max, message))
    // In the OpenAPI document it is a number.
    .meta({
      override: ({ jsonSchema }: { jsonSchema: Record<string, unknown> }) => {
        delete jsonSchema['pattern'];
        Object.assign(jsonSchema, { type: 'integer', minimum: min, maximum: max });
      },
    });
