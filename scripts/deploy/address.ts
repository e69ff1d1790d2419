/** The shop's address from outside, as far as the cluster knows it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Kubectl } from '../cluster/kubectl.ts';
import { sayingWhatFor } from '../cluster/waiting.ts';

interface Balanced {
  readonly spec?: { readonly type?: string };
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
    };
  };
}

/** A cloud needs a minute or two for a load balancer's address. */
const patienceMs = 180_000;

/**
 * The address that the controller has written into the Ingress, or else that of its Service: some controllers do not
 * write the first.
 * @param namespace the controller's.
 * @returns undefined where there is no load balancer, or none within the time.
 */
export async function ingressAddress(
  kubectl: Kubectl,
  namespace: string | undefined,
  { withinMs = patienceMs, everyMs = 3_000 } = {},
): Promise<string | undefined> {
  const list = async (...args: readonly string[]): Promise<readonly Balanced[]> =>
    (JSON.parse(await kubectl(['get', ...args, '--output=json'])) as { items: Balanced[] }).items;
  const deadline = Date.now() + withinMs;
  const wait = async (): Promise<string | undefined> => {
    for (;;) {
      const services = namespace === undefined ? [] : await list('services', `--namespace=${namespace}`);
      const balancers = services.filter(({ spec }) => spec?.type === 'LoadBalancer');
      const ingresses = await list('ingresses', '--namespace=shop');
      const [address] = [...ingresses, ...balancers].flatMap(addressOf);
      if (address !== undefined || balancers.length === 0 || Date.now() > deadline) return address;
      await delay(everyMs);
    }
  };
  return sayingWhatFor(() => 'waiting for the address of the load balancer', wait);
}

const addressOf = ({ status }: Balanced): string[] => {
  const [first] = status?.loadBalancer?.ingress ?? [];
  const address = first?.hostname ?? first?.ip;
  return address === undefined ? [] : [address];
};
