/**
 * Bytes of an upstream through the ambassador. A client gets a valid response (RFC 9112), or the beginning of one and
 * then the end of the connection. Nothing else that the upstream sent becomes the response to another request.
 */
import type { Socket } from 'node:net';
import { hashOf, Random } from '../engine/random.ts';
import { Finding, type Subject, type Target } from '../engine/target.ts';
import { parseResponse } from './http-message.ts';
import { Activity, Client, expectServed, RunningAmbassador, until, Upstream } from './http-wire.ts';

class Responses implements Subject {
  readonly #activity = new Activity();
  readonly #upstream = new Upstream(this.#activity, (socket) => this.#serve(socket));
  #ambassador: RunningAmbassador | undefined;
  #port = 0;
  #runs = 0;
  #response: Buffer = Buffer.alloc(0);

  async listen(): Promise<this> {
    this.#ambassador = new RunningAmbassador(await this.#upstream.listen());
    this.#port = await this.#ambassador.listen();
    return this;
  }

  #serve(socket: Socket): void {
    let text = '';
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
        const target = text.split(' ', 2)[1] ?? '';
        text = text.slice(end + 4);
        if (!target.startsWith('/fuzzed')) {
          socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${target.length + 3}\r\n\r\nok ${target}`);
          continue;
        }
        socket.write(this.#response);
        if (target.endsWith('close')) socket.end();
      }
    });
  }

  async run(input: Buffer): Promise<void> {
    this.#response = input;
    const random = new Random(hashOf(input));
    const method = random.pick(['GET', 'GET', 'HEAD', 'DELETE']);
    const upgrade = random.once(6) ? 'Connection: Upgrade\r\nUpgrade: websocket\r\n' : '';
    const target = `/fuzzed-${random.pick(['open', 'close'])}`;
    const client = await Client.connect(this.#port, this.#activity);
    try {
      await client.send([Buffer.from(`${method} ${target} HTTP/1.1\r\nHost: shop\r\n${upgrade}\r\n`)]);
      await this.#activity.quiet();
      if (upgrade === '') this.#check(client, method === 'HEAD');
    } finally {
      client.destroy();
    }
    const errors = this.#ambassador?.errors.splice(0) ?? [];
    if (errors.length > 0) throw new Finding('error', errors.join('\n'));
    await until(
      'in-flight',
      `${this.#ambassador?.inFlight} requests are still in flight`,
      () => this.#ambassador?.inFlight === 0,
    );
    for (let count = 0; count < 2; count += 1) {
      this.#runs += 1;
      const path = `/after-${this.#runs}`;
      await expectServed(this.#port, this.#activity, path, `ok ${path}`);
    }
  }

  #check({ received, closed }: Client, head: boolean): void {
    if (received.startsWith('HTTP/1.1 500 Internal')) throw new Finding('error', received.slice(0, 500));
    for (let at = 0; at < received.length;) {
      const parsed = parseResponse(received, at, head, closed);
      if (parsed.kind === 'invalid') throw new Finding('framing', `the client is sent ${parsed.why}`);
      if (parsed.kind === 'partial') return;
      const { start, end } = parsed.message;
      at = end;
      if (start.startsWith('HTTP/1.1 1') && !start.startsWith('HTTP/1.1 101')) continue;
      if (at < received.length)
        throw new Finding(
          'second',
          `the client is sent more than one response: ${JSON.stringify(received.slice(0, 1000))}`,
        );
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ambassador?.close();
    this.#upstream.close();
  }
}

const second = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond';
const statuses = [
  '200 OK',
  '200',
  '204 No Content',
  '304 Not Modified',
  '100 Continue',
  '101 Switching Protocols',
  '102 Processing',
  '103 Early Hints',
  '199 x',
  '302 Found',
  '404 Not Found',
  '413 x',
  '500 x',
  '503 x',
  '999 x',
  '600 x',
  '20 x',
  '2000 x',
  '200 \u00E9',
  '-1 x',
  '',
];
const fields = [
  'Content-Length: 2',
  'Content-Length: 2, 2',
  'Content-Length: 2\r\nContent-Length: 3',
  'Content-Length: +2',
  'Content-Length: -1',
  'Content-Length: 99999999999999999999',
  'Content-Length : 2',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: chunked, chunked',
  'Transfer-Encoding: identity',
  'Connection: close',
  'Connection: keep-alive',
  'Connection: content-length',
  'Connection: set-cookie, content-type',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Keep-Alive: timeout=1',
  'Trailer: x-t',
  'Set-Cookie: a=b',
  'Set-Cookie: c=d',
  'X-A: \u00E9',
  'X-A: \u0000',
  'X-A: 1\r\n folded',
  'X-A: 1\nX-B: 2',
  'X-A',
  ': x',
  'X A: 1',
  'Proxy-Authenticate: x',
  'Link: </x>; rel=preload',
  `X-A: ${'a'.repeat(9000)}`,
  'Content-Type: text/plain',
  'ETag: "x"',
  'Date: x',
  'X-Request-Id: x',
  'Via: 1.1 x',
  'X-Fallback: static',
];
const bodies = [
  '',
  'ok',
  'okay',
  second,
  `2\r\nok\r\n0\r\n\r\n`,
  `2\r\nok\r\n0\r\n\r\n${second}`,
  `2\r\nok\r\n0\r\nX-T: 1\r\n\r\n`,
  '2\r\nok',
  '2\nok\n0\n\n',
  'g\r\n',
  `ok${second}`,
  '\0',
  '2;x=y\r\nok\r\n0\r\n\r\n',
  '0\r\nContent-Length: 5\r\n\r\n',
];

export const httpResponses: Target = {
  name: 'http-responses',
  maxBytes: 32 * 1024,
  tokens: [
    '\r\n',
    '\n',
    '\r',
    '\r\n\r\n',
    '0\r\n\r\n',
    ':',
    ' ',
    '\0',
    'HTTP/1.1 ',
    second,
    ...statuses.map((status) => `HTTP/1.1 ${status}\r\n`),
    ...fields.map((field) => `${field}\r\n`),
    ...bodies,
  ],
  generate(random) {
    const response = (): string => {
      const lines = [
        `${random.once(10) ? random.pick(['HTTP/1.0', 'HTTP/2', 'ICY', '']) : 'HTTP/1.1'} ${random.once(2) ? '200 OK' : random.pick(statuses)}`,
      ];
      for (let count = random.below(5); count > 0; count -= 1) lines.push(random.pick(fields));
      if (random.once(2)) lines.push(random.pick(['Content-Length: 2', 'Transfer-Encoding: chunked']));
      return `${lines.join('\r\n')}\r\n\r\n${random.pick(bodies)}`;
    };
    return Buffer.from(Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, response).join(''), 'latin1');
  },
  open: async () => new Responses().listen(),
};
