import type { Faults } from '../faults/faults.ts';
import type { LineFinder } from '../request/one-request.ts';
import type { Scene } from '../scene/scene.ts';
import type { Traffic } from '../traffic/traffic.ts';
import type { Lessons } from './lessons.ts';

/** What the server works on. Of a recording there is only the scene. */
export interface BoardParts {
  readonly scene: Scene;
  readonly traffic?: Traffic;
  readonly faults?: Faults;
  readonly lines?: LineFinder;
  /** Read when they are first requested: the shop is seen before. */
  readonly lessons?: () => Promise<Lessons>;
}

/** Which pages are open, and what follows from that. */
export class Visitors {
  readonly #parts: BoardParts;
  readonly #farewellMs: number;
  #pages = 0;
  #farewell: NodeJS.Timeout | undefined;

  /** @param farewellMs how long all pages may be closed before what they broke is undone: a reload is not a farewell. */
  constructor(parts: BoardParts, farewellMs = 4_000) {
    this.#parts = parts;
    this.#farewellMs = farewellMs;
  }

  entered(): void {
    this.#pages += 1;
    clearTimeout(this.#farewell);
    this.#parts.traffic?.watch(true);
  }

  left(): void {
    this.#pages -= 1;
    if (this.#pages > 0) return;
    this.#farewell = setTimeout(() => {
      this.#parts.traffic?.watch(false);
      void this.#parts.faults?.undoAll();
    }, this.#farewellMs);
  }

  close(): void {
    clearTimeout(this.#farewell);
  }
}
