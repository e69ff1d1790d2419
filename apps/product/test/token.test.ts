import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUIDv7 } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import request from 'supertest';
import { startApp, type StartedApp } from '../../../tests/support/start-app.ts';
import { createApp } from '../src/app.ts';

const folder = mkdtempSync(join(tmpdir(), 'shop-token-'));
const tokenFile = join(folder, 'tokens');
let app: StartedApp;
beforeAll(async () => {
  app = await startApp(createApp, undefined, { TOKEN_FILE: tokenFile });
});
beforeEach(() => writeFileSync(tokenFile, 'first-token\n'));
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

const write = (authorization?: string) => {
  const content = {
    sku: randomUUIDv7(),
    name: 'Tea',
    price: { amount: 1, currency: 'EUR' },
    sellerId: randomUUIDv7(),
  };
  const post = request(app.server).post('/product');
  return (authorization === undefined ? post : post.set('authorization', authorization)).send(content);
};

test('reads are open', async () => {
  await request(app.server).get('/product').expect(200);
  await request(app.server).head('/product').expect(200);
  await request(app.server).options('/product').expect(204);
});

test('a write without a token is 401, with any body, and says how to get', async () => {
  const response = await write().expect(401);
  expect(response.headers['www-authenticate']).toBe('Bearer realm="shop"');
  expect(response.headers['content-type']).toMatch(/problem\+json/);
  await request(app.server).post('/product').set('content-type', 'text/plain').send('x').expect(401);
  const id = randomUUIDv7();
  await request(app.server).put(`/product/${id}`).send({}).expect(401);
  await request(app.server).patch(`/product/${id}`).send({}).expect(401);
  await request(app.server).delete(`/product/${id}`).expect(401);
});

test.each([
  'Bearer wrong',
  'Bearer first-toke',
  'Bearer first-token2',
  'Bearer ',
  'Basic first-token',
  'first-token',
  'Bearer a b',
])('%s is refused', async (authorization) => {
  const response = await write(authorization).expect(401);
  expect(JSON.stringify([response.body, app.logLines()])).not.toContain('first-tok');
});

test('the token lets write, in any case of its scheme', async () => {
  await write('Bearer first-token').expect(201);
  await write('bearer first-token').expect(201);
});

test('tokens are rotated without a restart: the new one beside the old, then alone', async () => {
  writeFileSync(tokenFile, 'second-token\nfirst-token\n');
  await write('Bearer first-token').expect(201);
  await write('Bearer second-token').expect(201);
  writeFileSync(tokenFile, 'second-token\n');
  await write('Bearer first-token')
    .expect(401)
    .expect('www-authenticate', /invalid_token/);
  await write('Bearer second-token').expect(201);
});

test('without the file, or with an empty one, no client may write', async () => {
  writeFileSync(tokenFile, '\n');
  await write('Bearer first-token').expect(401);
  rmSync(tokenFile);
  await write('Bearer first-token').expect(503).expect('retry-after', '5');
});

test('what is not there needs no token to be said so', async () => {
  await request(app.server).delete('/product').expect(405);
  await request(app.server).post('/nothing').expect(404);
});
