import { onCluster, within } from '../cluster/cluster.ts';
import type { Stage } from '../fault.ts';
import { changedFields } from '../undo/repair.ts';

type Restoring = Pick<Stage, 'restoring'>;
type Waiting = Pick<Stage, 'signal'>;

/** Replaces every pod of a workload by a new one of the same, and waits until that is over. */
export async function restartAndWait(stage: Waiting, workload: string, namespace = 'shop'): Promise<void> {
  await within(namespace, 'rollout', 'restart', workload);
  await rolledOut(stage, workload, namespace);
}

/** Resolves when all pods of a workload are of its present template. @throws when the run is given up meanwhile. */
export const rolledOut = ({ signal }: Waiting, workload: string, namespace = 'shop'): Promise<string> =>
  onCluster(['--namespace', namespace, 'rollout', 'status', workload, '--timeout=180s'], { signal });

/** Changes the number of pods. The undo restores the number before. */
export async function scale(
  stage: Restoring,
  workload: string,
  replicas: number,
  namespace = 'shop',
): Promise<void> {
  const before = await within(namespace, 'get', workload, '--output', 'jsonpath={.spec.replicas}');
  if (before === String(replicas)) return;
  await stage.restoring(`the ${before} pods of ${workload}`, {
    do: 'set',
    namespace,
    objects: [
      { object: workload, fields: [{ at: '/spec/replicas', left: replicas, before: Number(before) }] },
    ],
    rollOut: false,
  });
  await within(namespace, 'scale', workload, `--replicas=${replicas}`);
}

export interface Change {
  /** What the way back is called: `product’s setting`. */
  readonly what: string;
  /** `deployment/product`; each gets the same patch. */
  readonly objects: readonly string[];
  /** A strategic merge patch. */
  readonly patch: object | { readonly file: string };
  readonly namespace?: string;
  /** The way back waits until the pods are replaced. */
  readonly rollOut?: boolean;
}

/** Changes objects of the cluster; undone field by field, where no other client has changed them since. */
export async function change(
  stage: Restoring,
  { what, objects, patch, namespace = 'shop', rollOut = false }: Change,
): Promise<void> {
  const how = 'file' in patch ? ['--patch-file', patch.file] : ['--patch', JSON.stringify(patch)];
  const apply = (object: string, ...more: readonly string[]) =>
    within(namespace, 'patch', object, ...how, ...more);
  const changes = objects.map(async (object) => {
    const before = parsed(await within(namespace, 'get', object, '--output', 'json'));
    const left = parsed(await apply(object, '--dry-run=server', '--output', 'json'));
    const annotations = changedFields(
      before.metadata.annotations,
      left.metadata.annotations,
      '/metadata/annotations',
    );
    return { object, fields: [...changedFields(before.spec, left.spec, '/spec'), ...annotations] };
  });
  await stage.restoring(what, { do: 'set', namespace, objects: await Promise.all(changes), rollOut });
  for (const object of objects) await apply(object);
}

const parsed = (text: string) => JSON.parse(text) as Changeable;

interface Changeable {
  readonly metadata: { readonly annotations?: unknown };
  readonly spec?: unknown;
}

/** Changes a Deployment's pods by a patch and waits until it is rolled out; undone in the same way. */
export async function patchDeployment(
  stage: Restoring & Waiting,
  name: string,
  patch: Change['patch'],
): Promise<void> {
  const deployment = `deployment/${name}`;
  await change(stage, { what: `the former ${deployment}`, objects: [deployment], patch, rollOut: true });
  await rolledOut(stage, deployment);
}
