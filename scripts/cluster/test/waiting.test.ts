import { describe, expect, test } from '@jest/globals';
import type { ContainerStatus as Status, Pod } from '@shop/testing/kubernetes';
import { sayingWhatFor, waitingFor } from '../waiting.ts';

const pod = (
  name: string,
  status: Partial<Status>,
  rest: Partial<Pod['status']> = {},
  image = 'mongo:8.0',
): Pod => ({
  metadata: { name, namespace: 'shop', uid: name },
  spec: { nodeName: 'shop-worker', containers: [{ name: 'app', image }] },
  status: {
    phase: 'Pending',
    containerStatuses: [{ name: 'app', ready: false, restartCount: 0, ...status }],
    ...rest,
  },
});
const ready = (name: string, image?: string): Pod =>
  pod(
    name,
    { ready: true, imageID: 'sha256:1', state: { running: {} } },
    { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    image,
  );

describe('R2: what is waited for', () => {
  test('is nothing when every pod is ready, or has done its work, or is on its way out', () => {
    const done = pod('import-1', { state: { terminated: { exitCode: 0 } } }, { phase: 'Succeeded' });
    const leaving = pod('user-1', { state: { running: {} } });
    const gone: Pod = {
      ...leaving,
      metadata: { ...leaving.metadata, deletionTimestamp: '2026-11-28T00:00:00Z' },
    };
    expect(waitingFor([ready('user-2'), done, gone])).toBeUndefined();
  });

  test('is images, counted for each node, and the pods that wait for them', () => {
    const pulling = pod('mongo-0', { state: { waiting: { reason: 'ContainerCreating' } } });
    const elsewhere = { ...pulling, spec: { ...pulling.spec, nodeName: 'shop-worker2' } };
    const sameNode = pod('mongo-2', { state: { waiting: { reason: 'ContainerCreating' } } });
    expect(waitingFor([ready('user-1', 'localhost:5001/user'), pulling, elsewhere, sameNode])).toMatch(
      /^waiting for images: 1 of 3 pulled; shop\/mongo-0: pulling mongo:8\.0, or mounting volumes; /,
    );
  });

  test.each<[string, Partial<Status>, Partial<Pod['status']>, string]>([
    [
      'an image that cannot be pulled',
      { state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "x"' } } },
      {},
      'app: ImagePullBackOff (Back-off pulling image "x")',
    ],
    [
      'a crash',
      {
        imageID: 'x',
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
      },
      {},
      'app: CrashLoopBackOff, ended with exit code 137',
    ],
    [
      'readiness',
      { imageID: 'x', state: { running: {} } },
      { phase: 'Running' },
      'app runs and is not ready',
    ],
    ['the beginning', {}, { containerStatuses: [] }, 'starting'],
  ])('is %s', (_case, status, rest, reason) => {
    expect(waitingFor([pod('mongo-0', status, rest)])).toContain(`shop/mongo-0: ${reason}`);
  });

  test('is a node, with what the scheduler says', () => {
    const message = '0/4 nodes are available: 3 Insufficient memory.';
    const { spec, ...waiting } = pod(
      'mongo-0',
      {},
      { conditions: [{ type: 'PodScheduled', status: 'False', message }] },
    );
    const { nodeName: _, ...unscheduled } = spec;
    expect(waitingFor([{ ...waiting, spec: unscheduled }])).toBe(
      'waiting for shop/mongo-0: no node: 0/4 nodes are available: 3 Insufficient memory.',
    );
  });

  test('is a volume, which the scheduler waits for without a word', () => {
    const { spec, ...waiting } = pod('mongo-0', {}, { containerStatuses: [] });
    const { nodeName: _, ...unscheduled } = spec;
    const volumes = [
      { name: 'keyfile' },
      { name: 'data', persistentVolumeClaim: { claimName: 'data-mongo-0' } },
    ];
    expect(waitingFor([{ ...waiting, spec: { ...unscheduled, volumes } }])).toBe(
      'waiting for shop/mongo-0: no node yet, or its volume is not made yet (data-mongo-0)',
    );
  });

  test('is an init container before the containers behind it', () => {
    const { spec, ...rest } = pod('mongo-0', { state: { waiting: { reason: 'PodInitializing' } } });
    const initContainers = [{ name: 'controller', image: 'c@sha256:0123456789abcdef' }];
    const initContainerStatuses = [
      {
        name: 'controller',
        ready: false,
        restartCount: 0,
        state: { waiting: { reason: 'ContainerCreating' } },
      },
    ];
    const status = { ...rest.status, initContainerStatuses };
    expect(waitingFor([{ ...rest, spec: { ...spec, initContainers }, status }])).toContain(
      'images: 0 of 2 pulled; shop/mongo-0: pulling c@01234567…, or mounting volumes',
    );
  });

  test('is a line that stays short', () => {
    const many = Array.from({ length: 9 }, (_, i) =>
      pod(`mongo-${i}`, { state: { running: {} }, imageID: 'x' }),
    );
    expect(waitingFor(many)).toMatch(/mongo-3: app runs and is not ready; and 5 more pods$/);
  });

  test('is said when it changes, until the work is done', async () => {
    const said: string[] = [];
    const { promise, resolve } = Promise.withResolvers<string>();
    const texts = [undefined, 'a', 'a', 'b', 'b'];
    const result = await sayingWhatFor(
      () => {
        if (texts.length === 1) resolve('done');
        return texts.length > 1 ? texts.shift() : texts[0];
      },
      () => promise,
      { everyMs: 1, tell: (text) => said.push(text) },
    );
    expect(result).toBe('done');
    expect(said).toEqual(['  a', '  b']);
  });

  test('does not hide a failure, nor keep it waiting', async () => {
    const work = sayingWhatFor(
      () => 'a',
      () => Promise.reject(new Error('failed')),
      { everyMs: 60_000 },
    );
    await expect(work).rejects.toThrow('failed');
  });

  test('that cannot be found out does not end the work', async () => {
    const work = sayingWhatFor(
      () => Promise.reject(new Error('no response')),
      async () => 'done',
      { everyMs: 1 },
    );
    expect(await work).toBe('done');
  });
});
