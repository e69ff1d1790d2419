import 'reflect-metadata';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AppDependencies } from '@shop/lifecycle';
import { openStore } from '@shop/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { installFaultSwitch } from './fault-switch.ts';
import { registerBodyParsers } from './http/body-parsers.ts';
import { refuseMalformed } from './http/client-errors.ts';
import { collectRoutes } from './http/method-not-allowed.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { RepresentationAdapter } from './http/representation.adapter.ts';
import { identify, registerRequestHooks } from './http/request.ts';
import { ValidationPipe } from './http/validation.pipe.ts';
import { guardWrites } from './http/write-token.guard.ts';
import { NeighbourClient } from './neighbour-client.ts';
import { NestLogger } from './nest-logger.ts';
import { registerDocumentation } from './openapi/documentation.ts';
import type { ServiceConfig } from './service-config.ts';
import { ServiceModule } from './service.module.ts';

export type Service = NestFastifyApplication;

export interface ServiceDefinition {
  /** The name in its paths, `/user`, and in its database's logs. */
  readonly name: string;
  /** Its own module; {@link ServiceModule} gives it the store and the client of the other service. */
  readonly module: Type | DynamicModule;
  /** Its OpenAPI document. */
  readonly openapi: object;
}

/**
 * Longer than the Ingress keeps an idle connection (90 s), so that the service never closes one on which a request may
 * come.
 */
const keepAliveTimeout = 95_000;

/** Routes are validated with zod. Fastify loads Ajv and fast-json-stringify, 5 MiB, unless it is given something else. */
const noJsonSchema = (): never => {
  throw new Error('a route has a JSON Schema (`schema`), which this service does not compile');
};

/** Builds a service, ready to listen: the same in production and in tests. It does not wait for its database. */
export async function createService(
  { name, module, openapi }: ServiceDefinition,
  config: ServiceConfig,
  { logger, lifecycle, registry }: AppDependencies,
): Promise<Service> {
  const filter = new ProblemFilter(logger);
  const adapter = new RepresentationAdapter({
    bodyLimit: 64 * 1024,
    routerOptions: { maxParamLength: 200 },
    keepAliveTimeout,
    requestTimeout: 30_000,
    // Requests that arrive while the process drains are handled, not refused.
    return503OnClosing: false,
    skipMiddie: true,
    schemaController: { compilersFactory: { buildValidator: noJsonSchema, buildSerializer: noJsonSchema } },
    clientErrorHandler: refuseMalformed,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      identify(request, reply);
      filter.send(error, request, reply);
    },
  });
  const fastify = adapter.getInstance();
  const completeRoutes = collectRoutes(fastify);
  registerRequestHooks(fastify, { logger, lifecycle, registry });
  guardWrites(fastify, config.tokenFile, logger);
  installFaultSwitch(fastify, config.faultFile, logger);

  const store = await openStore(config.databaseUrl, { appName: name, log: logger });
  lifecycle.addReadinessCheck('database', () => store.ready());
  const neighbour = new NeighbourClient({
    url: config.neighbourUrl,
    timeoutMs: config.neighbourTimeoutMs,
    logger,
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    ServiceModule.with(module, store, neighbour),
    adapter,
    { logger: new NestLogger(logger), bodyParser: false, abortOnError: false },
  );
  registerBodyParsers(fastify);
  app.useGlobalPipes(new ValidationPipe());
  app.useGlobalFilters(filter);
  registerDocumentation(fastify, `/${name}`, openapi);
  await app.init();
  completeRoutes();
  await fastify.ready();
  // It connects while the port is being opened, and not with the first probe.
  store.ready().catch(() => undefined);
  return app;
}
