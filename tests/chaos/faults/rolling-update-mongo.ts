import { restartAndWait } from '../actions/workloads.ts';
import type { Fault } from '../fault.ts';
import { threeMembers } from '../preparations/three-members.ts';
import { mustHold } from './shared/rolling-update.ts';

export const rollingUpdateMongo: Fault = {
  name: 'rolling-update-mongo',
  title: 'every member of the database is replaced, one after the other',
  needs: [threeMembers],
  clientSees:
    'nothing: a primary hands over before it goes, and each goes only when the others are a majority that keeps up',
  inject: (stage) => restartAndWait(stage, 'statefulset/mongo'),
  expectations: mustHold,
};
