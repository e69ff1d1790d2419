import { isIPv4 } from 'node:net';

/** A part of a line: `start` included, `end` excluded. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Replaces every e-mail address in a line, and the credentials of a URL with its host, by `[email]`.
 *
 * A scanner and not a regular expression: lines contain what clients send, and an expression that finds addresses reads
 * a line again from each of its characters. Here each character is read a fixed number of times: once in search of an
 * at sign, and from each sign only up to the next one on either side.
 *
 * When in doubt, more than the address is replaced: RFC 5322 allows `/`, `=` and `'` in one, so a path right before an
 * address is replaced with it.
 * @param line JSON or text. JSON stays JSON: no escape sequence is cut in half.
 */
export function scrub(line: string): string {
  if (!marks.some((mark) => line.includes(mark))) return line;
  let result = '';
  let end = 0;
  for (const address of addressesOf(line)) {
    result += `${line.slice(end, address.start)}[email]`;
    end = address.end;
  }
  return end === 0 ? line : result + line.slice(end);
}

/** A line without any of these has no at sign in any form. */
const marks = ['@', '\uff20', '\ufe6b', '%', '&', 'u0040'];

/** @returns ranges that neither overlap nor touch, in their order. */
function addressesOf(line: string): Range[] {
  const addresses: Range[] = [];
  const signs = atSignsOf(line);
  // Of the previous sign: from its local part to its own end.
  let before: Range = { start: 0, end: 0 };
  for (const [index, sign] of signs.entries()) {
    const userinfo = startOfUserinfo(line, sign.start, before.end);
    const start = userinfo ?? startOfLocalPart(line, sign.start, before);
    const next = signs[index + 1]?.start ?? line.length;
    const end = endOfDomain(line, sign.end, next, userinfo !== undefined);
    before = { start, end: sign.end };
    if (start === sign.start || end === undefined) continue;
    const last = addresses.at(-1);
    if (last === undefined || start > last.end) addresses.push({ start, end });
    else addresses[addresses.length - 1] = { start: Math.min(start, last.start), end };
  }
  return addresses;
}

/** The sign itself, its wide forms, percent-encoded (once or more often), and escaped for JSON or HTML. */
function atSignsOf(line: string): Range[] {
  const signs: Range[] = [];
  for (let index = 0; index < line.length; index += 1) {
    const start = index;
    let end = start;
    switch (line.charCodeAt(start)) {
      case 0x40:
      case 0xff20:
      case 0xfe6b:
        end = start + 1;
        break;
      case 0x25: // %
        while (line.startsWith('25', index + 1)) index += 2;
        if (line.startsWith('40', index + 1)) end = index + 3;
        break;
      case 0x26: // &
        entity.lastIndex = start;
        if (entity.test(line)) end = entity.lastIndex;
        break;
      case 0x5c: // \
        while (line.charCodeAt(index + 1) === 0x5c) index += 1;
        if (line.startsWith('u0040', index + 1)) end = index + 6;
        break;
    }
    if (end === start) continue;
    signs.push({ start, end });
    index = end - 1;
  }
  return signs;
}

const entity = /&(?:#0*64|#x0*40|commat);/iy;

/** What a character ends; each value is a set of these bits. */
const endsLocalPart = 1;
const endsDomain = 2;
const endsUserinfo = 4;
/** For ASCII: the other characters of a host name. */
const isHost = 8;

const classes = new Uint8Array(128);
const classify = (characters: string, bits: number): void => {
  for (const character of characters) {
    const code = character.charCodeAt(0);
    classes[code] = (classes[code] ?? 0) | bits;
  }
};
classify('\t\n\v\f\r "\\<>@', endsLocalPart | endsDomain | endsUserinfo);
classify(':,;()[]', endsLocalPart | endsDomain);
classify("'/={}", endsDomain);
classify('/', endsUserinfo);
classify('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.%', isHost);

const isSpace = (code: number): boolean =>
  code === 0xa0 ||
  code === 0x1680 ||
  (code >= 0x2000 && code <= 0x200a) ||
  code === 0x2028 ||
  code === 0x2029 ||
  code === 0x202f ||
  code === 0x205f ||
  code === 0x3000 ||
  code === 0xfeff;

/** Beyond ASCII only white space ends anything: letters of every script may be in an address (RFC 6531). */
const ends = (line: string, index: number, bit: number): boolean => {
  const code = line.charCodeAt(index);
  return code < 128 ? ((classes[code] as number) & bit) !== 0 : isSpace(code);
};

/**
 * @param sign where the at sign starts.
 * @param before the previous sign with its local part: an address that continues right after it starts where that one
 * does.
 * @returns `sign` itself when there is no local part.
 */
function startOfLocalPart(line: string, sign: number, before: Range): number {
  if (line[sign - 1] === '"' && sign > before.end) return startOfQuoted(line, sign, before.end);
  let start = sign;
  while (start > before.end && !ends(line, start - 1, endsLocalPart)) start -= 1;
  if (start === before.end && start > 0) return before.start;
  start = Math.min(start + escapeAt(line, start, before.end), sign);
  // The name of a scope, as in node_modules/@scope/name.
  if (line[sign - 1] === '/') return sign;
  while (start < sign && "/='{}".includes(line[start] as string)) start += 1;
  return start;
}

/**
 * How many characters from `start` on belong to an escape sequence of JSON that begins with the backslash before. In
 * text there are none: a backslash is between a domain and its user, `SHOP\\ursula@example.com`.
 */
function escapeAt(line: string, start: number, from: number): number {
  if (!line.startsWith('{')) return 0;
  let backslash = start;
  while (backslash > from && line[backslash - 1] === '\\') backslash -= 1;
  if ((start - backslash) % 2 === 0) return 0;
  return line[start] === 'u' ? 5 : 1;
}

/** A local part in quotation marks, which a line of JSON escapes: `\"Ann Archer\"@example.com`. */
function startOfQuoted(line: string, sign: number, from: number): number {
  const backslashesBefore = (quote: number): number => {
    let index = quote;
    while (index > from && line[index - 1] === '\\') index -= 1;
    return quote - index;
  };
  const closing = sign - 1;
  const escapes = backslashesBefore(closing);
  // In JSON a string begins here.
  if (escapes === 0 && line.startsWith('{')) return sign;
  const opening = line.lastIndexOf('"', closing - escapes - 1);
  if (opening < from || backslashesBefore(opening) !== escapes) return sign;
  return opening - escapes;
}

/** @returns where `user:password` of a URL starts, which is right after `://`. */
function startOfUserinfo(line: string, sign: number, from: number): number | undefined {
  let start = sign;
  while (start > from && !ends(line, start - 1, endsUserinfo)) start -= 1;
  return start >= from + 3 && line.startsWith('://', start - 3) ? start : undefined;
}

/**
 * @param to the next at sign, or the end of the line.
 * @param anyHost accepts a host of digits, which elsewhere is a version: `name@1.2.3`.
 * @returns undefined when no domain starts at `from`.
 */
function endOfDomain(line: string, from: number, to: number, anyHost: boolean): number | undefined {
  if (line[from] === '[') {
    let literal = from + 1;
    while (literal < to && (isHostAt(line, literal) || line[literal] === ':')) literal += 1;
    return line[literal] === ']' && literal > from + 1 ? literal + 1 : undefined;
  }
  let run = from;
  while (run < to && !ends(line, run, endsDomain)) run += 1;
  // A top-level domain has at least two letters. After an ASCII one, characters of another script belong to the text
  // around it.
  let dot = run - 3;
  while (dot >= from && !isTopLevel(line, dot)) dot -= 1;
  const limit = dot >= from && line.charCodeAt(dot + 1) < 128 ? 128 : 0x10000;
  let end = Math.max(dot, from);
  while (end < run && isHostAt(line, end) && line.charCodeAt(end) < limit) end += 1;
  while (end > from && '.-'.includes(line[end - 1] as string)) end -= 1;
  if (end === from) return undefined;
  return dot < from && !anyHost && isVersion(line.slice(from, end)) ? undefined : end;
}

const isHostAt = (line: string, index: number): boolean => {
  const code = line.charCodeAt(index);
  return code < 128 ? ((classes[code] as number) & isHost) !== 0 : !isSpace(code);
};

const isLetterAt = (line: string, index: number): boolean => {
  const code = line.charCodeAt(index);
  return code < 128 ? (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) : !isSpace(code);
};

const isTopLevel = (line: string, dot: number): boolean =>
  line.charCodeAt(dot) === 0x2e && isLetterAt(line, dot + 1) && isLetterAt(line, dot + 2);

const isVersion = (host: string): boolean => /(?:^|\.)\d+$/.test(host) && !isIPv4(host);
