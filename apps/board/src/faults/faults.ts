import { problemOf } from '../problems/problem-error.ts';
import type { FaultStatus } from '../scene/entities.ts';
import type { Scene } from '../scene/scene.ts';
import { FaultRefusedError, type Fault, type FaultEvidence, type Sample } from './fault.ts';
import { countsOf, isComplete, judge, steadyAt } from './verdict.ts';
import { Witness } from './witness.ts';

interface Running {
  readonly stop: AbortController;
  /** Resolves when it is undone. */
  readonly done: Promise<void>;
}

/** A fault that has no verdict yet. */
interface Watch {
  readonly name: string;
  /** Aborted when there is nothing more to wait for. */
  readonly over: AbortController;
  /** Another fault was there at the same time. */
  disturbed: boolean;
}

/** The requests of the board's own traffic. */
export interface Samples {
  /** Those that were due at this time or later, oldest first; at least those of the last minute. */
  since(at: number): readonly Sample[];
  /** Whether older ones are kept, too, from now on. */
  keep(all: boolean): void;
}

/** How far before a fault its evidence reaches. */
const beforeMs = 20_000;
/** Time between two checks of what must hold. */
const againMs = 500;

/** Starts faults and undoes them: from the page, when the last page is closed, and when the program ends. */
export class Faults {
  readonly #scene: Scene;
  readonly #faults: ReadonlyMap<string, Fault>;
  readonly #samples: Samples;
  readonly #oneAtATime: boolean;
  readonly #running = new Map<string, Running>();
  readonly #watches = new Set<Watch>();
  #closed = false;

  /** @param samples what clients see. */
  constructor(
    scene: Scene,
    faults: readonly Fault[],
    samples: Samples,
    { oneAtATime = false }: { readonly oneAtATime?: boolean } = {},
  ) {
    this.#scene = scene;
    this.#faults = new Map(faults.map((fault) => [fault.name, fault]));
    this.#samples = samples;
    this.#oneAtATime = oneAtATime;
    for (const [order, { name, title, clientSees, lasting, mustHold }] of faults.entries())
      scene.put({
        kind: 'fault',
        id: name,
        title,
        clientSees,
        lasting,
        mustHold: mustHold.map(({ text }) => text),
        state: 'idle',
        order,
      });
  }

  /** @throws {FaultRefusedError} */
  start(name: string): void {
    const fault = this.#faults.get(name);
    if (!fault) throw new FaultRefusedError({ code: 'no-fault', name: name.slice(0, 60) });
    if (this.#closed) throw new FaultRefusedError({ code: 'ending' });
    if (this.#running.has(name)) throw new FaultRefusedError({ code: 'fault-started', name });
    const [other] = this.#running.keys();
    if (this.#oneAtATime && other !== undefined)
      throw new FaultRefusedError({ code: 'fault-in-progress', name: other });
    // From now on clients see the effects of several faults, so none of them can be judged.
    for (const watch of this.#watches) {
      watch.disturbed = true;
      if (!this.#running.has(watch.name)) watch.over.abort();
    }
    const stop = new AbortController();
    const watch: Watch = { name, over: new AbortController(), disturbed: this.#watches.size > 0 };
    this.#watches.add(watch);
    const { promise: done, resolve: undone } = Promise.withResolvers<void>();
    this.#running.set(name, { stop, done });
    void this.#run(fault, stop.signal, watch, () => {
      this.#running.delete(name);
      undone();
    });
  }

  /** Resolves when it is undone. @throws {FaultRefusedError} */
  async undo(name: string): Promise<void> {
    const running = this.#running.get(name);
    if (!running) throw new FaultRefusedError({ code: 'fault-not-started', name: name.slice(0, 60) });
    if (!running.stop.signal.aborted) {
      this.#put(name, { state: 'undoing' });
      running.stop.abort();
    }
    await running.done;
  }

  /**
   * Undoes what a board that was killed has left of a fault. The fault counts as running until that is done.
   * @returns whether it could be undone. That it could not is shown.
   */
  async undoLeft(name: string, undo: () => Promise<unknown>): Promise<boolean> {
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const stop = new AbortController();
    stop.abort();
    this.#running.set(name, { stop, done });
    this.#put(name, { state: 'undoing' });
    try {
      await undo();
      this.#put(name, { state: 'idle' });
      return true;
    } catch (error) {
      this.#put(name, { state: 'failed', problem: problemOf(error) });
      return false;
    } finally {
      this.#running.delete(name);
      resolve();
    }
  }

  /** Resolves when nothing is broken by the board any more. */
  async undoAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.undo(name)));
  }

  /** The same, and no fault can be started after it. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.undoAll();
    for (const watch of this.#watches) watch.over.abort();
  }

  async #run(fault: Fault, signal: AbortSignal, watch: Watch, undone: () => void): Promise<void> {
    const { name } = fault;
    let startedAt = Date.now();
    let endedAt: number | undefined;
    const witness = new Witness(this.#scene);
    this.#samples.keep(true);
    this.#put(name, { state: 'starting', startedAt });
    const active = () => {
      startedAt = Date.now();
      if (!signal.aborted) this.#put(name, { state: 'active', startedAt });
    };
    try {
      await fault.run({ active, ended: () => (endedAt ??= Date.now()) }, signal);
      endedAt ??= Date.now();
      this.#put(name, { state: 'recovering', startedAt, endedAt });
      undone();
      const result = await this.#watch(fault, watch, witness, { faultFrom: startedAt, faultTo: endedAt });
      // It may have been restarted meanwhile.
      if (!this.#running.has(name)) this.#put(name, { state: 'idle', startedAt, endedAt, ...result });
    } catch (error) {
      this.#put(name, { state: 'failed', startedAt, endedAt: Date.now(), problem: problemOf(error) });
      undone();
    } finally {
      witness.end();
      this.#watches.delete(watch);
      this.#samples.keep(this.#watches.size > 0);
    }
  }

  /** Watches until nothing more can change the verdict. */
  async #watch(
    fault: Fault,
    watch: Watch,
    witness: Witness,
    times: Pick<FaultEvidence['times'], 'faultFrom' | 'faultTo'>,
  ): Promise<Pick<FaultStatus, 'verdict' | 'outcome'>> {
    const { signal } = watch.over;
    for (;;) {
      const to = Date.now();
      const samples = this.#samples.since(times.faultFrom - beforeMs);
      const evidence: FaultEvidence = {
        samples,
        transitions: { ...witness.transitions },
        restarts: witness.restarts,
        times: { ...times, steady: steadyAt(samples, times.faultTo, to) ?? to, to },
      };
      if (signal.aborted || isComplete(fault, evidence))
        return { verdict: judge(fault, evidence, watch.disturbed), outcome: countsOf(evidence) };
      await pause(againMs, signal);
    }
  }

  #put(name: string, change: Partial<FaultStatus>): void {
    const status = this.#scene.get('fault', name);
    if (!status) return;
    const { problem: _problem, verdict: _verdict, outcome: _outcome, ...rest } = status;
    this.#scene.put({ ...rest, ...change });
    this.#scene.flush();
  }
}

/** Resolves after the time, or when the signal is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
