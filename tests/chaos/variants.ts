/** The shop, broken on purpose: each variant must turn the test of its fault red, or that test shows nothing. */
import type { Fault, Preparation } from './fault.ts';
import { rollingUpdateProduct } from './faults/rolling-update-product.ts';
import { userTimeout } from './faults/user-timeout.ts';
import { withoutBreaker, withoutDrain, withoutReadiness } from './preparations/broken.ts';

const broken = (fault: Fault, preparation: Preparation): Fault => ({
  ...fault,
  name: `${fault.name}, ${preparation.name}`,
  needs: [...(fault.needs ?? []), preparation],
});

export const variants: readonly Fault[] = [
  broken(rollingUpdateProduct, withoutReadiness),
  broken(rollingUpdateProduct, withoutDrain),
  broken(userTimeout, withoutBreaker),
];
