import type { Breaker, BreakerState } from '../scene/entities.ts';
import type { Message } from '../scene/messages.ts';
import type { Scene } from '../scene/scene.ts';

/** Records the changes of breakers and the restarts of parts, from its creation to its end. */
export class Witness {
  readonly transitions: Record<BreakerState, number> = { closed: 0, open: 0, 'half-open': 0 };
  readonly #breakers = new Map<string, Breaker>();
  readonly #restarts = new Map<string, { readonly first: number; last: number }>();
  readonly #end: () => void;

  constructor(scene: Scene) {
    this.#end = scene.subscribe((message) => this.#see(message));
  }

  /** Parts that were restarted since then, or that belong to a new unit: `UNIT/PART`. */
  get restarts(): string[] {
    return [...this.#restarts].filter(([, { first, last }]) => last > first).map(([name]) => name);
  }

  end(): void {
    this.#end();
  }

  #see(message: Message): void {
    if (message.type === 'second') return;
    const isFirst = message.type === 'scene';
    for (const entity of isFirst ? message.entities : message.put) {
      if (entity.kind === 'breaker') this.#seeBreaker(entity);
      if (entity.kind !== 'unit') continue;
      for (const { name, restarts } of entity.parts) {
        const key = `${entity.name}/${name}`;
        const known = this.#restarts.get(key);
        if (known) known.last = restarts;
        else this.#restarts.set(key, { first: isFirst ? restarts : 0, last: restarts });
      }
    }
  }

  #seeBreaker(breaker: Breaker): void {
    const before = this.#breakers.get(breaker.id);
    this.#breakers.set(breaker.id, breaker);
    if (!before) return;
    const isAnotherOne = before.state !== breaker.state || before.since < breaker.since;
    if (!isAnotherOne) return;
    this.transitions[breaker.state] += 1;
    // States are read once a second: a trial between two of them may have been missed, but there was one.
    if (before.state === 'open' && breaker.state !== 'half-open') this.transitions['half-open'] += 1;
  }
}
