import { isReady, type Pod } from '@shop/testing/kubernetes';
import { pick } from '@shop/testing/load';
import type { Cluster } from '../cluster/cluster.ts';
import { podsOf } from '../cluster/state.ts';
import type { Stage } from '../fault.ts';

/** The state of each member, as its replica-set-controller reports it. A pod that does not respond has no state. */
export async function mongoMembers(
  cluster: Cluster,
): Promise<ReadonlyMap<Pod, 'primary' | 'secondary' | 'none'>> {
  const states = new Map<Pod, 'primary' | 'secondary' | 'none'>();
  for (const pod of await podsOf(cluster, 'mongo')) {
    const primary = await isPrimary(cluster, pod);
    states.set(pod, primary ? 'primary' : isReady(pod) ? 'secondary' : 'none');
  }
  return states;
}

async function isPrimary({ shells }: Cluster, { spec, status }: Pod): Promise<boolean> {
  if (spec.nodeName === undefined || status.podIP === undefined) return false;
  const url = `http://${status.podIP}:9000/metrics`;
  const metrics = await shells.run(
    spec.nodeName,
    `curl --silent --max-time 1 ${url} | grep ^replica_set_is_primary`,
  );
  return /^replica_set_is_primary(\{.*\})? 1$/m.test(metrics);
}

/** @throws when there is none. */
export async function primaryOf(cluster: Cluster): Promise<Pod> {
  for (const [pod, state] of await mongoMembers(cluster)) if (state === 'primary') return pod;
  throw new Error('no pod of the database is the primary');
}

/** @throws when there is none. */
export async function aSecondaryOf({ cluster, random }: Stage): Promise<Pod> {
  const secondaries = [...(await mongoMembers(cluster))].filter(([, state]) => state === 'secondary');
  return pick(
    random,
    secondaries.map(([pod]) => pod),
  );
}

/** Resolves when another pod than this one is the primary. */
export async function untilAnotherPrimary(stage: Stage, former: Pod): Promise<void> {
  await stage.until('another member is the primary', async () => {
    const primary = await primaryOf(stage.cluster).catch(() => undefined);
    return primary !== undefined && primary.metadata.uid !== former.metadata.uid;
  });
}
