import { onePodOf } from '../actions/pods.ts';
import type { Fault } from '../fault.ts';
import { faultSwitch, switchOn } from '../preparations/fault-switch.ts';
import { productGoesOn } from './shared/failing-neighbour.ts';

/** Half of the responses are errors: the breaker may or may not open at its 50 %, so this is not judged. */
export const userHttpStatusCode: Fault = {
  name: 'user-http-status-code',
  title: 'one pod of user answers 500 to everything',
  knownAs: 'LitmusChaos pod-http-status-code',
  needs: [faultSwitch],
  clientSees: 'products with a fallback for the seller, in part; half of `/user` is 500',
  async inject(stage) {
    await switchOn(stage, { kind: 'error' }, [await onePodOf(stage, 'user')]);
    await stage.wait(stage.short ? 10_000 : 20_000);
    await stage.restore();
  },
  expectations: productGoesOn,
};
