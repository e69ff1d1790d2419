import { collectDefaultMetrics, Registry } from '@prometheus-io/client';

/** Each app's own registry, with Node's default metrics and the app's name as a label. */
export function createRegistry(app: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ app });
  // With the default of 10 ms the histogram's timer alone costs 3 thousandths of a core; with 100 ms, 0.3.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  return registry;
}
