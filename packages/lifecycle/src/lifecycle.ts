export type Phase = 'starting' | 'serving' | 'draining';

/** Resolves when the dependency responds. The message of a rejection is shown at `/readyz`. */
export type ReadinessCheck = () => Promise<unknown>;

export interface Readiness {
  readonly ready: boolean;
  readonly phase: Phase;
  /** One entry for each check: `ok`, or why not. */
  readonly checks: Readonly<Record<string, string>>;
}

/**
 * The phase of an app between start and end, and whether it should get requests. Liveness checks none of this: a
 * process that waits for its database must not be restarted because of that.
 */
export class Lifecycle {
  /** A field, because it is read for every response; only this class changes it. */
  readonly phase: Phase = 'starting';
  readonly #checks = new Map<string, ReadinessCheck>();

  addReadinessCheck(name: string, check: ReadinessCheck): void {
    this.#checks.set(name, check);
  }

  /** The app listens: from now on its readiness depends only on the checks. */
  started(): void {
    if (this.phase === 'starting') this.#enter('serving');
  }

  /** Turns readiness off for good, so that the Service's endpoints drop this process. */
  drain(): void {
    this.#enter('draining');
  }

  async readiness(): Promise<Readiness> {
    const results = await Promise.all(
      [...this.#checks].map(async ([name, check]): Promise<[string, string]> => {
        try {
          await check();
          return [name, 'ok'];
        } catch (error) {
          return [name, error instanceof Error ? error.message : String(error)];
        }
      }),
    );
    const healthy = results.every(([, result]) => result === 'ok');
    return {
      ready: this.phase === 'serving' && healthy,
      phase: this.phase,
      checks: Object.fromEntries(results),
    };
  }

  #enter(phase: Phase): void {
    (this as { phase: Phase }).phase = phase;
  }
}
