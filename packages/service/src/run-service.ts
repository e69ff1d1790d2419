import {
  closeGracefully,
  createRegistry,
  Lifecycle,
  shutdownOnSignals,
  startAdminServer,
} from '@shop/lifecycle';
import type { Logger } from '@shop/logging';
import type { Registry } from '@prometheus-io/client';
import type { Service } from './create-service.ts';
import type { ServiceConfig } from './service-config.ts';

/** What a service is built on; made once in `main.ts`, and by each test. */
export interface Foundations {
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  readonly registry: Registry;
}

/**
 * Runs a service until a signal stops it: admin port first, so that probes get a response from the beginning, then
 * the service. It listens whether or not its database answers; readiness shows which.
 */
export async function runService(
  config: ServiceConfig,
  logger: Logger,
  create: (foundations: Foundations) => Promise<Service>,
): Promise<void> {
  const lifecycle = new Lifecycle();
  const registry = createRegistry(String(logger.bindings()['app']));
  const admin = await listening('ADMIN_PORT', config.adminPort, () =>
    startAdminServer({ host: config.adminHost, port: config.adminPort, lifecycle, registry, logger }),
  );
  const app = await create({ logger, lifecycle, registry });
  await listening('PORT', config.port, () => app.listen(config.port, config.host));
  shutdownOnSignals({
    lifecycle,
    logger,
    drainDelayMs: config.drainDelayMs,
    timeoutMs: config.shutdownTimeoutMs,
    close: async () => {
      await closeGracefully(app.getHttpServer(), () => app.close());
      await admin.close();
    },
  });
  lifecycle.started();
  logger.info({ host: config.host, port: config.port, adminPort: admin.port }, 'listening');

  /** A taken port is the operator's business: one line, not a stack. */
  async function listening<T>(variable: string, port: number, start: () => Promise<T>): Promise<T> {
    try {
      return await start();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
      const why = code === 'EADDRINUSE' ? 'is taken by another process' : 'may not be used';
      logger.fatal({ port }, `port ${port} ${why}: set ${variable} to another one`);
      process.exit(1);
    }
  }
}
