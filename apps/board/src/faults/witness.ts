import type { Breaker, BreakerState } from '../scene/entities.ts';
import type { Message } from '../scene/messages.ts';
import type { Scene } from '../scene/scene.ts';

/** Sees what breakers and parts do from its making to its end. */
export class Witness {
  readonly transitions: Record<BreakerState, number> = { closed: 0, open: 0, 'half-open': 0 };
  readonly #breakers = new Map<string, Breaker>();
  readonly #restarts = new Map<string, { readonly first: number; last: number }>();
  readonly #end: () => void;

  constructor(scene: Scene) {
    this.#end = scene.subscribe((message) => this.#see(message));
  }

  /** Parts that were started again since then, or in a unit that is new: `UNIT/PART`. */
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
    // Its states are looked at once a second: the trial between two others may not have been seen, but there was one.
    if (before.state === 'open' && breaker.state !== 'half-open') this.transitions['half-open'] += 1;
  }
}
