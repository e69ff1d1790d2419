import { describe, expect, test } from '@jest/globals';
import { isReady, unsettled, type Pod, type Workload } from '../src/kubernetes.ts';

const pod = (status: 'True' | 'False', deletionTimestamp?: string): Pick<Pod, 'metadata' | 'status'> => ({
  metadata: {
    name: 'user-1',
    namespace: 'shop',
    uid: '1',
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
  },
  status: { conditions: [{ type: 'Ready', status }] },
});

test('a pod is ready when it says so and is not being deleted', () => {
  expect([pod('True'), pod('False'), pod('True', '2026-11-28T00:00:00Z')].map(isReady)).toEqual([
    true,
    false,
    false,
  ]);
  expect(isReady({ ...pod('True'), status: {} })).toBe(false);
});

const workload = (status: Workload['status'], replicas?: number): Workload => ({
  metadata: { name: 'user', generation: 2 },
  spec: replicas === undefined ? {} : { replicas },
  status: { observedGeneration: 2, ...status },
});

describe('a workload', () => {
  test.each([
    ['as its spec says', workload({ replicas: 2, readyReplicas: 2, updatedReplicas: 2 }, 2), undefined],
    ['without pods, as it should be', workload({}, 0), undefined],
    ['of one pod, which is the default', workload({ replicas: 1, readyReplicas: 1 }), undefined],
    ['whose change was not seen', workload({ observedGeneration: 1 }, 2), 'its last change is not seen yet'],
    ['that is being updated', workload({ updatedReplicas: 1 }, 2), '1 of 2 pods are new'],
    ['that is starting', workload({ replicas: 2, readyReplicas: 1 }, 2), '1 of 2 pods are ready'],
    ['whose old pods are still there', workload({ replicas: 3, readyReplicas: 2 }, 2), '3 pods for 2'],
  ])('%s', (_what, given, reason) => expect(unsettled(given)).toBe(reason));
});
