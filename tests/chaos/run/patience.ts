import { eventually } from '../../support/eventually.ts';

const givenUp = Symbol('given up');

/** `eventually` that ends at once when the run is given up. @throws when the condition does not come, or the signal's reason. */
export async function patientUntil(
  signal: AbortSignal,
  what: string,
  probe: () => Promise<boolean> | boolean,
  withinMs = 60_000,
): Promise<void> {
  const outcome = await eventually<true | typeof givenUp>(
    what,
    async () => {
      if (signal.aborted) return givenUp;
      return (await probe()) ? true : undefined;
    },
    { withinMs, everyMs: 300 },
  );
  if (outcome === givenUp) signal.throwIfAborted();
}
