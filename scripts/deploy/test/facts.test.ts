import { describe, expect, test } from '@jest/globals';
import { readFacts } from '../facts.ts';
import { failure, fakeKubectl, reviews } from './support/fake-kubectl.ts';
import { node } from './support/facts.ts';

describe('what is read of a cluster', () => {
  const version = {
    clientVersion: { gitVersion: 'v1.37.0' },
    serverVersion: { gitVersion: 'v1.35.1-gke.200' },
  };

  test('is its version, its nodes and everything else, side by side', async () => {
    const kubectl = fakeKubectl({
      version,
      '--output json': reviews(() => true),
      'get nodes': { items: [node('a')] },
      'get namespace shop': { metadata: { name: 'shop' } },
      'get secrets': 'mongo-users Opaque\ncert kubernetes.io/tls',
      'get csidrivers': { items: [{ metadata: { name: 'ebs.csi.aws.com' } }] },
    });
    expect(await readFacts(kubectl)).toMatchObject({
      version: '1.35.1',
      unread: [],
      lacked: [],
      nodes: [{ metadata: { name: 'a' } }],
      csiDrivers: ['ebs.csi.aws.com'],
      namespace: { metadata: { name: 'shop' } },
      secrets: [
        { metadata: { name: 'mongo-users' }, type: 'Opaque' },
        { metadata: { name: 'cert' }, type: 'kubernetes.io/tls' },
      ],
    });
    // The content of Secrets is not read.
    const secrets = kubectl.calls.find(({ args }) => args.includes('secrets'));
    expect(secrets?.args.join(' ')).not.toMatch(/json$|\.data/);
  });

  test('is nothing where it does not answer, after a single question', async () => {
    const kubectl = fakeKubectl({
      version: failure('dial tcp: timeout\nUnable to connect to the server: timeout'),
    });
    const { version: found, unread } = await readFacts(kubectl);
    expect(found).toBeUndefined();
    expect(unread).toEqual(['Unable to connect to the server: timeout']);
    expect(kubectl.calls).toHaveLength(1);
  });

  test('is all that may be read; the rest is reported', async () => {
    const kubectl = fakeKubectl({
      version,
      '--output json': reviews(() => true),
      'get nodes': failure(
        'Error from server (Forbidden): nodes is forbidden: User "dev" cannot list resource "nodes"',
      ),
      'get pods': failure('Error from server (Forbidden): pods is forbidden'),
      'get storageclasses': { items: [{ metadata: { name: 'fast' }, provisioner: 'x' }] },
    });
    expect(await readFacts(kubectl)).toMatchObject({
      unread: [expect.stringContaining('nodes is forbidden')],
      unknown: [expect.stringContaining('pods is forbidden')],
      nodes: [],
      storageClasses: [{ metadata: { name: 'fast' } }],
    });
  });
});
