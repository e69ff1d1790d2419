import type { BreakerState } from './target.ts';

/** Reads the body of an ambassador's /breakers. */
export function readBreakers(instance: string, body: unknown): BreakerState[] {
  return (body as Omit<BreakerState, 'instance'>[]).map(({ upstream, state }) => ({
    instance,
    upstream,
    state,
  }));
}
