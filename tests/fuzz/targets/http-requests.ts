/**
 * Bytes of a client through the ambassador. The upstream gets only valid requests (RFC 9112), each of which the
 * ambassador has parsed and passed on. Valid requests arrive unchanged and are answered in their order. After any bytes
 * the next client is served.
 */
import type { Socket } from 'node:net';
import { hashOf, Random } from '../engine/random.ts';
import { expectSame, Finding, type Subject, type Target } from '../engine/target.ts';
import { parseRequest, parseResponse, valuesOf, type Message } from './http-message.ts';
import { Activity, Client, expectServed, RunningAmbassador, until, Upstream } from './http-wire.ts';

interface Request {
  readonly method: string;
  readonly target: string;
  readonly body: string;
}

const requestOf = ({ start, body }: Message): Request => {
  const [method = '', target = ''] = start.split(' ');
  return { method, target, body };
};

/** What the upstream received since the last call. */
class Received {
  readonly requests: Request[] = [];
  readonly wrong: string[] = [];

  take(message: Message): void {
    this.requests.push(requestOf(message));
    const addresses = valuesOf(message, 'x-forwarded-for');
    const via = valuesOf(message, 'via');
    if (
      addresses.join() !== '127.0.0.1' ||
      (!via.join().endsWith('1.1 ambassador') && !via.join().endsWith('1.0 ambassador'))
    )
      this.wrong.push(`a request that the ambassador has not passed on: ${JSON.stringify(message)}`);
    if (valuesOf(message, 'host').length !== 1 || valuesOf(message, 'x-request-id').length !== 1)
      this.wrong.push(`Host or X-Request-Id is not there once: ${JSON.stringify(message)}`);
    for (const name of ['keep-alive', 'proxy-connection', 'proxy-authorization', 'http2-settings'])
      if (valuesOf(message, name).length > 0)
        this.wrong.push(`${name} is passed on: ${JSON.stringify(message)}`);
  }

  clear(): void {
    this.requests.length = 0;
    this.wrong.length = 0;
  }
}

/** Reads what comes strictly, and answers each request in one of many ways, which its target decides. */
function serve(socket: Socket, received: Received): void {
  let text = '';
  let tunnel = false;
  let continued = false;
  socket.on('data', (bytes: Buffer) => {
    if (tunnel) return void socket.write(bytes);
    text += bytes.toString('latin1');
    for (;;) {
      const parsed = parseRequest(text, 0);
      if (parsed.kind === 'invalid') {
        received.wrong.push(`the upstream is sent ${parsed.why}, in ${JSON.stringify(text.slice(0, 500))}`);
        return void socket.destroy();
      }
      if (parsed.kind === 'partial') {
        if (!continued && /\r\nexpect: 100-continue\r\n[\s\S]*\r\n\r\n/i.test(text))
          socket.write('HTTP/1.1 100 Continue\r\n\r\n');
        continued = text.includes('\r\n\r\n');
        return;
      }
      continued = false;
      const { message } = parsed;
      received.take(message);
      text = text.slice(message.end);
      if (valuesOf(message, 'upgrade').length > 0 && hashOf(Buffer.from(message.start)) % 2 === 0) {
        tunnel = true;
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello',
        );
        return void socket.write(Buffer.from(text, 'latin1'));
      }
      answer(socket, requestOf(message));
    }
  });
}

const ok = ({ target }: Request): string => `ok ${target}`;

function answer(socket: Socket, request: Request): void {
  const body = ok(request);
  const head = request.method === 'HEAD';
  const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n`;
  const kinds = [
    `Content-Length: ${body.length}\r\n\r\n${head ? '' : body}`,
    `Transfer-Encoding: chunked\r\n\r\n${head ? '' : `${chunked}\r\n`}`,
    `Trailer: x-t\r\nTransfer-Encoding: chunked\r\n\r\n${head ? '' : `${chunked}X-T: 1\r\n\r\n`}`,
    `Connection: close\r\n\r\n${head ? '' : body}`,
  ];
  const kind = request.target.startsWith('/after') ? 0 : hashOf(Buffer.from(request.target)) % kinds.length;
  socket.write(`HTTP/1.1 200 OK\r\n${kinds[kind]}`);
  if (kind === 3) socket.end();
}

/** A request that the ambassador has no reason to refuse or to change: it has to arrive. */
const plainMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
const plainFields = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'accept',
  'content-type',
  'x-a',
  'user-agent',
]);
function isPlain(message: Message): boolean {
  const { method, target } = requestOf(message);
  return (
    message.start.endsWith('HTTP/1.1') &&
    plainMethods.has(method) &&
    /^\/[\w/?=&-]*$/.test(target) &&
    !target.includes('//') &&
    message.fields.every(([name]) => plainFields.has(name)) &&
    valuesOf(message, 'host').length === 1 &&
    /^[a-z]+$/.test(valuesOf(message, 'host')[0] ?? '') &&
    JSON.stringify(message.fields).length < 8000
  );
}

/** As a strict reader finds them, up to where it stops. */
function requestsIn(text: string): { readonly messages: readonly Message[]; readonly whole: boolean } {
  const messages: Message[] = [];
  for (let at = 0; at < text.length;) {
    const parsed = parseRequest(text, at);
    if (parsed.kind !== 'message') return { messages, whole: false };
    // Every server bounds the fields that it keeps; Node the trailers, too, with 16 KiB.
    if (parsed.message.end - at - parsed.message.body.length > 12_000) return { messages, whole: false };
    messages.push(parsed.message);
    at = parsed.message.end;
  }
  return { messages, whole: true };
}

const isSafe = ({ method }: Request): boolean => method === 'GET' || method === 'HEAD';

/** Requests in a fixed order, where the order may have changed: among safe ones (RFC 9112, section 9.3.2). */
function inOrder(requests: readonly Request[]): readonly Request[] {
  const result: Request[] = [];
  let safe: Request[] = [];
  for (const request of [...requests, undefined]) {
    if (request && isSafe(request)) {
      safe.push(request);
      continue;
    }
    result.push(...safe.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)));
    safe = [];
    if (request) result.push(request);
  }
  return result;
}

const isSubsequence = (part: readonly Request[], whole: readonly Request[]): boolean => {
  let at = 0;
  for (const request of whole)
    if (at < part.length && JSON.stringify(part[at]) === JSON.stringify(request)) at += 1;
  return at === part.length;
};

function split(input: Buffer, random: Random): Buffer[] {
  if (random.once(2)) return [input];
  const pieces: Buffer[] = [];
  for (let start = 0; start < input.length;) {
    const end = pieces.length > 20 ? input.length : start + random.between(1, random.pick([1, 10, 100]));
    pieces.push(input.subarray(start, end));
    start = end;
  }
  return pieces;
}

class Requests implements Subject {
  readonly #activity = new Activity();
  readonly #received = new Received();
  readonly #upstream = new Upstream(this.#activity, (socket) => serve(socket, this.#received));
  #ambassador: RunningAmbassador | undefined;
  #port = 0;
  #runs = 0;

  async listen(): Promise<this> {
    this.#ambassador = new RunningAmbassador(await this.#upstream.listen());
    this.#port = await this.#ambassador.listen();
    return this;
  }

  async run(input: Buffer): Promise<void> {
    this.#received.clear();
    const text = input.toString('latin1');
    const { messages, whole } = requestsIn(text);
    const plain = whole && messages.every(isPlain);
    const client = await Client.connect(this.#port, this.#activity);
    try {
      await client.send(split(input, new Random(hashOf(input))));
      if (plain)
        await until(
          'unanswered',
          `a request is not answered: ${JSON.stringify(text)}`,
          () => answersIn(client, messages) !== undefined,
        );
      else await this.#activity.quiet();
      client.end();
      await until('open', 'the connection stays open, though its client has ended it', () => client.closed);
    } finally {
      client.destroy();
    }
    const { wrong, requests } = this.#received;
    if (wrong.length > 0) throw new Finding('framing', wrong.join('\n'));
    if (plain) {
      expectSame(
        'passed-on',
        'the upstream was sent other requests',
        inOrder(requests),
        inOrder(messages.map(requestOf)),
      );
      expectSame(
        'answers',
        'the client got other responses',
        answersIn(client, messages),
        messages.map((message) => (message.start.startsWith('HEAD') ? '' : ok(requestOf(message)))),
      );
    } else if (whole && !/\r\n(?:upgrade|expect):/i.test(text)) this.#checkStrict(messages, requests);
    this.#checkErrors(client.received);
    await until(
      'in-flight',
      `${this.#ambassador?.inFlight} requests are still in flight`,
      () => this.#ambassador?.inFlight === 0,
    );
    this.#runs += 1;
    const path = `/after-${this.#runs}`;
    await expectServed(this.#port, this.#activity, path, `ok ${path}`);
  }

  #checkStrict(messages: readonly Message[], requests: readonly Request[]): void {
    const all = messages.map((message) => {
      const request = requestOf(message);
      const path = /^http:\/\/[^/?#@]+(.*)$/i.exec(request.target)?.[1];
      return path === undefined ? request : { ...request, target: path.startsWith('/') ? path : `/${path}` };
    });
    if (!isSubsequence(inOrder(requests), inOrder(all)))
      throw new Finding(
        'other',
        `the upstream was sent ${JSON.stringify(requests)}, of ${JSON.stringify(all)}`,
      );
  }

  #checkErrors(answered: string): void {
    const errors = this.#ambassador?.errors.splice(0) ?? [];
    if (errors.length > 0) throw new Finding('error', errors.join('\n'));
    if (/^HTTP\/1\.1 500 /m.test(answered)) throw new Finding('error', answered.slice(0, 500));
    if (answered !== '' && !answered.startsWith('HTTP/1.1 '))
      throw new Finding('answer', `the client is sent ${JSON.stringify(answered.slice(0, 500))}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ambassador?.close();
    this.#upstream.close();
  }
}

/** The bodies of as many responses as there are requests; nothing while one is missing. */
function answersIn(client: Client, messages: readonly Message[]): string[] | undefined {
  const bodies: string[] = [];
  let at = 0;
  for (const { start } of messages) {
    const parsed = parseResponse(client.received, at, start.startsWith('HEAD '), client.closed);
    if (parsed.kind === 'invalid') throw new Finding('answer', `the client is sent ${parsed.why}`);
    if (parsed.kind === 'partial') return undefined;
    bodies.push(
      parsed.message.start.startsWith('HTTP/1.1 200 ') ? parsed.message.body : parsed.message.start,
    );
    at = parsed.message.end;
  }
  return at === client.received.length ? bodies : [...bodies, client.received.slice(at)];
}

const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
const fields = {
  length: [
    '5',
    '+5',
    '-5',
    '5, 5',
    '5,6',
    '0x5',
    ' 5',
    '5 ',
    '5\t',
    '05',
    '0',
    '',
    '99999999999999999999',
    '5\r\nContent-Length: 5',
    '5\r\nContent-Length: 6',
  ],
  coding: [
    'chunked',
    'Chunked',
    'chunked, chunked',
    'gzip, chunked',
    'chunked, identity',
    'identity',
    'xchunked',
    'chunked\u000B',
    '"chunked"',
    ' chunked',
    'chunked ',
    'chunked;q=1',
    ',chunked',
    '',
    'chunked\r\nTransfer-Encoding: identity',
    'cow',
  ],
  other: [
    'X-A: 1',
    'Accept: */*',
    'Content-Type: text/plain',
    'User-Agent: x',
    'Connection: close',
    'Connection: keep-alive',
    'Connection: content-length',
    'Connection: transfer-encoding, host',
    'Connection: x-request-id, x-forwarded-for',
    'Keep-Alive: timeout=5',
    'Proxy-Connection: keep-alive',
    'TE: trailers',
    'TE: gzip',
    'Trailer: x-t',
    'Expect: 100-continue',
    'Expect: x',
    'Max-Forwards: 0',
    'Max-Forwards: 3',
    'Upgrade: websocket\r\nConnection: Upgrade',
    'Upgrade: h2c, websocket\r\nConnection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c\r\nConnection: Upgrade',
    'HTTP2-Settings: x',
    'Host: b',
    'X-Forwarded-For: 1.2.3.4',
    'Via: 1.1 x',
    'X-A : 1',
    'X-A\t: 1',
    ' X-A: 1',
    'X-A: 1\r\n folded',
    'X-A: \u0000',
    'X-A: \u00E9',
    'X-A:',
    ': x',
    'X-A',
    'X-A: 1\nX-B: 2',
    'X-A: 1\rX-B: 2',
    'Content_Length: 5',
    'Content-Length : 5',
    'Transfer_Encoding: chunked',
    'Transfer-Encoding : chunked',
    'X-Request-Id: a b',
    `X-A: ${'a'.repeat(300)}`,
    'Range: bytes=0-1',
    'If-None-Match: *',
  ],
};
const targets = [
  '/r',
  '/r',
  '/r',
  '/r?a=b',
  '/r/../x',
  '/r/..%2fx',
  '//r',
  '*',
  'http://shop/r',
  'http://shop',
  'shop:80',
  '/r#f',
  '/r\\x',
  '/%00',
  '/%',
  '/é',
  '/r r',
];
const versions = [
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/2.0',
  'http/1.1',
  'HTTP/1.10',
  '',
  'HTTP/0.9',
];
const methods = [
  'GET',
  'GET',
  'POST',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'get',
  'M-SEARCH',
  'PRI',
  'QUERY',
];

/** One request, as the RFC has it unless `quirky`. */
function request(random: Random, number: number, quirky: boolean): string {
  const quirk = (): boolean => quirky && random.once(3);
  const method = quirk()
    ? random.pick(methods)
    : random.pick(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH']);
  const target = `${quirk() ? random.pick(targets) : '/r'}${quirk() ? '' : `-${number}`}`;
  const lines = [`${method} ${target} ${quirk() ? random.pick(versions) : 'HTTP/1.1'}`];
  if (!quirk()) lines.push('Host: shop');
  const body = random.pick([
    '',
    'hello',
    smuggled,
    smuggled + smuggled,
    chunk(smuggled),
    '0\r\n\r\n',
    'x'.repeat(2000),
  ]);
  const framing = random.pick(['none', 'length', 'chunked']);
  if (quirk()) lines.push(`Content-Length: ${random.pick(fields.length)}`);
  if (quirk()) lines.push(`Transfer-Encoding: ${random.pick(fields.coding)}`);
  if (framing === 'length')
    lines.push(`Content-Length: ${body.length + (quirk() ? random.pick([-1, 1, 5]) : 0)}`);
  if (framing === 'chunked') lines.push('Transfer-Encoding: chunked');
  for (let count = random.below(3); count > 0; count -= 1)
    lines.push(quirk() ? random.pick(fields.other) : random.pick(fields.other.slice(0, 4)));
  const lineEnd = quirk() ? random.pick(['\n', '\r', '\r\n\r\n', ' \r\n']) : '\r\n';
  const head = `${lines.join('\r\n')}${lineEnd}\r\n`;
  if (framing !== 'chunked') return head + (framing === 'length' ? body : '');
  const cut = random.below(body.length + 1);
  const pieces = [body.slice(0, cut), body.slice(cut)].filter((piece) => piece !== '');
  const coded = pieces.map((piece) => {
    const size = quirk()
      ? random.pick(['0', '-1', '5;x=y', '05', '0x5', ' 5', '5 ', 'FFFFFFFFFFFFFFFFF', '5\n', 'g', ''])
      : piece.length.toString(16);
    return `${size}\r\n${piece}${quirk() ? random.pick(['', '\n', '\r', 'xx']) : '\r\n'}`;
  });
  const trailer = quirk()
    ? random.pick([
        'X-T: 1\r\n',
        'Content-Length: 5\r\n',
        'Transfer-Encoding: chunked\r\n',
        'Host: b\r\n',
        'x\r\n',
        'X-T: 1\n',
      ])
    : '';
  return `${head}${coded.join('')}${quirk() ? random.pick(['', '0\n\n', '00\r\n']) : '0\r\n'}${trailer}\r\n`;
}

export const httpRequests: Target = {
  name: 'http-requests',
  maxBytes: 32 * 1024,
  tokens: [
    '\r\n',
    '\n',
    '\r',
    '\r\n\r\n',
    '0\r\n\r\n',
    ':',
    ' ',
    '\t',
    '\0',
    '\u000B',
    'Content-Length: 5\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Host: a\r\n',
    'HTTP/1.1',
    smuggled,
    ...fields.other.map((line) => `${line}\r\n`),
    ...fields.length,
    ...fields.coding,
  ],
  generate(random) {
    const quirky = !random.once(3);
    const requests = Array.from({ length: random.between(1, 4) }, (_, number) =>
      request(random, number, quirky),
    );
    return Buffer.from(requests.join(''), 'latin1');
  },
  open: async () => new Requests().listen(),
};
