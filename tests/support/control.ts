import { describe } from '@jest/globals';
import type { Capability, ServiceName, Target } from './target.ts';

/**
 * `describe` for tests that need more than the shop's address. On a target without this capability they do not run, and
 * `reporter.ts` lists them as not run.
 */
export const describeWith = (
  target: Target,
  ...needed: readonly Capability[]
): typeof describe | typeof describe.skip =>
  needed.every((capability) => target.capabilities.has(capability)) ? describe : describe.skip;

/** Takes a service down; disposing of the result brings it back as it was. */
export async function takeDown(
  target: Target,
  service: ServiceName,
): Promise<{ restore(): Promise<void> } & AsyncDisposable> {
  const before = await target.replicas(service);
  if (before === 0) throw new Error(`${service} is down already: an earlier test has left it so`);
  let down = true;
  const restore = async () => {
    if (!down) return;
    await target.scale(service, before);
    await target.waitReady();
    down = false;
  };
  await target.scale(service, 0);
  return { restore, [Symbol.asyncDispose]: restore };
}
