import { z } from 'zod';
import { groupSeparatorOf, groupSeparators } from './decimal.ts';

/** YAML reads an unquoted `7` as a number. In a table and as a constant, the text `7` is meant. */
const text = z.union([z.string(), z.number().transform(String)], { error: 'must be a string' });
const field = z.string('must be the name of a field').min(1, 'must be the name of a field');

const groupSeparator = z.preprocess(
  (character) => (typeof character === 'string' ? groupSeparatorOf(character) : character),
  z.enum(groupSeparators, "must be . or , or a space or '"),
);

const decimal = z
  .strictObject({
    decimalSeparator: z.enum(['.', ','], 'must be . or ,').default('.'),
    groupSeparator: groupSeparator.optional(),
    impliedDecimals: z.int().min(0).max(10).optional(),
  })
  .refine(({ decimalSeparator, groupSeparator }) => decimalSeparator !== groupSeparator, {
    path: ['groupSeparator'],
    message: 'is the decimal separator already',
  });

const integer = z.strictObject({ groupSeparator: groupSeparator.optional() });
const plain = ['trim', 'collapse', 'upper', 'lower'] as const;

/** One thing done to a value. A name alone is a step without settings. */
const step = z.union(
  [
    z.enum(plain),
    z.literal('decimal').transform(() => ({ decimal: decimal.parse({}) })),
    z.literal('integer').transform(() => ({ integer: integer.parse({}) })),
    z.strictObject({ lookup: z.record(z.string(), text) }),
    z.strictObject({ default: text }),
    z.strictObject({ decimal }),
    z.strictObject({ integer }),
  ],
  {
    error: `must be one of ${plain.join(', ')}, decimal and integer, or of lookup, default, decimal and integer with what they need`,
  },
);
export type Step = z.output<typeof step>;

/** Where a value comes from and what is done to it, in this order. */
export const valueField = z.strictObject({
  from: field.optional(),
  join: z.strictObject({ from: z.array(field).min(1).max(20), separator: z.string().max(20) }).optional(),
  constant: text.optional(),
  steps: z.array(step).max(20).default([]),
  /** Whether a record may be without it. */
  optional: z.boolean('must be true or false').default(false),
});
export type ValueField = z.output<typeof valueField>;

/** The fields of the feed that it is made of; none for a constant. */
export function sourcesOf({ from, join }: Pick<ValueField, 'from' | 'join'>): readonly string[] {
  return from === undefined ? (join?.from ?? []) : [from];
}
