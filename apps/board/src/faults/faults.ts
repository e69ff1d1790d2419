import type { Counts, FaultStatus } from '../scene/entities.ts';
import type { Scene } from '../scene/scene.ts';

/** Something that can be broken. */
export interface Fault {
  readonly name: string;
  readonly title: string;
  readonly clientSees: string;
  /** It lasts until it is undone; otherwise it is over by itself. */
  readonly lasting: boolean;
  /**
   * Brings the fault about, calls `active` when it is there, and resolves when it is over and all that it changed is
   * undone. Undoes at once when the signal is aborted.
   */
  run(active: () => void, signal: AbortSignal): Promise<void>;
}

/** It cannot be done now; the message says why. */
export class FaultRefusedError extends Error {
  override readonly name = 'FaultRefusedError';
}

interface Running {
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** Starts faults and undoes them: from the page, when the last page is closed, and when the program ends. */
export class Faults {
  readonly #scene: Scene;
  readonly #faults: ReadonlyMap<string, Fault>;
  readonly #total: () => Counts;
  readonly #oneAtATime: boolean;
  readonly #running = new Map<string, Running>();
  #closed = false;

  /** @param total what clients have seen so far. */
  constructor(
    scene: Scene,
    faults: readonly Fault[],
    total: () => Counts,
    { oneAtATime = false }: { readonly oneAtATime?: boolean } = {},
  ) {
    this.#scene = scene;
    this.#faults = new Map(faults.map((fault) => [fault.name, fault]));
    this.#total = total;
    this.#oneAtATime = oneAtATime;
    for (const [order, { name, title, clientSees, lasting }] of faults.entries())
      scene.put({ kind: 'fault', id: name, title, clientSees, lasting, state: 'idle', order });
  }

  /** @throws {FaultRefusedError} */
  start(name: string): void {
    const fault = this.#faults.get(name);
    if (!fault) throw new FaultRefusedError(`There is no fault "${name.slice(0, 60)}".`);
    if (this.#closed) throw new FaultRefusedError('The board is ending.');
    if (this.#running.has(name)) throw new FaultRefusedError(`${name} has been started already.`);
    const [other] = this.#running.keys();
    if (this.#oneAtATime && other !== undefined)
      throw new FaultRefusedError(`${other} is in progress: undo it first, or wait until it is over.`);
    const stop = new AbortController();
    const before = this.#total();
    this.#put(name, { state: 'starting', since: Date.now() });
    const done = this.#run(fault, stop.signal, before).finally(() => this.#running.delete(name));
    this.#running.set(name, { stop, done });
  }

  /** Resolves when it is undone. @throws {FaultRefusedError} */
  async undo(name: string): Promise<void> {
    const running = this.#running.get(name);
    if (!running)
      throw new FaultRefusedError(`"${name.slice(0, 60)}" has not been started: there is nothing to undo.`);
    if (!running.stop.signal.aborted) {
      this.#put(name, { state: 'undoing', since: Date.now() });
      running.stop.abort();
    }
    await running.done;
  }

  /** Resolves when nothing is broken by the board any more. */
  async undoAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.undo(name)));
  }

  /** The same for good. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.undoAll();
  }

  async #run(fault: Fault, signal: AbortSignal, before: Counts): Promise<void> {
    const { name } = fault;
    const active = () => {
      if (!signal.aborted) this.#put(name, { state: 'active', since: Date.now() });
    };
    try {
      await fault.run(active, signal);
      const after = this.#total();
      const outcome = {
        live: after.live - before.live,
        fallback: after.fallback - before.fallback,
        failed: after.failed - before.failed,
      };
      this.#put(name, { state: 'idle', since: Date.now(), outcome });
    } catch (error) {
      this.#put(name, { state: 'failed', since: Date.now(), problem: (error as Error).message });
    }
  }

  #put(name: string, change: Partial<FaultStatus>): void {
    const status = this.#scene.get('fault', name);
    if (!status) return;
    const { problem: _, ...rest } = status;
    this.#scene.put({ ...rest, ...change });
    this.#scene.flush();
  }
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
