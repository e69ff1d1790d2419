import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { openingsOf, startAmbassador, type Entry, type RunningAmbassador } from './support/ambassador.ts';
import { sendRequest } from './support/send-request.ts';
import { startFull } from './support/full-server.ts';
import { RawUpstream, Wire } from './support/wire.ts';

const soon = { everyMs: 5 };
const fallback = Buffer.from('{"name":"unknown"}');
/** Never opens, so that each exchange reaches the upstream. */
const breaker = { volumeThreshold: 1_000_000 };

const permitsBack = (ambassador: RunningAmbassador) =>
  eventually('the permits are back', () => ambassador.breaker().inFlight === 0, soon);

describe('a response that is thrown away', () => {
  const half = 'HTTP/1.1 503 No\r\nContent-Length: 9\r\n\r\nhalf';

  test('A1: has a deadline, and its permit comes back', async () => {
    await using upstream = await RawUpstream.answering(half);
    await using ambassador = await startAmbassador([
      {
        prefix: '/',
        upstream: upstream.url,
        fallback,
        maxConcurrent: 4,
        timeouts: { idleMs: 2_000 },
        breaker,
      },
    ]);
    for (let call = 0; call < 4; call += 1)
      expect((await sendRequest(ambassador.url, '/')).headers['x-fallback-reason']).toBe('upstream-error');
    expect((await sendRequest(ambassador.url, '/')).headers['x-fallback-reason']).toBe('overloaded');
    await permitsBack(ambassador);
    await Promise.all(upstream.wires.map((wire) => wire.closed()));
  });

  test('A1: has one deadline for all of it, however many pieces come', async () => {
    await using upstream = await RawUpstream.answering('HTTP/1.1 503 No\r\nContent-Length: 60000\r\n\r\n');
    await using ambassador = await startAmbassador([
      { prefix: '/', upstream: upstream.url, fallback, timeouts: { idleMs: 200 } },
    ]);
    await sendRequest(ambassador.url, '/');
    const wire = await upstream.wire();
    await eventually(
      'the connection is ended',
      () => {
        wire.send('x');
        return wire.ending !== 'open';
      },
      soon,
    );
    await permitsBack(ambassador);
    expect(wire.received).toMatch(/^GET/);
  });

  test('A1: does not keep the half-open trial from going out', async () => {
    let response = half;
    await using upstream = await RawUpstream.start((wire) => {
      wire.socket.on('data', () => wire.send(response));
    });
    await using ambassador = await startAmbassador([
      {
        prefix: '/',
        upstream: upstream.url,
        fallback,
        maxConcurrent: 4,
        timeouts: { idleMs: 60_000 },
        breaker: { volumeThreshold: 4, resetTimeoutMs: 100 },
      },
    ]);
    for (let call = 0; call < 4; call += 1) await sendRequest(ambassador.url, '/');
    expect(openingsOf(ambassador)).toBe(1);
    expect(ambassador.breaker().inFlight).toBe(4);
    response = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
    await eventually('a trial is due', () => ambassador.breaker().state === 'half-open', soon);
    expect(await sendRequest(ambassador.url, '/')).toMatchObject({ status: 200, body: 'ok' });
    expect(ambassador.breaker().state).toBe('closed');
  });
});

type Ending = 'end' | 'destroy' | 'resetAndDestroy' | 'nothing';
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const large = `HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n${'x'.repeat(99_999)}`;
const chunked = 'Transfer-Encoding: chunked\r\n\r\n';
const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n';

/** What an upstream sends when a request has come. Then it ends its connection, or does nothing more. */
const responses: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['a part of a status line', 'HTT'],
  ['a part of a header section', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n'],
  ['what is not HTTP', 'garbage\r\n\r\n'],
  ['100 (Continue) alone', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ['101 (Switching Protocols) to a request without an upgrade', switching],
  ['a whole response', ok],
  ['a whole response without a length', 'HTTP/1.1 200 OK\r\n\r\nok'],
  ['a whole response of 204', 'HTTP/1.1 204 No Content\r\n\r\n'],
  ['a whole response and more', `${ok}more`],
  ['a header section alone', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n'],
  ['a part of a body', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'],
  ['a part of a large body', large],
  ['a part of a body in chunks', `HTTP/1.1 200 OK\r\n${chunked}4\r\nhalf\r\n`],
  ['a chunk that is malformed', `HTTP/1.1 200 OK\r\n${chunked}zz\r\n`],
  [
    'a transfer coding that cannot be passed on',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
  ],
  ['a whole response of 503', ok.replace('200 OK', '503 No')],
  ['the header section of a 503 alone', 'HTTP/1.1 503 No\r\nContent-Length: 9\r\n\r\n'],
  ['a part of a body of a 503', 'HTTP/1.1 503 No\r\nContent-Length: 9\r\n\r\nhalf'],
  ['a part of a large body of a 503', large.replace('200 OK', '503 No')],
  ['a part of a body in chunks of a 503', `HTTP/1.1 503 No\r\n${chunked}4\r\nhalf\r\n`],
  [
    'a 503 whose transfer coding cannot be passed on',
    'HTTP/1.1 503 No\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
  ],
  ['a 503 without a length', 'HTTP/1.1 503 No\r\n\r\nhalf'],
];
const endings: readonly Ending[] = ['end', 'destroy', 'resetAndDestroy', 'nothing'];
const head = (method: string) => `${method} /test HTTP/1.1\r\nHost: a\r\n`;
const requests = {
  GET: `${head('GET')}\r\n`,
  HEAD: `${head('HEAD')}\r\n`,
  'POST with a body': `${head('POST')}Content-Length: 2\r\n\r\nhi`,
  'POST with a part of its body': `${head('POST')}Content-Length: 9\r\n\r\nhi`,
  upgrade: `${head('GET')}Connection: Upgrade\r\nUpgrade: x\r\n\r\n`,
};
/** When the client leaves: after these events, or when it has its response. */
const leavings = [
  'at once',
  'when the upstream has its request',
  'when a response begins',
  'at the end',
] as const;

/** An upstream that responds to /well at once, and anything else by its script. */
async function scripted() {
  const script = { response: '', ending: 'nothing' as Ending, asked: 0, greet: 'nothing' as Ending };
  const upstream = await RawUpstream.start((wire) => {
    if (script.greet !== 'nothing') return void wire.socket[script.greet]();
    wire.socket.on('data', (part: Buffer) => {
      if (part.includes('GET /well')) return wire.send(ok);
      if (!part.includes('/test')) return;
      script.asked += 1;
      if (script.response === 'pause') return void wire.socket.pause();
      wire.send(script.response);
      if (script.ending !== 'nothing') wire.socket[script.ending]();
    });
    wire.socket.once('end', () => wire.socket.end());
  });
  return { upstream, script };
}

const settings = {
  maxConcurrent: 1,
  breaker,
  timeouts: { connectMs: 500, timeToFirstByteMs: 250, idleMs: 150 },
} satisfies Partial<Entry>;

async function isWell(ambassador: RunningAmbassador, how: string): Promise<void> {
  await eventually(`${how}: the permit is back`, () => ambassador.breaker().inFlight === 0, soon);
  await eventually(
    `${how}: the next request is answered`,
    async () => (await sendRequest(ambassador.url, '/well')).body === 'ok',
    soon,
  );
  await eventually(`${how}: its permit is back`, () => ambassador.breaker().inFlight === 0, soon);
}

/**
 * Tries one case after the other. After each, another request needs the one permit.
 * @returns the defects that were logged.
 */
async function each(lane: Lane, response: string, what: keyof typeof requests): Promise<unknown[]> {
  const { ambassador, script } = lane;
  for (const ending of endings)
    for (const leaving of leavings) {
      Object.assign(script, { response, ending, asked: 0 });
      const client = await Wire.connect(ambassador.port, requests[what]);
      if (leaving !== 'at once')
        await eventually('the upstream has the request', () => script.asked > 0, { everyMs: 1 });
      if (leaving === 'when a response begins')
        await Promise.race([client.until('H'), client.closed()]).catch(() => '');
      // An upgraded connection ends when one of its sides leaves.
      if (leaving === 'at the end' && what !== 'upgrade') await permitsBack(ambassador);
      await client[Symbol.asyncDispose]();
      await isWell(ambassador, `${what}, ${ending}, the client leaves ${leaving}`);
    }
  return ambassador.lines.filter(({ level }) => level === 'error');
}

interface Lane extends AsyncDisposable {
  readonly ambassador: RunningAmbassador;
  readonly script: Awaited<ReturnType<typeof scripted>>['script'];
  /** The upstream's end of its first connection. */
  readonly wire: () => Promise<Wire>;
}

/** An ambassador with an upstream, so that several tries can wait at the same time. */
async function lane(route: Partial<Entry>): Promise<Lane> {
  const { upstream, script } = await scripted();
  const ambassador = await startAmbassador([{ prefix: '/', upstream: upstream.url, ...settings, ...route }]);
  return {
    ambassador,
    script,
    wire: () => upstream.wire(),
    async [Symbol.asyncDispose]() {
      await ambassador[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

describe('the permit comes back, and the next request is answered, when the upstream sends', () => {
  test.each(responses)(
    '%s',
    async (_what, response) => {
      const defects = await Promise.all(
        Object.keys(requests).flatMap((what) =>
          [{}, { fallback }].map(async (route) => {
            await using own = await lane(route);
            return await each(own, response, what as keyof typeof requests);
          }),
        ),
      );
      expect(defects.flat()).toEqual([]);
    },
    60_000,
  );
});

describe('the permit comes back, and the next request is answered, when', () => {
  const post = `${head('POST')}${chunked}4\r\nhalf\r\n`;
  const ways: readonly (readonly [string, (own: Lane) => Promise<unknown>])[] = [
    ...endings.slice(0, 3).map(
      (greet) =>
        [
          `the upstream's connections end at once (${greet})`,
          async ({ ambassador, script }: Lane) => {
            script.greet = greet;
            await sendRequest(ambassador.url, '/test');
            await sendRequest(ambassador.url, '/test', { method: 'POST', body: 'hi' });
            script.greet = 'nothing';
          },
        ] as const,
    ),
    [
      'a body stalls',
      async ({ ambassador }) => {
        await using client = await Wire.connect(ambassador.port, post);
        await client.until('408');
      },
    ],
    [
      'a body is malformed',
      async ({ ambassador }) => {
        await using client = await Wire.connect(ambassador.port, `${post}zz\r\n`);
        await client.until('400');
      },
    ],
    [
      'a body is malformed behind a response that has begun',
      async ({ ambassador, script }) => {
        script.response = 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf';
        await using client = await Wire.connect(ambassador.port, post);
        await client.until('half');
        client.send('zz\r\n');
        await client.closed();
      },
    ],
    [
      'a body goes on behind a whole response',
      async ({ ambassador, script }) => {
        script.response = ok;
        await using client = await Wire.connect(ambassador.port, post);
        await client.until('ok');
        client.send('4\r\nmore\r\n');
        await permitsBack(ambassador);
      },
    ],
    [
      'the upstream stops reading a large body',
      async ({ ambassador, script }) => {
        script.response = 'pause';
        await using client = await Wire.connect(
          ambassador.port,
          `${head('POST')}Content-Length: 30000000\r\n\r\n`,
        );
        client.socket.write(Buffer.alloc(30_000_000));
        await client.until('HTTP/1.1 504');
      },
    ],
    [
      'pipelined requests are left',
      async ({ ambassador, script }) => {
        const client = await Wire.connect(ambassador.port, requests.GET.repeat(3));
        await eventually('the upstream has one', () => script.asked > 0, soon);
        await client[Symbol.asyncDispose]();
      },
    ],
    [
      'a client expects 100-continue and leaves',
      async ({ ambassador, script }) => {
        const client = await Wire.connect(
          ambassador.port,
          `${head('POST')}Content-Length: 9\r\nExpect: 100-continue\r\n\r\n`,
        );
        await eventually('the upstream has it', () => script.asked > 0, soon);
        await client[Symbol.asyncDispose]();
      },
    ],
    [
      'an upgraded connection is reset by its client',
      async ({ ambassador, script }) => {
        script.response = switching;
        await using client = await Wire.connect(ambassador.port, requests.upgrade);
        await client.until('101');
        client.socket.resetAndDestroy();
      },
    ],
    [
      'an upgraded connection is left by its client before the upstream agrees',
      async ({ ambassador, script }) => {
        const client = await Wire.connect(ambassador.port, requests.upgrade);
        await eventually('the upstream has it', () => script.asked > 0, soon);
        await client[Symbol.asyncDispose]();
      },
    ],
  ];
  test.each(ways)(
    '%s',
    async (how, way) => {
      for (const route of [{}, { fallback }]) {
        await using own = await lane(route);
        await way(own);
        await isWell(own.ambassador, how);
        expect(own.ambassador.breaker().inFlight).toBe(0);
      }
    },
    60_000,
  );

  test('the upstream does not take connections, and the client waits or leaves', async () => {
    await using upstream = await startFull();
    await using ambassador = await startAmbassador([
      { prefix: '/', upstream: upstream.url, ...settings, timeouts: { connectMs: 300 } },
    ]);
    const client = await Wire.connect(ambassador.port, requests.GET);
    await eventually('the request is in progress', () => ambassador.breaker().inFlight === 1, soon);
    await client[Symbol.asyncDispose]();
    await permitsBack(ambassador);
    expect((await sendRequest(ambassador.url, '/')).status).toBe(504);
    expect(ambassador.breaker()).toMatchObject({ inFlight: 0, counts: { failures: 1, timeouts: 1 } });
  });

  test('a refused upgrade has a large body, which arrives whole', async () => {
    await using own = await lane({});
    const size = 1_000_000;
    own.script.response = `HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n${'x'.repeat(size)}`;
    await using client = await Wire.connect(own.ambassador.port, requests.upgrade);
    const whole = await client.closed();
    expect(whole.length - whole.indexOf('\r\n\r\n') - 4).toBe(size);
    await isWell(own.ambassador, 'a large refusal');
  });

  // All of the response has arrived, and its last piece waits for a client that reads no more.
  test.each(['keep-alive', 'close'])(
    'a client leaves a whole response unread (Connection: %s)',
    async (connection) => {
      await using own = await lane({ timeouts: { idleMs: 5000 } });
      own.script.response = `HTTP/1.1 200 OK\r\nConnection: ${connection}\r\nContent-Length: 50000\r\n\r\n`;
      let message: IncomingMessage | undefined;
      // Stands for a client whose window is full: the response takes a first piece and no more.
      own.ambassador.server.prependListener('request', ({ url }: IncomingMessage, response) => {
        if (url !== '/test') return;
        response.once('pipe', (source: IncomingMessage) => (message = source));
        const write = response.write.bind(response) as (piece: Buffer) => boolean;
        response.write = (piece: Buffer) => write(piece) && false;
      });
      const client = await Wire.connect(own.ambassador.port, requests.GET);
      const wire = await own.wire();
      await eventually('the header section has been passed on', () => message !== undefined, soon);
      wire.send('x'.repeat(10_000));
      await client.until('xxx');
      wire.send('x'.repeat(40_000));
      await eventually('the rest waits', () => message?.complete && message.readableLength > 0, soon);
      if (connection === 'close') {
        wire.socket.end();
        await eventually('the upstream has closed', () => message?.socket.destroyed, soon);
      }
      await client[Symbol.asyncDispose]();
      await isWell(own.ambassador, connection);
      expect(own.ambassador.breaker().inFlight).toBe(0);
    },
  );
});
