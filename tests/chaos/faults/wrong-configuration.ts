import { isReady } from '@shop/testing/kubernetes';
import { change } from '../actions/workloads.ts';
import { podsOf } from '../cluster/state.ts';
import type { Fault } from '../fault.ts';
import { noFailedRequests, restartsOnly } from '../judge/expectations.ts';

export const wrongConfiguration: Fault = {
  name: 'wrong-configuration',
  title: 'product is rolled out with a setting that it refuses',
  clientSees: 'nothing: the rollout stops at its first pod, the old ones serve, `rollout undo` takes it back',
  async inject(stage) {
    const before = new Set((await podsOf(stage.cluster, 'product')).map(({ metadata }) => metadata.name));
    stage.begin();
    const wrong = { name: 'app', env: [{ name: 'DRAIN_DELAY_MS', value: 'a while' }] };
    await change(stage, {
      what: 'product’s setting',
      objects: ['deployment/product'],
      patch: { spec: { template: { spec: { containers: [wrong] } } } },
      rollOut: true,
    });
    await stage.until('the new pod has refused to start', async () => {
      const fresh = (await podsOf(stage.cluster, 'product')).filter(
        ({ metadata }) => !before.has(metadata.name),
      );
      return fresh.some(({ status }) =>
        (status.containerStatuses ?? []).some(({ restartCount }) => restartCount > 0),
      );
    });
    await stage.wait(5_000);
    const serving = (await podsOf(stage.cluster, 'product')).filter(
      (pod) => before.has(pod.metadata.name) && isReady(pod),
    );
    if (serving.length !== before.size)
      throw new Error(`the rollout went on: ${serving.length} of ${before.size} old pods serve`);
    await stage.restore();
  },
  // The pod that was started with the wrong setting is the fault.
  expectations: [noFailedRequests, restartsOnly(/^product-.*\/app$/)],
};
