import type { Cluster } from '../cluster/cluster.ts';
import type { Fault, Preparation } from '../fault.ts';
import { patientUntil } from './patience.ts';
import { Restorations } from './restorations.ts';

/** Keeps what faults need, for as long as the next one needs it too. */
export class Preparations {
  readonly #cluster: Cluster;
  readonly #signal: AbortSignal;
  readonly #say: (text: string) => void;
  #now: readonly Preparation[] = [];
  readonly #restorations = new Restorations();

  constructor(cluster: Cluster, signal: AbortSignal, say: (text: string) => void) {
    this.#cluster = cluster;
    this.#signal = signal;
    this.#say = say;
  }

  async for({ needs = [] }: Pick<Fault, 'needs'>): Promise<void> {
    const same = needs.length === this.#now.length && needs.every((need) => this.#now.includes(need));
    if (same) return;
    await this.undo();
    for (const preparation of needs) {
      this.#signal.throwIfAborted();
      this.#say(`preparing: ${preparation.name}`);
      this.#now = [...this.#now, preparation];
      await preparation.prepare({
        cluster: this.#cluster,
        restoring: (what, undo) => this.#restorations.add(what, undo),
        until: (what, probe, withinMs) => patientUntil(this.#signal, what, probe, withinMs),
        note: this.#say,
      });
    }
  }

  /** @throws an AggregateError that names what could not be undone. */
  async undo(): Promise<void> {
    if (this.#now.length > 0) this.#say(`taking back: ${this.#now.map(({ name }) => name).join(', ')}`);
    this.#now = [];
    await this.#restorations.run();
  }
}
