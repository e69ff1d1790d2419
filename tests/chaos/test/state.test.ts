import { describe, expect, jest, test } from '@jest/globals';
import type { Cluster } from '../cluster/cluster.ts';
import { untilSteady } from '../cluster/state.ts';

jest.setTimeout(30_000);

const ready = { type: 'Ready', status: 'True' };
const pod = {
  metadata: { name: 'product-0', namespace: 'shop', uid: '1', labels: { tier: 'service' } },
  spec: { nodeName: 'worker' },
  status: { phase: 'Running', podIP: '10.0.0.1', conditions: [ready] },
};
const workload = {
  metadata: { name: 'one', generation: 1 },
  spec: { replicas: 1 },
  status: { observedGeneration: 1, replicas: 1, readyReplicas: 1, updatedReplicas: 1, availableReplicas: 1 },
};

/** Everything in it is ready. @param breaker its state at each look, the last one for good. */
function clusterWith(...breaker: readonly string[]) {
  let looks = 0;
  const cluster = {
    api: {
      async get(path: string) {
        if (path.endsWith('/nodes'))
          return JSON.stringify({
            items: [{ metadata: { name: 'worker' }, status: { conditions: [ready] } }],
          });
        if (!path.endsWith('/pods')) return JSON.stringify(workload);
        return JSON.stringify({ items: path.includes('/shop/') ? [pod] : [] });
      },
    },
    shells: {
      async run() {
        const state = breaker[Math.min(looks, breaker.length - 1)] as string;
        looks += 1;
        return `ambassador_breaker_state{upstream="user",state="${state}"} 1`;
      },
    },
  } as unknown as Cluster;
  return { cluster, looks: () => looks };
}

describe('steady', () => {
  test('under load is a shop that stays so: late failures may still open a breaker', async () => {
    const { cluster, looks } = clusterWith('closed', 'open', 'half-open', 'closed');
    await untilSteady(cluster, 'under-load');
    // Closed, and open a moment later; half-open; closed, and still closed.
    expect(looks()).toBe(5);
  });

  test('without load is one whose breakers are not open', async () => {
    const { cluster, looks } = clusterWith('open', 'half-open');
    await untilSteady(cluster, 'quiet');
    expect(looks()).toBe(2);
  });

  test('that never comes names what is missing', async () => {
    const { cluster } = clusterWith('open');
    await expect(untilSteady(cluster, 'quiet', { withinMs: 0 })).rejects.toThrow(
      'the breaker of product-0 to user is open',
    );
  });
});
