import { closeGracefully, type AppProcess } from '@shop/lifecycle';
import type { Service } from './create-service.ts';
import type { ServiceConfig } from './service-config.ts';

/**
 * Runs a service until a signal stops it. It listens even if its database does not respond; readiness shows which.
 * @param app its admin port is open.
 */
export async function serve(service: Service, config: ServiceConfig, app: AppProcess): Promise<void> {
  const { host, port } = config;
  await app.listen('PORT', port, () => service.listen(port, host));
  app.endOnSignals(config, () => closeGracefully(service.getHttpServer(), () => service.close()));
  app.started('listening', { host, port });
}
