import { killPods, onePodOf, untilReplaced } from '../cluster/pods.ts';
import type { Fault } from '../fault.ts';
import { failsAtMost, recoversWithin, restartsOnly } from '../judge/expectations.ts';

export const podKill: Fault = {
  name: 'pod-kill',
  title: 'a pod of product is killed without grace',
  knownAs: 'Chaos Mesh PodChaos pod-kill',
  clientSees: 'unfinished requests in it fail, and few more until the Ingress has forgotten it',
  async inject(stage) {
    const pod = await onePodOf(stage, 'product');
    stage.begin();
    await killPods(pod.metadata.name);
    stage.end();
    await untilReplaced(stage, 'product', pod, 2);
  },
  // Those of one second to one of two pods.
  expectations: [failsAtMost(25), recoversWithin(5_000), restartsOnly(undefined)],
};
