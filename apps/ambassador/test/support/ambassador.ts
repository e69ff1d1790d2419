import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Lifecycle } from '@shop/lifecycle';
import { createLogger } from '@shop/logging';
import { Registry } from '@prometheus-io/client';
import { eventually } from '@shop/testing/eventually';
import { createAmbassador, type Ambassador, type AmbassadorOptions } from '../../src/app.ts';
import type { Outcome } from '../../src/exchange.ts';
import { toRoutes } from '../../src/routes.ts';
import type { BreakerStatus } from '../../src/upstream/breaker.ts';

export type Entry = Parameters<typeof toRoutes>[0][number];
export type Config = AmbassadorOptions['config'];
type LogLine = Readonly<Record<string, unknown>> & { readonly level: string; readonly msg: string };

/**
 * How often the circuit has opened. The state says that only until the next trial is due, which a busy machine may come to
 * before the test looks.
 */
export const openingsOf = ({ lines }: Pick<RunningAmbassador, 'lines'>): number =>
  lines.filter(({ msg }) => msg === 'circuit open').length;

export interface RunningAmbassador extends AsyncDisposable, Omit<Ambassador, 'breakers'> {
  readonly port: number;
  readonly url: string;
  readonly lifecycle: Lifecycle;
  /** Every line logged so far, at all levels. */
  readonly lines: readonly LogLine[];
  readonly metrics: () => Promise<string>;
  /** Waits until an exchange has ended with this outcome. */
  readonly ended: (outcome: Outcome) => Promise<void>;
  /** The one breaker of a test with one upstream. */
  readonly breaker: () => BreakerStatus;
}

const defaults: Config = {
  forwarded: 'replace',
  maxHeaderBytes: 16_384,
  headersTimeoutMs: 10_000,
  keepAliveTimeoutMs: 65_000,
  sendTimeoutMs: 60_000,
};

/** The whole ambassador in this process, on its own port. A string is the upstream of one route, `/`. */
export async function startAmbassador(
  routes: string | readonly Entry[],
  config: Partial<Config> = {},
): Promise<RunningAmbassador> {
  const lines: LogLine[] = [];
  const logger = createLogger({
    app: 'ambassador',
    level: 'debug',
    destination: { write: (line: string) => void lines.push(JSON.parse(line) as LogLine) },
  });
  const lifecycle = new Lifecycle();
  const registry = new Registry();
  const { server, breakers, warmUp, close } = createAmbassador({
    config: { ...defaults, ...config },
    routes: toRoutes(typeof routes === 'string' ? [{ prefix: '/', upstream: routes }] : routes),
    logger,
    registry,
    lifecycle,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  lifecycle.started();
  const { port } = server.address() as AddressInfo;
  return {
    server,
    warmUp,
    close,
    port,
    url: `http://127.0.0.1:${port}`,
    lifecycle,
    lines,
    metrics: () => registry.metrics(),
    async ended(outcome) {
      const line = new RegExp(`^ambassador_requests_total\\{[^}]*outcome="${outcome}"[^}]*\\} 1$`, 'm');
      await eventually(`an exchange is ${outcome}`, async () => line.test(await registry.metrics()), {
        everyMs: 5,
      });
    },
    breaker: () => breakers()[0] as BreakerStatus,
    async [Symbol.asyncDispose]() {
      registry.clear();
      server.closeAllConnections();
      await close();
    },
  };
}

export interface HttpUpstream extends AsyncDisposable {
  readonly server: Server;
  readonly url: string;
  readonly port: number;
}

/** An upstream on Node's own server. @param port 0 lets the system choose one. */
export async function startUpstream(listener: RequestListener, port = 0): Promise<HttpUpstream> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    server,
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port on which no process listens. */
export async function closedPort(): Promise<number> {
  const upstream = await startUpstream(() => undefined);
  await upstream[Symbol.asyncDispose]();
  return upstream.port;
}
