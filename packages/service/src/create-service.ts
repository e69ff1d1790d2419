import 'reflect-metadata';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Lifecycle } from '@shop/lifecycle';
import type { Logger } from '@shop/logging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Registry } from '@prometheus-io/client';
import { installFaultSwitch } from './faults/fault-switch.ts';
import { registerBodyParsers } from './http/body-parsers.ts';
import { ClientErrors } from './http/client-errors.ts';
import { collectRoutes } from './http/method-not-allowed.ts';
import { ProblemFilter } from './http/problem-filter.ts';
import { RepresentationInterceptor } from './http/representation-interceptor.ts';
import { identify, registerRequestHooks } from './http/request-hooks.ts';
import { RequestMetrics } from './http/request-metrics.ts';
import { requireTokenForWrites } from './http/write-token.ts';
import { ValidationPipe } from './http/validation-pipe.ts';
import { NestLogger } from './nest-logger.ts';
import { registerDocumentation } from './openapi/documentation.ts';

export type Service = NestFastifyApplication;

export interface ServiceOptions {
  /** The service's root module. */
  readonly module: DynamicModule;
  /** Its path prefix, inside and outside alike: `/user`. */
  readonly basePath: string;
  /** The file of the tokens that allow writes, if they need one. */
  readonly tokenFile: string | undefined;
  /** The file that says which fault requests are to suffer, if any may. */
  readonly faultFile?: string | undefined;
  /** Its OpenAPI document, for writes that need a token or none. */
  readonly documentFor: (needsToken: boolean) => object;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  readonly registry: Registry;
}

/** Longer than the Ingress keeps an idle connection (90 s), so that it is never us who hangs up on a request. */
const keepAliveTimeout = 95_000;

/** A service ready to listen: the same in production and in tests. */
export async function createService(options: ServiceOptions): Promise<Service> {
  const { logger, lifecycle } = options;
  const filter = new ProblemFilter(logger);
  const clientErrors = new ClientErrors();
  const adapter = new FastifyAdapter({
    bodyLimit: 64 * 1024,
    routerOptions: { maxParamLength: 200 },
    keepAliveTimeout,
    requestTimeout: 30_000,
    // Requests that still come while the process drains are served, not refused.
    return503OnClosing: false,
    skipMiddie: true,
    clientErrorHandler: clientErrors.refuse,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      identify(request, reply);
      filter.send(error, request, reply);
    },
  });
  const fastify = adapter.getInstance();
  clientErrors.watch(fastify.server);
  const completeRoutes = collectRoutes(fastify);
  registerRequestHooks(fastify, logger, new RequestMetrics(options.registry));
  requireTokenForWrites(fastify, options.tokenFile, logger);
  installFaultSwitch(fastify, options.faultFile, logger);
  fastify.addHook('onSend', async (request, reply) => {
    // Fastify closes after a body it refuses. The rest of that body would meet a closed socket, and the reset could
    // overtake the response (RFC 9112, section 9.6); kept open, Node reads and drops it until requestTimeout.
    if (!request.raw.complete) reply.removeHeader('connection');
    // The client is sent to another connection, so that none is idle and about to be used when this server closes.
    else if (lifecycle.phase === 'draining') reply.header('connection', 'close');
  });

  const app = await NestFactory.create<NestFastifyApplication>(options.module, adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  registerBodyParsers(fastify);
  app.useGlobalPipes(new ValidationPipe());
  app.useGlobalInterceptors(new RepresentationInterceptor());
  app.useGlobalFilters(filter);
  registerDocumentation(fastify, options.basePath, options.documentFor(options.tokenFile !== undefined));
  await app.init();
  completeRoutes();
  await fastify.ready();
  return app;
}
