import type { Cluster } from '../cluster/cluster.ts';
import { requireSteady, type Traffic } from '../cluster/steady.ts';
import { eventually } from '@shop/testing/eventually';

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

/** As long as everything in the cluster may take to be as it should be. */
const steadyWithinMs = 240_000;

/** @throws with what is not as it should be, when it does not become so; or the signal's reason. */
export async function untilSteady(cluster: Cluster, signal: AbortSignal, traffic: Traffic): Promise<void> {
  const probe = async () => {
    await requireSteady(cluster, traffic);
    return true;
  };
  await patientUntil(signal, 'the shop is steady', probe, steadyWithinMs);
}
