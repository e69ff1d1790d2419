import { killPods, onePodOf, untilReplaced } from '../actions/pods.ts';
import type { Fault } from '../fault.ts';
import { failsAtMost, noRestarts, recoversWithin } from '../judge/expectations.ts';

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
  // The requests of one second to one of two pods.
  expectations: [failsAtMost(25), recoversWithin(5_000), noRestarts],
};
