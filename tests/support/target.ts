import { kindTarget } from './targets/kind.ts';
import { laptopTarget } from './targets/laptop.ts';
import { urlTarget } from './targets/url.ts';

export type ServiceName = 'user' | 'product';

/** What a test may do to a shop beside sending requests. */
export type Capability = 'scale' | 'kill' | 'breakers' | 'logs';

/** A circuit breaker of a service's ambassador. */
export interface BreakerState {
  /** The pod or program it is in. */
  readonly instance: string;
  /** Where its calls go, for example http://user:3000. */
  readonly upstream: string;
  readonly state: 'open' | 'half-open' | 'closed';
}

/** A running shop: the same tests run against each kind. */
export interface Target {
  readonly name: 'laptop' | 'kind' | 'url';
  /** Where its clients send requests, without a trailing slash. */
  readonly url: string;
  /** What a write must present, where it must. */
  readonly token?: string;
  readonly capabilities: ReadonlySet<Capability>;
  /** How many instances a service should have. */
  replicas(service: ServiceName): Promise<number>;
  /** Resolves when it is so: instances are ready, or gone. */
  scale(service: ServiceName, replicas: number): Promise<void>;
  /** Ends all instances of a service as a crash would. It does not wait for what happens then. */
  kill(service: ServiceName): Promise<void>;
  /** The breakers of the ambassador beside each instance of the service. */
  breakers(service: ServiceName): Promise<readonly BreakerState[]>;
  /** The latest log records, NDJSON, of a service and of the ambassador beside it. */
  logs(service: ServiceName): Promise<readonly string[]>;
  /** Resolves when both services answer through the front door. */
  waitReady(): Promise<void>;
  /** What a developer needs to see after a failure. */
  diagnostics(): Promise<string>;
}

/** How `run.ts` shows the tests, which run in another process, where the shop is. */
export const targetVariables = {
  kind: 'SHOP_E2E_TARGET',
  url: 'SHOP_E2E_URL',
  dataDir: 'SHOP_E2E_DATA_DIR',
  /** Set by the user, where the shop wants one for writes. */
  token: 'SHOP_TOKEN',
} as const;

/** @throws when the tests were not started through `npm run e2e`. */
export async function connectTarget(env: NodeJS.ProcessEnv = process.env): Promise<Target> {
  const need = (name: string): string => {
    const value = env[name];
    if (value) return value;
    throw new Error(
      `${name} is not set: start these tests with npm run e2e, which sets up what they run against`,
    );
  };
  const kind = need(targetVariables.kind);
  if (kind === 'laptop') return laptopTarget(need(targetVariables.dataDir));
  if (kind === 'kind') return kindTarget(env[targetVariables.token]);
  if (kind === 'url') return urlTarget(need(targetVariables.url), env[targetVariables.token]);
  throw new Error(`${targetVariables.kind} must be laptop, kind or url, not ${kind}`);
}
