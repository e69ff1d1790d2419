import { restartAndWait } from '../actions/workloads.ts';
import type { Fault } from '../fault.ts';
import { clientSeesNothing, mustHold } from './shared/rolling-update.ts';

export const rollingUpdateTraefik: Fault = {
  name: 'rolling-update-traefik',
  title: 'the Ingress controller is rolled out again',
  clientSees: clientSeesNothing,
  inject: (stage) => restartAndWait(stage, 'deployment/traefik', 'traefik'),
  expectations: mustHold,
};
