import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';
import { loadPod, type LoadCounts } from '../src/load-pod.ts';

test('the pod’s program sends requests and counts what became of them', async () => {
  const urls = new Set<string | undefined>();
  let requests = 0;
  const server = createServer((request, response) => {
    urls.add(request.url);
    requests += 1;
    response.writeHead(requests === 3 ? 503 : 200).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { spec } = loadPod('visitor', `http://127.0.0.1:${port}/product?limit=1`, 100, 8);
  const [, ...args] = spec.containers[0]?.command ?? [];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const complaints = child.stderr.setEncoding('utf8').toArray();
  let counts: LoadCounts = { answered: 0, failed: 0 };
  for await (const line of createInterface({ input: child.stdout })) {
    counts = JSON.parse(line) as LoadCounts;
    if (counts.answered >= 20) child.kill('SIGTERM');
  }
  server.close();
  expect(counts).toMatchObject({ failed: 1, firstFailure: expect.stringMatching(/ status 503$/) });
  expect([...urls]).toEqual(['/product?limit=1']);
  expect(await complaints).toEqual([]);
});
