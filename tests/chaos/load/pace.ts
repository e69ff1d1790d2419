/** How many requests a second there are: as many as were given, or as the machine has processors for. */
import { cpus } from 'node:os';
import type { Load } from './load.ts';

/**
 * Where cluster and load keep the processors busier than that, a container that starts again has none left: what clients
 * then see is the machine, not the shop. A share of their time.
 */
const mostBusy = 0.75;
/** Fewer say too little: breakers count requests. */
const fewestPerSecond = 10;

/** @returns the share of this machine's processor time that was not idle since the call before, from 0 to 1. */
export function processorUse(): () => number {
  let last = processorTimes();
  return () => {
    const now = processorTimes();
    const all = now.all - last.all;
    const share = all === 0 ? 0 : 1 - (now.idle - last.idle) / all;
    last = now;
    return share;
  };
}

function processorTimes(): { readonly all: number; readonly idle: number } {
  const times = cpus().map((cpu) => cpu.times);
  return {
    all: times.flatMap((each) => Object.values(each)).reduce((sum, ms) => sum + ms, 0),
    idle: times.reduce((sum, { idle }) => sum + idle, 0),
  };
}

/** Of a whole run: it becomes slower, never faster, so that the faults after that can be compared. */
export class Pace {
  readonly #first: number;
  readonly #isFixed: boolean;
  #now: number;

  /** @param isFixed that the number was given, and is kept on any machine. */
  constructor(perSecond: number, isFixed: boolean) {
    this.#first = this.#now = perSecond;
    this.#isFixed = isFixed;
  }

  /** Requests a second, now. */
  get perSecond(): number {
    return this.#now;
  }

  /** For the report: `40`, or `40, then 20`. */
  toString(): string {
    return this.#now === this.#first ? `${this.#first}` : `${this.#first}, then ${this.#now}`;
  }

  /**
   * Lets the load run for a moment, and again with half of it, until the processors have time left.
   * @param passMoment resolves when a moment is over.
   * @param say is called with why the load became less.
   * @param use the share of the processors that was used since the call before.
   */
  async settle(
    load: Pick<Load, 'pace'>,
    passMoment: () => Promise<unknown>,
    say: (text: string) => void,
    use: () => number = processorUse(),
  ): Promise<void> {
    for (;;) {
      use();
      await passMoment();
      const busy = use();
      if (this.#isFixed || busy <= mostBusy || this.#now / 2 < fewestPerSecond) return;
      this.#now /= 2;
      load.pace(this.#now);
      say(`the processors were ${(busy * 100).toFixed(0)} % busy: ${this.#now} requests a second from here`);
    }
  }
}
