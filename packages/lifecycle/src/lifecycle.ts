export type Phase = 'starting' | 'serving' | 'draining';

/** Resolves when the dependency answers; its rejection's message is in the response of `/readyz`. */
export type ReadinessCheck = () => Promise<unknown>;

export interface Readiness {
  readonly ready: boolean;
  readonly phase: Phase;
  /** One entry a check: `ok`, or why not. */
  readonly checks: Readonly<Record<string, string>>;
}

/**
 * Where an app stands between start and end, and whether it should be sent requests.
 * Liveness checks none of this: a process that waits for its database must not be restarted for it.
 */
export class Lifecycle {
  /** A field, as it is read with every response; only this class changes it. */
  readonly phase: Phase = 'starting';
  readonly #checks = new Map<string, ReadinessCheck>();

  addReadinessCheck(name: string, check: ReadinessCheck): void {
    this.#checks.set(name, check);
  }

  /** The app listens: from now on readiness depends on the checks alone. */
  started(): void {
    if (this.phase === 'starting') this.#enter('serving');
  }

  /** Readiness is off for good: the endpoints of the Service are to forget this process. */
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
