import type { Fault } from '../fault.ts';
import {
  breakerShows,
  noThunderingHerd,
  p99ReturnsToNormal,
  p99IsBounded,
  productStaysAvailable,
  restartsOnly,
} from '../judge/expectations.ts';
import { faultSwitch, switchOn } from '../preparations/fault-switch.ts';

export const userLatency: Fault = {
  name: 'user-latency',
  title: 'user answers 3 s later',
  knownAs: 'toxiproxy latency, LitmusChaos pod-http-latency',
  needs: [faultSwitch],
  clientSees:
    'products with a stand-in for the seller after at most 2 s, at once when the breaker is open; `/user` is slow',
  async inject(stage) {
    await switchOn(stage, { kind: 'latency', ms: 3_000 });
    await stage.wait(stage.short ? 12_000 : 20_000);
    await stage.restore();
  },
  expectations: [
    productStaysAvailable,
    p99IsBounded,
    breakerShows('open', 'half-open', 'closed'),
    p99ReturnsToNormal,
    noThunderingHerd,
    restartsOnly(undefined),
  ],
};
