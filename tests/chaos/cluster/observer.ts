import { setTimeout as delay } from 'node:timers/promises';
import type { Pod } from '@shop/testing/kubernetes';
import type { BreakerStateName, ClusterEvent } from '../judge/evidence.ts';
import type { Api, Cluster, NodeShells } from './cluster.ts';
import { breakersOf, nodes, podsIn, podState, restartCounts } from './state.ts';

/** Often enough for the timeline; each look costs the API server, and the ambassadors, a few milliseconds of CPU. */
const everyMs = 1_000;

/** Looks at the cluster all the time and remembers what changed. While its API does not answer it sees nothing. */
export class Observer {
  readonly events: ClusterEvent[] = [];
  readonly #api: Api;
  readonly #shells: NodeShells;
  readonly #now: () => number;
  readonly #last = new Map<string, string>();
  /** By pod: what its ambassador's counters were at first and last. */
  readonly #transitions = new Map<string, { first: Counts; last: Counts }>();
  readonly #restarts = new Map<string, { first: number; last: number }>();
  #stopped = false;
  readonly #running: Promise<void>;

  /** @param now milliseconds since the load began. */
  constructor({ api, shells }: Cluster, now: () => number) {
    this.#api = api;
    this.#shells = shells;
    this.#now = now;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
    await this.#look();
  }

  /** How often all breakers have changed to each state since the observer began. */
  transitions(): Counts {
    const sum = { closed: 0, open: 0, 'half-open': 0 };
    for (const { first, last } of this.#transitions.values())
      for (const state of ['closed', 'open', 'half-open'] as const) sum[state] += last[state] - first[state];
    return sum;
  }

  /** Containers that were started again since the observer began, or in a pod that is new since then. */
  restarts(): string[] {
    return [...this.#restarts].filter(([, { first, last }]) => last > first).map(([name]) => name);
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      await this.#look();
      await delay(everyMs);
    }
  }

  async #look(): Promise<void> {
    // Each on its own: one that does not answer now does not hide the others.
    await Promise.allSettled([this.#lookAtShop(), this.#lookAtNodes()]);
  }

  async #lookAtShop(): Promise<void> {
    const pods = await podsIn(this.#api, 'shop');
    const others = await Promise.all([
      podsIn(this.#api, 'traefik', 'app=traefik'),
      podsIn(this.#api, 'kube-system', 'k8s-app=kube-dns'),
    ]);
    this.#observePods([...pods, ...others.flat()]);
    this.#observeRestarts(pods);
    await Promise.allSettled(
      pods
        .filter(({ metadata, status }) => metadata.labels?.['tier'] === 'service' && status.podIP)
        .map((pod) => this.#lookAtBreakers(pod)),
    );
  }

  #observePods(pods: readonly Pod[]): void {
    const there = new Set(pods.map(({ metadata }) => metadata.name));
    for (const pod of pods) if (!isJob(pod)) this.#note('pod', pod.metadata.name, podState(pod));
    for (const event of this.events)
      if (event.kind === 'pod' && !there.has(event.subject)) this.#note('pod', event.subject, 'gone');
  }

  #observeRestarts(pods: readonly Pod[]): void {
    const first = this.#restarts.size === 0;
    for (const [name, count] of restartCounts(pods)) {
      const known = this.#restarts.get(name);
      if (known) known.last = count;
      else this.#restarts.set(name, { first: first ? count : 0, last: count });
    }
  }

  async #lookAtBreakers(pod: Pod): Promise<void> {
    const { states, transitions } = await breakersOf(this.#shells, pod);
    const { name } = pod.metadata;
    const known = this.#transitions.get(name);
    if (known) known.last = transitions;
    else this.#transitions.set(name, { first: transitions, last: transitions });
    for (const [upstream, state] of states)
      this.#note('breaker', `${name} → ${new URL(upstream).host}`, state);
  }

  async #lookAtNodes(): Promise<void> {
    for (const [name, ready] of await nodes(this.#api))
      this.#note('node', name, ready ? 'ready' : 'not-ready');
  }

  #note(kind: ClusterEvent['kind'], subject: string, state: string): void {
    if (this.#last.get(`${kind} ${subject}`) === state) return;
    this.#last.set(`${kind} ${subject}`, state);
    this.events.push({ at: this.#now(), kind, subject, state });
  }
}

type Counts = Readonly<Record<BreakerStateName, number>>;

const isJob = ({ metadata }: Pod): boolean => metadata.labels?.['job-name'] !== undefined;
