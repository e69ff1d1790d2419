import { randomUUIDv7 } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { startApp, type StartedApp } from '../../../tests/support/start-app.ts';
import { createApp } from '../src/app.ts';

let neighbour: RequestListener = (_request, response) => void response.writeHead(500).end();
let app: StartedApp;
beforeAll(async () => {
  app = await startApp(createApp, (incoming, response) => neighbour(incoming, response));
});
afterAll(() => app.close());

const api = () => request(app.server);
const uniqueEmail = () => `${randomUUIDv7()}@example.com`;
const register = async (content: object = {}) =>
  (
    await api()
      .post('/user')
      .send({ name: 'Ann', email: uniqueEmail(), ...content })
      .expect(201)
  ).body as {
    id: string;
    name: string;
    email: string;
    version: number;
    createdAt: string;
    updatedAt: string;
  };
const mergePatch = (id: string, patch: object) =>
  api().patch(`/user/${id}`).set('content-type', 'application/merge-patch+json').send(JSON.stringify(patch));

describe('creating', () => {
  test('answers 201 with the entity, where it is, and its tag', async () => {
    const email = uniqueEmail();
    const response = await api().post('/user').send({ name: 'Ann', email }).expect(201);
    const { id, createdAt } = response.body as { id: string; createdAt: string };
    expect(response.body).toEqual({ id, name: 'Ann', email, version: 1, createdAt, updatedAt: createdAt });
    expect(response.headers['location']).toBe(`/user/${id}`);
    const read = await api()
      .get(`/user/${id}`)
      .expect(200, response.body as object);
    expect(read.headers['etag']).toBe(response.headers['etag']);
  });

  test('an e-mail address is taken in any case', async () => {
    const { email } = await register();
    const { body } = await api().post('/user').send({ name: 'B', email: email.toUpperCase() }).expect(409);
    expect(body).toMatchObject({ status: 409, errors: [{ pointer: '/email', detail: 'is already in use' }] });
  });
});

describe('PUT', () => {
  test('creates under the client’s id, replaces, and changes nothing when repeated', async () => {
    const id = randomUUIDv7();
    const content = { name: 'Zed', email: uniqueEmail() };
    await api().put(`/user/${id}`).send(content).expect(201).expect('location', `/user/${id}`);
    const repeated = await api().put(`/user/${id}`).send(content).expect(200);
    expect(repeated.body).toMatchObject({ version: 1 });
    const replaced = await api()
      .put(`/user/${id}`)
      .send({ ...content, name: 'Zoe' })
      .expect(200);
    expect(replaced.body).toMatchObject({
      version: 2,
      name: 'Zoe',
      createdAt: (repeated.body as { createdAt: string }).createdAt,
    });
  });

  test('eight at once under one new id all succeed and leave one of the contents', async () => {
    const id = randomUUIDv7();
    const email = uniqueEmail();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        api()
          .put(`/user/${id}`)
          .send({ name: `N${n}`, email }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(7);
    const { body } = await api().get(`/user/${id}`).expect(200);
    expect(body).toMatchObject({ version: 8, name: expect.stringMatching(/^N\d$/) });
  });

  test('If-None-Match: * only creates', async () => {
    const { id, email } = await register();
    await api().put(`/user/${id}`).set('if-none-match', '*').send({ name: 'B', email }).expect(412);
    await api()
      .put(`/user/${randomUUIDv7()}`)
      .set('if-none-match', '*')
      .send({ name: 'B', email: uniqueEmail() })
      .expect(201);
  });
});

describe('conditional requests', () => {
  test('of two editors the second learns that the first was there', async () => {
    const { id } = await register();
    const { etag } = (await api().get(`/user/${id}`)).headers as { etag: string };
    await mergePatch(id, { name: 'First' }).set('if-match', etag).expect(200);
    await mergePatch(id, { name: 'Second' }).set('if-match', etag).expect(412);
    await api().delete(`/user/${id}`).set('if-match', etag).expect(412);
    expect((await api().get(`/user/${id}`)).body).toMatchObject({ name: 'First', version: 2 });
  });

  test('an entity deleted and created again is not the old one', async () => {
    const { id, email } = await register();
    const { etag } = (await api().get(`/user/${id}`)).headers as { etag: string };
    await api().delete(`/user/${id}`).expect(204);
    await api().put(`/user/${id}`).set('if-match', etag).send({ name: 'B', email }).expect(412);
    await api().put(`/user/${id}`).send({ name: 'B', email }).expect(201);
    await mergePatch(id, { name: 'C' }).set('if-match', etag).expect(412);
  });

  test('a client that has the representation gets 304 without a body', async () => {
    const { id } = await register();
    const { etag } = (await api().get(`/user/${id}`)).headers as { etag: string };
    const response = await api().get(`/user/${id}`).set('if-none-match', `"other", W/${etag}`).expect(304);
    expect(response.text).toBe('');
    expect(response.headers['etag']).toBe(etag);
    const list = await api().get('/user?limit=1');
    await api()
      .get('/user?limit=1')
      .set('if-none-match', list.headers['etag'] as string)
      .expect(304);
  });

  test.each(['abc', '"a', '', '"a" b'])('the tag %j is malformed', async (tag) => {
    const { id } = await register();
    await mergePatch(id, { name: 'X' }).set('if-match', tag).expect(400);
  });
});

describe('PATCH', () => {
  test('merges, judges the whole and keeps the rest', async () => {
    const { id, email } = await register();
    const changed = await mergePatch(id, { name: 'Bea' }).expect(200);
    expect(changed.body).toMatchObject({ name: 'Bea', email, version: 2 });
    const { body } = await mergePatch(id, { name: null, email: 'x', id: 'y' }).expect(422);
    expect((body as { errors: unknown[] }).errors).toEqual([
      { pointer: '/name', detail: 'is required' },
      { pointer: '/email', detail: 'must be an e-mail address, for example ann@example.com' },
      { pointer: '/id', detail: 'is a read-only field: leave it out' },
    ]);
    await mergePatch(randomUUIDv7(), {}).expect(404);
  });

  test('plain JSON is 415 and says what to send', async () => {
    const { id } = await register();
    const response = await api().patch(`/user/${id}`).send({ name: 'X' }).expect(415);
    expect(response.headers['accept-patch']).toBe('application/merge-patch+json');
  });
});

describe('the products of a user', () => {
  test('come from product, through the ambassador, with the request id and the trace', async () => {
    const { id } = await register();
    const asked: { url?: string | undefined; headers: Record<string, unknown> }[] = [];
    neighbour = (incoming, response) => {
      asked.push({ url: incoming.url, headers: incoming.headers });
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ items: [], next: 'bmV4dA' }));
    };
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const response = await api()
      .get(`/user/${id}/products?limit=5`)
      .set({ 'x-request-id': 'r-1', traceparent })
      .expect(200);
    expect(response.body).toEqual({ source: 'live', items: [], next: 'bmV4dA' });
    expect(response.headers['link']).toBe(`</user/${id}/products?limit=5&cursor=bmV4dA>; rel="next"`);
    expect(asked[0]?.url).toBe(`/product?sellerId=${id}&limit=5`);
    expect(asked[0]?.headers).toMatchObject({
      'x-request-id': 'r-1',
      traceparent: expect.stringMatching(
        /^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$/,
      ),
    });
  });

  test.each([
    [
      'an error',
      (_: unknown, response: { writeHead(n: number): { end(): void } }) => response.writeHead(500).end(),
      'neighbour-error',
    ],
    [
      'no JSON',
      (_: unknown, response: { end(s: string): void }) => response.end('<html>'),
      'ambassador-unreachable',
    ],
    [
      'another shape',
      (_: unknown, response: { end(s: string): void }) => response.end('{"rows":1}'),
      'unexpected-answer',
    ],
    ['nothing, ever', () => undefined, 'timeout'],
    [
      'a reset',
      (incoming: { socket: { destroy(): void } }) => incoming.socket.destroy(),
      'ambassador-unreachable',
    ],
  ] as const)(
    'a neighbour that sends %s results in a fallback, not an error',
    async (_what, behaviour, reason) => {
      const { id } = await register();
      neighbour = behaviour;
      const response = await api().get(`/user/${id}/products`).expect(200);
      expect(response.body).toEqual({ source: 'fallback', items: [], reason });
      expect(response.headers['cache-control']).toBe('no-store');
    },
  );

  test.each(['cursor=abc', 'limit=0x10', 'limit=%2010', 'limit=1e1', 'colour=red'])(
    'S9, S10: with ?%s they are not even requested',
    async (query) => {
      const { id } = await register();
      let requested = false;
      neighbour = (_incoming, response) => {
        requested = true;
        response.end('{"items":[]}');
      };
      await api().get(`/user/${id}/products?${query}`).expect(400);
      expect(requested).toBe(false);
    },
  );

  test('that product refuses are not said to be none', async () => {
    const { id } = await register();
    neighbour = (_incoming, response) => void response.writeHead(400).end('{}');
    const response = await api().get(`/user/${id}/products`).expect(200);
    expect(response.body).toEqual({ source: 'fallback', items: [], reason: 'unexpected-answer' });
  });

  test('a user that does not exist has none', () =>
    api().get(`/user/${randomUUIDv7()}/products`).expect(404));
});

describe('paging', () => {
  test('walks through all by Link while entities are inserted and deleted', async () => {
    const there = await Promise.all(Array.from({ length: 7 }, () => register()));
    const seen: string[] = [];
    let next: string | undefined = '/user?limit=3';
    while (next !== undefined) {
      const response: request.Response = await api().get(next).expect(200);
      const { items } = response.body as { items: { id: string }[] };
      seen.push(...items.map(({ id }) => id));
      await api().delete(`/user/${items[0]?.id}`).expect(204);
      if (seen.length < 10) await register();
      next = /<(.*)>; rel="next"/.exec(response.headers['link'] ?? '')?.[1];
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(there.map(({ id }) => id)));
    expect(seen).toEqual([...seen].sort());
  });
});

test('neither the log nor the metrics name a person', async () => {
  const { id, email } = await register();
  await api().post('/user').send({ name: 'Ann', email }).expect(409);
  await api().get(`/user/${id}?email=${email}`).expect(200);
  const lines = app.logLines();
  expect(JSON.stringify(lines)).not.toContain(email.split('@')[0]);
  expect(lines.at(-1)).toMatchObject({ method: 'GET', path: `/user/${id}`, route: '/user/:id', status: 200 });
  const metrics = await app.registry.metrics();
  expect(metrics).toMatch(
    /http_request_duration_seconds_count\{.*method="GET",route="\/user\/:id",status="200".*\} \d/,
  );
  expect(metrics).not.toContain(id);
});
