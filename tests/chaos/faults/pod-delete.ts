import { onePodOf, untilReplaced } from '../actions/pods.ts';
import { kubectl } from '../cluster/cluster.ts';
import type { Fault } from '../fault.ts';
import { noFailedRequests, noRestarts, recoversWithin } from '../judge/expectations.ts';

export const podDelete: Fault = {
  name: 'pod-delete',
  title: 'a pod of product is deleted, with its grace period',
  knownAs: 'LitmusChaos pod-delete',
  clientSees: 'nothing: the pod drains while the other serves',
  async inject(stage) {
    const pod = await onePodOf(stage, 'product');
    stage.begin();
    await kubectl('delete', 'pod', pod.metadata.name, '--wait=false');
    await untilReplaced(stage, 'product', pod, 2);
  },
  expectations: [noFailedRequests, recoversWithin(5_000), noRestarts],
};
