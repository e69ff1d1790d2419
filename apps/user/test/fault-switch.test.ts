import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { startApp, type StartedApp } from '../../../tests/support/start-app.ts';
import { createApp } from '../src/app.ts';

const folder = mkdtempSync(join(tmpdir(), 'shop-fault-'));
const file = join(folder, 'fault.json');
let app: StartedApp;
beforeAll(async () => {
  app = await startApp(createApp, undefined, { FAULT_FILE: file });
});
afterEach(() => rmSync(file, { force: true }));
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

const suffer = (fault: object) => writeFileSync(file, JSON.stringify(fault));
const list = () => request(app.server).get('/user');

test('without a file, or with an unknown fault in it, requests are served normally', async () => {
  await list().expect(200);
  suffer({ kind: 'unknown' });
  await list().expect(200);
  writeFileSync(file, '{"kind":"err');
  await list().expect(200);
});

test('error: every response is a 500, until the file is removed', async () => {
  suffer({ kind: 'error' });
  const { body } = await list().expect(500);
  expect(body).toMatchObject({
    type: 'urn:shop:problem:internal-error',
    detail: 'This is an injected fault.',
  });
  rmSync(file);
  await list().expect(200);
});

test('latency: the response comes later', async () => {
  suffer({ kind: 'latency', ms: 300 });
  const start = performance.now();
  await list().expect(200);
  // The delay is the behaviour. A busy machine only makes it longer; a timer may fire a millisecond early.
  expect(performance.now() - start).toBeGreaterThanOrEqual(290);
});

test('timeout: no response comes, and the process can still end', async () => {
  suffer({ kind: 'timeout' });
  await expect(list().timeout(300)).rejects.toThrow(/Timeout/);
});

test('reset-peer: the connection breaks in the middle of the body', async () => {
  suffer({ kind: 'reset-peer' });
  const { port } = app.server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/user`);
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow(/terminated/);
});

test('readiness is left alone', async () => {
  suffer({ kind: 'error' });
  expect((await app.lifecycle.readiness()).ready).toBe(true);
});

test('without the setting there is no switch', async () => {
  suffer({ kind: 'error' });
  const plain = await startApp(createApp);
  try {
    await request(plain.server).get('/user').expect(200);
  } finally {
    await plain.close();
  }
});
