import { trustAuthority } from '../../../scripts/kind/certificates.ts';
import { diagnose } from '../../../scripts/cluster/diagnosis.ts';
import { inShop, kubectl } from '../../../scripts/kind/kubectl.ts';
import { baseUrl as url } from '../../../scripts/kind/names.ts';
import { readWriteToken } from '../../../scripts/kind/secrets.ts';
import { untilAnswering } from '../answering.ts';
import { eventually } from '@shop/testing/eventually';
import { isReady, type Pod } from '@shop/testing/kubernetes';
import { readBreakers, type ServiceName, type Target } from '../target.ts';

const askForBreakers = `fetch('http://127.0.0.1:9001/breakers').then((r) => r.text()).then(console.log)`;
const longMs = 180_000;

async function podsOf(service: ServiceName): Promise<readonly Pod[]> {
  const list = await inShop('get', 'pods', '-l', `app=${service}`, '-o', 'json');
  return (JSON.parse(list) as { items: Pod[] }).items;
}

const replicasOf = async (service: ServiceName): Promise<number> =>
  Number(await inShop('get', `deployment/${service}`, '-o', 'jsonpath={.spec.replicas}'));

/** Lists the pods themselves, because a Deployment's status lags behind when pods are removed. */
const untilAsWanted = (service: ServiceName): Promise<true> =>
  eventually(
    `${service} has the pods it should have, and all are ready`,
    async () => {
      const [wanted, pods] = await Promise.all([replicasOf(service), podsOf(service)]);
      const ready = pods.filter(isReady).length;
      if (ready !== wanted || pods.length !== wanted)
        throw new Error(`${ready} of ${pods.length} pods are ready, ${wanted} are wanted`);
      return true;
    },
    { withinMs: longMs, everyMs: 500 },
  );

/** The shop in the kind cluster `shop`, behind its Ingress. @throws when there is none. */
export async function kindTarget(token?: string): Promise<Target> {
  try {
    await inShop('get', 'deployment/user', 'deployment/product', '--request-timeout=10s');
  } catch (error) {
    const message = `There is no shop on kind; start it with npm run up.\n${(error as Error).message}`;
    throw new Error(message, { cause: error });
  }
  await trustAuthority();
  return {
    name: 'kind',
    url,
    token: token ?? (await readWriteToken()),
    capabilities: new Set(['scale', 'kill', 'breakers', 'logs']),
    replicas: replicasOf,
    async scale(service, replicas) {
      await inShop('scale', `deployment/${service}`, `--replicas=${replicas}`);
      await untilAsWanted(service);
    },
    async kill(service) {
      await inShop('delete', 'pods', '-l', `app=${service}`, '--force', '--grace-period=0');
    },
    async breakers(service) {
      const states = await Promise.all(
        (await podsOf(service)).map(async ({ metadata: { name } }) => {
          // From within the pod: the network policies let only Prometheus connect to an admin port.
          const answer = await inShop('exec', name, '-c', 'ambassador', '--', 'node', '-e', askForBreakers);
          return readBreakers(name, JSON.parse(answer));
        }),
      );
      return states.flat();
    },
    async logs(service) {
      const text = await inShop('logs', '-l', `app=${service}`, '--all-containers', '--tail=200');
      return text.split('\n').filter(Boolean);
    },
    async waitReady() {
      await untilAsWanted('user');
      await untilAsWanted('product');
      await untilAnswering(url, longMs);
    },
    async diagnostics() {
      const parts = [await diagnose(kubectl, ['shop', 'traefik'])];
      for (const service of ['user', 'product']) {
        const args = ['logs', '-l', `app=${service}`, '--all-containers', '--prefix', '--tail=40'];
        const lines = await inShop(...args).catch((error: unknown) => (error as Error).message);
        parts.push(`--- last log lines of ${service}\n${lines}`);
      }
      return parts.join('\n\n');
    },
  };
}
