import { controlPlane, powerOff } from '../actions/nodes.ts';
import { nodes } from '../cluster/state.ts';
import type { Fault } from '../fault.ts';
import {
  fallbacksAtMost,
  noFailedRequests,
  noFallbacksMeanwhile,
  noRestarts,
} from '../judge/expectations.ts';

/**
 * kind's nodes share the processors of one machine, and a control plane that starts takes them for about a second. A
 * process on every node applies the network policies to new connections. It is then too slow for some of them, which
 * have 200 ms to connect. Seen: 0 to 2.
 */
const fallbacksAtItsStart = 10;

export const controlPlaneStopped: Fault = {
  name: 'control-plane-stopped',
  title: 'the control plane is stopped for a minute',
  clientSees:
    'nothing: what runs goes on; only changes have to wait (a few products with a fallback as it starts again)',
  async inject(stage) {
    await stage.restoring('the control plane', { do: 'start-node', node: controlPlane });
    stage.begin();
    await powerOff(controlPlane);
    await stage.wait(stage.short ? 20_000 : 60_000);
    stage.end();
    await stage.restore();
    await stage.until('the API answers again', () => nodes(stage.cluster.api).then(() => true), 120_000);
  },
  expectations: [noFailedRequests, noFallbacksMeanwhile, fallbacksAtMost(fallbacksAtItsStart), noRestarts],
};
