import { pick } from '@shop/testing/load';
import { run } from '../../../scripts/support/run.ts';
import { nodes } from '../cluster/state.ts';
import type { Stage } from '../fault.ts';

export const controlPlane = 'shop-control-plane';
/**
 * The node whose ports this machine publishes. It stands for a load balancer of other clusters, which these tests do
 * not stop.
 */
const wayIn = 'shop-worker';

/** @param which `not-the-way-in`: one that can be stopped without cutting off this machine. */
export async function aWorker(
  { cluster, random }: Pick<Stage, 'cluster' | 'random'>,
  which: 'any' | 'not-the-way-in',
): Promise<string> {
  const names = [...(await nodes(cluster.api)).keys()].filter(
    (name) => name !== controlPlane && (which === 'any' || name !== wayIn),
  );
  return pick(random, names.sort());
}

/** As if its power was cut: its pods get no signal. */
export const powerOff = (node: string): Promise<string> =>
  run('docker', ['kill', node], { ignoresCtrlC: true });
