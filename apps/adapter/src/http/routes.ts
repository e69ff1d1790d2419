import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpProblem } from '@shop/http-errors';
import { requestPath } from '@shop/lifecycle';
import type { Mapping } from '../mapping/schema.ts';
import { serveFeed, type ServeFeedOptions } from './serve-feed.ts';

export interface RoutesOptions extends ServeFeedOptions {
  readonly config: ServeFeedOptions['config'] & { readonly maxConcurrentFeeds: number };
  readonly mappings: ReadonlyMap<string, Mapping>;
}

/** Responds to a request, or returns the problem to respond with. */
export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<HttpProblem | undefined>;

/**
 * `GET /feeds` lists the suppliers, `GET /feeds/<supplier>` is the feed of one; HEAD is answered as GET is.
 * The list has each feed's seller: the import needs it, and only the mapping has it.
 */
export function createRoutes(options: RoutesOptions): Handler {
  const { mappings, config } = options;
  let active = 0;

  function list(response: ServerResponse): undefined {
    const feeds = [...mappings.values()].map(({ supplier, feed, seller }) => ({
      supplier,
      format: feed.format,
      encoding: feed.encoding,
      path: `/feeds/${supplier}`,
      seller,
    }));
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(`${JSON.stringify({ feeds })}\n`);
  }

  async function serve(
    mapping: Mapping,
    method: 'GET' | 'HEAD',
    response: ServerResponse,
  ): Promise<HttpProblem | undefined> {
    if (active >= config.maxConcurrentFeeds)
      return new HttpProblem(
        'service-unavailable',
        `${active} feeds are being read already; try again later.`,
        {
          headers: { 'retry-after': '1' },
        },
      );
    active += 1;
    try {
      return await serveFeed(mapping, method, response, options);
    } finally {
      active -= 1;
    }
  }

  return async ({ method, url }, response) => {
    const path = requestPath(url);
    const [, supplier] = /^\/feeds\/([a-z0-9-]+)$/.exec(path) ?? [];
    const mapping = supplier === undefined ? undefined : mappings.get(supplier);
    if (path !== '/feeds' && !mapping)
      return new HttpProblem('not-found', 'Nothing is found at this path. GET /feeds lists the feeds.');
    if (method !== 'GET' && method !== 'HEAD')
      return new HttpProblem('method-not-allowed', 'Method not allowed. Allowed: GET, HEAD.', {
        headers: { allow: 'GET, HEAD' },
      });
    return mapping ? serve(mapping, method, response) : list(response);
  };
}
