import { kubectl, within } from '../cluster/cluster.ts';
import type { Stage } from '../fault.ts';

type Restoring = Pick<Stage, 'restoring'>;

/** Replaces every pod of a workload by a new one of the same, and waits until that is over. */
export async function restartAndWait(workload: string, namespace = 'shop'): Promise<void> {
  await within(namespace, 'rollout', 'restart', workload);
  await rolledOut(workload, namespace);
}

export const rolledOut = (workload: string, namespace = 'shop'): Promise<string> =>
  within(namespace, 'rollout', 'status', workload, '--timeout=180s');

/** Changes the number of pods. The undo restores the number before. */
export async function scale(
  stage: Restoring,
  workload: string,
  replicas: number,
  namespace = 'shop',
): Promise<void> {
  const before = await within(namespace, 'get', workload, '--output', 'jsonpath={.spec.replicas}');
  if (before === String(replicas)) return;
  stage.restoring(`the ${before} pods of ${workload}`, () =>
    within(namespace, 'scale', workload, `--replicas=${before}`),
  );
  await within(namespace, 'scale', workload, `--replicas=${replicas}`);
}

/**
 * Changes a Deployment's pods by a patch and waits until it is rolled out; undone by going back to the revision before.
 * @param patch arguments of `kubectl patch`.
 */
export async function patchDeployment(
  stage: Restoring,
  name: string,
  ...patch: readonly string[]
): Promise<void> {
  const deployment = `deployment/${name}`;
  const revision = await kubectl(
    'get',
    deployment,
    '--output',
    String.raw`jsonpath={.metadata.annotations.deployment\.kubernetes\.io/revision}`,
  );
  stage.restoring(`the former ${deployment}`, async () => {
    await kubectl('rollout', 'undo', deployment, `--to-revision=${revision}`);
    await rolledOut(deployment);
  });
  await kubectl('patch', deployment, ...patch);
  await rolledOut(deployment);
}
