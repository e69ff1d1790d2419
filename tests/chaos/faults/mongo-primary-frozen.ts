import { primaryOf, untilAnotherPrimary } from '../actions/mongo.ts';
import { processOf, signalProcess } from '../actions/processes.ts';
import type { Fault } from '../fault.ts';
import { noRestarts, readsGoOn, recoversWithin, writesResumeWithin } from '../judge/expectations.ts';
import { threeMembers } from '../preparations/three-members.ts';

export const mongoPrimaryFrozen: Fault = {
  name: 'mongo-primary-frozen',
  title: 'the database’s primary is stopped (SIGSTOP) for 20 s, and goes on',
  needs: [threeMembers],
  clientSees: '503 with `Retry-After` until another member is elected; nothing when the old one wakes up',
  async inject(stage) {
    const primary = await primaryOf(stage.cluster);
    const mongod = await processOf(primary, 'mongo');
    await stage.restoring('the stopped primary', { do: 'continue', ...mongod });
    stage.begin();
    await signalProcess(mongod, 'STOP');
    stage.end();
    await untilAnotherPrimary(stage, primary);
    stage.note('another member is the primary');
    await stage.wait(20_000);
    stage.note('the former primary goes on');
    await stage.restore();
  },
  expectations: [writesResumeWithin(15_000), recoversWithin(15_000), readsGoOn, noRestarts],
};
