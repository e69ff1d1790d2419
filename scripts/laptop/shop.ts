/** The programs of the shop on a laptop: the same ones as in the cluster, on ports of 127.0.0.1. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Options } from './options.ts';
import { host } from './ports.ts';
import type { Program } from './program.ts';
import { compileCache } from '../support/compile-cache.ts';
import { services } from '../support/services.ts';
import { frontDoorRoutes, neighbourRoutes, type RoutesFile } from './routes.ts';

/** API and admin port of the program `user` and of its ambassador: 3101 and 3201, 3111 and 3211. */
const portsOf = (service: string, index: number): Record<string, number> => ({
  [service]: 3101 + index,
  [`${service}-admin`]: 3201 + index,
  [`${service}-ambassador`]: 3111 + index,
  [`${service}-ambassador-admin`]: 3211 + index,
});

/** Defaults, by program; see `claimPorts`. The front door's public port is the user's choice. */
export const defaultPorts: Readonly<Record<string, number>> = {
  ...Object.assign({}, ...services.map(portsOf)),
  'front-door-admin': 3210,
};
export type Ports = Readonly<Record<string, number>>;

export interface Shop {
  /**
   * In the order in which they stop: first no new requests; ambassadors last, because services still send requests
   * through them.
   */
  readonly stages: readonly (readonly Program[])[];
  adminUrl(program: string): string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const apps = join(root, 'apps');
/** http-proxy uses a deprecated function of Node, and nothing here can change that. */
const quiet = ['--disable-warning=DEP0060'];

/** The programs that are not built yet. */
export const missingBuilds = (): string[] =>
  [...services, 'ambassador'].filter((app) => !existsSync(join(apps, app, 'dist/main.js')));

/** Also writes the ambassadors' routes files into the folder `run` of the data directory. */
export function describeShop(
  ports: Ports,
  options: Pick<Options, 'dataDir' | 'tokenFile'> & {
    /** Without its token: the index of the shop shows it to every client. */
    readonly boardUrl: string | undefined;
  },
): Shop {
  const { dataDir, tokenFile, boardUrl } = options;
  const url = (name: string) => `http://${host}:${ports[name]}`;
  const upstreams = Object.fromEntries(services.map((service) => [service, url(service)]));
  const adminUrl = (program: string) => url(`${program}-admin`);

  const program = (name: string, app: string, env: Record<string, string>): Program => ({
    name,
    app,
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

  const service = (name: string) =>
    program(name, name, {
      DATABASE_URL: `sqlite:${join(dataDir, `${name}.db`)}`,
      NEIGHBOUR_URL: url(`${name}-ambassador`),
      ...(tokenFile === undefined ? {} : { TOKEN_FILE: tokenFile }),
      ...(boardUrl === undefined || name !== 'product' ? {} : { BOARD_URL: boardUrl }),
    });

  const ambassador = (name: string, forwarded: 'replace' | 'append', routes: RoutesFile) => {
    const file = join(dataDir, 'run', `${name}-routes.json`);
    writeFileSync(file, `${JSON.stringify(routes, undefined, 2)}\n`);
    return program(name, 'ambassador', { ROUTES_FILE: file, FORWARDED: forwarded });
  };

  return {
    stages: [
      [ambassador('front-door', 'replace', frontDoorRoutes(upstreams))],
      services.map(service),
      services.map((name) => ambassador(`${name}-ambassador`, 'append', neighbourRoutes(name, upstreams))),
    ],
    adminUrl,
  };
}
