import { primaryOf, untilAnotherPrimary } from '../cluster/mongo.ts';
import { killPods, untilReplaced } from '../cluster/pods.ts';
import type { Fault } from '../fault.ts';
import { recoversWithin, restartsOnly, writesResumeWithin } from '../judge/expectations.ts';
import { threeMembers } from '../preparations/three-members.ts';

export const mongoPrimaryKill: Fault = {
  name: 'mongo-primary-kill',
  title: 'the database’s primary is killed without grace',
  knownAs: 'Chaos Mesh PodChaos pod-kill',
  needs: [threeMembers],
  clientSees: '503 with `Retry-After` until another member is elected',
  async inject(stage) {
    const primary = await primaryOf(stage.cluster);
    stage.begin();
    await killPods(primary.metadata.name);
    stage.end();
    await untilAnotherPrimary(stage, primary);
    await untilReplaced(stage, 'mongo', primary, 3);
  },
  expectations: [writesResumeWithin(15_000), recoversWithin(15_000), restartsOnly(undefined)],
};
