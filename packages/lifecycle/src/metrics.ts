import { collectDefaultMetrics, Registry } from '@prometheus-io/client';

/** A registry of its own for each app, with Node's default metrics and the app's name as a label. */
export function createRegistry(app: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ app });
  collectDefaultMetrics({ register: registry });
  return registry;
}
