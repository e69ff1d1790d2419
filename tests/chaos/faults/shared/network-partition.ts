/**
 * A NetworkPolicy cuts one path. It stops new connections; established ones outlive it with the usual implementations,
 * and so would the fault be felt much later: they are ended as well.
 */
import { apply, kubectl } from '../../cluster/kubectl.ts';
import { podsOf } from '../../cluster/pods.ts';
import { inNetworkOf, processOf } from '../../cluster/processes.ts';
import type { Stage } from '../../fault.ts';

interface Policy {
  readonly metadata: object;
  readonly spec: { readonly egress: readonly object[] };
}

const named = (name: string, spec: object): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace: 'shop' },
  spec,
});

/** Product may go to these places only: `service-out` is narrowed to user, and product gets a policy of its own. */
export async function cut(
  stage: Stage,
  from: string,
  egress: (before: readonly object[]) => readonly object[],
): Promise<void> {
  const found = JSON.parse(
    await kubectl('get', 'networkpolicy', 'service-out', '--output', 'json'),
  ) as Policy;
  const own = `${from}-out-chaos`;
  const others = from === 'product' ? 'user' : 'product';
  stage.restoring('the network policies', async () => {
    await apply('apply', named('service-out', found.spec));
    await kubectl('delete', 'networkpolicy', own, '--ignore-not-found');
  });
  await apply(
    'apply',
    named(own, {
      podSelector: { matchLabels: { app: from } },
      policyTypes: ['Egress'],
      egress: egress(found.spec.egress),
    }),
  );
  await apply(
    'apply',
    named('service-out', {
      ...found.spec,
      podSelector: { matchLabels: { app: others, tier: 'service' } },
    }),
  );
}

/** Ends what is established from the pods of an app to a port. */
export async function endConnections({ cluster }: Stage, app: string, port: number): Promise<void> {
  await Promise.all(
    (await podsOf(cluster, app)).map(async (pod) => {
      const inPod = await processOf(pod, 'app');
      await inNetworkOf(inPod, 'ss', '--kill', 'state', 'established', 'dport', '=', `:${port}`);
    }),
  );
}

export const ports = { service: 80, pod: 3000, mongo: 27017 };

/** The rules that do not lead to this port. */
export const without = (port: number) => (rules: readonly object[]) =>
  rules.filter(
    (rule) => !(rule as { ports?: { port?: number }[] }).ports?.some((entry) => entry.port === port),
  );
