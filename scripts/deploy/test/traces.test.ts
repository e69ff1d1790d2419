import { describe, expect, test } from '@jest/globals';
import { describeTraces, findTraces } from '../traces.ts';
import { failure, fakeKubectl } from './support/fake-kubectl.ts';

const volume = (name: string, namespace: string, policy: string) => ({
  metadata: { name },
  spec: {
    capacity: { storage: '1Gi' },
    persistentVolumeReclaimPolicy: policy,
    claimRef: { namespace, name: 'data-mongo-0' },
  },
});

describe('traces', () => {
  test('are the namespace, volumes of its claims, and objects of the cluster with the label', async () => {
    const kubectl = fakeKubectl({
      'namespace shop': { metadata: { name: 'shop' } },
      persistentvolumes: {
        items: [
          volume('pv-1', 'shop', 'Delete'),
          volume('pv-2', 'other', 'Delete'),
          volume('pv-3', 'shop', 'Retain'),
        ],
      },
      'api-resources': 'namespaces\nnodes\nclusterroles.rbac.authorization.k8s.io\n',
      'get nodes,clusterroles.rbac.authorization.k8s.io': ({ options }) => {
        options.onLine?.('clusterrole.rbac.authorization.k8s.io/shop');
        options.onLine?.('Error from server (Forbidden): nodes is forbidden: User "dev" cannot list nodes');
        throw failure('nodes is forbidden');
      },
    });
    expect(describeTraces(await findTraces(kubectl))).toEqual([
      'the namespace shop, with everything in it',
      'the volume pv-1 of data-mongo-0, 1Gi',
      'the volume pv-3 of data-mongo-0, 1Gi, whose disk the provider keeps (Retain)',
      'clusterrole.rbac.authorization.k8s.io/shop',
    ]);
  });

  test('are none on a cluster that never had the shop', async () => {
    expect(describeTraces(await findTraces(fakeKubectl({ 'api-resources': '' })))).toEqual([]);
  });
});
