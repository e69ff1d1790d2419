import { globSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { judge, type Plan } from '../judge.ts';
import { kustomizationFor, patchesFor, type Patch } from '../kustomization.ts';
import { root } from '../names.ts';
import { demand, facts, node, options } from './support/facts.ts';

interface Document {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
}

/** Every manifest of the shop; the patch of `components/service` counts as a Deployment of each service. */
const documents = globSync('k8s/{base,components/{network-policies,service}}/**/*.yaml', { cwd: root })
  .flatMap((file) => parseAllDocuments(readFileSync(`${root}${file}`, 'utf8')))
  .map((document) => document.toJS() as Document)
  .filter((document) => document.kind !== 'Kustomization' && document.kind !== 'Component');
const ofService = documents.find(({ metadata }) => metadata?.name === 'each-service') as Document;

const targetsOf = ({ target }: Patch): Document[] =>
  target.labelSelector === 'tier=service'
    ? [ofService]
    : documents.filter(
        ({ kind, metadata }) =>
          kind === target.kind && (target.name === undefined || metadata.name === target.name),
      );

/** RFC 6902, for the operations that the patches use. */
function apply(document: Document, { operations }: Patch): Document {
  const result = structuredClone(document);
  for (const operation of operations) {
    const keys = operation.path
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = keys.pop() as string;
    let parent: unknown = result;
    for (const key of keys) {
      expect(parent).toHaveProperty([key]);
      parent = (parent as Record<string, unknown>)[key];
    }
    const place = parent as Record<string, unknown>;
    if (operation.op !== 'add') expect(Object.keys(place)).toContain(last);
    if (operation.op === 'test') expect(place[last]).toEqual(operation.value);
    else if (operation.op === 'remove') {
      if (Array.isArray(place)) place.splice(Number(last), 1);
      else delete place[last];
    } else if (Array.isArray(place) && last === '-') place.push(operation.value);
    else place[last] = operation.value;
  }
  return result;
}

const patched = (plan: Plan) =>
  patchesFor(plan).flatMap((patch) => {
    const targets = targetsOf(patch);
    expect([patch.target, targets.length > 0]).toEqual([patch.target, true]);
    return targets.map((target) => apply(target, patch));
  });
const find = (all: readonly Document[], kind: string, name: string) =>
  all.find((document) => document.kind === kind && document.metadata.name === name);

const { plan } = judge(facts, options, demand);

test('every patch meets what it changes in the manifests', () => {
  const all = patched({ ...plan, spreadBy: 'node', storageClass: 'fast', pullSecret: 'pull' });
  expect(find(all, 'Ingress', 'shop')).toMatchObject({
    metadata: { annotations: { 'traefik.ingress.kubernetes.io/router.entrypoints': 'websecure' } },
    spec: {
      ingressClassName: 'web',
      tls: [{ hosts: ['shop.example'], secretName: 'shop-tls' }],
      rules: [
        { host: 'shop.example', http: { paths: [{ path: '/user' }, { path: '/product' }, { path: '/' }] } },
      ],
    },
  });
  expect(find(all, 'NetworkPolicy', 'service-in')).toMatchObject({
    spec: {
      ingress: [
        {
          from: [
            { podSelector: { matchLabels: { tier: 'service' } } },
            { podSelector: { matchLabels: { app: 'catalogue-import' } } },
            { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } } },
          ],
        },
      ],
    },
  });
  expect(find(all, 'NetworkPolicy', 'mongo-out')).toMatchObject({
    spec: { egress: [{}, { ports: [{ port: 443 }, { port: 6443 }] }] },
  });
  for (const [name, index] of [
    ['dns', 0],
    ['catalogue-import', 1],
  ] as const)
    expect(find(all, 'NetworkPolicy', name)).toHaveProperty(`spec.egress.${index}.to.1`, {
      ipBlock: { cidr: '10.0.0.10/32' },
    });
  expect(find(all, 'Deployment', 'each-service')).toHaveProperty(
    'spec.template.spec.topologySpreadConstraints.0',
    expect.objectContaining({ topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' }),
  );
  expect(find(all, 'StatefulSet', 'mongo')).toHaveProperty(
    'spec.volumeClaimTemplates.0.spec.storageClassName',
    'fast',
  );
  const accounts = all.filter(({ kind }) => kind === 'ServiceAccount');
  expect(accounts.map(({ metadata }) => metadata.name).sort()).toEqual([
    'catalogue-import',
    'legacy-supplier',
    'mongo',
    'product',
    'user',
  ]);
  for (const account of accounts) expect(account).toHaveProperty('imagePullSecrets', [{ name: 'pull' }]);
  expect(find(all, 'Namespace', 'shop')).toHaveProperty(
    ['metadata', 'labels', 'app.kubernetes.io/managed-by'],
    'npm-run-deploy',
  );
});

test('what the cluster has already is not changed: zones, class, pull secret', () => {
  expect(patchesFor(plan).map(({ target }) => target.kind)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/Deployment|StatefulSet|ServiceAccount/)]),
  );
});

test('without a certificate the Ingress has no TLS, and without a host it answers to every name', () => {
  const { host: _, ...anyHost } = options;
  const all = patched(judge({ ...facts, nodes: [node('a')] }, anyHost, demand).plan);
  const ingress = find(all, 'Ingress', 'shop');
  expect(ingress).not.toHaveProperty('spec.tls');
  expect(ingress).not.toHaveProperty('spec.rules.0.host');
});

test('the kustomization stands on prod and leaves out the redirect of our own Traefik', () => {
  const text = kustomizationFor(plan, '../../../k8s/overlays/prod');
  const { resources, patches } = parse(text) as {
    resources: string[];
    patches: { target: { kind: string; name?: string }; patch: string }[];
  };
  expect(resources).toEqual(['../../../k8s/overlays/prod']);
  const [first] = patches;
  expect(first?.target).toEqual({ kind: 'Ingress', name: 'plain-http' });
  expect(parse(first?.patch ?? '')).toMatchObject({ $patch: 'delete' });
});
