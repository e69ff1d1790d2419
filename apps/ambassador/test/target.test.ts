import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { contextFromHeaders } from '@shop/logging';
import * as fc from 'fast-check';
import { Exchange } from '../src/exchange.ts';
import { findRoute, readTarget } from '../src/passes.ts';
import { toRoutes } from '../src/routes.ts';
import { startAmbassador, startUpstream } from './support/ambassador.ts';
import { sendRequest } from './support/send-request.ts';
import { RawUpstream, Wire } from './support/wire.ts';

async function withTwo<T>(work: (url: string, port: number) => Promise<T>): Promise<T> {
  await using user = await startUpstream((request, response) => {
    response.end(`user ${String(request.headers['x-forwarded-host'])} ${request.url}`);
  });
  await using product = await startUpstream((request, response) => response.end(`product ${request.url}`));
  await using ambassador = await startAmbassador([
    { prefix: '/user', upstream: user.url },
    { prefix: '/product', upstream: product.url },
  ]);
  return await work(ambassador.url, ambassador.port);
}

function exchangeFor(url: string): Exchange {
  const request = Object.assign(new IncomingMessage(new Socket()), { url });
  const response = new ServerResponse(request);
  return new Exchange({
    request,
    response,
    context: contextFromHeaders({}),
    upgrade: false,
    expectsContinue: false,
  });
}

describe('the request target', () => {
  test('the prefix is a run of whole segments', () =>
    withTwo(async (url) => {
      expect((await sendRequest(url, '/user')).body).toContain(' /user');
      expect((await sendRequest(url, '/user/')).body).toContain(' /user/');
      expect((await sendRequest(url, '/user?next=/product')).body).toMatch(
        /^user .* \/user\?next=\/product$/,
      );
      expect((await sendRequest(url, '/product/1')).body).toBe('product /product/1');
      for (const path of ['/', '/users', '/userx/1', '//user', '/x/user', '/User', '/use', '/?/user'])
        expect([path, (await sendRequest(url, path)).status]).toEqual([path, 404]);
    }));

  test('no match is a problem document with the request’s id', () =>
    withTwo(async (url) => {
      const { status, headers, body } = await sendRequest(url, '/nothing?secret', {
        headers: { 'x-request-id': 'r-1' },
      });
      expect([status, headers['content-type'], headers['x-request-id']]).toEqual([
        404,
        'application/problem+json',
        'r-1',
      ]);
      expect(JSON.parse(body)).toMatchObject({
        type: 'urn:shop:problem:not-found',
        status: 404,
        instance: 'urn:shop:request:r-1',
      });
    }));

  test('an absolute-form target counts with its own host (RFC 9112, section 3.2.2)', () =>
    withTwo(async (url) => {
      const headers = { host: 'ignored' };
      expect((await sendRequest(url, 'http://shop:81/user/1?a', { headers })).body).toBe(
        'user shop:81 /user/1?a',
      );
      expect((await sendRequest(url, 'HTTP://shop/product', { headers })).body).toBe('product /product');
      expect((await sendRequest(url, 'http://shop', { headers })).status).toBe(404);
      for (const target of [
        'http://',
        'http:///user',
        'http://a:b@shop/user',
        'https://shop/user',
        'ftp://shop/user',
      ])
        expect([target, (await sendRequest(url, target, { headers })).status]).toEqual([target, 400]);
    }));

  test.each([
    '/user/../product',
    '/user/..',
    '/user/./1',
    '/user/%2e%2e/product',
    '/user/%2E./product',
    '/user/.%2e',
    '/user/..%2fproduct',
    '/user%2f..%2fproduct',
    '/user/..%5cproduct',
    '/user\\..\\product',
    '/user/..;/product',
    '/user/1%00.json',
    '/user/%5c',
    '/user#/product',
    'http://shop/user/../product',
  ])('%s is refused', (target) =>
    withTwo(async (_url, port) => {
      await using client = await Wire.connect(port, `GET ${target} HTTP/1.1\r\nHost: shop\r\n\r\n`);
      expect(await client.until('\r\n\r\n{')).toMatch(/^HTTP\/1.1 400 /);
    }),
  );

  test.each([
    '/user/.well-known/x',
    '/user/a..b',
    '/user/...',
    '/user/%252e%252e',
    '/user/a%2Fb',
    '/user?a=/../b',
  ])('%s is a path like any other and is passed on as it is', (target) =>
    withTwo(async (url) => {
      expect((await sendRequest(url, target)).body).toBe(`user ${new URL(url).host} ${target}`);
    }),
  );

  test('every path that is let through resolves to one below its prefix', () => {
    const piece = fc.constantFrom(
      '.',
      '..',
      '/',
      '\\',
      '%2e',
      '%2F',
      '%5C',
      ';',
      'a',
      'user',
      '%75',
      '?',
      'product',
    );
    const target = fc.array(piece, { maxLength: 8 }).map((pieces) => `/user${pieces.join('')}`);
    const route = {
      prefix: '/user',
      upstream: toRoutes([{ prefix: '/user', upstream: 'http://user' }])[0]!.upstream,
    };
    const escapes = (url: string): boolean => {
      const exchange = exchangeFor(url);
      if (readTarget(exchange) !== undefined || !findRoute([route], exchange.path)) return false;
      const lax = exchange.path
        .replaceAll(/;[^/]*/g, '')
        .replaceAll(/%2f|%5c/gi, '/')
        .replaceAll(/%2e/gi, '.');
      return !/^\/user(\/|$)/.test(new URL(lax, 'http://x').pathname);
    };
    expect(() =>
      fc.assert(
        fc.property(target, (url) => !escapes(url)),
        { seed: 1, numRuns: 5000 },
      ),
    ).not.toThrow();
  });

  test('OPTIONS * goes to the ambassador itself, and to no upstream', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador(upstream.url);
    const { status, headers } = await sendRequest(ambassador.url, '*', { method: 'OPTIONS' });
    expect([status, headers['allow']]).toEqual([204, expect.stringContaining('GET')]);
    expect((await sendRequest(ambassador.url, '*')).status).toBe(400);
    expect(upstream.wires).toHaveLength(0);
  });

  test('OPTIONS of a path passes, until its hops are used up', async () => {
    await using upstream = await startUpstream((request, response) => {
      response.setHeader('allow', 'GET');
      response.end(request.headers['max-forwards']);
    });
    await using ambassador = await startAmbassador(upstream.url);
    const hops = (count: string) =>
      sendRequest(ambassador.url, '/', { method: 'OPTIONS', headers: { 'max-forwards': count } });
    expect(await hops('2')).toMatchObject({ status: 200, body: '1', headers: { allow: 'GET' } });
    expect(await hops('0')).toMatchObject({ status: 204 });
  });

  test('TRACE and CONNECT are refused', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador(upstream.url);
    expect(await sendRequest(ambassador.url, '/', { method: 'TRACE' })).toMatchObject({
      status: 405,
      headers: { allow: expect.stringContaining('GET') },
    });
    await using client = await Wire.connect(
      ambassador.port,
      'CONNECT bank:443 HTTP/1.1\r\nHost: bank:443\r\n\r\n',
    );
    const raw = await client.closed();
    expect(raw).toMatch(/^HTTP\/1.1 405 [\s\S]*connection: close[\s\S]*problem:method-not-allowed/i);
    expect(upstream.wires).toHaveLength(0);
  });
});
