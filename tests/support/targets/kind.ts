import { diagnose } from '../../../scripts/kind/diagnosis.ts';
import { kubectl as onCluster } from '../../../scripts/kind/kubectl.ts';
import { baseUrl as url } from '../../../scripts/kind/names.ts';
import { CommandError } from '../../../scripts/support/run.ts';
import { untilAnswering } from '../answering.ts';
import { readBreakers } from '../breakers.ts';
import { eventually } from '../eventually.ts';
import type { ServiceName, Target } from '../target.ts';

const ambassadorAdminPort = 9001;
const longMs = 180_000;

/** In the shop's namespace. @throws with what kubectl said. */
async function kubectl(...args: readonly string[]): Promise<string> {
  try {
    return await onCluster(['--namespace', 'shop', ...args]);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new Error(`${error.message}: ${error.output}`, { cause: error });
  }
}

async function podsOf(service: ServiceName): Promise<string[]> {
  const names = await kubectl('get', 'pods', '-l', `app=${service}`, '-o', 'name');
  return names
    .split('\n')
    .filter(Boolean)
    .map((name) => name.replace('pod/', ''));
}

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
      const parts = [await diagnose()];
      for (const service of ['user', 'product']) {
        const args = ['logs', '-l', `app=${service}`, '--all-containers', '--prefix', '--tail=40'];
        const lines = await kubectl(...args).catch((error: unknown) => (error as Error).message);
        parts.push(`--- last log lines of ${service}\n${lines}`);
      }
      return parts.join('\n\n');
    },
  };
}
