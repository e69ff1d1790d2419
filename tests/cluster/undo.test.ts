/** What faults change is put back by the real API, field by field: on copies of the shop's objects, in another namespace. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inNamespace, withManifest } from '../../scripts/cluster/kubectl.ts';
import { inShop, kubectl } from '../../scripts/kind/kubectl.ts';
import { change, scale } from '../chaos/actions/workloads.ts';
import { putBack, repairSchema, type Repair } from '../chaos/undo/repair.ts';

const namespace = 'board-undo';
const here = inNamespace(kubectl, namespace);
const objects = ['deployment/product', 'deployment/user', 'networkpolicy/service-out', 'ingress/shop'];

interface Copied {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: object; readonly annotations?: object };
  readonly spec: object;
}

const read = async (object: string): Promise<Copied> =>
  JSON.parse(await here('get', object, '--output', 'json')) as Copied;
/** Without what Kubernetes writes itself. */
async function wantedHere(): Promise<object> {
  const found = await Promise.all(objects.map((object) => read(object)));
  return found.map(({ kind, metadata: { name, labels, annotations = {} }, spec }) => {
    const own = Object.entries(annotations).filter(([key]) => !key.startsWith('deployment.kubernetes.io/'));
    return { kind, name, labels, own, spec };
  });
}

/** No pod gets a node, and no request comes here. */
function idle(kind: string, spec: object): object {
  if (kind === 'Ingress') return { ...spec, ingressClassName: 'none' };
  if (kind !== 'Deployment') return spec;
  const { template } = spec as { template: { spec: object } };
  return {
    ...spec,
    replicas: 0,
    template: { ...template, spec: { ...template.spec, schedulerName: 'none' } },
  };
}

describe('what a fault has changed', () => {
  let before: object;
  const repairs: Repair[] = [];
  const stage = {
    // As it is read from a file.
    restoring: async (_what: string, repair: unknown) =>
      void repairs.push(repairSchema.parse(JSON.parse(JSON.stringify(repair)))),
    signal: new AbortController().signal,
  };

  beforeAll(async () => {
    await kubectl(['create', 'namespace', namespace]);
    for (const object of objects) {
      const { apiVersion, kind, metadata, spec } = JSON.parse(
        await inShop('get', object, '--output', 'json'),
      ) as Copied;
      const { name, labels, annotations } = metadata;
      await withManifest(kubectl, 'create', {
        apiVersion,
        kind,
        metadata: { name, namespace, labels, annotations },
        spec: idle(kind, spec),
      });
    }
    before = await wantedHere();
  });
  afterAll(() => kubectl(['delete', 'namespace', namespace, '--wait=false']));

  test.each([
    [
      'an image of two workloads',
      {
        objects: ['deployment/user', 'deployment/product'],
        patch: {
          spec: { template: { spec: { initContainers: [{ name: 'ambassador', image: 'x:chaos' }] } } },
        },
      },
    ],
    [
      'a new variable',
      {
        objects: ['deployment/product'],
        patch: {
          spec: {
            template: {
              spec: { containers: [{ name: 'app', env: [{ name: 'DRAIN_DELAY_MS', value: 'a while' }] }] },
            },
          },
        },
      },
    ],
    [
      'probes that are taken away',
      {
        objects: ['deployment/product'],
        patch: {
          spec: {
            template: {
              spec: { containers: [{ name: 'app', readinessProbe: null, startupProbe: null }] },
            },
          },
        },
      },
    ],
    [
      'a selector',
      {
        objects: ['networkpolicy/service-out'],
        patch: { spec: { podSelector: { matchLabels: { app: 'user' } } } },
      },
    ],
    [
      'an annotation with a slash',
      { objects: ['ingress/shop'], patch: { metadata: { annotations: { 'shop.example/a.b': 'c' } } } },
    ],
  ])('is put back: %s', async (what, { objects: changed, patch }) => {
    await change(stage, { what, namespace, objects: changed, patch });
    expect(await wantedHere()).not.toEqual(before);
    const repair = repairs.pop();
    if (!repair) throw new Error('nothing was registered');
    expect(await putBack(repair)).toBe('undone');
    expect(await wantedHere()).toEqual(before);
    // Twice does no harm.
    expect(await putBack(repair)).toBe('undone');
    expect(await wantedHere()).toEqual(before);
  });

  test('is put back: a number of pods, unless another client has changed it since', async () => {
    await here('scale', 'deployment/user', '--replicas=0');
    await scale(stage, 'deployment/user', 1, namespace);
    const repair = repairs.pop();
    if (!repair) throw new Error('nothing was registered');
    expect((await read('deployment/user')).spec).toMatchObject({ replicas: 1 });
    await putBack(repair);
    expect((await read('deployment/user')).spec).toMatchObject({ replicas: 0 });
    await here('scale', 'deployment/user', '--replicas=2');
    expect(await putBack(repair)).toBe('changed');
    expect((await read('deployment/user')).spec).toMatchObject({ replicas: 2 });
  });

  test('is deleted where the fault has made it', async () => {
    const repair = { do: 'delete', namespace, object: 'networkpolicy/service-out' } as const;
    await putBack(repair);
    expect(await here('get', 'networkpolicies', '--output', 'name')).toBe('');
    expect(await putBack(repair)).toBe('undone');
  });
});
