import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeShop extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly IncomingMessage[];
  /** The response for each product from now on. */
  answer: 'live' | 'fallback' | 'failed' | 'silent';
}

/** A shop of one product. */
export async function startFakeShop(): Promise<FakeShop> {
  const requests: IncomingMessage[] = [];
  const shop = { answer: 'live' as FakeShop['answer'] };
  const server = createServer((request, response) => {
    requests.push(request);
    if (shop.answer === 'silent') return;
    response.setHeader('content-type', 'application/json');
    if (request.url?.startsWith('/product?')) return response.end('{"items":[{"id":"1"},{"id":"2"}]}');
    response.statusCode = shop.answer === 'failed' ? 503 : 200;
    response.end(JSON.stringify({ id: '1', seller: { source: shop.answer, reason: 'unreachable' } }));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(shop, {
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  });
}
