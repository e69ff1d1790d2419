import { describe, expect, test } from '@jest/globals';
import { tryPods } from '../admission.ts';
import { demandOf, podTemplatesOf } from '../demand.ts';
import type { Manifest } from '@shop/testing/kubernetes';
import { readQuantity } from '../quantity.ts';
import { failure, fakeKubectl } from './support/fake-kubectl.ts';

const manifests: Manifest[] = [
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'mongo' },
    spec: {
      replicas: 3,
      template: {
        metadata: { labels: { app: 'mongo' } },
        spec: {
          initContainers: [
            {
              name: 'controller',
              image: 'replica-set-controller',
              restartPolicy: 'Always',
              resources: { requests: { cpu: '20m', memory: '80Mi' }, limits: { memory: '192Mi' } },
            },
            { name: 'once', image: 'user', resources: { requests: { cpu: '5' } } },
          ],
          containers: [
            {
              name: 'mongo',
              image: 'mongo:8.0',
              resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '512Mi' } },
            },
          ],
        },
      },
      volumeClaimTemplates: [
        { metadata: { name: 'data' }, spec: { resources: { requests: { storage: '1Gi' } } } },
      ],
    },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'import' },
    spec: {
      jobTemplate: { spec: { template: { spec: { containers: [{ name: 'import', image: 'adapter' }] } } } },
    },
  },
];

const image = (name: string) => (name === 'mongo:8.0' ? name : `ghcr.io/owner/shop/${name}`);

describe('what the shop requests', () => {
  test('is the sum over pods, with sidecars and volumes', () => {
    const { cpus, ...rest } = demandOf(manifests);
    expect(cpus).toBeCloseTo(0.36);
    expect(rest).toEqual({
      memoryBytes: 3 * 336 * 2 ** 20,
      limitsMemoryBytes: 3 * 704 * 2 ** 20,
      pods: 4,
      claims: 3,
      storageBytes: 3 * 2 ** 30,
    });
  });

  test.each([
    ['100m', 0.1],
    ['2', 2],
    [3, 3],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['1e3', 1000],
    ['12E', 12e18],
    ['16423144Ki', 16_423_144 * 1024],
  ])('in quantities as %s', (text, value) => {
    expect(readQuantity(text)).toBeCloseTo(value);
  });

  test.each(['', 'much', '1x', '1 Gi'])('in no such quantities as %j', (text) => {
    expect(readQuantity(text)).toBeNaN();
  });
});

describe('admission', () => {
  const templates = podTemplatesOf(manifests);

  test('is tested with a pod of each kind and its images, and none is created', async () => {
    const kubectl = fakeKubectl({ create: 'pod/x' });
    expect(await tryPods(kubectl, 'default', templates, image)).toEqual({ problems: [], advice: [] });
    const [first, second] = kubectl.calls.map(({ options }) => JSON.parse(options.input ?? '') as Manifest);
    for (const { args } of kubectl.calls) expect(args).toContain('--dry-run=server');
    expect(first).toMatchObject({
      kind: 'Pod',
      metadata: { labels: { app: 'mongo' } },
      spec: {
        serviceAccountName: 'default',
        volumes: [{ name: 'data', emptyDir: {} }],
        initContainers: [{ image: 'ghcr.io/owner/shop/replica-set-controller' }, {}],
        containers: [{ image: 'mongo:8.0' }],
      },
    });
    expect(second).toMatchObject({ spec: { containers: [{ image: 'ghcr.io/owner/shop/adapter' }] } });
  });

  test('that refuses is a problem, with what it said', async () => {
    const refusal =
      'Error from server: admission webhook "validate.kyverno.svc" denied the request: images must come from registry.corp';
    const { problems } = await tryPods(
      fakeKubectl({ create: failure(refusal) }),
      'shop',
      templates.slice(0, 1),
      image,
    );
    expect(problems).toEqual([`The cluster would refuse the pods of mongo: ${refusal}`]);
  });

  test('that only warns is advice, once', async () => {
    const kubectl = fakeKubectl({
      create: ({ options }) => {
        options.onLine?.('Warning: would violate PodSecurity "restricted:latest"');
        return 'pod/x';
      },
    });
    const { problems, advice } = await tryPods(kubectl, 'shop', templates, image);
    expect(problems).toEqual([]);
    expect(advice).toEqual([expect.stringContaining('with a warning: would violate PodSecurity')]);
  });

  test('that this user may not test is not a problem', async () => {
    const forbidden = failure('pods is forbidden: User "dev" cannot create resource "pods" in API group ""');
    const { problems, advice } = await tryPods(fakeKubectl({ create: forbidden }), 'shop', templates, image);
    expect(problems).toEqual([]);
    expect(advice).toEqual([expect.stringContaining('is not known whether the cluster admits')]);
  });
});
