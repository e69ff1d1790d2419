import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { freePort } from '@shop/testing/free-port';
import { podOptions } from '../../scripts/support/pod-options.ts';
import { startListening, stop } from '../support/processes.ts';
import { haproxyConfig, nginxConfig } from './servers.ts';

export interface Target {
  readonly name: string;
  readonly url: string;
  /** Whose CPU time is counted; the upstream itself has none to compare. */
  readonly pid: number | undefined;
}

export interface Started {
  readonly targets: readonly Target[];
  /** What could not be started, and how to get it. */
  readonly missing: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** What is measured, beside the upstream itself. */
export const proxies = ['http-proxy', 'ambassador', 'nginx', 'haproxy'] as const;
type Proxy = (typeof proxies)[number];

const file = (name: string): string => new URL(name, import.meta.url).pathname;
const ambassador = file('../../apps/ambassador/dist/main.js');

/** The upstream and every proxy before it, each a separate process. @param only names of proxies; empty for all. */
export async function startTargets(payloadBytes: number, only: readonly Proxy[]): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const children: ChildProcess[] = [];
  const targets: Target[] = [];
  const missing: Record<string, string> = {};
  const write = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const upstreamPort = await freePort();
  const upstream = `http://127.0.0.1:${upstreamPort}`;

  async function add(
    name: Proxy,
    command: string,
    args: (port: number) => string[],
    environment: (port: number) => Record<string, string> = () => ({}),
  ): Promise<void> {
    if (only.length > 0 && !only.includes(name)) return;
    const port = await freePort();
    const child = await startListening(command, args(port), port, environment(port));
    children.push(child);
    targets.push({ name, url: `http://127.0.0.1:${port}/user/1`, pid: child.pid });
  }

  async function stopAll(): Promise<void> {
    await Promise.all(children.map(stop));
    rmSync(folder, { recursive: true });
  }

  try {
    const args = [file('upstream.ts'), String(upstreamPort), String(payloadBytes)];
    children.push(await startListening(process.execPath, args, upstreamPort));
    targets.push({ name: 'direct', url: `${upstream}/user/1`, pid: undefined });
    // The bare one has the same options of Node: what is compared is code.
    const asInPod = podOptions('ambassador');
    await add(
      'http-proxy',
      process.execPath,
      (port) => [...asInPod.args, file('bare-http-proxy.ts'), String(port), upstream],
      () => asInPod.env,
    );
    if (existsSync(ambassador)) {
      const routes = write('routes.yaml', `routes: [{ prefix: /user, upstream: "${upstream}" }]\n`);
      await add(
        'ambassador',
        process.execPath,
        () => [...asInPod.args, ambassador],
        (port) => ({
          ...asInPod.env,
          PORT: String(port),
          ADMIN_PORT: '0',
          ROUTES_FILE: routes,
          DRAIN_DELAY_MS: '0',
        }),
      );
    } else missing['ambassador'] = 'not built: npm run build';
    for (const [name, path, config] of [
      ['nginx', '/usr/sbin/nginx', nginxConfig],
      ['haproxy', '/usr/sbin/haproxy', haproxyConfig],
    ] as const) {
      const from = (port: number) => write(`${name}.conf`, config(port, upstreamPort, folder));
      const flags = name === 'nginx' ? ['-p', folder, '-e', 'stderr', '-c'] : ['-db', '-f'];
      if (existsSync(path)) await add(name, path, (port) => [...flags, from(port)]);
      else missing[name] = `not installed: apt-get install -y ${name === 'nginx' ? 'nginx-light' : name}`;
    }
    return { targets, missing, stop: stopAll };
  } catch (error) {
    await stopAll();
    throw error;
  }
}
