import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { BoardModule } from './board-module.ts';
import { bodyOf, ErrorFilter } from './error-filter.ts';
import { readPageFiles } from './page-files.ts';
import { refusalPage } from './refusal-page.ts';
import { Gate, responseHeaders } from './security.ts';
import { Visitors, type BoardParts } from './state.ts';

export interface BoardOptions extends BoardParts {
  /** 0: any free port. */
  readonly port: number;
  /** The token that the first request must have. */
  readonly token: string;
  /** Where the built page is. */
  readonly pageFolder?: string;
  /** See `Visitors`. */
  readonly farewellMs?: number;
}

export interface Board {
  readonly port: number;
  /** With the token: the address that a user opens. */
  readonly url: string;
  /** Undoes what is broken, and stops listening. */
  close(): Promise<void>;
}

/** The only address it listens on: only the user of this machine may use the board. */
const host = '127.0.0.1';
const builtPage = fileURLToPath(new URL('../page/', import.meta.url));

/** Starts the board's server. @throws when the port is taken or the page has not been built. */
export async function startBoard({
  port,
  token,
  pageFolder = builtPage,
  farewellMs,
  ...parts
}: BoardOptions): Promise<Board> {
  const files = readPageFiles(pageFolder.replace(/[/\\]$/, ''));
  const visitors = new Visitors(parts, farewellMs);
  const adapter = new FastifyAdapter({ bodyLimit: 4_096, skipMiddie: true, forceCloseConnections: true });
  const fastify = adapter.getInstance();
  let gate: Gate | undefined;

  fastify.addHook('onRequest', async (request, reply) => {
    reply.headers(responseHeaders);
    const { method, url } = request.raw;
    // For the supervisor; it returns no information.
    if (url === '/readyz' && method === 'GET') return;
    const decision = gate?.decide({ method: method ?? '', url: url ?? '', headers: request.headers });
    if (decision?.kind === 'allow') return;
    if (decision?.kind === 'enter')
      return reply.status(303).headers({ 'set-cookie': decision.cookie, location: '/' }).send();
    const { status, problem } = decision ?? { status: 503, problem: { code: 'starting' as const } };
    const wantsPage = (request.headers.accept ?? '').includes('text/html');
    return wantsPage
      ? reply.status(status).type('text/html; charset=utf-8').send(refusalPage(problem))
      : reply.status(status).send(bodyOf(problem));
  });
  fastify.get('/readyz', async () => 'ready');
  for (const [path, { type, body, gzip }] of files)
    fastify.get(path, async (request, reply) => {
      reply.type(type).header('vary', 'accept-encoding');
      // The names of these files change with their content.
      if (path.startsWith('/assets/')) reply.header('cache-control', 'private, max-age=31536000, immutable');
      const packed = (request.headers['accept-encoding'] ?? '').includes('gzip');
      return packed ? reply.header('content-encoding', 'gzip').send(gzip) : reply.send(body);
    });

  const app = await NestFactory.create<NestFastifyApplication>(BoardModule.for(parts, visitors), adapter, {
    logger: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new ErrorFilter());
  await app.listen(port, host);
  const address = app.getHttpServer().address() as { readonly port: number };
  gate = new Gate(token, address.port);
  return {
    port: address.port,
    url: `http://localhost:${address.port}/?token=${token}`,
    async close() {
      visitors.close();
      await parts.faults?.close();
      parts.traffic?.close();
      parts.scene.flush();
      await app.close();
    },
  };
}
