import { controlPlane, powerOff, powerOn } from '../cluster/nodes.ts';
import { nodes } from '../cluster/state.ts';
import type { Fault } from '../fault.ts';
import { noFailedRequests, noFallbacks, restartsOnly } from '../judge/expectations.ts';

export const controlPlaneStopped: Fault = {
  name: 'control-plane-stopped',
  title: 'the control plane is stopped for a minute',
  clientSees: 'nothing: what runs goes on; only changes have to wait',
  async inject(stage) {
    stage.restoring('the control plane', () => powerOn(controlPlane));
    stage.begin();
    await powerOff(controlPlane);
    await stage.wait(stage.short ? 20_000 : 60_000);
    await stage.restore();
    stage.end();
    await stage.until('the API answers again', () => nodes(stage.cluster.api).then(() => true), 120_000);
  },
  expectations: [noFailedRequests, noFallbacks, restartsOnly(undefined)],
};
