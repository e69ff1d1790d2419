import type { Fault } from '../fault.ts';
import { noFailedRequests, noFallbacks, noRestarts } from '../judge/expectations.ts';

/** No fault: shows that the other runs measure their fault and nothing else. */
export const control: Fault = {
  name: 'control',
  title: 'no fault at all',
  clientSees: 'nothing: every response is live',
  async inject(stage) {
    await stage.wait(stage.short ? 5_000 : 20_000);
  },
  expectations: [noFailedRequests, noFallbacks, noRestarts],
};
