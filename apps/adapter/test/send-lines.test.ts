import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import type { FeedLine } from '../src/mapping/lines.ts';
import { sendLines } from '../src/http/send-lines.ts';

const line = (characters: number): FeedLine => ({
  error: { reason: 'malformed', detail: '차'.repeat(characters) },
});

test('text beyond ASCII arrives whole with pieces of every size', async () => {
  const sizes = Array.from({ length: 2000 }, (_, index) => 400 + ((index * 7919) % 20_000));
  const server = createServer((_request, response) => {
    void (async () => {
      for (const size of sizes) await sendLines(response, [line(size)], new AbortController().signal);
      response.end();
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const lines = (await response.text()).trimEnd().split('\n');
    expect(
      lines.map((text) => (JSON.parse(text) as { error: { detail: string } }).error.detail.length),
    ).toEqual(sizes);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}, 20_000);
