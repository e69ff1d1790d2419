import { fileURLToPath } from 'node:url';
import type { Pod } from '@shop/testing/kubernetes';
import { patchDeployment } from '../actions/workloads.ts';
import { kubectl } from '../cluster/cluster.ts';
import { podsOf } from '../cluster/state.ts';
import type { Preparation, Stage } from '../fault.ts';

const component = fileURLToPath(
  new URL('../../../k8s/components/fault-injection/user-patch.yaml', import.meta.url),
);

/** User's pods can be given faults, by the same patch that the component fault-injection is. */
export const faultSwitch: Preparation = {
  name: 'fault-injection in user',
  prepare: (stage) => patchDeployment(stage, 'user', { file: component }),
};

/** What `packages/service/src/fault-switch.ts` reads. */
export type SwitchedFault =
  | { readonly kind: 'latency'; readonly ms: number }
  | { readonly kind: 'timeout' | 'error' | 'reset-peer' | 'memory' };

const file = '/run/fault/fault.json';
const inApp = (pod: string, script: string): Promise<string> =>
  kubectl('exec', pod, '--container', 'app', '--', 'sh', '-c', script);

/** Switches a fault on in these pods of user, or in all. The undo switches it off. */
export async function switchOn(stage: Stage, fault: SwitchedFault, some?: readonly Pod[]): Promise<void> {
  const pods = (some ?? (await podsOf(stage.cluster, 'user'))).map(({ metadata }) => metadata.name);
  await stage.restoring('the fault switch of user', () =>
    Promise.all(pods.map((pod) => inApp(pod, `rm -f ${file}`).catch(ifGone(stage, pod)))),
  );
  await Promise.all(pods.map((pod) => inApp(pod, `echo '${JSON.stringify(fault)}' > ${file}`)));
}

/** A pod that no longer exists has no switch either. */
const ifGone =
  ({ cluster }: Stage, pod: string) =>
  async (error: unknown): Promise<void> => {
    const there = (await podsOf(cluster, 'user')).some(({ metadata }) => metadata.name === pod);
    if (there) throw error;
  };
