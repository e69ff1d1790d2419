import type { AppDependencies } from '@shop/lifecycle';
import { createService, type Service } from '@shop/service';
import type { ProductConfig } from './config.ts';
import { openapi } from './openapi.ts';
import { ProductModule } from './product.module.ts';

/** The whole application, ready to listen: the same in production and in tests. */
export function createApp(config: ProductConfig, dependencies: AppDependencies): Promise<Service> {
  const needsToken = config.tokenFile !== undefined;
  const definition = { name: 'product', module: ProductModule.with(config), openapi: openapi(needsToken) };
  return createService(definition, config, dependencies);
}
