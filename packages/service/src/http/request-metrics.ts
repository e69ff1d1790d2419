import { Histogram, type Registry } from '@prometheus-io/client';

export interface RequestObservation {
  readonly method: string;
  /** The route's template, never the URL: `/user/:id`. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** `http_request_duration_seconds{method,route,status}`; its count is the number of requests. */
export class RequestMetrics {
  readonly #histogram: Histogram<'method' | 'route' | 'status'>;

  constructor(registry: Registry) {
    this.#histogram = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the request to the end of its response, in seconds',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    });
  }

  observe({ method, route, status, seconds }: RequestObservation): void {
    this.#histogram.observe({ method, route, status: String(status) }, seconds);
  }
}
