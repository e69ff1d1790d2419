import type { Faults } from '../faults/faults.ts';
import type { LineFinder } from '../request/one-request.ts';
import type { Scene } from '../scene/scene.ts';
import type { Traffic } from '../traffic/traffic.ts';
import type { Lessons } from './lessons.ts';

/** What the server works on. A recording has only the scene. */
export interface BoardParts {
  readonly scene: Scene;
  readonly traffic?: Traffic;
  readonly faults?: Faults;
  readonly lines?: LineFinder;
  /** Read when they are first requested, so that the shop is shown before. */
  readonly lessons?: () => Promise<Lessons>;
}

/** Counts the open pages, and starts and stops what depends on them. */
export class Visitors {
  readonly #parts: BoardParts;
  readonly #farewellMs: number;
  #pages = 0;
  #farewell: NodeJS.Timeout | undefined;

  /** @param farewellMs how long no page may be open before faults are undone: a reload must not undo them. */
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
