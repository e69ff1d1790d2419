import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@shop/testing/eventually';
import { freePort } from '@shop/testing/free-port';
import { podOptions, type PodApp } from '../../scripts/support/pod-options.ts';
import { startListening, stop } from '../support/processes.ts';
import { startDatabase } from './database.ts';

/** What is measured on this machine. */
export const contenderNames = [
  'bare Fastify',
  'bare NestJS',
  'service alone',
  'with ambassador',
  'with log sidecar',
  'user',
] as const;

/** A program that serves products, or users, with what stands beside it. */
export interface Contender {
  /** One of {@link contenderNames}, or of the variants. */
  readonly name: string;
  /** Of one entity, for GET. */
  readonly entityUrl: string;
  /** Of the list, for POST; none where that is not measured. */
  readonly listUrl?: string;
  /** Whose CPU time counts: the service first. */
  readonly processes: Readonly<Record<string, number>>;
}

export interface Contenders {
  readonly all: readonly Contender[];
  /** A product that POST takes, without its sku. */
  readonly content: object;
  readonly mongodVersion: string;
  stop(): Promise<void>;
}

const file = (name: string): string => new URL(name, import.meta.url).pathname;
/** As a pod starts it. */
const program = (app: PodApp): string[] => [...podOptions(app).args, file(`../../apps/${app}/dist/main.js`)];

/**
 * Each as a separate process on the loopback, all with one mongod and one user.
 * @param variantNames variants of product that are started, too.
 */
export async function startContenders(variantNames: readonly string[]): Promise<Contenders> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-path-'));
  const children: ChildProcess[] = [];
  const database = await startDatabase(folder);

  /** @returns where it listens, and its process. */
  async function start(args: (port: number) => readonly string[], environment: Record<string, string> = {}) {
    const port = await freePort();
    const own = { PORT: String(port), ADMIN_PORT: String(await freePort()), DRAIN_DELAY_MS: '0' };
    const child = await startListening(process.execPath, args(port), port, { ...own, ...environment });
    children.push(child);
    return { url: `http://127.0.0.1:${port}`, pid: child.pid as number };
  }
  const startService = (app: 'user' | 'product', name: string, neighbour: string, environment = {}) =>
    start(() => program(app), {
      ...podOptions(app).env,
      DATABASE_URL: database.url(name),
      NEIGHBOUR_URL: neighbour,
      ...environment,
    });

  async function stopAll(): Promise<void> {
    // In the order of their start: a service still needs its ambassador while it ends, but no request is in progress.
    await Promise.all(children.map(stop));
    await database.stop();
    rmSync(folder, { recursive: true });
  }

  try {
    const user = await startService('user', 'user', 'http://127.0.0.1:9');
    const seller = await create(`${user.url}/user`, (attempt) => ({
      name: 'Ann',
      email: `ann-${attempt}@shop.example`,
    }));
    const content = {
      name: 'Green tea, 100 g',
      description: 'First harvest of the year, from the slopes of Jirisan. '.repeat(4),
      price: { amount: 1999, currency: 'EUR' },
      stock: 42,
      sellerId: seller.slice(seller.lastIndexOf('/') + 1),
    };
    async function product(
      name: string,
      { url, pid }: { url: string; pid: number },
      others: Record<string, number> = {},
    ): Promise<Contender> {
      const listUrl = `${url}/product`;
      const entityUrl = await create(listUrl, (attempt) => ({ ...content, sku: `FIRST-${attempt}` }));
      return { name, entityUrl, listUrl, processes: { service: pid, ...others } };
    }

    // All have the same options of Node as product: what is compared is code.
    const { args, env } = podOptions('product');
    const bare = (name: string) =>
      start(
        (port) => [...args, file(`bare/${name}.ts`), String(port), database.url(`bare-${name}`), user.url],
        env,
      );
    const routes = join(folder, 'routes.yaml');
    writeFileSync(routes, `routes: [{ prefix: /user, upstream: "${user.url}" }]\n`);
    const startAmbassador = () =>
      start(() => program('ambassador'), { ...podOptions('ambassador').env, ROUTES_FILE: routes });
    const [one, two] = [await startAmbassador(), await startAmbassador()];
    const log = join(folder, 'app.log');
    const withLog = await startService('product', 'with-log', two.url, { LOG_FILE: log });
    const sidecar = await startSidecar(log);

    async function startSidecar(logFile: string): Promise<number> {
      const port = await freePort();
      const own = { LOG_FILE: logFile, ADMIN_PORT: String(port), POD_NAME: 'product-0' };
      const environment = { ...podOptions('log-sidecar').env, ...own };
      const child = await startListening(process.execPath, program('log-sidecar'), port, environment);
      children.push(child);
      return child.pid as number;
    }

    const all: Contender[] = [
      await product('bare Fastify', await bare('fastify')),
      await product('bare NestJS', await bare('nest')),
      await product('service alone', await startService('product', 'alone', user.url)),
      await product('with ambassador', await startService('product', 'with-ambassador', one.url), {
        ambassador: one.pid,
      }),
      await product('with log sidecar', withLog, { ambassador: two.pid, 'log-sidecar': sidecar }),
      { name: 'user', entityUrl: seller, processes: { service: user.pid } },
    ];
    for (const name of variantNames) {
      const variant = await start(() => [...args, file('variant.ts'), name], {
        ...env,
        DATABASE_URL: database.url(`variant-${all.length}`),
        NEIGHBOUR_URL: user.url,
      });
      all.push(await product(name, variant));
    }
    return { all, content, mongodVersion: database.version, stop: stopAll };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/**
 * Creates an entity as soon as the service has its database. What a late attempt has written must not be in the way of the next one.
 * @returns where it is.
 */
async function create(listUrl: string, contentOf: (attempt: number) => object): Promise<string> {
  let attempt = 0;
  return eventually(
    `POST ${listUrl} creates`,
    async () => {
      const response = await fetch(listUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(contentOf((attempt += 1))),
      });
      if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
      return new URL(response.headers.get('location') ?? '', listUrl).href;
    },
    { withinMs: 60_000, everyMs: 250 },
  );
}
