import { untilAnswering } from '../answering.ts';
import { readBreakers } from '../breakers.ts';
import { eventually } from '../eventually.ts';
import { kubectl } from '../kubectl.ts';
import type { ServiceName, Target } from '../target.ts';

const url = 'http://localhost:8080';
const ambassadorAdminPort = 9001;
const longMs = 180_000;

async function podsOf(service: ServiceName): Promise<string[]> {
  const names = await kubectl('get', 'pods', '-l', `app=${service}`, '-o', 'name');
  return names
    .split('\n')
    .filter(Boolean)
    .map((name) => name.replace('pod/', ''));
}

/** Never rejects: what cannot be had says why. */
const section = async (title: string, ...args: string[]): Promise<string> => {
  const content = await kubectl(...args).catch((error: unknown) => (error as Error).message);
  return `--- ${title}\n${content}`;
};

/** The shop in the kind cluster `shop`, behind its Ingress. */
export function kindTarget(): Target {
  return {
    name: 'kind',
    url,
    capabilities: new Set(['scale', 'kill', 'breakers', 'logs']),
    replicas: async (service) =>
      Number(await kubectl('get', `deployment/${service}`, '-o', 'jsonpath={.spec.replicas}')),
    async scale(service, replicas) {
      await kubectl('scale', `deployment/${service}`, `--replicas=${replicas}`);
      if (replicas > 0) await kubectl('rollout', 'status', `deployment/${service}`, '--timeout=180s');
      else
        await eventually(`no pod of ${service} is left`, async () => (await podsOf(service)).length === 0, {
          withinMs: longMs,
        });
    },
    async kill(service) {
      await kubectl('delete', 'pods', '-l', `app=${service}`, '--force', '--grace-period=0');
    },
    async breakers(service) {
      const states = await Promise.all(
        (await podsOf(service)).map(async (pod) => {
          const path = `/api/v1/namespaces/shop/pods/${pod}:${ambassadorAdminPort}/proxy/breakers`;
          return readBreakers(pod, JSON.parse(await kubectl('get', '--raw', path)));
        }),
      );
      return states.flat();
    },
    async logs(service) {
      const text = await kubectl('logs', '-l', `app=${service}`, '--all-containers', '--tail=200');
      return text.split('\n').filter(Boolean);
    },
    async waitReady() {
      for (const service of ['user', 'product'])
        await kubectl('rollout', 'status', `deployment/${service}`, '--timeout=180s');
      await untilAnswering(url, longMs);
    },
    async diagnostics() {
      const parts = [
        await section('pods', 'get', 'pods', '-o', 'wide'),
        await section('events', 'get', 'events', '--sort-by=.lastTimestamp'),
      ];
      for (const service of ['user', 'product'] as const) {
        const logs = ['logs', '-l', `app=${service}`, '--all-containers', '--prefix'];
        parts.push(
          await section(`last log lines of ${service}`, ...logs, '--tail=40'),
          await section(
            `log lines of ${service} before its containers restarted`,
            ...logs,
            '--previous',
            '--tail=20',
          ),
        );
      }
      return parts.join('\n');
    },
  };
}
