import { isReady } from '@shop/testing/kubernetes';
import { scale } from '../actions/workloads.ts';
import { podsOf } from '../cluster/state.ts';
import type { Fault } from '../fault.ts';
import { breakerTakesOver } from './shared/failing-neighbour.ts';

export const userGone: Fault = {
  name: 'user-gone',
  title: 'user has no pods',
  clientSees: 'products with a fallback for the seller; `/user` is 503',
  async inject(stage) {
    await scale(stage, 'deployment/user', 0);
    await stage.until('user has no pods', async () => (await podsOf(stage.cluster, 'user')).length === 0);
    await stage.wait(stage.short ? 12_000 : 20_000);
    await stage.restore();
    stage.end();
    await stage.until(
      'user is back',
      async () => (await podsOf(stage.cluster, 'user')).filter(isReady).length === 2,
    );
  },
  expectations: breakerTakesOver,
};
