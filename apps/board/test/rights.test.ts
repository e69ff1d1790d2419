/** k8s/platform/board/rbac.yaml grants what the board requests, and nothing else. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { parseAllDocuments } from 'yaml';
import { watchKubernetes } from '../src/kubernetes/index.ts';
import { Scene } from '../src/scene/scene.ts';
import { FakeApi } from './support/fake-api.ts';

interface Granted {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string };
  readonly rules?: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

const file = new URL('../../../k8s/platform/board/rbac.yaml', import.meta.url);
/** `shop apps/deployments: list,watch`. */
const granted = parseAllDocuments(readFileSync(file, 'utf8')).flatMap((document) => {
  const { metadata, rules = [] } = document.toJS() as Granted;
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    resources.map((resource) => `${metadata.namespace ?? ''} ${apiGroups[0]}/${resource}: ${verbs.join()}`),
  );
});

test('what is watched may be listed and watched, and nothing more', async () => {
  const api = new FakeApi();
  await api.start();
  const admin = { get: async () => '[]', close: () => undefined };
  const options = { context: 'kind-fake', namespace: 'shop', config: api.config, admin };
  const scene = new Scene();
  const watched = watchKubernetes({ ...options, scene });
  try {
    const isLive = () => scene.get('target', 'target')?.state === 'live';
    await eventually('all is watched', () => isLive() && api.watching === new Set(api.asked).size);
  } finally {
    await watched.close();
    await api.stop();
  }
  const requested = [...new Set(api.asked)].map((path) => {
    const [, group = '', namespace = '', resource] =
      /^\/apis?(?:\/([^/]+))?\/v\d+(?:\/namespaces\/([^/]+))?\/([^/]+)$/.exec(path) ?? [];
    return `${namespace} ${group}/${resource}: list,watch`;
  });
  expect(granted.filter((one) => one.endsWith(': list,watch')).sort()).toEqual(requested.sort());
});

test('besides, it may read logs and forward ports of the shop’s pods; no Secret is named, and no verb writes', () => {
  expect(granted.filter((one) => !one.endsWith(': list,watch')).sort()).toEqual([
    'shop /pods/log: get',
    'shop /pods/portforward: get,create',
  ]);
  expect(granted.filter((one) => /secret|\*/.test(one))).toEqual([]);
});
