/** Media types: how they are read (RFC 9110, section 8.3.1), and what a client accepts (section 12.5.1). */

/**
 * Whether a client accepts a media type that a route can send, always in UTF-8.
 * @param accept the field's value, if the request has one.
 * @param type without parameters: `application/json`.
 */
export const accepts = (accept: string | undefined, type: string): boolean =>
  // What almost every client sends needs no parsing.
  accept === undefined || accept === '*/*' || accept === type || qualityOf(accept, type) > 0;

/**
 * The media type that a client prefers; of equally preferred ones, the first.
 * @returns undefined when it accepts none of them.
 */
export function preferredType<T extends string>(
  accept: string | undefined,
  types: readonly T[],
): T | undefined {
  let best: { readonly type?: T; readonly quality: number } = { quality: 0 };
  for (const type of types) {
    const quality = qualityOf(accept, type);
    if (quality > best.quality) best = { type, quality };
  }
  return best.type;
}

/**
 * The quality, from 0 (not accepted) to 1. If several ranges match, the most specific one decides. Members that are not
 * media ranges are ignored; a field without any range counts as absent. Takes linear time.
 */
function qualityOf(accept: string | undefined, type: string): number {
  const main = `${type.split('/', 1)[0]}/`;
  let hasRange = false;
  let best = { precedence: -1, quality: 0 };
  for (const member of splitOutsideQuotes(accept ?? '', ',')) {
    // Most members of a long list are ruled out without parsing them.
    const mayMatch = member.startsWith('*/') || member.slice(0, main.length).toLowerCase() === main;
    if (hasRange && !mayMatch) continue;
    const range = parseRange(member);
    if (range === undefined) continue;
    hasRange = true;
    const precedence = precedenceOf(range, type);
    if (precedence < 0 || precedence < best.precedence) continue;
    const quality = precedence === best.precedence ? Math.max(best.quality, range.quality) : range.quality;
    best = { precedence, quality };
  }
  return hasRange ? best.quality : 1;
}

interface Range extends MediaType {
  readonly quality: number;
}

function parseRange(text: string): Range | undefined {
  const range = parseMediaType(text);
  if (range === undefined) return undefined;
  const weight = range.parameters.findIndex(([name]) => name === 'q');
  if (weight < 0) return { ...range, quality: 1 };
  const quality = Number(range.parameters[weight]?.[1]);
  if (!(quality >= 0 && quality <= 1)) return undefined;
  // Parameters after the weight were an extension of Accept, and not part of the range (RFC 7231, section 5.3.2).
  return { type: range.type, parameters: range.parameters.slice(0, weight), quality };
}

/** How specific a range is: the greater, the more specific; -1 if it does not match. */
function precedenceOf({ type: range, parameters }: Range, type: string): number {
  if (!parameters.every(([name, value]) => name === 'charset' && isUtf8(value))) return -1;
  if (range === type) return 2 + parameters.length;
  if (range === `${type.split('/')[0]}/*`) return 1;
  return range === '*/*' ? 0 : -1;
}

/** The standard name, and one that programs also use. */
export const isUtf8 = (charset: string): boolean => /^utf-?8$/i.test(charset);

/** A media type or range with its parameters (RFC 9110, section 8.3.1). */
interface MediaType {
  /** `application/json`, `text/*`, in lower case. */
  readonly type: string;
  /** In their order; names in lower case, values without quotation marks. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

const token = /^[\w!#$%&'*+.^`|~-]+$/;

/** @returns undefined for a text that is not a media type or range. Takes linear time. */
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

/** Each part without the white space around it. A quotation mark that is never closed includes the rest of the text. */
function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] {
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

/** @returns undefined for a text that is neither a token nor one whole quoted string. */
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
