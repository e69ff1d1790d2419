import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Which programs the board has stopped, in a file: one that is killed cannot start them again, the next one can. */
export class BrokenPrograms {
  readonly #file: string;

  constructor(dataDir: string) {
    this.#file = join(dataDir, 'run', 'board-stopped.json');
  }

  /** Those that a board before this one has left stopped. */
  list(): readonly string[] {
    try {
      const names: unknown = JSON.parse(readFileSync(this.#file, 'utf8'));
      return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
    } catch {
      return [];
    }
  }

  add(program: string): void {
    this.#write([...new Set([...this.list(), program])]);
  }

  remove(program: string): void {
    this.#write(this.list().filter((name) => name !== program));
  }

  #write(names: readonly string[]): void {
    if (names.length === 0) return rmSync(this.#file, { force: true });
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, JSON.stringify(names));
  }
}
