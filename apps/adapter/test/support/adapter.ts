import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createRegistry, Lifecycle } from '@shop/lifecycle';
import { createLogger } from '@shop/logging';
import { createAdapter, type AdapterOptions } from '../../src/app.ts';
import type { FeedLine } from '../../src/mapping/lines.ts';
import type { Mapping } from '../../src/mapping/schema.ts';

export interface StartedAdapter extends AsyncDisposable {
  readonly url: string;
  readonly lifecycle: Lifecycle;
  metrics(): Promise<string>;
  logLines(): Record<string, unknown>[];
}

/** The adapter as `main.ts` makes it, on a free port. */
export async function startAdapter(
  mappings: readonly Mapping[],
  config: Partial<AdapterOptions['config']> = {},
): Promise<StartedAdapter> {
  const written: string[] = [];
  const logger = createLogger({
    app: 'adapter',
    level: 'info',
    destination: { write: (line) => void written.push(line) },
  });
  const registry = createRegistry('adapter');
  const lifecycle = new Lifecycle();
  const server = createAdapter({
    config: {
      sourceTimeoutMs: 5000,
      clientTimeoutMs: 60_000,
      maxFeedBytes: 1e9,
      maxConcurrentFeeds: 4,
      ...config,
    },
    mappings: new Map(mappings.map((mapping) => [mapping.supplier, mapping])),
    logger,
    registry,
    lifecycle,
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  lifecycle.started();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lifecycle,
    metrics: () => registry.metrics(),
    logLines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface FeedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly lines: readonly FeedLine[];
  /** Whether the connection ended as HTTP says that it should. */
  readonly wellEnded: boolean;
}

export async function getFeed(adapter: { readonly url: string }, supplier: string): Promise<FeedAnswer> {
  const response = await fetch(`${adapter.url}/feeds/${supplier}`);
  let text = '';
  let wellEnded = true;
  try {
    const decoder = new TextDecoder();
    for await (const part of response.body as ReadableStream<Uint8Array>)
      text += decoder.decode(part, { stream: true });
  } catch {
    wellEnded = false;
  }
  const lines = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as FeedLine);
  return { status: response.status, headers: response.headers, lines, wellEnded };
}
