import { describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import {
  openingsOf,
  startAmbassador,
  startUpstream,
  type Entry,
  type RunningAmbassador,
} from './support/ambassador.ts';
import { sendRequest } from './support/send-request.ts';
import { RawUpstream, Wire } from './support/wire.ts';

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const post = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n';
const breaker = { volumeThreshold: 4, rollingWindowMs: 60_000, resetTimeoutMs: 200 };
const entry = (upstream: string, rest: Partial<Entry> = {}): Entry => ({
  prefix: '/',
  upstream,
  breaker,
  ...rest,
});
const until = (what: string, holds: () => boolean) => eventually(what, holds, { everyMs: 2 });
const trialIsDue = (ambassador: RunningAmbassador) =>
  until('a trial is due', () => ambassador.breaker().state === 'half-open');

const ok = 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok';
const bad = 'HTTP/1.1 500 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

const leave = async (ambassador: RunningAmbassador, upstream: RawUpstream, index: number): Promise<void> => {
  const client = await Wire.connect(ambassador.port, get);
  const wire = await upstream.wire(index);
  await wire.until('\r\n\r\n');
  await client[Symbol.asyncDispose]();
  await wire.closed();
};

/** Lets requests fail until the circuit opens, and waits for the trial. @returns the number of the trial's connection. */
async function halfOpen(upstream: RawUpstream, ambassador: RunningAmbassador): Promise<number> {
  while (ambassador.breaker().state === 'closed') {
    const next = upstream.wires.length;
    const failing = sendRequest(ambassador.url, '/');
    const wire = await upstream.wire(next);
    await wire.until('\r\n\r\n');
    wire.send(bad);
    await failing;
  }
  await trialIsDue(ambassador);
  return upstream.wires.length;
}

describe('the share of failures is of requests that went out', () => {
  test('A2: requests that were turned away do not delay the next opening', async () => {
    let status = 500;
    let calls = 0;
    await using upstream = await startUpstream((_request, response) => {
      calls += 1;
      response.writeHead(status).end();
    });
    await using ambassador = await startAmbassador([entry(upstream.url)]);
    for (let call = 1; call <= 4; call += 1) await sendRequest(ambassador.url, '/');
    const turnedAway = await Promise.all(Array.from({ length: 300 }, () => sendRequest(ambassador.url, '/')));
    expect(turnedAway.filter(({ headers }) => headers['retry-after'] !== undefined).length).toBeGreaterThan(
      0,
    );
    status = 200;
    await trialIsDue(ambassador);
    expect((await sendRequest(ambassador.url, '/')).status).toBe(200);
    expect(ambassador.breaker().state).toBe('closed');
    status = 500;
    calls = 0;
    while (ambassador.breaker().state === 'closed') await sendRequest(ambassador.url, '/');
    expect(calls).toBe(4);
  });

  test('failures from before the opening do not count once the circuit has closed', async () => {
    let status = 500;
    await using upstream = await startUpstream((_request, response) => response.writeHead(status).end());
    await using ambassador = await startAmbassador([entry(upstream.url)]);
    for (let call = 1; call <= 4; call += 1) await sendRequest(ambassador.url, '/');
    status = 200;
    await trialIsDue(ambassador);
    await sendRequest(ambassador.url, '/');
    status = 500;
    for (let call = 1; call <= 3; call += 1) {
      expect(ambassador.breaker().state).toBe('closed');
      await sendRequest(ambassador.url, '/');
    }
    expect(ambassador.breaker().state).toBe('closed');
    await sendRequest(ambassador.url, '/');
    expect(openingsOf(ambassador)).toBe(2);
  });

  test('requests in progress count, too', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador([entry(upstream.url)]);
    await using waiting = await Wire.connect(ambassador.port, get.repeat(20));
    for (let failed = 1; failed <= 11; failed += 1) {
      expect(ambassador.breaker().state).toBe('closed');
      const wire = await upstream.wire(failed - 1);
      await wire.until('\r\n\r\n');
      wire.send(bad);
      await waiting.until('HTTP/1.1 500', failed);
    }
    expect(openingsOf(ambassador)).toBe(1);
    expect(ambassador.breaker().inFlight).toBe(9);
  });
});

describe('a client that leaves', () => {
  test('A7: is neither a success nor a failure: real time-outs behind it open the circuit', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador([
      entry(upstream.url, {
        breaker: { ...breaker, volumeThreshold: 10, resetTimeoutMs: 60_000 },
        timeouts: { timeToFirstByteMs: 500 },
      }),
    ]);
    for (let call = 0; call < 30; call += 1) await leave(ambassador, upstream, call);
    await until('all have left', () => ambassador.breaker().inFlight === 0);
    expect(ambassador.breaker().counts).toMatchObject({ fires: 30, successes: 0, failures: 0 });
    const answers = await Promise.all(Array.from({ length: 12 }, () => sendRequest(ambassador.url, '/')));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 504));
    expect(ambassador.breaker()).toMatchObject({
      state: 'open',
      counts: { fires: 42, successes: 0, failures: 12, timeouts: 12 },
    });
  });

  test('or whose body does not come is neither', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador([entry(upstream.url, { timeouts: { idleMs: 20 } })]);
    for (let call = 0; call < 5; call += 1) {
      await using client = await Wire.connect(
        ambassador.port,
        'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n1',
      );
      await client.until('HTTP/1.1 408');
    }
    expect(ambassador.breaker()).toMatchObject({
      state: 'closed',
      counts: { fires: 5, successes: 0, failures: 0 },
    });
  });
});

describe('while the circuit is half-open, only the trial decides', () => {
  const endings: readonly (readonly [string, (client: Wire, wire: Wire) => unknown])[] = [
    ['its client leaves', (client) => client[Symbol.asyncDispose]()],
    ['it fails', (_client, wire) => wire.send(bad)],
    ['it breaks', (_client, wire) => wire.socket.resetAndDestroy()],
    ['it is answered', (_client, wire) => wire.send(ok)],
  ];
  test.each(
    endings.flatMap(([how, end]) => [
      [how, 'succeeds', end, ok, 1] as const,
      [how, 'fails', end, bad, 2] as const,
    ]),
  )(
    'A3: a request from before the opening decides nothing when %s; the trial %s',
    async (_how, _trial, end, response, openings) => {
      await using upstream = await RawUpstream.start();
      await using ambassador = await startAmbassador([entry(upstream.url)]);
      await using old = await Wire.connect(ambassador.port, post);
      await (await upstream.wire(0)).until('x');
      const next = await halfOpen(upstream, ambassador);
      await using trial = await Wire.connect(ambassador.port, get);
      await (await upstream.wire(next)).until('\r\n\r\n');
      expect(ambassador.breaker()).toMatchObject({ state: 'half-open', inFlight: 2 });
      await end(old, await upstream.wire(0));
      await until('the old exchange has ended', () => ambassador.breaker().inFlight === 1);
      expect(ambassador.breaker().state).toBe('half-open');
      (await upstream.wire(next)).send(response);
      await trial.until('HTTP/1.1');
      expect(openingsOf(ambassador)).toBe(openings);
      expect(ambassador.breaker().state === 'closed').toBe(openings === 1);
    },
  );

  test.each(endings)(
    'a trial that was given up decides nothing about the next one when %s',
    async (_how, end) => {
      await using upstream = await RawUpstream.start();
      await using ambassador = await startAmbassador([
        entry(upstream.url, { timeouts: { connectMs: 100, timeToFirstByteMs: 300, idleMs: 300 } }),
      ]);
      const next = await halfOpen(upstream, ambassador);
      await using first = await Wire.connect(ambassador.port, post);
      const moving = setInterval(() => first.socket.writable && first.send('1\r\nx\r\n'), 20);
      try {
        const wire = await upstream.wire(next);
        await wire.until('x');
        await until('it is given up', () => openingsOf(ambassador) === 2);
        await trialIsDue(ambassador);
        await end(first, wire);
        await until('it has ended', () => ambassador.breaker().inFlight === 0);
        expect(ambassador.breaker().state).toBe('half-open');
      } finally {
        clearInterval(moving);
      }
    },
  );

  test('a request of an earlier closed state does not count in a later one', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador([entry(upstream.url)]);
    await using old = await Wire.connect(ambassador.port, get.repeat(4));
    await Promise.all([0, 1, 2, 3].map(async (index) => (await upstream.wire(index)).until('\r\n\r\n')));
    const next = await halfOpen(upstream, ambassador);
    const trial = sendRequest(ambassador.url, '/');
    (await upstream.wire(next)).send(ok);
    await trial;
    expect(ambassador.breaker().state).toBe('closed');
    for (let index = 0; index < 4; index += 1) (await upstream.wire(index)).send(bad);
    await old.until('HTTP/1.1 500', 4);
    expect(ambassador.breaker()).toMatchObject({ state: 'closed', counts: { failures: 9, successes: 1 } });
  });
});
