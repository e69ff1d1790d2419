/** For each level one line in how many is kept; 0 keeps none. */
export type SamplingRates = Readonly<Record<string, number>>;

/** pino's numbers for its levels, for apps that write them so. */
const numbers: Readonly<Record<string, string>> = {
  trace: '10',
  debug: '20',
  info: '30',
  warn: '40',
  error: '50',
  fatal: '60',
};

export type SamplingVerdict = 'keep' | 'dropped' | 'sampled_out';

/** Decides by a line's level; the first line of each level is kept, then every n-th. */
export class Sampling {
  readonly #rules = new Map<string, { readonly keepOneIn: number; seen: number }>();

  constructor(rates: SamplingRates) {
    for (const [level, keepOneIn] of Object.entries(rates)) {
      const rule = { keepOneIn, seen: 0 };
      this.#rules.set(JSON.stringify(level), rule);
      const number = numbers[level];
      if (number) this.#rules.set(number, rule);
    }
  }

  get active(): boolean {
    return this.#rules.size > 0;
  }

  /** @param level as it stands in the line, as JSON. */
  verdict(level: string): SamplingVerdict {
    const rule = this.#rules.get(level);
    if (!rule) return 'keep';
    if (rule.keepOneIn === 0) return 'dropped';
    return rule.seen++ % rule.keepOneIn === 0 ? 'keep' : 'sampled_out';
  }
}
