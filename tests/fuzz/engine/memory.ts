import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const MiB = 1024 * 1024;
/** More than the caches and the compiled code of a warm program need. */
const maxGrowth = 24 * MiB;

/** Watches what stays in memory from one input to the next. */
export class MemoryWatch {
  readonly #collect: () => void;
  readonly #samples: number[] = [];

  constructor() {
    setFlagsFromString('--expose-gc');
    this.#collect = runInNewContext('gc') as () => void;
  }

  sample(): void {
    this.#collect();
    const { heapUsed, external } = process.memoryUsage();
    this.#samples.push(heapUsed + external);
  }

  /** From after the warm-up to the end, in bytes. */
  get growth(): number {
    const samples = this.#samples;
    if (samples.length < 10) return 0;
    const fifth = Math.ceil(samples.length / 5);
    return Math.min(...samples.slice(-fifth)) - Math.min(...samples.slice(fifth, 2 * fifth));
  }

  get grows(): boolean {
    return this.growth > maxGrowth;
  }
}
