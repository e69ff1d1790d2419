import { primaryOf, untilAnotherPrimary } from '../actions/mongo.ts';
import { untilReplaced } from '../actions/pods.ts';
import { kubectl } from '../cluster/cluster.ts';
import type { Fault } from '../fault.ts';
import { noRestarts, readsGoOn, recoversWithin, writesResumeWithin } from '../judge/expectations.ts';
import { threeMembers } from '../preparations/three-members.ts';

export const mongoPrimaryDelete: Fault = {
  name: 'mongo-primary-delete',
  title: 'the database’s primary is deleted, with its grace period',
  knownAs: 'LitmusChaos pod-delete',
  needs: [threeMembers],
  clientSees: 'nothing, or some 503 within a second: the primary hands over before it goes',
  async inject(stage) {
    const primary = await primaryOf(stage.cluster);
    stage.begin();
    await kubectl('delete', 'pod', primary.metadata.name, '--wait=false');
    await untilAnotherPrimary(stage, primary);
    stage.end();
    await untilReplaced(stage, 'mongo', primary, 3);
  },
  expectations: [writesResumeWithin(15_000), recoversWithin(5_000), readsGoOn, noRestarts],
};
