/**
 * A NetworkPolicy cuts one path. Most implementations apply it to new connections only, so that the fault would be felt
 * much later: established connections are ended as well.
 */
import { policiesAreEnforced, policiesNotEnforced } from '../../../../scripts/kind/policies.ts';
import { withManifest } from '../../../../scripts/cluster/kubectl.ts';
import { inNetworkOf, onNode, processOf } from '../../actions/processes.ts';
import { change } from '../../actions/workloads.ts';
import { kubectl, onCluster } from '../../cluster/cluster.ts';
import { podsOf } from '../../cluster/state.ts';
import type { Stage } from '../../fault.ts';

interface Policy {
  readonly spec: { readonly egress: readonly object[] };
}

const named = (name: string, spec: object): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace: 'shop' },
  spec,
});

/** Product may go to these places only: `service-out` is narrowed to user, and product gets its own policy. */
export async function cut(
  stage: Stage,
  from: string,
  egress: (before: readonly object[]) => readonly object[],
): Promise<void> {
  if (!(await policiesAreEnforced())) throw new Error(policiesNotEnforced);
  stage.begin();
  const found = JSON.parse(
    await kubectl('get', 'networkpolicy', 'service-out', '--output', 'json'),
  ) as Policy;
  const own = `${from}-out-chaos`;
  const others = from === 'product' ? 'user' : 'product';
  await stage.restoring(`the network policy ${own}`, {
    do: 'delete',
    namespace: 'shop',
    object: `networkpolicy/${own}`,
  });
  await withManifest(
    onCluster,
    'apply',
    named(own, {
      podSelector: { matchLabels: { app: from } },
      policyTypes: ['Egress'],
      egress: egress(found.spec.egress),
    }),
  );
  await change(stage, {
    what: 'the network policy service-out',
    objects: ['networkpolicy/service-out'],
    patch: { spec: { podSelector: { matchLabels: { app: others } } } },
  });
}

/** Ends established connections from the pods of an app to a port. @throws when this kernel cannot. */
export async function endConnections(stage: Stage, app: string, port: number): Promise<void> {
  await Promise.all(
    (await podsOf(stage.cluster, app)).map(async (pod) => {
      const inPod = await processOf(pod, 'app');
      const { podIP = '' } = pod.status;
      const how = await endEstablished(podIP, port, {
        inPod: (...command) => inNetworkOf(inPod, ...command),
        onNode: (...command) => onNode(inPod.node, ...command),
      });
      if (how === 'forgotten')
        stage.note(`${pod.metadata.name}: the kernel cannot reset connections; the node forgot them`);
    }),
  );
}

/** How many times connections that were opened meanwhile are ended, too. */
const rounds = 30;

export interface Shells {
  /** Runs a command in the network of the pod. @throws when it fails. */
  readonly inPod: (...command: readonly string[]) => Promise<string>;
  /** Runs a command on the pod's node. @throws when it fails. */
  readonly onNode: (...command: readonly string[]) => Promise<string>;
}

/**
 * Ends connections from a pod to a port. Where the kernel lacks INET_DIAG_DESTROY, as those of Docker Desktop and WSL 2
 * do, `ss --kill` does nothing and reports success (docker/roadmap#840). Then the node forgets the connections: their next
 * packet is one of a new connection, and is judged by the policies.
 * @returns whether they were reset, so that both ends know, or only forgotten.
 * @throws when they are still there after both.
 */
export async function endEstablished(
  podIP: string,
  port: number,
  { inPod, onNode }: Shells,
): Promise<'reset' | 'forgotten'> {
  const established = ['state', 'established', 'dport', '=', `:${port}`];
  const list = async () => {
    const lines = (await inPod('ss', '--no-header', '--tcp', ...established)).split('\n');
    // The two addresses only: the lengths of the queues before them change.
    return lines.map((line) => line.trim().split(/\s+/).slice(2, 4).join(' ')).filter((line) => line !== '');
  };
  let before = await list();
  for (let round = 0; before.length > 0; round += 1) {
    if (round === rounds)
      throw new Error(`new connections of ${podIP} to port ${port} keep coming: the policies do not hold`);
    await inPod('ss', '--kill', ...established);
    const after = await list();
    if (after.some((connection) => before.includes(connection))) return forget(podIP, port, onNode);
    // New connections are opened until every node applies the policies.
    before = after;
  }
  return 'reset';
}

async function forget(podIP: string, port: number, onNode: Shells['onNode']): Promise<'forgotten'> {
  try {
    // It also fails when there was nothing to delete.
    await onNode(
      'conntrack',
      '--delete',
      '--proto',
      'tcp',
      '--orig-src',
      podIP,
      '--orig-port-dst',
      String(port),
    );
    return 'forgotten';
  } catch (error) {
    throw new Error(
      `This kernel cannot end the connections of ${podIP} to port ${port}: \`ss --kill\` left them (it needs ` +
        'CONFIG_INET_DIAG_DESTROY), and conntrack could not delete them. The fault would prove nothing.',
      { cause: error },
    );
  }
}

export const ports = { service: 80, pod: 3000, mongo: 27017 };

/** The rules that do not lead to this port. */
export const without = (port: number) => (rules: readonly object[]) =>
  rules.filter(
    (rule) => !(rule as { ports?: { port?: number }[] }).ports?.some((entry) => entry.port === port),
  );
