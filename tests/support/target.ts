export type ServiceName = 'user' | 'product';

/** What a test may do to a shop in addition to sending requests. */
export type Capability = 'scale' | 'kill' | 'breakers' | 'logs';

/** A circuit breaker of a service's ambassador. */
export interface BreakerState {
  /** The pod or program it is in. */
  readonly instance: string;
  /** Where its requests go, for example http://user:3000. */
  readonly upstream: string;
  readonly state: 'open' | 'half-open' | 'closed';
}

/** A running shop: the same tests run against each kind. */
export interface Target {
  readonly name: 'laptop' | 'kind' | 'url';
  /** Where its clients send requests, without a trailing slash. */
  readonly url: string;
  /** The token for writes, if the shop requires one. */
  readonly token?: string;
  readonly capabilities: ReadonlySet<Capability>;
  /** How many instances a service should have. */
  replicas(service: ServiceName): Promise<number>;
  /** Resolves when it is done: instances are ready, or gone. */
  scale(service: ServiceName, replicas: number): Promise<void>;
  /** Ends all instances of a service as a crash would. Does not wait for what happens next. */
  kill(service: ServiceName): Promise<void>;
  /** The breakers of the ambassador beside each instance of the service. */
  breakers(service: ServiceName): Promise<readonly BreakerState[]>;
  /** The latest log records, NDJSON, of a service and of the ambassador beside it. */
  logs(service: ServiceName): Promise<readonly string[]>;
  /** Resolves when both services respond through the front door. */
  waitReady(): Promise<void>;
  /** What a developer needs to see after a failure. */
  diagnostics(): Promise<string>;
}

/** Reads the body of an ambassador's /breakers. */
export function readBreakers(instance: string, body: unknown): BreakerState[] {
  return (body as Omit<BreakerState, 'instance'>[]).map(({ upstream, state }) => ({
    instance,
    upstream,
    state,
  }));
}
