import { expect, test } from '@jest/globals';
import { drawObjects, edgesOf, type DrawnObject } from '../picture.ts';

const object = (
  kind: string,
  name: string,
  rest: Partial<DrawnObject> & { owner?: string } = {},
): DrawnObject => {
  const { owner, metadata, ...more } = rest;
  const ownerReferences = owner === undefined ? [] : [{ uid: owner }];
  return { kind, metadata: { ...metadata, name, uid: `${kind}/${name}`, ownerReferences }, ...more };
};
const pod = (
  name: string,
  labels: Record<string, string>,
  rest: Partial<DrawnObject> & { owner?: string } = {},
) => object('Pod', name, { ...rest, metadata: { name, labels } });

const objects = [
  object('Deployment', 'web'),
  object('ReplicaSet', 'web-1', { owner: 'Deployment/web' }),
  pod('web-1-a', { app: 'web' }, { owner: 'ReplicaSet/web-1' }),
  pod('web-1-b', { app: 'web' }, { owner: 'ReplicaSet/web-1' }),
  object('Ingress', 'web', {
    spec: { rules: [{ http: { paths: [{ backend: { service: { name: 'web' } } }] } }] },
  }),
  object('Service', 'web'),
  object('EndpointSlice', 'web-x', {
    owner: 'Service/web',
    endpoints: [
      { conditions: { ready: true }, targetRef: { kind: 'Pod', name: 'web-1-a' } },
      { conditions: { ready: false }, targetRef: { kind: 'Pod', name: 'web-1-b' } },
      { targetRef: { kind: 'Pod', name: 'of-another-namespace' } },
    ],
  }),
  object('NetworkPolicy', 'in', { spec: { podSelector: { matchLabels: { app: 'web' } } } }),
];

test('edges are what the objects say themselves', () => {
  const edges = edgesOf(objects).map(({ from, says, to }) => `${from} ${says} ${to}`);
  expect(edges).toEqual([
    'Deployment/web owns ReplicaSet/web-1',
    'ReplicaSet/web-1 owns Pod/web-1-a',
    'ReplicaSet/web-1 owns Pod/web-1-b',
    'Ingress/web routes to Service/web',
    'Service/web owns EndpointSlice/web-x',
    'EndpointSlice/web-x lists Pod/web-1-a',
    'EndpointSlice/web-x lists, not ready Pod/web-1-b',
    'NetworkPolicy/in selects Pod/web-1-a',
    'NetworkPolicy/in selects Pod/web-1-b',
  ]);
});

test('a claim of a pod is an edge', () => {
  const claims = [
    pod('mongo-0', {}, { spec: { volumes: [{ persistentVolumeClaim: { claimName: 'data' } }, {}] } }),
    object('PersistentVolumeClaim', 'data'),
  ];
  expect(edgesOf(claims)).toEqual([
    { from: 'Pod/mongo-0', to: 'PersistentVolumeClaim/data', says: 'mounts' },
  ]);
});

test('the drawing has a box for each object, and pods below one another', () => {
  const svg = drawObjects('Web & more', objects);
  expect(svg.match(/<rect /g)).toHaveLength(objects.length);
  expect(svg.match(/marker-end/g)).toHaveLength(9);
  expect(svg).toContain('aria-label="Web &amp; more"');
  const lefts = [...svg.matchAll(/<title>Pod\/[^<]+<\/title><rect x="(\d+)"/g)].map(([, x]) => x);
  expect(new Set(lefts).size).toBe(1);
});

test('objects that own one another in a circle are drawn, too', () => {
  const circle = [object('A', 'a', { owner: 'B/b' }), object('B', 'b', { owner: 'A/a' })];
  expect(drawObjects('circle', circle).match(/<rect /g)).toHaveLength(2);
  expect(drawObjects('nothing', [])).toContain('<svg');
});

const edgesIn = (...objects: DrawnObject[]): string[] =>
  edgesOf(objects).map(({ from, says, to }) => `${from} ${says} ${to}`);

test('a binding grants its role to its subjects', () => {
  const binding = object('RoleBinding', 'look', {
    roleRef: { kind: 'Role', name: 'board' },
    subjects: [
      { kind: 'ServiceAccount', name: 'board' },
      { kind: 'User', name: 'dana' },
    ],
  });
  expect(edgesIn(binding, object('Role', 'board'), object('ServiceAccount', 'board'))).toEqual([
    'RoleBinding/look grants Role/board',
    'RoleBinding/look to ServiceAccount/board',
  ]);
  const drawn = drawObjects('rbac', [binding, object('Role', 'board'), object('ServiceAccount', 'board')]);
  expect(drawn).toContain('<title>User/dana</title>');
  expect(drawn.match(/<rect /g)).toHaveLength(4);
  const ofAll = object('ClusterRoleBinding', 'look', {
    roleRef: { kind: 'ClusterRole', name: 'board' },
    subjects: null,
  });
  expect(edgesIn(ofAll, object('ClusterRole', 'board'))).toEqual([
    'ClusterRoleBinding/look grants ClusterRole/board',
  ]);
});

test('what a pod uses, and where it runs, are edges', () => {
  const web = pod(
    'web',
    {},
    {
      spec: {
        nodeName: 'shop-worker',
        serviceAccountName: 'board',
        volumes: [
          { configMap: { name: 'files' } },
          { secret: { secretName: 'key' } },
          {
            projected: {
              sources: [{ configMap: { name: 'kube-root-ca.crt' } }, { secret: { name: 'token' } }],
            },
          },
        ],
        containers: [
          {
            envFrom: [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'words' } }],
            env: [{ valueFrom: { configMapKeyRef: { name: 'one' } } }, {}],
          },
        ],
      },
    },
  );
  const used = [
    ...['files', 'settings', 'one', 'kube-root-ca.crt'].map((name) => object('ConfigMap', name)),
    ...['key', 'token', 'words'].map((name) => object('Secret', name)),
    object('ServiceAccount', 'board'),
    object('Node', 'shop-worker'),
  ];
  expect(edgesIn(web, ...used)).toEqual([
    'Pod/web reads ConfigMap/files',
    'Pod/web reads ConfigMap/kube-root-ca.crt',
    'Pod/web reads ConfigMap/settings',
    'Pod/web reads ConfigMap/one',
    'Pod/web reads Secret/key',
    'Pod/web reads Secret/token',
    'Pod/web reads Secret/words',
    'Pod/web as ServiceAccount/board',
    'Pod/web runs on Node/shop-worker',
  ]);
  expect(drawObjects('web', [web, ...used])).not.toContain('kube-root-ca.crt');
});

test('an autoscaler scales its target, and a claim is bound to its volume', () => {
  expect(
    edgesIn(
      object('HorizontalPodAutoscaler', 'web', {
        spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } },
      }),
      object('Deployment', 'web'),
      object('PersistentVolumeClaim', 'data', { spec: { volumeName: 'disk' } }),
      object('PersistentVolume', 'disk'),
    ),
  ).toEqual([
    'HorizontalPodAutoscaler/web scales Deployment/web',
    'PersistentVolumeClaim/data bound to PersistentVolume/disk',
  ]);
});

test('boxes, gaps and the whole are as wide as their texts', () => {
  const name = 'a-deployment-whose-name-is-long-7d9c5b8f64-x2';
  const svg = drawObjects('A title that is longer than the only box of its picture is wide, by far', [
    object('Pod', name),
  ]);
  const [, whole = '0'] = /<svg [^>]*width="(\d+)"/.exec(svg) ?? [];
  const [, box = '0'] = /<rect [^>]*width="(\d+)"/.exec(svg) ?? [];
  expect(Number(box)).toBeGreaterThan(44 * 8);
  expect(Number(whole)).toBeGreaterThan(71 * 6.7);
  expect(svg).toContain('>a-deployment-whose-na…is-long-7d9c5b8f64-x2<');
});
