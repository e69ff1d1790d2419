/** Fields whose values no line may show, in the line itself or in an object of it. */
const secrets: ReadonlySet<string> = new Set(['authorization', 'cookie', 'password', 'token']);
const redacted = '[redacted]';

/** Of a line, or of an object in it. */
export type Fields = Record<string, unknown>;

/**
 * Replaces credentials in the fields of a line and in the objects that are their values, except in `err`, whose serializer
 * does it. pino's own redaction makes a function of its paths that every value of every line passes.
 * @returns `fields` itself where there is nothing to replace, as in nearly every line. Nothing is changed in place.
 */
export const redact = (fields: Fields): Fields =>
  replace(fields, (value, key) => (isObject(value) && key !== 'err' ? redactValues(value) : value));

/** The same for one object: only its own fields. */
export const redactValues = (fields: Fields): Fields => replace(fields, (value) => value);

function replace(fields: Fields, nested: (value: unknown, key: string) => unknown): Fields {
  let copy: Fields | undefined;
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    const shown = secrets.has(key) ? redacted : nested(value, key);
    if (shown !== value) (copy ??= { ...fields })[key] = shown;
  }
  return copy ?? fields;
}

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
