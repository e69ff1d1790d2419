/** A request over and over, by one client on one connection. */
export interface Attack {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Longer than any response may take. */
export const timeoutMs = 60_000;

/** What the client in the other process is to do. */
export interface Order {
  /** Nothing: stop, and report. */
  readonly attack?: Attack;
  /** One request after the other, not more often than this; without it as fast as responses come. */
  readonly perSecond?: number | undefined;
}

const length = 14_000;
const many = (unit: string): string => unit.repeat(length / unit.length);

const inPath = (text: string): Attack => ({ path: `/product/x/${text}` });
const inField = (name: string, text: string): Attack => ({
  path: '/product?limit=1',
  headers: { [name]: text },
});

/** Requests that slow code has read, or could read, again from each character. Node allows 16 KiB of header fields. */
export const attacks: Readonly<Record<string, Attack>> = {
  'a path like an address': inPath(`${many('a')}@`),
  'a path of at signs': inPath(many('a@')),
  'a path of encoded at signs': inPath(many('%40')),
  'an open quotation in Accept': inField('accept', `"${many(',a')}`),
  'many ranges in Accept': inField('accept', `*/*,${many('a/b,')}`),
  'many tags in If-None-Match': inField('if-none-match', many('"a",')),
  'blanks in Content-Type': inField('content-type', `a/b;${many(' ')}x`),
  'equals signs in Authorization': inField('authorization', `Bearer a${many('=')}!`),
  'hyphens in traceparent': inField('traceparent', many('00-')),
  'many parameters in the query': { path: `/product?${many('a&')}` },
  'a long cursor': { path: `/product?cursor=${many('a')}` },
};

/** A harmless request of the same length: the cost of any client that sends as much. */
export const harmless = ({ headers }: Attack): Attack =>
  headers === undefined ? inPath(many('a')) : inField('x-nothing', many('a'));
