import { Counter, Gauge, Histogram, type Registry } from '@prometheus-io/client';
import type { Exchange, FailureReason, Outcome } from './exchange.ts';
import type { BreakerState } from './upstream/breaker-rules.ts';
import type { UpstreamMetrics } from './upstream/upstream.ts';

const states: readonly BreakerState[] = ['closed', 'open', 'half-open'];
/** Clients choose methods freely, but a metric's label must have few values. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

interface RequestLabels {
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly outcome: Outcome;
}

export interface Metrics extends UpstreamMetrics {
  /** An exchange is over. `status` is what the client was sent, 0 if nothing. */
  exchangeEnded(exchange: Exchange, status: number): void;
  fallbackServed(route: string, reason: FailureReason): void;
}

/** @param inFlight exchanges with an upstream that are in progress; read when metrics are collected. */
export function createMetrics(
  registry: Registry,
  inFlight: () => Iterable<readonly [string, number]>,
): Metrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'ambassador_requests_total',
    help: 'Exchanges with clients, by how they ended',
    labelNames: ['route', 'method', 'status', 'outcome'],
    registers,
    collect() {
      for (const tally of tallies.values()) {
        requests.inc(tally.labels, tally.count);
        tally.count = 0;
      }
    },
  });
  /**
   * Counted here until the next collection, because @prometheus-io/client sorts and hashes the labels on every call.
   */
  const tallies = new Map<string, { readonly labels: RequestLabels; count: number }>();
  const duration = new Histogram({
    name: 'ambassador_request_duration_seconds',
    help: 'From the request’s header section to the end of the response',
    labelNames: ['route', 'outcome'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const fallbacks = new Counter({
    name: 'ambassador_fallbacks_total',
    help: 'Fallbacks sent, by why the upstream gave no response',
    labelNames: ['route', 'reason'],
    registers,
  });
  const retries = new Counter({
    name: 'ambassador_retries_total',
    help: 'Second attempts after a connection error',
    labelNames: ['upstream'],
    registers,
  });
  const state = new Gauge({
    name: 'ambassador_breaker_state',
    help: '1 for the state that the breaker is in',
    labelNames: ['upstream', 'state'],
    registers,
  });
  const transitions = new Counter({
    name: 'ambassador_breaker_transitions_total',
    help: 'Changes of a breaker’s state, by the state it came to',
    labelNames: ['upstream', 'to'],
    registers,
  });
  const gauge = new Gauge({
    name: 'ambassador_in_flight',
    help: 'Exchanges and upgraded connections in progress',
    labelNames: ['upstream'],
    registers,
    collect() {
      for (const [upstream, count] of inFlight()) gauge.set({ upstream }, count);
    },
  });

  return {
    exchangeEnded({ request, route, outcome, startedAt }, status) {
      const method = methods.has(request.method ?? '') ? (request.method as string) : 'other';
      const name = route?.prefix ?? 'none';
      const key = `${name} ${method} ${status} ${outcome}`;
      const tally = tallies.get(key);
      if (tally) tally.count += 1;
      else tallies.set(key, { labels: { route: name, method, status, outcome }, count: 1 });
      duration.observe({ route: name, outcome }, (performance.now() - startedAt) / 1000);
    },
    fallbackServed: (route, reason) => fallbacks.inc({ route, reason }),
    retried: (upstream) => retries.inc({ upstream }),
    breakerChanged(upstream, current, transition) {
      for (const each of states) state.set({ upstream, state: each }, each === current ? 1 : 0);
      if (transition) transitions.inc({ upstream, to: current });
    },
  };
}
