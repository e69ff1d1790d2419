import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { getFeed, startAdapter } from './support/adapter.ts';
import { csvMapping, fixedWidthMapping, xmlMapping } from './support/mappings.ts';
import { startSource } from './support/source.ts';
import { csvFeed, csvHeader, csvItem, item, xmlFeed } from './support/writers.ts';

jest.setTimeout(60_000);

/** For suppliers that respond, milliseconds. */
const patientMs = 30_000;

const trailered = "trailer: { marker: '#END', count: 2 }";

describe('the list of feeds', () => {
  test('names suppliers and their sellers', async () => {
    await using adapter = await startAdapter([xmlMapping(), csvMapping(), fixedWidthMapping()]);
    const response = await fetch(`${adapter.url}/feeds`);
    expect(response.headers.get('content-type')).toBe('application/json');
    const seller = {
      id: '01941f29-7c00-7000-8000-0000000000f1',
      name: 'Supplier',
      email: 'feed@supplier.example',
    };
    expect(await response.json()).toEqual({
      feeds: [
        { supplier: 'xml', format: 'xml', encoding: 'utf-8', path: '/feeds/xml', seller },
        { supplier: 'csv', format: 'csv', encoding: 'utf-8', path: '/feeds/csv', seller },
        { supplier: 'fixed', format: 'fixed-width', encoding: 'euc-kr', path: '/feeds/fixed', seller },
      ],
    });
  });

  test.each([
    ['GET', '/feeds/unknown', 404, null],
    ['GET', '/', 404, null],
    ['GET', '/feeds/..%2f..%2fetc', 404, null],
    ['POST', '/feeds/csv', 405, 'GET, HEAD'],
    ['DELETE', '/feeds', 405, 'GET, HEAD'],
  ])('%s %s is answered %i', async (method, path, status, allow) => {
    await using adapter = await startAdapter([csvMapping()]);
    const response = await fetch(adapter.url + path, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([status, allow]);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({
      status,
      instance: `urn:shop:request:${response.headers.get('x-request-id')}`,
    });
  });
});

describe('D3: HEAD', () => {
  test('is answered as GET is, without a body', async () => {
    await using source = await startSource((_request, response) => response.end(csvFeed([item()])));
    await using adapter = await startAdapter([csvMapping(trailered, source.url)]);
    for (const [path, type] of [
      ['/feeds', 'application/json'],
      ['/feeds/csv', 'application/x-ndjson'],
    ]) {
      const response = await fetch(`${adapter.url}${path}`, { method: 'HEAD' });
      expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
      expect(await response.text()).toBe('');
    }
    expect((await fetch(`${adapter.url}/feeds/none`, { method: 'HEAD' })).status).toBe(404);
    await eventually('the end', async () =>
      /^adapter_feeds_in_flight\{.*\} 0$/m.test(await adapter.metrics()),
    );
    expect(await adapter.metrics()).not.toMatch(/^adapter_products_total\{/m);
    expect(adapter.logLines()).toContainEqual(
      expect.objectContaining({ supplier: 'csv', outcome: 'head', level: 'info' }),
    );
  });

  test('finds out no more than GET would before its first line, and lets the supplier go', async () => {
    let closed = false;
    await using source = await startSource((_request, response) => {
      response.write(csvHeader + csvItem(item()));
      response.once('close', () => (closed = true));
    });
    await using adapter = await startAdapter([csvMapping(trailered, source.url)]);
    expect((await fetch(`${adapter.url}/feeds/csv`, { method: 'HEAD' })).status).toBe(200);
    await eventually('the supplier’s connection to close', () => closed);
  });

  test('of a feed that cannot be read has the status of GET', async () => {
    await using source = await startSource((_request, response) => response.end('<html>'));
    await using adapter = await startAdapter([
      csvMapping(trailered, source.url),
      xmlMapping('utf-8', 'http://127.0.0.1:9/'),
    ]);
    expect((await fetch(`${adapter.url}/feeds/csv`, { method: 'HEAD' })).status).toBe(502);
    expect((await fetch(`${adapter.url}/feeds/xml`, { method: 'HEAD' })).status).toBe(503);
  });
});

test.each([
  'http://adapter.example/feeds',
  'HTTP://adapter.example:80/feeds?x=http://y/z',
  'https://[::1]/feeds#f',
])('D3: the target %s is the list of feeds (RFC 9112, section 3.2.2)', async (path) => {
  await using adapter = await startAdapter([csvMapping()]);
  const { hostname, port } = new URL(adapter.url);
  const [response] = (await once(get({ hostname, port, path }), 'response')) as [IncomingMessage];
  response.resume();
  expect(response.statusCode).toBe(200);
});

describe('a feed', () => {
  test('comes as NDJSON with a summary, and is counted', async () => {
    await using source = await startSource((_request, response) =>
      response.end(csvFeed([item(), item({ key: 'A2', price: 'x' })])),
    );
    await using adapter = await startAdapter([csvMapping(trailered, source.url)]);
    const { status, headers, lines, wellEnded } = await getFeed(adapter, 'csv');
    expect([status, headers.get('content-type'), wellEnded]).toEqual([200, 'application/x-ndjson', true]);
    expect(lines).toEqual([
      { product: expect.objectContaining({ sku: 'S-A1' }), position: { line: 2, record: 1 } },
      { problem: expect.objectContaining({ line: 3, field: 'price' }) },
      { summary: { records: 2, products: 1, problems: 1, complete: true } },
    ]);
    const metrics = await adapter.metrics();
    for (const name of ['products', 'problems'])
      expect(metrics).toContain(`adapter_${name}_total{supplier="csv",app="adapter"} 1`);
    expect(metrics).toContain('adapter_records_total{supplier="csv",app="adapter"} 2');
    expect(metrics).toMatch(/adapter_feed_bytes_total\{supplier="csv",app="adapter"\} \d{3}/);
    expect(metrics).toContain(
      'adapter_feed_duration_seconds_count{app="adapter",supplier="csv",outcome="complete"} 1',
    );
    expect(adapter.logLines()).toContainEqual(
      expect.objectContaining({
        msg: 'feed served',
        supplier: 'csv',
        outcome: 'complete',
        records: 2,
        requestId: expect.any(String),
      }),
    );
  });

  test.each<
    [
      string,
      number,
      string,
      (url: string) => ReturnType<typeof csvMapping>,
      Parameters<typeof startSource>[0],
    ]
  >([
    [
      'answers 404',
      502,
      'answers 404',
      (url) => csvMapping(trailered, url),
      (_q, response) => response.writeHead(404).end(),
    ],
    [
      'redirects',
      502,
      'answers 302',
      (url) => csvMapping(trailered, url),
      (_q, response) => response.writeHead(302, { location: '/' }).end(),
    ],
    [
      'sends a web page',
      502,
      '<html>',
      (url) => xmlMapping('utf-8', url),
      (_q, response) => response.end('<html><p>Not found</p></html>'),
    ],
    [
      'sends a DOCTYPE',
      502,
      'DOCTYPE',
      (url) => xmlMapping('utf-8', url),
      (_q, response) => response.end('<!DOCTYPE list><list/>'),
    ],
    [
      'compresses',
      502,
      'gzip',
      (url) => csvMapping(trailered, url),
      (_q, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
    ],
    [
      'hangs up',
      503,
      'cannot be reached',
      (url) => csvMapping(trailered, url),
      (request) => request.socket.destroy(),
    ],
    ['never answers', 504, 'did not answer within 300 ms', (url) => csvMapping(trailered, url), () => {}],
    [
      'leaves the end open',
      502,
      'a cut would not be visible',
      (url) => csvMapping('', url),
      ({ socket }) => socket.end('HTTP/1.0 200 OK\r\n\r\nkey;name;description;price;currency;stock\r\n'),
    ],
    [
      'speaks no HTTP',
      502,
      'HTTP',
      (url) => csvMapping(trailered, url),
      ({ socket }) => socket.end('hello\r\n\r\n'),
    ],
  ])('whose supplier %s is answered %i', async (_, status, detail, mappingOf, listener) => {
    await using source = await startSource(listener);
    const mapping = mappingOf(source.url);
    // Only the one that never answers is not waited for: on a busy machine others may take a while.
    const sourceTimeoutMs = status === 504 ? 300 : patientMs;
    await using adapter = await startAdapter([mapping], { sourceTimeoutMs });
    const response = await fetch(`${adapter.url}/feeds/${mapping.supplier}`);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ status, detail: expect.stringContaining(detail) });
    expect(adapter.logLines()).toContainEqual(
      expect.objectContaining({ msg: 'feed served', outcome: 'failed' }),
    );
  });

  test('whose supplier is not there is answered 503, and readiness says so', async () => {
    const taken = createServer();
    await once(taken.listen(0, '127.0.0.1'), 'listening');
    const { port } = taken.address() as AddressInfo;
    taken.close();
    await once(taken, 'close');
    await using adapter = await startAdapter([csvMapping(trailered, `http://127.0.0.1:${port}/`)]);
    const response = await fetch(`${adapter.url}/feeds/csv`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await adapter.lifecycle.readiness()).toMatchObject({
      ready: false,
      checks: { suppliers: `no supplier can be reached: http://127.0.0.1:${port}` },
    });
  });

  test('one supplier that can be reached is enough to be ready', async () => {
    await using source = await startSource((_request, response) => response.end());
    await using adapter = await startAdapter([csvMapping(trailered, source.url), xmlMapping()]);
    expect(await adapter.lifecycle.readiness()).toMatchObject({ ready: true });
  });

  const enough = csvItem(item()).repeat(2000);
  test.each<[string, string, Parameters<typeof startSource>[0]]>([
    [
      'fewer bytes come than Content-Length says',
      'cut',
      (_request, response) => {
        response.writeHead(200, { 'content-length': '10000000' });
        response.write(csvHeader + enough, () => response.destroy());
      },
    ],
    [
      'chunks have no last one',
      'cut',
      (_request, response) => response.write(csvHeader + enough, () => response.destroy()),
    ],
    ['the trailer is missing', 'cut', (_request, response) => response.end(csvHeader + enough)],
    [
      'the trailer counts more',
      'cut',
      (_request, response) => response.end(`${csvHeader}${enough}#END;2001\r\n`),
    ],
    ['the supplier falls silent', 'timeout', (_request, response) => void response.write(csvHeader + enough)],
    [
      'it is longer than it may be',
      'refused',
      (_request, response) => response.end(csvHeader + enough.repeat(10)),
    ],
  ])(
    'that breaks because %s ends with an error, and with a broken connection',
    async (_, reason, listener) => {
      await using source = await startSource(listener);
      await using adapter = await startAdapter([csvMapping(trailered, source.url)], {
        sourceTimeoutMs: reason === 'timeout' ? 1_000 : patientMs,
        maxFeedBytes: 200_000,
      });
      const { status, lines, wellEnded } = await getFeed(adapter, 'csv');
      expect(status).toBe(200);
      expect(wellEnded).toBe(false);
      expect(lines.length).toBeGreaterThan(1);
      expect(lines.at(-1)).toMatchObject({ error: { reason } });
      expect(lines.some((line) => 'summary' in line)).toBe(false);
      await eventually('the metrics know', async () =>
        (await adapter.metrics()).includes(
          'adapter_feed_duration_seconds_count{app="adapter",supplier="csv",outcome="failed"} 1',
        ),
      );
    },
  );

  test('more at a time than allowed get a 503 with Retry-After', async () => {
    await using source = await startSource(
      (_request, response) => void response.write(csvHeader + csvItem(item())),
    );
    await using adapter = await startAdapter([csvMapping(trailered, source.url)], { maxConcurrentFeeds: 1 });
    const leave = new AbortController();
    const first = await fetch(`${adapter.url}/feeds/csv`, { signal: leave.signal });
    expect(first.status).toBe(200);
    const second = await fetch(`${adapter.url}/feeds/csv`);
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1']);
    leave.abort();
    // The place is free again.
    await eventually('a feed can be requested', async () => {
      const again = new AbortController();
      const { status } = await fetch(`${adapter.url}/feeds/csv`, { signal: again.signal });
      again.abort();
      return status === 200;
    });
  });
});

describe('a client', () => {
  const endless = csvItem(item({ description: 'x'.repeat(900) })).repeat(60);
  let sent = 0;
  let closed = false;
  afterEach(() => {
    sent = 0;
    closed = false;
  });
  /** Sends for as long as it is read. */
  const flood: Parameters<typeof startSource>[0] = (_request, response) => {
    response.once('close', () => (closed = true));
    response.write(csvHeader);
    const pour = () => {
      do {
        sent += endless.length;
        if (sent > 1e9) return;
      } while (response.write(endless));
      response.once('drain', pour);
    };
    pour();
  };

  test('that does not read stops the supplier from sending', async () => {
    await using source = await startSource(flood);
    await using adapter = await startAdapter([csvMapping(trailered, source.url)]);
    const leave = new AbortController();
    const { body } = await fetch(`${adapter.url}/feeds/csv`, { signal: leave.signal });
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    // What the buffers on the way hold, and not more.
    const stalled = await eventually(
      'the supplier is stopped',
      async () => {
        const before = sent;
        await new Promise((resolve) => setTimeout(resolve, 300));
        return sent === before && sent > 0 ? sent : undefined;
      },
      { withinMs: 60_000 },
    );
    expect(stalled).toBeLessThan(50_000_000);
    let read = 0;
    while (read < 5_000_000) read += (await reader.read()).value?.length ?? 0;
    await eventually('the supplier goes on', () => sent > stalled);
    leave.abort();
    await eventually('the supplier is hung up on', () => closed);
  });

  test('that leaves ends the request to the supplier', async () => {
    await using source = await startSource(flood);
    await using adapter = await startAdapter([csvMapping(trailered, source.url)]);
    const leave = new AbortController();
    await fetch(`${adapter.url}/feeds/csv`, { signal: leave.signal });
    leave.abort();
    await eventually('the supplier is hung up on', () => closed);
    await eventually('the end is logged', () => adapter.logLines().length > 0);
    expect(adapter.logLines()).toMatchObject([{ outcome: 'client-left' }]);
  });

  test('that never reads on loses its place', async () => {
    await using source = await startSource(flood);
    await using adapter = await startAdapter([csvMapping(trailered, source.url)], { clientTimeoutMs: 500 });
    // Held to the end: fetch hangs up for a response that nothing refers to any more.
    const response = await fetch(`${adapter.url}/feeds/csv`);
    await eventually('the end is logged', () => adapter.logLines().length > 0, { withinMs: 50_000 });
    expect(adapter.logLines()).toMatchObject([{ outcome: 'client-stalled' }]);
    await eventually('the supplier is hung up on', () => closed);
    expect(response.status).toBe(200);
  });
});

test('while draining, the client is sent to another connection', async () => {
  await using source = await startSource((_request, response) => response.end(xmlFeed([item()])));
  await using adapter = await startAdapter([xmlMapping('utf-8', source.url)]);
  adapter.lifecycle.drain();
  const { headers, lines } = await getFeed(adapter, 'xml');
  expect(headers.get('connection')).toBe('close');
  expect(lines.at(-1)).toMatchObject({ summary: { complete: true } });
});
