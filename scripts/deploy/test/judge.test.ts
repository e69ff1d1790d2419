import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../facts.ts';
import { judge } from '../judge.ts';
import type { Options } from '../options.ts';
import { demand, facts, ingressClass, node, options, pod, storageClass } from './support/facts.ts';

const judged = (changes: Partial<Facts> = {}, chosen: Partial<Options> = {}) =>
  judge({ ...facts, ...changes }, { ...options, ...chosen }, demand);
const { host: _, ...withoutHost } = options;

describe('a cluster with nothing in the way', () => {
  test('has no problems, and the plan is as it was found', () => {
    expect(judged()).toEqual({
      problems: [],
      advice: [],
      plan: {
        ingress: {
          className: 'web',
          annotations: { 'traefik.ingress.kubernetes.io/router.entrypoints': 'websecure' },
          host: 'shop.example',
          tlsSecret: 'shop-tls',
        },
        controllerNamespace: 'ingress',
        callers: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } } }],
        apiPorts: [443, 6443],
        nameServers: [{ ipBlock: { cidr: '10.0.0.10/32' } }],
        spreadBy: 'zone',
        platforms: ['linux/amd64'],
      },
    });
  });
});

describe('everything that is in the way is said at once', () => {
  test('of every kind', () => {
    const { problems } = judged(
      {
        version: '1.29.4',
        lacked: [{ verb: 'create', group: '', resource: 'pods', subresource: 'exec', namespace: 'shop' }],
        ingressClasses: [],
        storageClasses: [storageClass('gp2', 'kubernetes.io/aws-ebs')],
        nodes: [node('a', { architecture: 's390x' })],
      },
      { tlsSecret: 'cert' },
    );
    for (const text of [
      'The cluster has Kubernetes 1.29.4, and 1.30 or newer is needed',
      'This user may not create pods/exec in the namespace shop. `kubectl --context far auth can-i create pods/exec --namespace shop`',
      'There is no IngressClass, thus no Ingress controller',
      'No StorageClass is the default. Choose one with --storage-class: gp2',
      'Nodes are of the architecture s390x',
      'There is no Secret "cert" in the namespace shop. Make it: kubectl --context far create namespace shop',
    ])
      expect(problems).toContainEqual(expect.stringContaining(text));
  });

  test('what a user may not see is only advice, as long as the rest is enough', () => {
    const { pods: _pods, csiDrivers: _drivers, daemonSets: _sets, ...rest } = facts;
    const seen = { ...rest, unknown: ['pods is forbidden'] };
    expect(judge(seen, options, demand).problems).toEqual([
      expect.stringContaining(
        'was not found out: the network policies have to name it. Give --ingress-namespace',
      ),
    ]);
    expect(judge(seen, { ...options, ingressNamespace: 'edge' }, demand)).toMatchObject({
      problems: [],
      advice: ['Something of the cluster could not be seen: pods is forbidden'],
      plan: { controllerNamespace: 'edge' },
    });
  });

  test('a cluster that does not answer has that problem alone', () => {
    const { version: _, ...rest } = facts;
    const { problems } = judge({ ...rest, unread: ['error: context "far" does not exist'] }, options, demand);
    expect(problems).toEqual(['The cluster cannot be read: error: context "far" does not exist']);
  });
});

describe('nodes', () => {
  test('of several architectures get images for all of them', () => {
    const nodes = [node('a', { zone: '1', architecture: 'arm64' }), node('b', { zone: '2' })];
    expect(judged({ nodes }).plan.platforms).toEqual(['linux/amd64', 'linux/arm64']);
  });

  test('that take no pods do not count', () => {
    const nodes = [
      node('a', { zone: '1' }),
      node('b', { architecture: 'arm64', tainted: true }),
      node('c', { architecture: 'arm64', ready: false }),
      node('d', { architecture: 'amd64', os: 'windows', tainted: true }),
    ];
    expect(judged({ nodes }).plan.platforms).toEqual(['linux/amd64']);
  });

  test('of Windows that are not tainted are a problem', () => {
    const nodes = [...facts.nodes, node('w', { os: 'windows' })];
    expect(judged({ nodes }).problems).toEqual([expect.stringContaining('os=windows:NoSchedule')]);
  });

  test('that are made on demand need --platform', () => {
    expect(judged({ nodes: [] }).problems).toEqual([expect.stringContaining('--platform linux/amd64')]);
    expect(judged({ nodes: [] }, { platforms: ['linux/arm64'] })).toMatchObject({
      problems: [],
      plan: { platforms: ['linux/arm64'] },
    });
  });

  test('without zones spread the pods by node: DoNotSchedule would place none at all', () => {
    const { problems, advice, plan } = judged({ nodes: [node('only')] });
    expect(plan.spreadBy).toBe('node');
    expect(problems).toEqual([]);
    expect(advice).toEqual([expect.stringContaining('over the one node there is')]);
  });

  test('in one zone are advice, and so are too few', () => {
    const nodes = [node('a', { zone: '1', cpu: '1500m' })];
    const busy = pod('other', 'some/image', {
      nodeName: 'a',
      containers: [{ name: 'it', image: 'some/image', resources: { requests: { cpu: '500m' } } }],
    });
    const { problems, advice } = judged({ nodes, pods: [...(facts.pods ?? []), busy] });
    expect(problems).toEqual([]);
    expect(advice).toEqual([
      'The shop requests 1.3 CPUs and 2.3 GiB, and nodes have 1 and 16 GiB left: pods wait until there are more nodes',
      expect.stringContaining('All nodes are in one zone'),
    ]);
  });
});

describe('storage', () => {
  test('of the class in the options', () => {
    const storageClasses = [...facts.storageClasses, storageClass('slow', 'example.com/disk')];
    expect(judged({ storageClasses }, { storageClass: 'slow' })).toMatchObject({
      problems: [],
      plan: { storageClass: 'slow' },
    });
    expect(judged({ storageClasses }, { storageClass: 'none' }).problems).toEqual([
      'There is no StorageClass "none"; there are: fast, slow',
    ]);
  });

  test.each([
    ['kubernetes.io/aws-ebs', 'ebs.csi.aws.com'],
    ['disk.csi.azure.com', 'disk.csi.azure.com'],
  ])('of %s needs its driver', (provisioner, driver) => {
    const storageClasses = [storageClass('disk', provisioner, true)];
    expect(judged({ storageClasses, csiDrivers: [] }).problems).toEqual([
      expect.stringContaining(`needs the CSI driver ${driver}`),
    ]);
    expect(judged({ storageClasses, csiDrivers: [driver] }).problems).toEqual([]);
  });

  test('stays what it is: a StatefulSet cannot change it', () => {
    const claims = [{ metadata: { name: 'data-mongo-0' }, spec: { storageClassName: 'slow' } }];
    expect(judged({ claims }).problems).toEqual([expect.stringContaining('give --storage-class slow')]);
  });
});

describe('the Ingress', () => {
  test('is of the default class, or of the one in the options', () => {
    const ingressClasses = [
      ingressClass('web', 'traefik.io/ingress-controller'),
      ingressClass('nginx', 'k8s.io/ingress-nginx', {
        'ingressclass.kubernetes.io/is-default-class': 'true',
        'meta.helm.sh/release-namespace': 'nginx',
      }),
    ];
    const pods = [
      ...(facts.pods ?? []),
      pod('nginx', 'registry.k8s.io/ingress-nginx/controller:v1.14@sha256:0'),
    ];
    expect(judged({ ingressClasses, pods }).plan).toMatchObject({
      ingress: {
        className: 'nginx',
        annotations: {
          'nginx.ingress.kubernetes.io/limit-rps': '100',
          'nginx.ingress.kubernetes.io/proxy-body-size': '2m',
        },
      },
      controllerNamespace: 'nginx',
    });
    const chosen = judged({ ingressClasses, pods }, { ingressClass: 'web', annotations: { a: 'b' } });
    expect(chosen.plan.ingress).toMatchObject({ className: 'web', annotations: { a: 'b' } });
  });

  test('of several classes has to be chosen', () => {
    const ingressClasses = [
      ingressClass('a', 'traefik.io/ingress-controller'),
      ingressClass('b', 'x.example/y'),
    ];
    expect(judged({ ingressClasses }).problems).toEqual([
      'No IngressClass is the default. Choose one with --ingress-class: a, b',
    ]);
    expect(judged({ ingressClasses }, { ingressClass: 'c' }).problems).toEqual([
      'There is no IngressClass "c"; there are: a, b',
    ]);
  });

  test.each([
    'ingress.k8s.aws/alb',
    'eks.amazonaws.com/alb',
    'networking.gke.io/ingress-gce',
    'azure/application-gateway',
    'azure-application-gateway-for-containers/alb',
    'alb.networking.azure.io/alb-controller',
  ])('of %s, which is outside of the cluster, is refused', (controller) => {
    expect(judged({ ingressClasses: [ingressClass('cloud', controller)] }).problems).toEqual([
      expect.stringContaining('reaches pods from outside of the cluster'),
    ]);
  });

  test('of a controller that is not known needs its namespace', () => {
    const ingressClasses = [ingressClass('own', 'ingress.example/own')];
    const pods = [pod('edge', 'example/own:1')];
    expect(judged({ ingressClasses, pods }).problems).toEqual([
      expect.stringContaining('Give --ingress-namespace'),
    ]);
    expect(judged({ ingressClasses, pods }, { ingressNamespace: 'edge' })).toMatchObject({
      problems: [],
      plan: { controllerNamespace: 'edge' },
    });
    expect(judged({ ingressClasses, pods }, { ingressNamespace: 'none' }).problems).toEqual([
      expect.stringContaining('The namespace none has no pods'),
    ]);
  });

  test('of a controller in the network of its nodes opens the port to all, and says so', () => {
    const pods = [pod('ingress', 'traefik:v3', { hostNetwork: true })];
    const { advice, plan } = judged({ pods });
    expect(plan.callers).toEqual([{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }]);
    expect(advice).toEqual([expect.stringContaining('no network policy can select it')]);
  });

  test('without a host and a certificate speaks plain HTTP, with a warning', () => {
    const { problems, advice, plan } = judge(facts, withoutHost, demand);
    expect(problems).toEqual([]);
    expect(plan.ingress).toEqual({ className: 'web', annotations: {} });
    expect(advice).toEqual([expect.stringContaining('tokens can be read on their way')]);
  });

  test('takes a certificate that is there, or that cert-manager is to make', () => {
    const secrets = [{ metadata: { name: 'cert' }, type: 'kubernetes.io/tls' }];
    const namespace = { metadata: { name: 'shop' } };
    expect(judged({ namespace, secrets }, { tlsSecret: 'cert' })).toMatchObject({
      problems: [],
      plan: { ingress: { tlsSecret: 'cert', host: 'shop.example' } },
    });
    const opaque = [{ metadata: { name: 'cert' }, type: 'Opaque' }];
    expect(judged({ namespace, secrets: opaque }, { tlsSecret: 'cert' }).problems).toEqual([
      expect.stringContaining('It is of the type Opaque'),
    ]);
    const annotations = { 'cert-manager.io/cluster-issuer': 'letsencrypt' };
    expect(judged({}, { tlsSecret: 'cert', annotations }).problems).toEqual([]);
  });
});

describe('network policies', () => {
  test('let the controller of the database reach the API server where it listens', () => {
    const apiServer = [{ metadata: { name: 'kubernetes' }, ports: [{ port: 8443 }] }];
    expect(judged({ apiServer }).plan.apiPorts).toEqual([443, 6443, 8443]);
  });

  test('allow a DNS cache on the node, and a Service with two address families', () => {
    const dns = {
      metadata: { name: 'kube-dns' },
      spec: { clusterIP: '10.0.0.10', clusterIPs: ['10.0.0.10', 'fd00::a'] },
    };
    const daemonSets = [{ metadata: { name: 'node-local-dns' } }, ...(facts.daemonSets ?? [])];
    expect(judged({ dns, daemonSets }).plan.nameServers).toEqual([
      { ipBlock: { cidr: '10.0.0.10/32' } },
      { ipBlock: { cidr: 'fd00::a/128' } },
      { ipBlock: { cidr: '169.254.20.10/32' } },
    ]);
  });

  test('that may not be enforced, and other DNS servers, are advice', () => {
    const { dns: _, ...rest } = facts;
    const { problems, advice, plan } = judge({ ...rest, daemonSets: [] }, options, demand);
    expect(problems).toEqual([]);
    expect(plan.nameServers).toEqual([]);
    expect(advice).toEqual([
      expect.stringContaining('known to enforce network policies'),
      expect.stringContaining('no Service kube-dns'),
    ]);
  });
});

describe('the namespace', () => {
  const labels = { 'app.kubernetes.io/managed-by': 'npm-run-deploy' };
  const workloads = [{ metadata: { name: 'till' } }];

  test('of another owner with workloads is left alone', () => {
    const namespace = { metadata: { name: 'shop' } };
    expect(judged({ namespace, workloads }).problems).toEqual([
      expect.stringContaining(
        'a namespace shop that was not made by npm run deploy, with 1 workloads (till, …)',
      ),
    ]);
  });

  test('that is ours, or empty, is used; the right to create it is not needed', () => {
    const lacked = [{ verb: 'create', group: '', resource: 'namespaces' }];
    expect(judged({ namespace: { metadata: { name: 'shop', labels } }, workloads, lacked }).problems).toEqual(
      [],
    );
    expect(judged({ namespace: { metadata: { name: 'shop' } }, lacked }).problems).toEqual([]);
    expect(judged({ lacked }).problems).toEqual([expect.stringContaining('may not create namespaces')]);
  });

  test.each([
    [{ pods: '5' }, {}, 'pods: 5 less 0'],
    [{ 'requests.memory': '4Gi' }, { 'requests.memory': '3Gi' }, 'requests.memory: 4Gi less 3Gi'],
    [{ 'limits.cpu': '10' }, {}, 'wants a CPU limit of every container'],
  ])('with the quota %j, of which %j is used, has no room', (hard, used, text) => {
    const quotas = [
      { metadata: { name: 'team' }, status: { hard, used } as Record<string, Record<string, string>> },
    ];
    const namespace = { metadata: { name: 'shop' } };
    expect(judged({ namespace, quotas }).problems).toEqual([expect.stringContaining(text)]);
  });

  test('with the shop in it: what the shop takes is in what is used already', () => {
    const namespace = { metadata: { name: 'shop', labels } };
    const quotas = [{ metadata: { name: 'team' }, status: { hard: { pods: '15' }, used: { pods: '10' } } }];
    expect(judged({ namespace, workloads, quotas }).problems).toEqual([]);
  });
});
