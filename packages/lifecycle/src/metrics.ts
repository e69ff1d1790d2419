import { collectDefaultMetrics, Registry } from '@prometheus-io/client';

/** Each app's own registry, with Node's default metrics and the app's name as a label. */
export function createRegistry(app: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ app });
  collectDefaultMetrics({ register: registry });
  return registry;
}
