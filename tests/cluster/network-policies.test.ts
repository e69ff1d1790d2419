/**
 * Every connection that k8s/components/network-policies allows works, and every other one that could be useful does
 * not.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { isReady, type Pod } from '@shop/testing/kubernetes';
import { idleNode } from '@shop/testing/restricted-pod';
import { withManifest } from '../../scripts/cluster/kubectl.ts';
import { trustAuthority } from '../../scripts/kind/certificates.ts';
import { kubectl } from '../../scripts/kind/kubectl.ts';
import { policiesAreEnforced, policiesNotEnforced } from '../../scripts/kind/policies.ts';
import { Connections, type Row } from '../support/try-connection.ts';

const strangersNamespace = 'strangers';
/** A pod like any other of the namespace, but with labels that no policy names. */
const stranger = (namespace: string) =>
  idleNode({ name: 'stranger', namespace, labels: { app: 'stranger' } });

/** Containers with Node from which connections are tried. */
const sources = {
  product: ['shop', 'deployment/product', 'app'],
  user: ['shop', 'deployment/user', 'app'],
  mongo: ['shop', 'pod/mongo-0', 'replica-set-controller'],
  'legacy-supplier': ['shop', 'deployment/legacy-supplier', 'adapter'],
  'a stranger in the namespace': ['shop', 'pod/stranger', 'stranger'],
  'a pod of another namespace': [strangersNamespace, 'pod/stranger', 'stranger'],
} as const;
type Source = keyof typeof sources;

const addresses = new Map<string, string>();
const addressOf = (name: string): string => addresses.get(name) ?? name;

/** Of a pod that stays: one that is ending refuses connections. */
const anAddressOf = (app: string): Promise<string> =>
  eventually(
    `a pod of ${app} is ready`,
    async () => {
      const list = await kubectl(['-n', 'shop', 'get', 'pods', '-l', `app=${app}`, '-o', 'json']);
      const { items } = JSON.parse(list) as { items: Pod[] };
      return items.find(isReady)?.status.podIP;
    },
    { withinMs: 60_000, everyMs: 500 },
  );

const allowed: readonly Row<Source>[] = [
  ['product', 'user', 80],
  ['product', 'the address of user', 3000],
  ['user', 'product', 80],
  ['user', 'the address of product', 3000],
  ['product', 'mongo-0.mongo', 27017],
  ['user', 'the address of mongo', 27017],
  ['mongo', 'kubernetes.default', 443],
  ['mongo', 'mongo-0.mongo', 27017],
];
const forbidden: readonly Row<Source>[] = [
  ['product', 'the address of user', 3001],
  ['product', 'the address of user', 9001],
  ['product', 'the address of legacy-supplier', 3000],
  ['product', 'kubernetes.default', 443],
  ['user', 'the address of product', 3001],
  ['user', 'the address of mongo', 9000],
  ['mongo', 'the address of user', 3000],
  ['mongo', 'product', 80],
  ['legacy-supplier', 'user', 80],
  ['legacy-supplier', 'the address of mongo', 27017],
  ['a stranger in the namespace', 'user', 80],
  ['a stranger in the namespace', 'the address of product', 3000],
  ['a stranger in the namespace', 'the address of product', 3001],
  ['a stranger in the namespace', 'the address of mongo', 27017],
  ['a stranger in the namespace', 'the address of legacy-supplier', 3000],
  ['a stranger in the namespace', 'kubernetes.default', 443],
  ['a pod of another namespace', 'user.shop', 80],
  ['a pod of another namespace', 'the address of product', 3000],
  ['a pod of another namespace', 'the address of user', 3001],
  ['a pod of another namespace', 'the address of mongo', 27017],
  ['a pod of another namespace', 'the address of legacy-supplier', 3000],
];
const connections = new Connections<Source>();

beforeAll(trustAuthority);
beforeAll(async () => {
  if (!(await policiesAreEnforced())) throw new Error(policiesNotEnforced);
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: strangersNamespace } };
  await withManifest(kubectl, 'apply', namespace);
  for (const name of ['shop', strangersNamespace]) {
    await withManifest(kubectl, 'apply', stranger(name));
    await kubectl(['--namespace', name, 'wait', '--for=condition=Ready', 'pod/stranger', '--timeout=120s']);
  }
  for (const app of ['user', 'product', 'mongo', 'legacy-supplier'])
    addresses.set(`the address of ${app}`, await anAddressOf(app));
  await connections.try({ allowed, forbidden }, { sources, addressOf });
});

afterAll(async () => {
  await kubectl(['--namespace', 'shop', 'delete', 'pod/stranger', '--ignore-not-found', '--wait=false']);
  await kubectl(['delete', 'namespace', strangersNamespace, '--ignore-not-found', '--wait=false']);
});

describe('allowed', () => {
  test.each(allowed)('from %s to %s, port %d', (...row) => {
    expect(connections.of(...row)).toBe('open');
  });

  test('through the Ingress to both services', async () => {
    for (const path of ['user', 'product'])
      expect((await fetch(`http://localhost:8080/${path}?limit=1`)).status).toBe(200);
  });
});

describe('forbidden', () => {
  test.each(forbidden)('from %s to %s, port %d', (...row) => {
    // A name that is not resolved would prove nothing.
    expect(connections.of(...row)).toMatch(/^(no response|ECONNREFUSED|EHOSTUNREACH)$/);
  });
});
