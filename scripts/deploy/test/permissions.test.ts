import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { root } from '../names.ts';
import type { Manifest } from '@shop/testing/kubernetes';
import { describeLacked, documentsOf, lackedBy, toDeploy, toUndeploy } from '../permissions.ts';
import { fakeKubectl, reviews } from './support/fake-kubectl.ts';

describe('permissions', () => {
  test('are checked in one request, and missing ones are named by resource', async () => {
    const kubectl = fakeKubectl({
      create: reviews(
        ({ verb, resource }) => resource !== 'secrets' && !(resource === 'namespaces' && verb === 'create'),
      ),
    });
    const lacked = await lackedBy(kubectl, toDeploy);
    expect(kubectl.calls).toHaveLength(1);
    expect(describeLacked('far', lacked)).toEqual([
      'This user may not create namespaces. `kubectl --context far auth can-i create namespaces` says so, too',
      'This user may not get, create, update, patch secrets in the namespace shop. `kubectl --context far auth can-i get secrets --namespace shop` says so, too',
    ]);
  });

  test('without a result are an error, never a yes', async () => {
    await expect(lackedBy(fakeKubectl({ create: '' }), toUndeploy)).rejects.toThrow(
      'some reviews have no result',
    );
  });

  test('cover every kind in the overlay prod', () => {
    const kinds = new Set(
      globSync('k8s/{base,components/{ambassador,log-sidecar,network-policies,service}}/**/*.yaml', {
        cwd: root,
      })
        .flatMap((file) => parseAllDocuments(readFileSync(`${root}${file}`, 'utf8')))
        .map((document) => document.toJS() as Manifest)
        .filter(({ apiVersion, kind }) => kind !== undefined && !apiVersion.startsWith('kustomize'))
        .map(({ kind }) => kind.toLowerCase()),
    );
    const resources = new Set(toDeploy.map(({ resource }) => resource));
    expect(kinds.size).toBeGreaterThan(10);
    for (const kind of kinds)
      expect([
        kind,
        [`${kind}s`, `${kind}es`, kind.replace(/y$/, 'ies')].some((name) => resources.has(name)),
      ]).toEqual([kind, true]);
  });

  test('answers come one after the other, or as a List', () => {
    expect(documentsOf('{\n  "a": {\n  }\n}\n{\n  "a": 2\n}')).toEqual([{ a: {} }, { a: 2 }]);
    expect(documentsOf('{"kind": "List", "items": [{"a": 1}]}')).toEqual([{ a: 1 }]);
    expect(documentsOf('')).toEqual([]);
  });
});
