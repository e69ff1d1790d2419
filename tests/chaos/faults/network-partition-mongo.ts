import type { Fault } from '../fault.ts';
import { failsAtMost, noRestarts, ofUser, recoversWithin } from '../judge/expectations.ts';
import { cut, endConnections, ports, without } from './shared/network-partition.ts';

export const networkPartitionMongo: Fault = {
  name: 'network-partition-mongo',
  title: 'product cannot reach the database',
  knownAs: 'Chaos Mesh NetworkChaos partition',
  clientSees: '`/product` is 503 with `Retry-After`; `/user` answers, with a fallback for the products',
  async inject(stage) {
    await cut(stage, 'product', without(ports.mongo));
    await endConnections(stage, 'product', ports.mongo);
    await stage.wait(stage.short ? 12_000 : 20_000);
    await stage.restore();
  },
  expectations: [failsAtMost(0, 'requests to user', ofUser), recoversWithin(15_000), noRestarts],
};
