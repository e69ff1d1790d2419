import { describe, expect, test } from '@jest/globals';
import type { Workload } from '@shop/testing/kubernetes';
import { CommandError } from '../../support/run.ts';
import type { Kubectl } from '../kubectl.ts';
import { findUnsettled, isSettled, namesIn } from '../unsettled.ts';

const workload = (
  name: string,
  status: Workload['status'] = {},
  replicas = 2,
): Workload & { kind: string } => ({
  kind: 'Deployment',
  metadata: { name, generation: 3 },
  spec: { replicas },
  status: { observedGeneration: 3, replicas: 2, updatedReplicas: 2, readyReplicas: 2, ...status },
});
const settings = (data: object, metadata: object = {}) => ({
  kind: 'ConfigMap',
  metadata: { name: 'settings', ...metadata },
  data,
});

/** Answers as kubectl does. */
const kubectlWith =
  (planned: readonly object[], present: readonly object[]): Kubectl =>
  (args) =>
    Promise.resolve(JSON.stringify({ items: args.includes('apply') ? planned : present }));
const unsettled = async (planned: readonly object[], present: readonly object[]) => {
  const found = await findUnsettled(kubectlWith(planned, present), 'shop.yaml');
  return found && [...found];
};

test('nothing is to do where nothing would change and all pods are ready', async () => {
  const present = [workload('user'), settings({ a: '1' }, { resourceVersion: '7', uid: 'u' })];
  const note = { 'kubectl.kubernetes.io/last-applied-configuration': 'written in another way' };
  const planned = [
    { ...workload('user'), metadata: { name: 'user', generation: 4 }, status: {} },
    settings({ a: '1' }, { annotations: note }),
  ];
  expect(await unsettled(planned, present)).toEqual([]);
});

test('what would be made or changed is named', async () => {
  const planned = [workload('user', {}, 3), workload('product'), settings({ a: '2' })];
  const present = [workload('user'), workload('product')];
  expect(await unsettled(planned, present)).toEqual(['Deployment user', 'ConfigMap settings']);
  expect(await unsettled([settings({ a: '2' })], [settings({ a: '1' })])).toEqual(['ConfigMap settings']);
  const labelled = settings({ a: '1' }, { labels: { app: 'shop' } });
  expect(await unsettled([labelled], [settings({ a: '1' })])).toEqual(['ConfigMap settings']);
});

test('a workload whose pods are not ready is named', async () => {
  const all = [workload('user'), workload('product', { readyReplicas: 1 })];
  expect(await unsettled(all, all)).toEqual(['Deployment product']);
});

const refuses: Kubectl = () => Promise.reject(new CommandError('kubectl apply', 'exit code 1', 'immutable'));

test('where the server refuses the plan nothing is known, and all is applied', async () => {
  expect(await findUnsettled(refuses, 'shop.yaml')).toBeUndefined();
});

describe('a workload is settled', () => {
  test.each([
    ['when all pods are of the present version and ready', {}, 2, true],
    [
      'when none are wanted and there are none',
      { replicas: 0, updatedReplicas: 0, readyReplicas: 0 },
      0,
      true,
    ],
    ['not while its change is not seen yet', { observedGeneration: 2 }, 2, false],
    ['not while a pod of the old version is there', { replicas: 3 }, 2, false],
    ['not while a pod is of the old version', { updatedReplicas: 1 }, 2, false],
    ['not while it was scaled and has other pods', {}, 3, false],
  ])('%s', (_title, status, replicas, settled) => {
    expect(isSettled(workload('user', status, replicas))).toBe(settled);
  });
});

test('the objects of a stage have the same names', () => {
  const stage = [
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings',
    'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: user',
  ].join('\n---\n');
  expect(namesIn(stage)).toEqual(['ConfigMap settings', 'Deployment user']);
});
