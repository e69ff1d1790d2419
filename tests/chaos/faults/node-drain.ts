import { aWorker } from '../actions/nodes.ts';
import { within } from '../cluster/cluster.ts';
import type { Fault } from '../fault.ts';
import { noFailedRequests, noRestarts } from '../judge/expectations.ts';
import { threeMembers } from '../preparations/three-members.ts';

export const nodeDrain: Fault = {
  name: 'node-drain',
  title: 'a worker is drained',
  knownAs: 'LitmusChaos node-drain',
  needs: [threeMembers],
  clientSees: 'nothing: its pods drain, as far as the disruption budgets let them, and are made elsewhere',
  async inject(stage) {
    const node = await aWorker(stage, 'any');
    stage.note(`it is ${node}`);
    await stage.restoring(`node ${node}`, {
      do: 'set',
      namespace: 'default',
      objects: [{ object: `node/${node}`, fields: [{ at: '/spec/unschedulable', left: true }] }],
      rollOut: false,
    });
    stage.begin();
    // A member of the database stays unscheduled as long as its volume's node takes no pods: not a failure.
    await within('default', 'drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=180s');
  },
  expectations: [noFailedRequests, noRestarts],
};
