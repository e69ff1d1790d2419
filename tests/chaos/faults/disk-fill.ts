import { isReady } from '@shop/testing/kubernetes';
import { onePodOf } from '../actions/pods.ts';
import { kubectl } from '../cluster/cluster.ts';
import { podsIn, podsOf } from '../cluster/state.ts';
import type { Fault } from '../fault.ts';
import { failsAtMost, noRestarts, recoversWithin } from '../judge/expectations.ts';

export const diskFill: Fault = {
  name: 'disk-fill',
  title: 'the log volume of a pod of product is full',
  knownAs: 'LitmusChaos disk-fill',
  clientSees: 'a few failures when kubelet evicts the pod; the other serves until it is replaced',
  async inject(stage) {
    const pod = await onePodOf(stage, 'product');
    const { name, uid } = pod.metadata;
    await stage.restoring('what is left of the evicted pod', {
      do: 'delete',
      namespace: 'shop',
      object: `pod/${name}`,
    });
    stage.begin();
    const fill = 'dd if=/dev/zero of=/var/log/app/fill bs=1M count=96 2>/dev/null || true';
    await kubectl('exec', name, '--container', 'app', '--', 'sh', '-c', fill);
    await stage.until(
      'kubelet has evicted the pod',
      async () => {
        const now = (await podsIn(stage.cluster.api, 'shop')).find(({ metadata }) => metadata.uid === uid);
        return now === undefined || now.status.phase === 'Failed';
      },
      180_000,
    );
    stage.end();
    await stage.until(
      'another pod has replaced it',
      async () => (await podsOf(stage.cluster, 'product')).filter(isReady).length === 2,
      120_000,
    );
  },
  expectations: [failsAtMost(25), recoversWithin(5_000), noRestarts],
};
