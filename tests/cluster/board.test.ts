/** The board sees what happens to the shop on kind, within a second, and reads no Secret meanwhile. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AppsV1Api, AutoscalingV2Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { Scene, type SceneEvent } from '@shop/board';
import { watchKubernetes, type Kubernetes } from '@shop/board/kubernetes';
import { eventually } from '@shop/testing/eventually';
import { context } from '../../scripts/kind/names.ts';
import { inShop } from '../support/kubectl.ts';

const namespace = 'shop';
/** From the API's answer to what the page is sent. */
const withinMs = 1_000;
const longMs = 180_000;

/** The API behind a proxy that writes down what is requested. */
class RecordedApi implements AsyncDisposable {
  readonly requests: { readonly method: string; readonly path: string }[] = [];
  readonly config = new KubeConfig();
  readonly #proxy = spawn('kubectl', ['--context', context, 'proxy', '--port', '0']);
  #server: http.Server | undefined;

  async start(): Promise<void> {
    const [line] = (await once(createInterface({ input: this.#proxy.stdout }), 'line')) as [string];
    const port = Number(/:(\d+)$/.exec(line)?.[1]);
    this.#server = http.createServer((request, response) => {
      const { method = '', url = '', headers } = request;
      this.requests.push({ method, path: url });
      const upstream = http.request({ host: '127.0.0.1', port, path: url, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      upstream.on('error', () => response.destroy());
      response.on('close', () => upstream.destroy());
      request.pipe(upstream);
    });
    await new Promise<void>((resolve) => void this.#server?.listen(0, '127.0.0.1', resolve));
    const own = (this.#server.address() as AddressInfo).port;
    this.config.loadFromClusterAndUser(
      { name: context, server: `http://127.0.0.1:${own}`, skipTLSVerify: true },
      { name: 'proxied' },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server?.closeAllConnections();
    this.#server?.close();
    const ended = once(this.#proxy, 'exit');
    this.#proxy.kill();
    await ended;
  }
}

describe('the board on kind', () => {
  const scene = new Scene();
  const events: SceneEvent[] = [];
  const own = new KubeConfig();
  let kubernetes: Kubernetes;
  let core: CoreV1Api;
  let apps: AppsV1Api;

  beforeAll(async () => {
    own.loadFromDefault();
    own.setCurrentContext(context);
    core = own.makeApiClient(CoreV1Api);
    apps = own.makeApiClient(AppsV1Api);
    kubernetes = watchKubernetes({ context, namespace, scene });
    scene.subscribe((message) => {
      if (message.type === 'change') events.push(...message.events);
    });
    await wellAgain();
  });
  afterAll(async () => {
    await kubernetes.close();
  });

  /** All is ready, and the database has a primary. */
  const wellAgain = () =>
    eventually(
      'the board sees the shop well',
      () => {
        const services = scene.all('service');
        const workloads = scene.all('workload').filter(({ type }) => type !== 'Job');
        return (
          scene.get('target', 'target')?.state === 'live' &&
          services.length >= 4 &&
          services.every(({ ready, wanted }) => ready === wanted) &&
          workloads.every(({ state }) => state === 'steady') &&
          scene.all('unit').some(({ role }) => role === 'primary')
        );
      },
      { withinMs: longMs, everyMs: 200 },
    );

  /** @returns how long after `since` the board showed it, milliseconds. */
  async function seen(what: Partial<SceneEvent>, since: number, waitMs = longMs): Promise<number> {
    const event = await eventually(
      `the board shows ${JSON.stringify(what)}`,
      () =>
        events.find(
          (one) =>
            one.at >= since &&
            Object.entries(what).every(([key, value]) => one[key as keyof SceneEvent] === value),
        ),
      { withinMs: waitMs, everyMs: 20 },
    );
    const ms = event.at - since;
    process.stderr.write(`  ${event.type} ${event.subject}: after ${ms} ms\n`);
    return ms;
  }

  const aUnit = (app: string) => {
    const found = scene.all('unit').find((unit) => unit.app === app && unit.state === 'ready');
    if (!found) throw new Error(`no pod of ${app} is ready`);
    return found;
  };

  test('a pod that is deleted is seen within a second, and its successor', async () => {
    const { name } = aUnit('product');
    const since = Date.now();
    await core.deleteNamespacedPod({ name, namespace });
    expect(await seen({ type: 'unit-stopping', subject: name }, since)).toBeLessThan(withinMs);
    await seen({ type: 'unit-created' }, since);
    await wellAgain();
  });

  test('a node that is drained is seen within a second, with the pods that leave it', async () => {
    const node = aUnit('product').place ?? '';
    const found = await core.readNode({ name: node });
    const since = Date.now();
    try {
      found.spec = Object.assign(found.spec ?? {}, { unschedulable: true });
      await core.replaceNode({ name: node, body: found });
      expect(await seen({ type: 'place-cordoned', subject: node }, since)).toBeLessThan(withinMs);
      const drained = Date.now();
      await inShop(
        'drain',
        node,
        '--pod-selector',
        'app=product',
        '--delete-emptydir-data',
        '--timeout=120s',
      );
      await seen({ type: 'unit-stopping' }, drained);
    } finally {
      const back = Date.now();
      await inShop('uncordon', node);
      await seen({ type: 'place-uncordoned', subject: node }, back);
    }
    await wellAgain();
  });

  test('a primary that hands over is seen, once another member says that it is one', async () => {
    const primary = scene.all('unit').find(({ role }) => role === 'primary')?.name ?? '';
    const since = Date.now();
    await core.deleteNamespacedPod({ name: primary, namespace });
    expect(await seen({ type: 'unit-stopping', subject: primary }, since)).toBeLessThan(withinMs);
    await seen({ type: 'primary' }, since);
    const now = scene.all('unit').find(({ role }) => role === 'primary')?.name;
    expect(now).not.toBe(primary);
    await wellAgain();
  });

  test('a rollout is seen as it begins and as it ends', async () => {
    const since = Date.now();
    await inShop('rollout', 'restart', 'deployment/user');
    const { metadata } = await apps.readNamespacedDeployment({ name: 'user', namespace });
    expect(metadata?.name).toBe('user');
    await seen({ type: 'rollout', subject: 'user' }, since);
    await seen({ type: 'rollout-done', subject: 'user' }, since);
    await wellAgain();
  });

  test('an autoscaler that scales is seen', async () => {
    const autoscaling = own.makeApiClient(AutoscalingV2Api);
    const name = 'board-test';
    const replicas = scene.get('workload', 'Deployment/user')?.wanted ?? 2;
    const since = Date.now();
    await autoscaling.createNamespacedHorizontalPodAutoscaler({
      namespace,
      body: {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name },
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'user' },
          // It scales up to its least number without any measurement.
          minReplicas: replicas + 1,
          maxReplicas: replicas + 1,
        },
      },
    });
    try {
      await seen({ type: 'scaled', subject: 'user', detail: `${replicas} → ${replicas + 1}` }, since);
      expect(scene.get('workload', `HorizontalPodAutoscaler/${name}`)).toBeDefined();
    } finally {
      await autoscaling.deleteNamespacedHorizontalPodAutoscaler({ name, namespace });
      await inShop('scale', 'deployment/user', `--replicas=${replicas}`);
    }
    await wellAgain();
  });

  test('it reads no Secret and changes nothing, by all that it requests of the API', async () => {
    await using api = new RecordedApi();
    await api.start();
    const seenHere = new Scene();
    const admin = { get: async () => '[]', close: () => undefined };
    const watched = watchKubernetes({ context, namespace, scene: seenHere, config: api.config, admin });
    try {
      await eventually('everything has been listed', () => seenHere.all('service').length >= 4, {
        withinMs: longMs,
      });
      const traceId = '0af7651916cd43dd8448eb211c80319c';
      await watched.lines.follow(traceId).lines();
    } finally {
      await watched.close();
    }
    expect(api.requests.length).toBeGreaterThan(10);
    expect([...new Set(api.requests.map(({ method }) => method))]).toEqual(['GET']);
    expect(api.requests.filter(({ path }) => /secret/i.test(path))).toEqual([]);
  });
});
