import { restartAndWait } from '../actions/workloads.ts';
import type { Fault } from '../fault.ts';
import { clientSeesNothing, mustHold } from './shared/rolling-update.ts';

export const rollingUpdateProduct: Fault = {
  name: 'rolling-update-product',
  title: 'product is rolled out again',
  clientSees: clientSeesNothing,
  inject: (stage) => restartAndWait(stage, 'deployment/product'),
  expectations: mustHold,
};
