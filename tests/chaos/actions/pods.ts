import { containerStatusesOf, isReady, type Pod } from '@shop/testing/kubernetes';
import { pick } from '@shop/testing/load';
import { kubectl } from '../cluster/cluster.ts';
import { podsIn, podsOf } from '../cluster/state.ts';
import type { Stage } from '../fault.ts';

/** One of the app's ready pods, chosen by the run's seed. @throws when there is none. */
export async function onePodOf(
  { cluster, random }: Pick<Stage, 'cluster' | 'random'>,
  app: string,
): Promise<Pod> {
  const pods = (await podsOf(cluster, app)).filter(isReady);
  return pick(
    random,
    pods.toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name)),
  );
}

/** Resolves when as many pods of the app are ready, and none of them is this one. */
export async function untilReplaced(
  stage: Stage,
  app: string,
  { metadata }: Pod,
  wanted: number,
): Promise<void> {
  await stage.until(
    `${metadata.name} is replaced`,
    async () => {
      const pods = await podsOf(stage.cluster, app);
      return pods.filter(isReady).length >= wanted && !pods.some((pod) => pod.metadata.uid === metadata.uid);
    },
    120_000,
  );
}

const restartsOf = (pod: Pod | undefined, container: string): number =>
  (pod ? containerStatusesOf(pod.status) : []).find(({ name }) => name === container)?.restartCount ?? 0;

/** Resolves when the container was started once more than it had been in `before`. */
export async function untilRestarted(stage: Stage, before: Pod, container: string): Promise<void> {
  const { name, namespace } = before.metadata;
  await stage.until(
    `${name}/${container} is started again`,
    async () => {
      const pods = await podsIn(stage.cluster.api, namespace);
      const now = pods.find(({ metadata }) => metadata.uid === before.metadata.uid);
      return restartsOf(now, container) > restartsOf(before, container);
    },
    120_000,
  );
}

/** As a crash of the machine would: gone at once, without a signal or a grace period. */
export const killPods = (...names: readonly string[]): Promise<string> =>
  kubectl('delete', 'pod', ...names, '--force', '--grace-period=0', '--wait=false');
