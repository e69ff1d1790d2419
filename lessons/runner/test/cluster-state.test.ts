import { describe, expect, test } from '@jest/globals';
import { differences, stateOf, type ClusterObject } from '../cluster-state.ts';

const object = (kind: string, name: string, rest: Partial<ClusterObject> = {}): ClusterObject => ({
  kind,
  ...rest,
  metadata: {
    name,
    ...(kind === 'Node' || kind === 'Namespace' ? {} : { namespace: 'shop' }),
    ...rest.metadata,
  },
});
const deployment = (replicas: number, ready = replicas, image = 'user:1') =>
  object('Deployment', 'user', {
    spec: { replicas, template: { spec: { containers: [{ name: 'app', image }] } } },
    status: { replicas, readyReplicas: ready },
  });
const node = (spec: ClusterObject['spec'], labels = {}) =>
  object('Node', 'worker', { metadata: { name: 'worker', labels }, spec: spec ?? {} });

const request = (signer: string) =>
  object('CertificateSigningRequest', 'csr', {
    metadata: { name: 'csr' },
    spec: { signerName: `kubernetes.io/kube-apiserver-client${signer}` },
  });

const compare = (before: ClusterObject[], after: ClusterObject[]) =>
  differences(stateOf(before), stateOf(after));

test('a cluster is like itself, after changes of its controllers alone', () => {
  const owned = { metadata: { name: 'user-1', namespace: 'shop', ownerReferences: [{}] } };
  const before = [deployment(2), node({}), object('Pod', 'user-1', owned)];
  const after = [
    node({}),
    { ...deployment(2), metadata: { name: 'user', namespace: 'shop', resourceVersion: '2' } as never },
  ];
  expect(compare(before, after)).toEqual([]);
});

describe('it reports', () => {
  test.each<[string, ClusterObject[], ClusterObject[], string]>([
    ['what was left', [], [object('ConfigMap', 'x')], 'left behind: ConfigMap shop/x'],
    ['a pod without a controller', [], [object('Pod', 'x')], 'left behind: Pod shop/x'],
    ['what is gone', [object('Service', 'user')], [], 'gone: Service shop/user'],
    [
      'a label',
      [node({})],
      [node({}, { disk: 'ssd' })],
      'changed: Node worker, labels.disk was null, is "ssd"',
    ],
    [
      'a taint',
      [node({})],
      [node({ taints: [{ key: 'db', effect: 'NoSchedule' }] })],
      'changed: Node worker, taints was [], is [{"key":"db","effect":"NoSchedule"}]',
    ],
    [
      'a cordon',
      [node({})],
      [node({ unschedulable: true })],
      'changed: Node worker, cordoned was false, is true',
    ],
    [
      'a number of replicas',
      [deployment(2)],
      [deployment(3)],
      'changed: Deployment shop/user, replicas was 2, is 3',
    ],
    [
      'a pod that is not ready',
      [deployment(2)],
      [deployment(2, 1)],
      'changed: Deployment shop/user, settled was true, is false',
    ],
    [
      'another value',
      [object('Secret', 'x', { data: { a: 'MQ==' } })],
      [object('Secret', 'x', { data: { a: 'Mg==' } })],
      'changed: Secret shop/x, data.a was "',
    ],
    [
      'what is on its way out',
      [object('Namespace', 'shop')],
      [
        object('Namespace', 'shop', {
          metadata: { name: 'shop', deletionTimestamp: '2026-01-01T00:00:00Z' },
        }),
      ],
      'changed: Namespace shop, ending was null, is true',
    ],
  ])('%s', (_what, before, after, told) => {
    expect(compare(before, after)).toEqual([expect.stringContaining(told)]);
  });
});

test('what was still settling may settle', () => {
  expect(compare([deployment(2, 1)], [deployment(2)])).toEqual([]);
});

const configMap = (name: string, configVersion: string) =>
  object('ConfigMap', name, { data: { configVersion } });

test('what the replica set’s controller notes is its own; what is in other ConfigMaps counts', () => {
  expect(compare([configMap('mongo-replica-set', '7')], [configMap('mongo-replica-set', '9')])).toEqual([]);
  expect(compare([configMap('mongo-replica-set', '7')], [])).toEqual([
    'gone: ConfigMap shop/mongo-replica-set',
  ]);
  expect(compare([configMap('other', '7')], [configMap('other', '9')])).toHaveLength(1);
});

test('a kubelet’s request for a certificate comes and goes; a person’s counts', () => {
  expect(compare([request('-kubelet')], [])).toEqual([]);
  expect(compare([], [request('')])).toHaveLength(1);
});

test('a secret’s value is not kept', () => {
  const state = stateOf([object('Secret', 'x', { data: { password: 'aHVudGVyMg==' } })]);
  expect(JSON.stringify([...state])).not.toContain('aHVudGVyMg==');
});

test('a lesson’s namespace that is being deleted is as good as gone', () => {
  const metadata = { name: 'lesson-pod', deletionTimestamp: '2026-01-01T00:00:00Z' };
  const inside = object('ConfigMap', 'x', { metadata: { name: 'x', namespace: 'lesson-pod' } });
  expect(compare([], [object('Namespace', 'lesson-pod', { metadata }), inside])).toEqual([]);
});

test('what was on its way out before the lesson went by itself; what was not is missed', () => {
  const metadata = { name: 'strangers', deletionTimestamp: '2026-01-01T00:00:00Z' };
  expect(compare([object('Namespace', 'strangers', { metadata })], [])).toEqual([]);
  expect(compare([object('Namespace', 'strangers')], [])).toEqual(['gone: Namespace strangers']);
});

test('a namespace that was left stands for what is in it', () => {
  const inside = object('ConfigMap', 'x', { metadata: { name: 'x', namespace: 'lesson-pod' } });
  expect(compare([], [object('Namespace', 'lesson-pod'), inside])).toEqual([
    'left behind: Namespace lesson-pod',
  ]);
});

test('the number of replicas is the autoscaler’s where there is one', () => {
  const autoscaler = object('HorizontalPodAutoscaler', 'user', {
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'user' } },
  });
  expect(compare([deployment(2), autoscaler], [deployment(4), autoscaler])).toEqual([]);
});
