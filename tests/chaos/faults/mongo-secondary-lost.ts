import { aSecondaryOf } from '../actions/mongo.ts';
import { killPods, untilReplaced } from '../actions/pods.ts';
import type { Fault } from '../fault.ts';
import { noFailedRequests, noRestarts } from '../judge/expectations.ts';
import { threeMembers } from '../preparations/three-members.ts';

export const mongoSecondaryLost: Fault = {
  name: 'mongo-secondary-lost',
  title: 'a secondary of the database is killed without grace',
  knownAs: 'Chaos Mesh PodChaos pod-kill',
  needs: [threeMembers],
  clientSees: 'nothing: two of three members are a majority',
  async inject(stage) {
    const secondary = await aSecondaryOf(stage);
    stage.begin();
    await killPods(secondary.metadata.name);
    await untilReplaced(stage, 'mongo', secondary, 3);
  },
  expectations: [noFailedRequests, noRestarts],
};
