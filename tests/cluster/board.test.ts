/** The board sees what happens to the shop on kind, within a second, and reads no Secret meanwhile. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readRecording, record, replay, Scene, type SceneEvent } from '@shop/board';
import { watchKubernetes, type Kubernetes } from '@shop/board/kubernetes';
import { eventually } from '@shop/testing/eventually';
import { inShop } from '../../scripts/kind/kubectl.ts';
import { context } from '../../scripts/kind/names.ts';

const namespace = 'shop';
/** From the end of kubectl in the other terminal to the message for the page. */
const withinMs = 1_000;
const longMs = 180_000;

/** The API behind a proxy that records the requests. */
class RecordedApi implements AsyncDisposable {
  readonly requests: { readonly method: string; readonly path: string }[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'board-api-'));
  readonly kubeconfig = join(this.folder, 'config');
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
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      // The client refuses plain HTTP to a server whose certificate it has to verify.
      clusters: [
        {
          name: context,
          cluster: { server: `http://127.0.0.1:${own}`, 'insecure-skip-tls-verify': true },
        },
      ],
      users: [{ name: context, user: {} }],
      contexts: [{ name: context, context: { cluster: context, user: context } }],
    };
    writeFileSync(this.kubeconfig, JSON.stringify(config));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server?.closeAllConnections();
    this.#server?.close();
    const ended = once(this.#proxy, 'exit');
    this.#proxy.kill();
    await ended;
    rmSync(this.folder, { recursive: true });
  }
}

/** @returns the time at which it ended. */
const finished = async (command: Promise<unknown>): Promise<number> => {
  await command;
  return Date.now();
};

const collect = (from: Scene, into: SceneEvent[]) =>
  from.subscribe((message) => {
    if (message.type === 'change') into.push(...message.events);
  });
const what = ({ type, subject, detail }: SceneEvent) => [type, subject, detail];
const unitsOf = (scene: Scene) =>
  scene.all('unit').map(({ name, state, place, role }) => [name, state, place, role]);

describe('the board on kind', () => {
  const scene = new Scene();
  const events: SceneEvent[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'board-recording-'));
  const file = join(folder, 'all.ndjson');
  let kubernetes: Kubernetes;
  let endRecording: () => Promise<void>;

  beforeAll(async () => {
    kubernetes = watchKubernetes({ context, namespace, scene });
    collect(scene, events);
    endRecording = record(scene, file);
    await wellAgain();
  });
  afterAll(async () => {
    await kubernetes.close();
    rmSync(folder, { recursive: true });
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

  /** @returns when the board showed it, milliseconds since 1970. */
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
    process.stderr.write(
      `  ${event.type} ${event.subject}: ${event.at - since} ms after kubectl was started\n`,
    );
    return event.at;
  }

  const aUnit = (app: string) => {
    const found = scene.all('unit').find((unit) => unit.app === app && unit.state === 'ready');
    if (!found) throw new Error(`no pod of ${app} is ready`);
    return found;
  };

  test('a pod that is deleted is seen within a second, and its successor', async () => {
    const { name } = aUnit('product');
    const since = Date.now();
    const done = await finished(inShop('delete', 'pod', name, '--wait=false'));
    expect((await seen({ type: 'unit-stopping', subject: name }, since)) - done).toBeLessThan(withinMs);
    await seen({ type: 'unit-created' }, since);
    await wellAgain();
  });

  test('a node that is drained is seen within a second, with the pods that leave it', async () => {
    const node = aUnit('product').place ?? '';
    const since = Date.now();
    try {
      const done = await finished(inShop('cordon', node));
      expect((await seen({ type: 'place-cordoned', subject: node }, since)) - done).toBeLessThan(withinMs);
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
    const done = await finished(inShop('delete', 'pod', primary, '--wait=false'));
    expect((await seen({ type: 'unit-stopping', subject: primary }, since)) - done).toBeLessThan(withinMs);
    await seen({ type: 'primary' }, since);
    const now = scene.all('unit').find(({ role }) => role === 'primary')?.name;
    expect(now).not.toBe(primary);
    await wellAgain();
  });

  test('a rollout is seen as it begins and as it ends', async () => {
    const since = Date.now();
    await inShop('rollout', 'restart', 'deployment/user');
    const began = await seen({ type: 'rollout', subject: 'user' }, since);
    expect(await seen({ type: 'rollout-done', subject: 'user' }, since)).toBeGreaterThan(began);
    await wellAgain();
  });

  test('an autoscaler that scales is seen', async () => {
    const name = 'board-test';
    const replicas = scene.get('workload', 'Deployment/user')?.wanted ?? 2;
    const since = Date.now();
    // It scales up to its minimum without any measurement.
    const number = String(replicas + 1);
    await inShop('autoscale', 'deployment/user', `--name=${name}`, `--min=${number}`, `--max=${number}`);
    try {
      await seen({ type: 'scaled', subject: 'user', detail: `${replicas} → ${replicas + 1}` }, since);
      expect(scene.get('workload', `HorizontalPodAutoscaler/${name}`)).toMatchObject({ name });
    } finally {
      await inShop('delete', 'hpa', name);
      await inShop('scale', 'deployment/user', `--replicas=${replicas}`);
    }
    await wellAgain();
  });

  test('all of that is recorded, and seen again when it is replayed', async () => {
    const again = new Scene();
    const seenAgain: SceneEvent[] = [];
    collect(again, seenAgain);
    const atTheEnd = unitsOf(scene);
    const recorded = { events: events.map(what), end: atTheEnd };
    await endRecording();
    const { signal } = new AbortController();
    await replay(await readRecording(file), again, { speed: Infinity, signal });
    expect({ events: seenAgain.map(what), end: unitsOf(again) }).toEqual(recorded);
    for (const type of ['unit-stopping', 'place-cordoned', 'primary', 'rollout', 'rollout-done', 'scaled'])
      expect(recorded.events.map(([first]) => first)).toContain(type);
  });

  test('it reads no Secret and changes nothing, by all that it requests of the API', async () => {
    await using api = new RecordedApi();
    await api.start();
    const seenHere = new Scene();
    const shopsOwn = [
      'pods',
      'persistentvolumeclaims',
      'deployments',
      'statefulsets',
      'jobs',
      'horizontalpodautoscalers',
      'ingresses',
    ];
    const expected = [
      'nodes',
      ...['pods', 'deployments'].map((kind) => `namespaces/traefik/${kind}`),
      ...shopsOwn.map((kind) => `namespaces/${namespace}/${kind}`),
    ].sort();
    /** For the requests that `choose` selects: the path after the API's version, each once. */
    const requested = (choose: (request: { path: string; watch: boolean }) => boolean) => {
      const all = api.requests.map((request) => new URL(request.path, 'http://api'));
      const chosen = all.filter(({ pathname, searchParams }) =>
        choose({ path: pathname, watch: searchParams.has('watch') }),
      );
      const paths = chosen.map(({ pathname }) => pathname.replace(/^\/apis?(\/[^/]+)?\/v\d\//, ''));
      return [...new Set(paths)].sort();
    };
    const admin = { get: async () => '[]', close: () => undefined };
    const before = process.env['KUBECONFIG'];
    process.env['KUBECONFIG'] = api.kubeconfig;
    const watched = watchKubernetes({ context, namespace, scene: seenHere, admin });
    if (before === undefined) delete process.env['KUBECONFIG'];
    else process.env['KUBECONFIG'] = before;
    try {
      await eventually('everything has been listed and is watched', () => {
        expect(requested(({ watch }) => watch)).toEqual(expected);
        expect(requested(({ watch, path }) => !watch && !path.endsWith('/log'))).toEqual(expected);
        return true;
      });
      await eventually('the containers are known', () => seenHere.all('unit').length > 0, {
        withinMs: longMs,
      });
      const traceId = '0af7651916cd43dd8448eb211c80319c';
      await watched.lines.follow(traceId).lines();
      expect(requested(({ path }) => path.endsWith('/log'))).not.toEqual([]);
    } finally {
      await watched.close();
    }
    expect([...new Set(api.requests.map(({ method }) => method))]).toEqual(['GET']);
    expect(api.requests.filter(({ path }) => /secret/i.test(path))).toEqual([]);
  });
});
