import {
  createService,
  NeighbourClient,
  type Foundations,
  type Service,
  type ServiceConfig,
} from '@shop/service';
import { openStore } from '@shop/store';
import { documentFor } from './openapi.ts';
import { ProductModule } from './product.module.ts';

/** The whole application, ready to listen: the same in production and in tests. */
export async function createApp(config: ServiceConfig, foundations: Foundations): Promise<Service> {
  const { logger, lifecycle } = foundations;
  const store = openStore(config.databaseUrl, { appName: 'product', log: logger });
  const neighbour = new NeighbourClient({
    url: config.neighbourUrl,
    timeoutMs: config.neighbourTimeoutMs,
    logger,
  });
  const module = ProductModule.with({ store, neighbour });
  lifecycle.addReadinessCheck('database', () => store.ready());
  const { tokenFile, faultFile } = config;
  return createService({ module, tokenFile, faultFile, basePath: '/product', documentFor, ...foundations });
}
