import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { HttpProblem, sendProblem } from '@shop/http-errors';
import type { Lifecycle } from '@shop/lifecycle';
import { contextFromHeaders, runInContext, type Logger, type RequestContext } from '@shop/logging';
import type { Registry } from '@prometheus-io/client';
import type { AdapterConfig } from './config.ts';
import { createRoutes } from './http/routes.ts';
import { checkSources } from './http/source-check.ts';
import type { Mapping } from './mapping/schema.ts';
import { createMetrics } from './metrics.ts';

// Not imported: an `import` of node:http reads all of its exports, and one of them loads undici, 6 MiB for nothing.
const { createServer } = process.getBuiltinModule('node:http');

export interface AdapterOptions {
  readonly config: Pick<
    AdapterConfig,
    'sourceTimeoutMs' | 'clientTimeoutMs' | 'maxFeedBytes' | 'maxConcurrentFeeds'
  >;
  readonly mappings: ReadonlyMap<string, Mapping>;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly lifecycle: Lifecycle;
}

/** The whole adapter, not listening yet: the same in production and in tests. */
export function createAdapter(options: AdapterOptions): Server {
  const { config, mappings, logger, registry, lifecycle } = options;
  const handle = createRoutes({ config, mappings, logger, metrics: createMetrics(registry) });
  const urls = [...mappings.values()].map(({ feed }) => feed.url);
  lifecycle.addReadinessCheck('suppliers', () => checkSources(urls, 1000));

  async function respond(
    request: IncomingMessage,
    response: ServerResponse,
    context: RequestContext,
  ): Promise<void> {
    response.setHeader('x-request-id', context.requestId);
    // The client is sent to another connection before this server closes.
    if (lifecycle.phase === 'draining') response.setHeader('connection', 'close');
    try {
      const problem = await handle(request, response);
      if (problem) sendProblem(response, problem, context.requestId);
    } catch (error) {
      logger.error({ err: error }, 'a request failed unexpectedly');
      const problem = new HttpProblem('internal-error', 'The log has the reason.');
      if (response.headersSent) response.destroy();
      else sendProblem(response, problem, context.requestId);
    }
  }

  return createServer((request, response) => {
    request.resume();
    const context = contextFromHeaders(request.headers);
    runInContext(context, () => void respond(request, response, context));
  });
}
