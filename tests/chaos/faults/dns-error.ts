import { scale } from '../actions/workloads.ts';
import { podsIn } from '../cluster/state.ts';
import type { Fault } from '../fault.ts';
import { noRestarts, productStaysAvailable, recoversWithin } from '../judge/expectations.ts';

export const dnsError: Fault = {
  name: 'dns-error',
  title: 'CoreDNS is gone',
  knownAs: 'Chaos Mesh DNSChaos error, LitmusChaos pod-dns-error',
  clientSees: 'nothing, or a fallback for the seller now and then: ambassadors remember where user is',
  async inject(stage) {
    await scale(stage, 'deployment/coredns', 0, 'kube-system');
    await stage.until('there is no DNS', async () => {
      const pods = await podsIn(stage.cluster.api, 'kube-system');
      return !pods.some(({ metadata }) => metadata.labels?.['k8s-app'] === 'kube-dns');
    });
    await stage.wait(stage.short ? 10_000 : 20_000);
    await stage.restore();
  },
  expectations: [productStaysAvailable, recoversWithin(20_000), noRestarts],
};
