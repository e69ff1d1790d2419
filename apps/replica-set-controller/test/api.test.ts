import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { KubernetesApi } from '../src/kubernetes/api.ts';

describe('the connection to the API server', () => {
  let connections = 0;
  let status = 200;
  const directory = mkdtempSync(join(tmpdir(), 'service-account-'));
  const server = createServer((request, response) => {
    if (request.url === '/cut') request.socket.destroy();
    else response.writeHead(status).end('{}');
  });
  server.on('connection', () => (connections += 1));
  let api: KubernetesApi;

  beforeEach(async () => {
    connections = 0;
    status = 200;
    writeFileSync(join(directory, 'token'), 'a token');
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    api = new KubernetesApi(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, directory);
  });
  afterEach(async () => {
    api.close();
    await server[Symbol.asyncDispose]();
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  test('is kept from call to call, also when the server refuses one', async () => {
    await api.get('/one');
    status = 403;
    await expect(api.get('/two')).rejects.toThrow('GET /two: the API server answered 403');
    status = 200;
    await api.put('/three', {});
    expect(connections).toBe(1);
  });

  test('is made again after one that broke', async () => {
    await api.get('/one');
    await expect(api.get('/cut')).rejects.toThrow('socket hang up');
    await api.get('/three');
    expect(connections).toBe(2);
  });

  test('is made again when the server has closed it while it was idle', async () => {
    await api.get('/one');
    server.closeAllConnections();
    // Whether the client knows of it already is a matter of chance.
    await api.get('/two').catch(() => undefined);
    await api.get('/three');
    expect(connections).toBe(2);
  });
});
