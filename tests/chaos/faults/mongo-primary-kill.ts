import { primaryOf, untilAnotherPrimary } from '../actions/mongo.ts';
import { untilRestarted } from '../actions/pods.ts';
import { processOf, signalProcess } from '../actions/processes.ts';
import type { Fault } from '../fault.ts';
import { readsGoOn, recoversWithin, restartsOnly, writesResumeWithin } from '../judge/expectations.ts';
import { threeMembers } from '../preparations/three-members.ts';

/** The process and not the pod: a pod that is deleted by force still has a moment in which mongod steps down. */
export const mongoPrimaryKill: Fault = {
  name: 'mongo-primary-kill',
  title: 'the mongod of the database’s primary is killed (SIGKILL)',
  knownAs: 'Chaos Mesh PodChaos container-kill',
  needs: [threeMembers],
  clientSees: '503 with `Retry-After` until another member is elected',
  async inject(stage) {
    const primary = await primaryOf(stage.cluster);
    const mongod = await processOf(primary, 'mongo');
    stage.begin();
    await signalProcess(mongod, 'KILL');
    stage.end();
    await untilAnotherPrimary(stage, primary);
    stage.note('another member is the primary');
    await untilRestarted(stage, primary, 'mongo');
  },
  expectations: [
    writesResumeWithin(15_000),
    recoversWithin(15_000),
    readsGoOn,
    restartsOnly(/^mongo-\d+\/mongo$/),
  ],
};
