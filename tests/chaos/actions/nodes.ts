import { pick } from '@shop/testing/load';
import { run } from '../../../scripts/support/run.ts';
import { nodes } from '../cluster/state.ts';
import type { Stage } from '../fault.ts';

export const controlPlane = 'shop-control-plane';
/** The node whose ports this machine publishes: a load balancer's part in other clusters, which is not what fails here. */
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

/** As if its power was cut: no pod hears of it. */
export const powerOff = (node: string): Promise<string> =>
  run('docker', ['kill', node], { ignoresCtrlC: true });
export const powerOn = (node: string): Promise<string> =>
  run('docker', ['start', node], { ignoresCtrlC: true });
