import { mongoMembers } from '../actions/mongo.ts';
import { killPods } from '../actions/pods.ts';
import type { Fault } from '../fault.ts';
import { noRestarts, recoversWithin } from '../judge/expectations.ts';
import { threeMembers } from '../preparations/three-members.ts';

export const mongoAllKilled: Fault = {
  name: 'mongo-all-killed',
  title: 'all members of the database are killed at once',
  knownAs: 'Chaos Mesh PodChaos pod-kill',
  needs: [threeMembers],
  clientSees:
    '503 with `Retry-After` until they have started and elected a primary; nothing acknowledged is lost',
  async inject(stage) {
    const members = [...(await mongoMembers(stage.cluster)).keys()];
    stage.begin();
    await killPods(...members.map(({ metadata }) => metadata.name));
    stage.end();
    const former = new Set(members.map(({ metadata }) => metadata.uid));
    await stage.until(
      'all three are there again, with a primary',
      async () => {
        const now = [...(await mongoMembers(stage.cluster))];
        const fresh = now.filter(([pod, state]) => !former.has(pod.metadata.uid) && state !== 'none');
        return fresh.length === 3 && fresh.some(([, state]) => state === 'primary');
      },
      180_000,
    );
  },
  // Three pods have to be made, mongod started from its journal and an election held.
  expectations: [recoversWithin(60_000), noRestarts],
};
