import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLogger } from '@shop/logging';
import request from 'supertest';
import { createRegistry, Lifecycle, startAdminServer, type AdminServer } from '../src/index.ts';

const logger = createLogger({ app: 'test', level: 'fatal' });

describe('the admin port', () => {
  let lifecycle: Lifecycle;
  let server: AdminServer;
  let url: string;

  beforeEach(async () => {
    lifecycle = new Lifecycle();
    const routes = { '/breakers': () => [{ upstream: 'user', state: 'closed' }] };
    const registry = createRegistry('test');
    const place = { host: '127.0.0.1', port: 0, startWaitMs: 300 };
    server = await startAdminServer({ ...place, lifecycle, registry, logger, routes });
    url = `http://127.0.0.1:${server.port}`;
  });
  afterEach(() => server.close());

  test('an app that starts is alive and not ready', async () => {
    await request(url).get('/livez').expect(200, { status: 'alive', phase: 'starting' });
    await request(url).get('/readyz').expect(503, { ready: false, phase: 'starting', checks: {} });
  });

  test('a probe that comes while the app starts gets its response once it is ready', async () => {
    let up = false;
    const checked = Promise.withResolvers<void>();
    lifecycle.addReadinessCheck('store', async () => {
      if (up) return;
      if (lifecycle.phase === 'serving') checked.resolve();
      throw new Error('no primary');
    });
    await server.close();
    const place = { host: '127.0.0.1', port: 0, startWaitMs: 20_000 };
    server = await startAdminServer({ ...place, lifecycle, registry: createRegistry('test'), logger });
    const asked = fetch(`http://127.0.0.1:${server.port}/readyz`);
    lifecycle.started();
    await checked.promise;
    up = true;
    const response = await asked;
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ready: true, phase: 'serving', checks: { store: 'ok' } });
  });

  test('an app that ends before it was ready keeps no probe waiting', async () => {
    await server.close();
    const place = { host: '127.0.0.1', port: 0, startWaitMs: 20_000 };
    server = await startAdminServer({ ...place, lifecycle, registry: createRegistry('test'), logger });
    const asked = fetch(`http://127.0.0.1:${server.port}/readyz`);
    lifecycle.drain();
    expect((await asked).status).toBe(503);
  });

  test('readiness follows the checks and names what is missing; liveness does not', async () => {
    let up = false;
    lifecycle.addReadinessCheck('store', () =>
      up ? Promise.resolve() : Promise.reject(new Error('no primary')),
    );
    lifecycle.started();
    const down = await request(url).get('/readyz').expect(503);
    expect(down.body).toEqual({ ready: false, phase: 'serving', checks: { store: 'no primary' } });
    await request(url).get('/livez').expect(200);
    up = true;
    await request(url).get('/readyz').expect(200);
  });

  test('a draining app is alive and not ready, with any result of the checks', async () => {
    lifecycle.started();
    await request(url).get('/readyz').expect(200);
    lifecycle.drain();
    await request(url).get('/readyz').expect(503);
    await request(url).get('/livez').expect(200);
  });

  test('metrics are in the text format of Prometheus, with the app as a label', async () => {
    const { text } = await request(url)
      .get('/metrics')
      .expect(200)
      .expect('content-type', /^text\/plain/);
    expect(text).toMatch(/^process_cpu_user_seconds_total\{app="test"\} \d/m);
  });

  test.each([
    ['http://shop.example/livez', 200],
    ['http://127.0.0.1:9001/livez?x=http://y/z', 200],
    ['HTTPS://[::1]:1/breakers', 200],
    ['http://shop.example', 404],
    ['http://shop.example?/livez', 404],
    ['*', 404],
    ['//livez', 404],
    ['/x?http://shop.example/livez', 404],
  ])('D3: the target %s is answered %i (RFC 9112, section 3.2)', async (path, status) => {
    const { hostname, port } = new URL(url);
    const [response] = (await once(get({ hostname, port, path }), 'response')) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(status);
  });

  test('further documents are served; unknown paths and methods are problems', async () => {
    await request(url)
      .get('/breakers?x')
      .expect(200, [{ upstream: 'user', state: 'closed' }]);
    await request(url)
      .get('/nothing')
      .expect(404)
      .expect('content-type', /problem\+json/);
    await request(url).post('/livez').send({}).expect(405).expect('allow', 'GET, HEAD');
  });
});
