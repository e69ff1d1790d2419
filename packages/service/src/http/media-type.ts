/** A media type or range with its parameters (RFC 9110, section 8.3.1). */
export interface MediaType {
  /** `application/json`, `text/*`, in lower case. */
  readonly type: string;
  /** In their order; names in lower case, values without quotation marks. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

const token = /^[\w!#$%&'*+.^`|~-]+$/;

/** @returns nothing for a text that is not a media type or range. Takes linear time. */
export function parseMediaType(text: string): MediaType | undefined {
  const [type = '', ...rest] = splitOutsideQuotes(text, ';');
  const [main = '', sub = '', ...more] = type.split('/');
  if (more.length > 0 || !token.test(main) || !token.test(sub)) return undefined;
  const parameters: (readonly [string, string])[] = [];
  for (const parameter of rest) {
    if (parameter === '') continue;
    const equals = parameter.indexOf('=');
    const value = unquoted(parameter.slice(equals + 1));
    if (equals < 0 || value === undefined || !token.test(parameter.slice(0, equals))) return undefined;
    parameters.push([parameter.slice(0, equals).toLowerCase(), value]);
  }
  return { type: type.toLowerCase(), parameters };
}

/** Each part without the white space around it. A quotation mark that is never closed takes the rest with it. */
export function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') quoted = !quoted;
    else if (quoted && character === '\\') index += 1;
    else if (!quoted && character === separator) {
      parts.push(text.slice(start, index).trim());
      start = index + 1;
    }
  }
  parts.push(text.slice(start).trim());
  return parts;
}

/** @returns nothing for what is neither a token nor one whole quoted string. */
function unquoted(value: string): string | undefined {
  if (!value.startsWith('"')) return token.test(value) ? value : undefined;
  let content = '';
  for (let index = 1; index < value.length; index += 1) {
    if (value[index] === '"') return index === value.length - 1 ? content : undefined;
    if (value[index] === '\\') index += 1;
    content += value[index] ?? '';
  }
  return undefined;
}
