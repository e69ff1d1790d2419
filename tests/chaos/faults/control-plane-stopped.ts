import { controlPlane, powerOff, powerOn } from '../actions/nodes.ts';
import { nodes } from '../cluster/state.ts';
import type { Fault } from '../fault.ts';
import {
  fallbacksAtMost,
  noFailedRequests,
  noFallbacksMeanwhile,
  noRestarts,
} from '../judge/expectations.ts';

/**
 * kind's nodes share the processors of one machine. A control plane that starts takes them for about a second, and what
 * lets a new connection through the network policies (a process on every node) then comes too late for some: 200 ms to
 * connect. Seen: 0 to 2.
 */
const standInsAtItsStart = 10;

export const controlPlaneStopped: Fault = {
  name: 'control-plane-stopped',
  title: 'the control plane is stopped for a minute',
  clientSees:
    'nothing: what runs goes on; only changes have to wait (a few products with a fallback as it starts again)',
  async inject(stage) {
    stage.restoring('the control plane', () => powerOn(controlPlane));
    stage.begin();
    await powerOff(controlPlane);
    await stage.wait(stage.short ? 20_000 : 60_000);
    stage.end();
    await stage.restore();
    await stage.until('the API answers again', () => nodes(stage.cluster.api).then(() => true), 120_000);
  },
  expectations: [noFailedRequests, noFallbacksMeanwhile, fallbacksAtMost(standInsAtItsStart), noRestarts],
};
