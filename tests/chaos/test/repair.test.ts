import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Restorations } from '../fault.ts';
import { leftOnKind, openJournal } from '../undo/left.ts';
import { changedFields, putBack, repairSchema, valueAt, type Means, type Repair } from '../undo/repair.ts';

const before = {
  replicas: 2,
  template: {
    metadata: { labels: { 'app.kubernetes.io/name': 'user' } },
    spec: { containers: [{ name: 'app', image: 'user@sha256:1' }] },
  },
};
const left = {
  replicas: 0,
  template: {
    metadata: { labels: { 'app.kubernetes.io/name': 'user', 'a/~b': 'c' } },
    spec: { containers: [{ name: 'app', image: 'user:chaos@sha256:1', env: [{ name: 'X', value: '1' }] }] },
  },
};
const set: Extract<Repair, { do: 'set' }> = {
  do: 'set',
  namespace: 'shop',
  objects: [{ object: 'deployment/user', fields: changedFields(before, left, '/spec') }],
  rollOut: true,
};

/** A cluster of one object, which applies JSON patches as the API server does. */
function fakeCluster(spec: object) {
  let object: { spec: object } | undefined = { spec };
  const calls: string[][] = [];
  const means: Means = {
    async kubectl(args) {
      calls.push([...args]);
      const verb = args[2];
      if (verb === 'get') return object === undefined ? '' : JSON.stringify(object);
      if (verb === 'patch' && object) object = patched(object, JSON.parse(args.at(-1) ?? '') as Operation[]);
      return '';
    },
    docker: async (...args) => void calls.push([...args]),
  };
  return {
    means,
    calls,
    verbs: () => calls.map(([, , verb]) => verb),
    spec: () => object?.spec,
    remove: () => (object = undefined),
  };
}

interface Operation {
  readonly op: 'test' | 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

function patched<T extends object>(object: T, operations: readonly Operation[]): T {
  const copy = structuredClone(object);
  for (const { op, path, value } of operations) {
    const at = path.lastIndexOf('/');
    const parent = valueAt(copy, path.slice(0, at)) as Record<string, unknown>;
    const key = path
      .slice(at + 1)
      .replaceAll('~1', '/')
      .replaceAll('~0', '~');
    if (op !== 'add' && !Object.hasOwn(parent, key)) throw new Error(`${path} is not there`);
    if (op === 'test') expect(parent[key]).toEqual(value);
    else if (op === 'remove') delete parent[key];
    else parent[key] = value;
  }
  return copy;
}

describe('what a fault has changed', () => {
  test('is as little as can be said of it', () => {
    expect(changedFields(before, left, '/spec')).toEqual([
      { at: '/spec/replicas', left: 0, before: 2 },
      { at: '/spec/template/metadata/labels/a~1~0b', left: 'c' },
      {
        at: '/spec/template/spec/containers/0/image',
        left: 'user:chaos@sha256:1',
        before: 'user@sha256:1',
      },
      { at: '/spec/template/spec/containers/0/env', left: [{ name: 'X', value: '1' }] },
    ]);
    expect(changedFields({ a: null }, {}, '')).toEqual([]);
    expect(changedFields(['a'], ['a', 'b'], '/x')).toEqual([{ at: '/x', left: ['a', 'b'], before: ['a'] }]);
  });

  test('is set to what it was, and the pods are waited for', async () => {
    const cluster = fakeCluster(left);
    expect(await putBack(set, cluster.means)).toBe('undone');
    expect(cluster.spec()).toEqual(before);
    expect(cluster.verbs()).toEqual(['get', 'patch', 'rollout']);
  });

  test('is left as it is where another client has changed it since', async () => {
    const cluster = fakeCluster({ ...left, replicas: 3 });
    expect(await putBack(set, cluster.means)).toBe('undone');
    expect(cluster.spec()).toEqual({ ...before, replicas: 3 });
    const others = fakeCluster({ replicas: 5, template: {} });
    const replicasOnly = {
      ...set,
      objects: [{ object: 'deployment/user', fields: set.objects[0]!.fields.slice(0, 1) }],
    };
    expect(await putBack(replicasOnly, others.means)).toBe('changed');
    expect(others.verbs()).toEqual(['get']);
  });

  test('costs nothing where it has not happened, is undone already, or the object is gone', async () => {
    const cluster = fakeCluster(before);
    expect(await putBack(set, cluster.means)).toBe('undone');
    cluster.remove();
    await putBack(set, cluster.means);
    expect(cluster.verbs()).toEqual(['get', 'get']);
  });

  test('what it has deleted a field of gets it back', async () => {
    const fields = changedFields({ a: { b: 1 } }, { a: {} }, '/spec');
    const cluster = fakeCluster({ a: {} });
    await putBack({ ...set, objects: [{ object: 'ingress/shop', fields }], rollOut: false }, cluster.means);
    expect(cluster.spec()).toEqual({ a: { b: 1 } });
  });

  test('a failure of the cluster is one of the undo', async () => {
    const { means } = fakeCluster(left);
    const failing = { ...means, kubectl: () => Promise.reject(new Error('no connection')) };
    await expect(putBack(set, failing)).rejects.toThrow('no connection');
  });
});

test('objects are deleted, nodes started, processes continued', async () => {
  const { means, calls } = fakeCluster({});
  await putBack({ do: 'delete', namespace: 'shop', object: 'pod/product-1' }, means);
  await putBack({ do: 'start-node', node: 'shop-worker' }, means);
  await putBack({ do: 'continue', node: 'shop-worker', pid: '7' }, means);
  expect(calls[0]).toEqual([
    '--namespace',
    'shop',
    'delete',
    'pod/product-1',
    '--ignore-not-found',
    '--wait=false',
  ]);
  expect(calls[1]).toEqual(['start', 'shop-worker']);
  expect(calls[2]).toEqual([
    'exec',
    'shop-worker',
    'bash',
    '-c',
    expect.stringContaining('-CONT'),
    'bash',
    '7',
  ]);
});

test.each([
  { do: 'start-node', node: '--help' },
  { do: 'delete', namespace: 'shop', object: '--all' },
  { do: 'delete', namespace: 'shop', object: 'pod' },
  { do: 'delete', namespace: '-n', object: 'pod/a' },
  { do: 'continue', node: 'shop-worker', pid: '1; reboot' },
  { do: 'run', command: 'reboot' },
  { do: 'start-node', node: 'a', more: 1 },
  null,
])('%j in a file is not followed', (value) => expect(repairSchema.safeParse(value).success).toBe(false));

const noKubectl = () => Promise.reject(new Error('no kubectl'));

describe('on the disk', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'left-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const node = { do: 'start-node', node: 'shop-worker' } as const;

  test('a repair is as long as it is not done; a function is never', async () => {
    const kept = new Set<string>();
    const restorations = new Restorations((what) => {
      kept.add(what);
      return () => kept.delete(what);
    });
    await restorations.add('a function', async () => {});
    await restorations.add('nothing', { ...set, objects: [] });
    expect([...kept]).toEqual(['nothing']);
    await restorations.run();
    expect([...kept]).toEqual([]);
  });

  test('what a program that runs has broken is not taken', async () => {
    const keep = (await openJournal(root, async () => 'one'))('node-poweroff');
    await keep('node shop-worker', node);
    using all = await leftOnKind({ root, identity: async () => 'one' });
    expect(all).toMatchObject({ left: [], running: 1 });
  });

  test('what one that was killed has broken is undone, unless its cluster is gone', async () => {
    const done: Repair[] = [];
    const undo = async (repair: Repair) => {
      done.push(repair);
      return 'undone' as const;
    };
    for (const identity of ['another', 'one']) {
      const folder = join(root, '00000000000001-x');
      mkdirSync(folder, { recursive: true });
      const entry = { cluster: 'one', fault: 'node-poweroff', what: 'node shop-worker', repair: node };
      writeFileSync(join(folder, '000001.json'), JSON.stringify(entry));
      using all = await leftOnKind({ root, undo, identity: async () => identity });
      expect(all.left.map(({ fault }) => fault)).toEqual(identity === 'one' ? ['node-poweroff'] : []);
      for (const left of all.left) await left.undo();
    }
    expect(done).toEqual([node]);
    expect(readdirSync(root)).toEqual([]);
  });

  test('nothing of it needs no kubectl', async () => {
    expect((await leftOnKind({ root: join(root, 'none'), identity: noKubectl })).left).toEqual([]);
  });
});
