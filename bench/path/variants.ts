import { AsyncLocalStorage } from 'node:async_hooks';
import crypto from 'node:crypto';
import { writeSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { APP_INTERCEPTOR } from '@nestjs/core';
import type { DynamicModule, Provider } from '@nestjs/common';
import { createLogger, type Logger } from '@shop/logging';
import { NeighbourClient, type Service } from '@shop/service';
import type { Registry } from '@prometheus-io/client';

/** product with one thing taken out or done in another way, by what the bench can reach from outside. */
export interface Variant {
  readonly logger?: () => Logger;
  readonly providers?: readonly Provider[];
  /** Before the service is made. */
  readonly before?: () => void;
  /** Once it is made. */
  readonly after?: (service: Service, registry: Registry) => void;
}

const app = 'product';

const withoutLines: Variant = { logger: () => createLogger({ app, level: 'warn' }) };
const withoutMetric: Variant = {
  after: (_service, registry) => {
    const metric = registry.getSingleMetric('http_request_duration_seconds');
    if (metric === undefined) throw new Error('there is no such metric');
    Object.assign(metric, { observe: () => undefined });
  },
};
const run = <R, A extends unknown[]>(_store: unknown, work: (...args: A) => R, ...args: A): R =>
  work(...args);
const withoutContext: Variant = {
  before: () => {
    Object.assign(AsyncLocalStorage.prototype, { run });
  },
};
const withoutDigest: Variant = {
  before: () => {
    crypto.hash = (() => 'AAAAAAAAAAAAAAAA') as unknown as typeof crypto.hash;
    syncBuiltinESMExports();
  },
};

/** By the name of its row. */
export const variants: Readonly<Record<string, Variant>> = {
  'a write for each log line': {
    logger: () =>
      createLogger({ app, level: 'info', destination: { write: (line) => void writeSync(1, line) } }),
  },
  'an interceptor that does nothing': {
    providers: [
      {
        provide: APP_INTERCEPTOR,
        useValue: { intercept: (_context: unknown, next: { handle(): unknown }) => next.handle() },
      },
    ],
  },
  'no log lines': withoutLines,
  'no metric': withoutMetric,
  'no request context': withoutContext,
  'no digest in the entity tag': withoutDigest,
  'none of these four': {
    ...withoutLines,
    ...withoutMetric,
    before: () => {
      withoutContext.before?.();
      withoutDigest.before?.();
    },
  },
  'no seller': {
    after: (service) => {
      const client = service.get(NeighbourClient, { strict: false });
      client.get = (async () => ({
        source: 'live',
        status: 200,
        body: { name: 'Ann' },
      })) as typeof client.get;
    },
  },
};

/** The service's own module with the providers of a variant. */
export const composed = (own: DynamicModule, { providers = [] }: Variant): DynamicModule => ({
  module: class Composed {},
  imports: [own],
  providers: [...providers],
});
