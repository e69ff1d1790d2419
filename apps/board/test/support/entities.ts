import type { Breaker, Service, Target, Unit } from '../../src/scene/entities.ts';

export const target: Target = {
  kind: 'target',
  id: 'target',
  platform: 'laptop',
  name: 'this machine',
  state: 'live',
};

export const unit = (change: Partial<Unit> = {}): Unit => ({
  kind: 'unit',
  id: 'user',
  name: 'user',
  app: 'user',
  state: 'ready',
  restarts: 0,
  parts: [{ name: 'user', sidecar: false, state: 'ready', restarts: 0 }],
  ...change,
});

export const service = (change: Partial<Service> = {}): Service => ({
  kind: 'service',
  id: 'user',
  name: 'user',
  role: 'service',
  ready: 1,
  wanted: 1,
  ...change,
});

export const breaker = (change: Partial<Breaker> = {}): Breaker => ({
  kind: 'breaker',
  id: 'product-user',
  unit: 'product',
  from: 'product',
  to: 'user',
  state: 'closed',
  since: 0,
  counts: { fires: 0, failures: 0, rejects: 0, fallbacks: 0 },
  ...change,
});
