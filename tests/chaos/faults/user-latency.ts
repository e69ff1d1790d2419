import type { Fault } from '../fault.ts';
import { faultSwitch, switchOn } from '../preparations/fault-switch.ts';
import { breakerTakesOver } from './shared/failing-neighbour.ts';

export const userLatency: Fault = {
  name: 'user-latency',
  title: 'user answers 3 s later',
  knownAs: 'toxiproxy latency, LitmusChaos pod-http-latency',
  needs: [faultSwitch],
  clientSees:
    'products with a fallback for the seller after at most 2 s, at once when the breaker is open; `/user` is slow',
  async inject(stage) {
    await switchOn(stage, { kind: 'latency', ms: 3_000 });
    await stage.wait(stage.short ? 12_000 : 20_000);
    await stage.restore();
  },
  expectations: breakerTakesOver,
};
