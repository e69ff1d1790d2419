/**
 * Text that people write. The expressions are also in the OpenAPI document, so they use only syntax with the same
 * meaning in ECMA-262, Python's re and RE2: ranges of literal characters and `\x` escapes, no `\p`, `\s`, `\d` or
 * lookahead. Each takes linear time.
 */
import { z } from 'zod';

/** Half of a surrogate pair is not a character: a database would store another one instead. */
const wellFormed = (value: string): boolean => value.isWellFormed();

/** C0, DEL and C1: Unicode's category Cc. */
const control = String.raw`\x00-\x1f\x7f-\x9f`;
/** What `\s` matches in ECMA-262, without control characters. */
const blank = ' \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';
const noControl = new RegExp(`^[^${control}]*$`);

/** One line of text that is not blank. */
export const line = (max: number) =>
  z
    .string()
    .max(max, `must have at most ${max} characters`)
    .refine((value) => /\S/.test(value), 'must not be blank')
    .refine((value) => noControl.test(value), 'must not contain control characters')
    .refine(wellFormed, 'must be well-formed Unicode')
    .meta({ minLength: 1, pattern: `^[${blank}]*[^${blank}${control}][^${control}]*$` });

/** Several lines of text, or none. Its only control characters are line breaks and tabs. */
export const paragraph = (max: number) =>
  z
    .string()
    .max(max, `must have at most ${max} characters`)
    .regex(
      new RegExp(String.raw`^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$`),
      'must not contain control characters other than line breaks and tabs',
    )
    .refine(wellFormed, 'must be well-formed Unicode');
