import { aWorker, powerOff } from '../actions/nodes.ts';
import { nodes } from '../cluster/state.ts';
import type { Fault } from '../fault.ts';
import {
  failsAtMost,
  isDetectedWithin,
  restartsOnly,
  restoredOnceNoticed,
  returnIsFeltByAtMost,
  writesResumeWithin,
} from '../judge/expectations.ts';
import { threeMembers } from '../preparations/three-members.ts';

/**
 * The longest time that the cluster takes to notice a silent node: the 20 s that k8s/platform/kind/cluster.yaml sets
 * (by default 50), and one interval of the observer.
 */
const detectionMs = 30_000;

export const nodePoweroff: Fault = {
  name: 'node-poweroff',
  title: 'a worker loses its power, and comes back',
  knownAs: 'LitmusChaos node-poweroff',
  needs: [threeMembers],
  clientSees:
    'unfinished requests there fail, and some requests are slow until the cluster has noticed; writes wait for a primary where that was there, too',
  async inject(stage) {
    const node = await aWorker(stage, 'not-the-way-in');
    stage.note(`it is ${node}`);
    await stage.restoring(`node ${node}`, { do: 'start-node', node });
    stage.begin();
    await powerOff(node);
    stage.end();
    await stage.until(
      'the cluster has noticed',
      async () => (await nodes(stage.cluster.api)).get(node) === false,
      120_000,
    );
    stage.note('the node is known to be gone');
    await stage.wait(10_000);
    await stage.restore();
  },
  expectations: [
    // Most of them are writes, if the primary was there: they fail until a new one is elected.
    failsAtMost(200),
    isDetectedWithin(detectionMs),
    restoredOnceNoticed(5_000),
    returnIsFeltByAtMost(10),
    writesResumeWithin(15_000),
    // All its containers are restarted with the node.
    restartsOnly(/./),
  ],
};
