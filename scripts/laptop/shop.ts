/** The programs of the shop on a laptop: the same ones as in the cluster, on ports of 127.0.0.1. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Options } from './options.ts';
import { host } from './ports.ts';
import type { Program } from './program.ts';
import { frontDoorRoutes, neighbourRoutes, type RoutesFile } from './routes.ts';

/** Defaults; see `choosePorts`. The front door's public port is the user's choice. */
export const defaultPorts = {
  user: 3101,
  product: 3102,
  'user-ambassador': 3111,
  'product-ambassador': 3112,
  'user-admin': 3201,
  'product-admin': 3202,
  'user-ambassador-admin': 3211,
  'product-ambassador-admin': 3212,
  'front-door-admin': 3210,
};
export type Ports = Readonly<Record<keyof typeof defaultPorts | 'front-door', number>>;

type ProgramName = 'user' | 'product' | 'user-ambassador' | 'product-ambassador' | 'front-door';

export interface Shop {
  /** In the order they stop: no new requests first, and ambassadors last, as services still call through them. */
  readonly stages: readonly (readonly Program[])[];
  adminUrl(program: string): string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const apps = join(root, 'apps');
/** Compiled code that Node keeps: from the second start on, the shop opens in two thirds of the time. */
export const compileCache = join(root, 'node_modules/.cache/node-compile-cache');

/** http-proxy uses a function that Node has deprecated; nothing here can change that. */
const quiet = ['--disable-warning=DEP0060'];

/** The programs that must be built and are not. */
export const missingBuilds = (): string[] =>
  ['user', 'product', 'ambassador'].filter((app) => !existsSync(join(apps, app, 'dist/main.js')));

/** Also writes the ambassadors' routes files into the folder `run` of the data directory. */
export function describeShop(
  ports: Ports,
  { dataDir, tokenFile }: Pick<Options, 'dataDir' | 'tokenFile'>,
): Shop {
  const url = (name: keyof Ports) => `http://${host}:${ports[name]}`;
  const upstreams = { user: url('user'), product: url('product') };
  const adminUrl = (program: string) => url(`${program as ProgramName}-admin`);

  const program = (name: ProgramName, app: string, env: Record<string, string>): Program => ({
    name,
    args: ['--enable-source-maps', ...quiet, join(apps, app, 'dist/main.js')],
    env: {
      HOST: host,
      PORT: String(ports[name]),
      ADMIN_HOST: host,
      ADMIN_PORT: String(ports[`${name}-admin`]),
      DRAIN_DELAY_MS: '0',
      NODE_COMPILE_CACHE: compileCache,
      ...env,
    },
    readyUrl: `${adminUrl(name)}/readyz`,
  });

  const service = (name: 'user' | 'product') =>
    program(name, name, {
      DATABASE_URL: `sqlite:${join(dataDir, `${name}.db`)}`,
      NEIGHBOUR_URL: url(`${name}-ambassador`),
      ...(tokenFile === undefined ? {} : { TOKEN_FILE: tokenFile }),
    });

  const ambassador = (name: ProgramName, forwarded: 'replace' | 'append', routes: RoutesFile) => {
    const file = join(dataDir, 'run', `${name}-routes.json`);
    writeFileSync(file, `${JSON.stringify(routes, undefined, 2)}\n`);
    return program(name, 'ambassador', { ROUTES_FILE: file, FORWARDED: forwarded });
  };

  return {
    stages: [
      [ambassador('front-door', 'replace', frontDoorRoutes(upstreams))],
      [service('user'), service('product')],
      [
        ambassador('user-ambassador', 'append', neighbourRoutes('user', upstreams)),
        ambassador('product-ambassador', 'append', neighbourRoutes('product', upstreams)),
      ],
    ],
    adminUrl,
  };
}
