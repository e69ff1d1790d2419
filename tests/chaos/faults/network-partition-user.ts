import type { Fault } from '../fault.ts';
import { failsAtMost, ofUser } from '../judge/expectations.ts';
import { breakerTakesOver } from './shared/failing-neighbour.ts';
import { cut, endConnections, ports, without } from './shared/network-partition.ts';

export const networkPartitionUser: Fault = {
  name: 'network-partition-user',
  title: 'product cannot reach user',
  knownAs: 'Chaos Mesh NetworkChaos partition',
  clientSees: 'products with a fallback for the seller, at once when the breaker is open; `/user` answers',
  async inject(stage) {
    await cut(stage, 'product', without(ports.pod));
    await endConnections(stage, 'product', ports.service);
    await stage.wait(stage.short ? 12_000 : 20_000);
    await stage.restore();
  },
  expectations: [...breakerTakesOver, failsAtMost(0, 'requests to user', ofUser)],
};
