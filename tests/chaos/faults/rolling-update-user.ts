import { restartAndWait } from '../actions/workloads.ts';
import type { Fault } from '../fault.ts';
import { clientSeesNothing, mustHold } from './shared/rolling-update.ts';

export const rollingUpdateUser: Fault = {
  name: 'rolling-update-user',
  title: 'user is rolled out again',
  clientSees: clientSeesNothing,
  inject: (stage) => restartAndWait(stage, 'deployment/user'),
  expectations: mustHold,
};
