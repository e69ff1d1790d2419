/**
 * A strict parser of HTTP/1.1 messages (RFC 9112): what the ambassador sends must pass it, for any bytes that it
 * receives. Text is latin1, a character a byte.
 */
export interface Message {
  readonly start: string;
  /** Names in lower case. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Without the chunks it came in. */
  readonly body: string;
  /** Where it ends. */
  readonly end: number;
}

export type Parsed =
  | { readonly kind: 'message'; readonly message: Message }
  /** The text ends before the message does. */
  | { readonly kind: 'partial' }
  | { readonly kind: 'invalid'; readonly why: string };

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const fieldValue = /^[\t\x20-\x7E\x80-\xFF]*$/;
const requestLine = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ [\x21-\x7E]+ HTTP\/1\.[01]$/;
const statusLine = /^HTTP\/1\.1 \d{3} [\t\x20-\x7E\x80-\xFF]*$/;
const chunkLine = /^([0-9A-Fa-f]{1,8})(?:[ \t]*;[\t\x20-\x7E\x80-\xFF]*)?$/;

const invalid = (why: string): Parsed => ({ kind: 'invalid', why });
const partial: Parsed = { kind: 'partial' };

export const valuesOf = ({ fields }: Pick<Message, 'fields'>, name: string): string[] =>
  fields.filter(([candidate]) => candidate === name).map(([, value]) => value);

export const parseRequest = (text: string, from: number): Parsed =>
  parse(text, from, requestLine, () => 'none');

/** @param head whether it answers HEAD. A body without a length goes on until the connection ends: `ended` says so. */
export const parseResponse = (text: string, from: number, head: boolean, ended: boolean): Parsed =>
  parse(text, from, statusLine, (start) => {
    const status = Number(start.slice(9, 12));
    if (head || status < 200 || status === 204 || status === 304) return 'no body';
    return ended ? 'ended' : 'open';
  });

type Unframed = 'none' | 'no body' | 'ended' | 'open';

function parse(
  text: string,
  from: number,
  startLine: RegExp,
  unframedOf: (start: string) => Unframed,
): Parsed {
  const headEnd = text.indexOf('\r\n\r\n', from);
  if (headEnd === -1)
    return text.length - from > 100_000 ? invalid('a header section without an end') : partial;
  const [start = '', ...lines] = text.slice(from, headEnd).split('\r\n');
  if (!startLine.test(start)) return invalid(`the first line ${JSON.stringify(start.slice(0, 100))}`);
  const fields: (readonly [string, string])[] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1)];
    if (colon < 1 || !token.test(name) || !fieldValue.test(value))
      return invalid(`the field line ${JSON.stringify(line.slice(0, 100))}`);
    fields.push([name.toLowerCase(), value.replace(/^[ \t]+|[ \t]+$/g, '')]);
  }
  const unframed = unframedOf(start);
  const at = headEnd + 4;
  const message = (body: string, end: number): Parsed => ({
    kind: 'message',
    message: { start, fields, body, end },
  });
  const codings = valuesOf({ fields }, 'transfer-encoding');
  const lengths = valuesOf({ fields }, 'content-length');
  if (codings.length > 1 || lengths.length > 1 || (codings.length > 0 && lengths.length > 0))
    return invalid(`the framing ${JSON.stringify([codings, lengths])}`);
  if (lengths.length > 0 && !/^0*\d{1,19}$/.test(lengths[0] as string))
    return invalid(`the length ${lengths[0]}`);
  if (codings.length > 0 && codings[0]?.toLowerCase() !== 'chunked')
    return invalid(`the coding ${codings[0]}`);
  if (unframed === 'no body') return message('', at);
  if (codings.length > 0) return chunks(text, at, message);
  if (lengths.length > 0) {
    const end = at + Number(lengths[0]);
    return text.length < end ? partial : message(text.slice(at, end), end);
  }
  if (unframed === 'none') return message('', at);
  return unframed === 'ended' ? message(text.slice(at), text.length) : partial;
}

function chunks(text: string, from: number, message: (body: string, end: number) => Parsed): Parsed {
  let at = from;
  let body = '';
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd === -1) return text.length - at > 1000 ? invalid('a chunk size without an end') : partial;
    const size = chunkLine.exec(text.slice(at, lineEnd))?.[1];
    if (size === undefined)
      return invalid(`the chunk size ${JSON.stringify(text.slice(at, Math.min(lineEnd, at + 50)))}`);
    const length = Number.parseInt(size, 16);
    at = lineEnd + 2;
    if (length === 0) return trailers(text, at, body, message);
    if (text.length < at + length + 2) return partial;
    if (text.slice(at + length, at + length + 2) !== '\r\n') return invalid('no line end behind a chunk');
    body += text.slice(at, at + length);
    at += length + 2;
  }
}

/** Fields that say where a message ends or to whom it goes: a trailer is too late for them (RFC 9110, section 6.5.1). */
const framing = new Set(['transfer-encoding', 'content-length', 'host']);

function trailers(
  text: string,
  from: number,
  body: string,
  message: (body: string, end: number) => Parsed,
): Parsed {
  for (let at = from; ;) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd === -1) return partial;
    const line = text.slice(at, lineEnd);
    if (line === '') return message(body, lineEnd + 2);
    const colon = line.indexOf(':');
    if (
      colon < 1 ||
      !token.test(line.slice(0, colon)) ||
      !fieldValue.test(line) ||
      framing.has(line.slice(0, colon).toLowerCase())
    )
      return invalid(`the trailer ${JSON.stringify(line.slice(0, 100))}`);
    at = lineEnd + 2;
  }
}
