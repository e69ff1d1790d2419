import type { Fault } from '../fault.ts';
import { faultSwitch, switchOn } from '../preparations/fault-switch.ts';
import { breakerTakesOver } from './shared/failing-neighbour.ts';

export const userTimeout: Fault = {
  name: 'user-timeout',
  title: 'user accepts requests and never answers',
  knownAs: 'toxiproxy timeout',
  needs: [faultSwitch],
  clientSees:
    'products with a fallback for the seller after at most 2 s, at once when the breaker is open; `/user` hangs',
  async inject(stage) {
    await switchOn(stage, { kind: 'timeout' });
    await stage.wait(stage.short ? 12_000 : 20_000);
    await stage.restore();
  },
  expectations: breakerTakesOver,
};
