/** Content negotiation: RFC 9110, section 12.5.1. */
import { parseMediaType, splitOutsideQuotes, type MediaType } from './media-type.ts';

/**
 * Whether a client accepts the one media type that a route has, whose texts are always UTF-8. Of several ranges that
 * match, the most specific one decides. Members that are not media ranges are ignored; a field without any range is as
 * none. Takes linear time.
 * @param accept the field's value, if the request has one.
 * @param type without parameters: `application/json`.
 */
export function accepts(accept: string | undefined, type: string): boolean {
  const main = `${type.split('/', 1)[0]}/`;
  let hasRange = false;
  let best = { precedence: -1, quality: 0 };
  for (const member of splitOutsideQuotes(accept ?? '', ',')) {
    // Most of a long list need not be read to know that it does not match.
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
  return !hasRange || best.quality > 0;
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
  // What follows the weight was an extension of Accept and not part of the range (RFC 7231, section 5.3.2).
  return { type: range.type, parameters: range.parameters.slice(0, weight), quality };
}

/** The greater, the more specific; -1: the range does not match. */
function precedenceOf({ type: range, parameters }: Range, type: string): number {
  if (!parameters.every(([name, value]) => name === 'charset' && isUtf8(value))) return -1;
  if (range === type) return 2 + parameters.length;
  if (range === `${type.split('/')[0]}/*`) return 1;
  return range === '*/*' ? 0 : -1;
}

/** Its name, or the one that programs also use for it. */
export const isUtf8 = (charset: string): boolean => /^utf-?8$/i.test(charset);
