/** What a fault is; each is one file in faults/. */
import { eventually } from '@shop/testing/eventually';
import type { Random } from '@shop/testing/load';
import type { Cluster } from './cluster/cluster.ts';
import type { Expectation } from './judge/expectations.ts';
import type { Keep } from './undo/left.ts';
import type { Repair } from './undo/repair.ts';

/** Undoes something; may be called although the rest of it has failed. */
export type Undo = () => Promise<unknown>;

/** What a fault may do while the load runs. */
export interface Stage {
  readonly cluster: Cluster;
  /** Random numbers, the same for the same seed. */
  readonly random: Random;
  /** Shorter times, for a run on every change. */
  readonly short: boolean;
  /**
   * Marks the moment of the fault, where it is later than the call of `inject`: the search for a target is not a part
   * of it.
   */
  begin(): void;
  /** Marks the moment when the cause is over, where that is before `inject` resolves. */
  end(): void;
  /**
   * Registered before the deed: what must be undone is undone on a failure, too, and on Ctrl-C. Last first. A `Repair` is
   * also written down: if this program is killed, the next one undoes it. A function is for what may stay, as the shop
   * works with it.
   */
  restoring(what: string, undo: Undo | Repair): Promise<void>;
  /** Undoes at once what has been registered since `inject` began. */
  restore(): Promise<void>;
  /** Aborted when the run is given up. */
  readonly signal: AbortSignal;
  /** @throws when the run is given up meanwhile. */
  wait(ms: number): Promise<void>;
  /** Waits for a condition, as `eventually` does. @throws when it does not become true, or the run is aborted. */
  until(what: string, probe: () => Promise<boolean> | boolean, withinMs?: number): Promise<void>;
  /** Adds a line to the report, with this moment. */
  note(text: string): void;
  /** The token that writes present from now on. */
  useToken(token: string | undefined): void;
}

/**
 * A change to the shop that some faults need. It is made before them, and undone when the next fault does not need it.
 */
export interface Preparation {
  readonly name: string;
  prepare(stage: Pick<Stage, 'cluster' | 'restoring' | 'signal' | 'until' | 'note'>): Promise<void>;
}

export interface Fault {
  /** The name of its file. It is Chaos Mesh's, LitmusChaos's or toxiproxy's where they have the fault. */
  readonly name: string;
  /** What happens, in a few words. */
  readonly title: string;
  /** Where the name comes from: `LitmusChaos pod-delete`. */
  readonly knownAs?: string;
  readonly needs?: readonly Preparation[];
  /** What a client sees, for docs/failure-modes.md. */
  readonly clientSees: string;
  /** Brings the fault about; resolves when its cause is over. */
  inject(stage: Stage): Promise<void>;
  readonly expectations: readonly Expectation[];
}

/** What has to be undone, last first. Each is undone once, even when others fail. */
export class Restorations {
  readonly #undos: { readonly what: string; readonly undo: Undo }[] = [];
  readonly #keep: Keep | undefined;

  /** @param keep writes repairs down. */
  constructor(keep?: Keep) {
    this.#keep = keep;
  }

  /** To be called before the deed. @throws when a repair cannot be written down. */
  async add(what: string, undo: Undo | Repair): Promise<void> {
    if (typeof undo === 'function') return void this.#undos.push({ what, undo });
    // Most faults need no repair.
    const { putBack } = await import('./undo/repair.ts');
    const forget = await this.#keep?.(what, undo);
    const repair = async () => {
      await putBack(undo);
      forget?.();
    };
    this.#undos.push({ what, undo: repair });
  }

  /** @throws an AggregateError that names everything that could not be undone. */
  async run(): Promise<void> {
    const errors: Error[] = [];
    for (let next = this.#undos.pop(); next !== undefined; next = this.#undos.pop()) {
      try {
        await next.undo();
      } catch (error) {
        errors.push(new Error(`${next.what}: ${(error as Error).message}`, { cause: error }));
      }
    }
    if (errors.length === 0) return;
    const list = errors.map(({ message }) => `  - ${message}`).join('\n');
    throw new AggregateError(errors, `Not everything could be undone; put it right by hand:\n${list}`);
  }
}

/** `Stage.until` of a run that ends with a signal. */
export const untilWith =
  (signal: AbortSignal): Stage['until'] =>
  async (what, probe, withinMs = 60_000) => {
    await eventually(what, probe, { withinMs, everyMs: 300, signal });
  };
