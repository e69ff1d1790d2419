import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { HttpClient, openLoop, type HttpResponse } from '@shop/testing/load';
import { percentile, showSpread, spread, table, type Spread } from '@shop/testing/report';
import { kubectl } from '../../scripts/kind/kubectl.ts';
import { exampleProductId } from '../../scripts/seed/data.ts';
import { kindTarget } from '../../tests/support/targets/kind.ts';
import { cpuMicroseconds } from '../support/processes.ts';

export interface KindResult {
  /** Why nothing was measured. */
  readonly missing?: string;
  readonly conditions?: object;
  readonly cpu?: Readonly<Record<string, Readonly<Record<string, Spread>>>>;
  /** For people. */
  readonly text: string;
}

/** Requests a second: below what Traefik allows one client (k8s/platform/traefik/dynamic.yaml). */
const perSecond = 80;
const secondsPerRound = 5;
const rounds = 5;

interface Pods {
  readonly items: readonly {
    readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
    readonly status: {
      readonly containerStatuses?: readonly Status[];
      readonly initContainerStatuses?: readonly Status[];
    };
  }[];
}
interface Status {
  readonly name: string;
  readonly containerID?: string;
  readonly state?: { readonly running?: object };
}

/** The running containers of the product pods and of Traefik, by their names. @returns ids as the runtime has them. */
async function containers(): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const look = async (namespace: string, nameOf: (container: string) => string, selector: string[]) => {
    const args = ['get', 'pods', '--namespace', namespace, ...selector, '--output', 'json'];
    for (const { status } of (JSON.parse(await kubectl(args)) as Pods).items)
      for (const { name, containerID = '', state } of [
        ...(status.containerStatuses ?? []),
        ...(status.initContainerStatuses ?? []),
      ])
        if (state?.running)
          found.set(nameOf(name), [
            ...(found.get(nameOf(name)) ?? []),
            containerID.slice(containerID.lastIndexOf('/') + 1),
          ]);
  };
  await look('shop', (name) => (name === 'app' ? 'service' : name), ['--selector', 'app=product']);
  await look('traefik', () => 'traefik', []);
  return found;
}

/** The processes of this machine that run in one of these containers: kind's nodes are containers here. */
function processesOf(ids: readonly string[]): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        const group = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
        return ids.some((id) => group.includes(id));
      } catch {
        return false; // It has ended since.
      }
    })
    .map(Number);
}

/** User and system time so far, in microseconds, of each container's processes. */
function cpuOf(processes: ReadonlyMap<string, readonly number[]>): Map<string, number> {
  return new Map(
    [...processes].map(([name, pids]) => [
      name,
      pids.reduce((sum, pid) => sum + cpuMicroseconds(pid, { children: false }), 0),
    ]),
  );
}

const unavailable = (why: string): KindResult => ({
  missing: why,
  text: `on kind, with TLS and token at Traefik: not measured: ${why}`,
});

function expectStatus(response: HttpResponse, status: number): void {
  if (response.status !== status) throw new Error(`kind: ${response.status} ${response.body}`);
}

/**
 * The same requests in the kind cluster: through Traefik with TLS, a write with its token. Traefik limits a client to 100
 * requests a second, so the load is paced and what the processes take while idle is subtracted; figures are those of mostly
 * idle processes, and higher than under full load. Products that were created are deleted.
 */
export async function measureOnKind(content: object): Promise<KindResult> {
  let target: Awaited<ReturnType<typeof kindTarget>>;
  try {
    target = await kindTarget();
  } catch (error) {
    return unavailable((error as Error).message.split('\n', 1)[0] as string);
  }
  const processes = new Map([...(await containers())].map(([name, ids]) => [name, processesOf(ids)]));
  if ([...processes.values()].some((pids) => pids.length === 0))
    return unavailable('the processes of the nodes are not among those of this machine');
  const client = new HttpClient({ url: target.url }, 10_000);
  const authorized = { authorization: `Bearer ${target.token ?? ''}` };
  const created: string[] = [];
  const run = Date.now().toString(36);
  let number = 0;
  const requests: Readonly<Record<string, () => Promise<void>>> = {
    'GET /product/:id': async () =>
      expectStatus(await client.send({ method: 'GET', path: `/product/${exampleProductId}` }), 200),
    'POST /product': async () => {
      number += 1;
      const body = { ...content, sku: `BENCH-${run}-${number}` };
      const response = await client.send({ method: 'POST', path: '/product', headers: authorized, body });
      expectStatus(response, 201);
      created.push(response.headers.location ?? '');
    },
  };

  /** @returns microseconds per request of each process, and milliseconds of each request. */
  async function paced(send: () => Promise<void>, idle: ReadonlyMap<string, number>, pace = perSecond) {
    const before = cpuOf(processes);
    const times: number[] = [];
    let failed: unknown;
    const loop = openLoop(pace, async (dueAt) => {
      await send().catch((error: unknown) => (failed ??= error));
      times.push(loop.now() - dueAt);
    });
    await delay(secondsPerRound * 1000);
    await loop.stop();
    if (failed) throw failed;
    const cpu = [...cpuOf(processes)].map(
      ([name, now]) =>
        [name, (now - (before.get(name) ?? 0) - (idle.get(name) ?? 0)) / times.length] as const,
    );
    return { times, cpu: Object.fromEntries(cpu) };
  }

  try {
    for (const send of Object.values(requests)) await paced(send, new Map());
    const samples: Record<string, Awaited<ReturnType<typeof paced>>[]> = {};
    for (let round = 0; round < rounds; round += 1) {
      process.stderr.write(`kind: round ${round + 1} of ${rounds}\n`);
      const before = cpuOf(processes);
      await delay(secondsPerRound * 1000);
      const idle = new Map([...cpuOf(processes)].map(([name, now]) => [name, now - (before.get(name) ?? 0)]));
      for (const [name, send] of Object.entries(requests))
        (samples[name] ??= []).push(await paced(send, idle));
    }
    const names = ['traefik', 'service', 'ambassador', 'log-sidecar'];
    const cpu = Object.fromEntries(
      Object.entries(samples).map(([request, each]) => [
        request,
        Object.fromEntries(names.map((name) => [name, spread(each.map((sample) => sample.cpu[name] ?? 0))])),
      ]),
    );
    const rows = Object.entries(cpu).map(([request, byName]) => [
      request,
      percentile(
        (samples[request] ?? []).flatMap(({ times }) => times),
        0.99,
      ).toFixed(1),
      ...names.map((name) => showSpread(byName[name] as Spread)),
    ]);
    const conditions = { perSecond, secondsPerRound, rounds };
    return {
      conditions,
      cpu,
      text: `on kind, with TLS and token at Traefik, ${perSecond} requests/s, ${rounds} rounds of ${secondsPerRound} s, without what is used while idle:\n${table([['CPU µs per request', 'p99 ms', ...names], ...rows])}`,
    };
  } finally {
    for (const path of created) {
      await client.send({ method: 'DELETE', path, headers: authorized });
      await delay(1000 / perSecond);
    }
    client.close();
  }
}
