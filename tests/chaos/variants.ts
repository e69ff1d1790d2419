/** The shop, broken on purpose: each variant must turn the test of its fault red, or that test shows nothing. */
import type { Fault, Preparation } from './fault.ts';
import { always } from './judge/expectations.ts';
import type { Result } from './judge/result.ts';
import { rollingUpdateProduct } from './faults/rolling-update-product.ts';
import { userTimeout } from './faults/user-timeout.ts';
import { withoutBreaker, withoutDrain, withoutReadiness, withoutSecondTry } from './preparations/broken.ts';

/** Named after the last of what is broken. */
const broken = (fault: Fault, ...preparations: readonly Preparation[]): Fault => ({
  ...fault,
  name: `${fault.name}, ${preparations.at(-1)?.name ?? ''}`,
  needs: [...(fault.needs ?? []), ...preparations],
});

export const variants: readonly Fault[] = [
  broken(rollingUpdateProduct, withoutSecondTry, withoutReadiness),
  broken(rollingUpdateProduct, withoutSecondTry, withoutDrain),
  broken(userTimeout, withoutBreaker),
];

/**
 * Whether an expectation of the fault itself failed. Those of every fault do not count: a busy machine fails them, too.
 */
export function isNoticed({ findings }: Pick<Result, 'findings'>): boolean {
  const general = new Set(always.map(({ text }) => text));
  return findings.some(({ text, holds }) => !holds && !general.has(text));
}
