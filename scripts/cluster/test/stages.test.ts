import { expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { stagesOf } from '../stages.ts';

const workload = (kind: string, name: string, tier?: string) =>
  `apiVersion: apps/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${tier ? `  labels:\n    tier: ${tier}\n` : ''}`;
const namesOf = (stage: string) => parseAllDocuments(stage).map((each) => each.getIn(['metadata', 'name']));

test('an update takes the database first, and then one service after the other; nothing is left out', () => {
  const manifests = [
    workload('Namespace', 'shop'),
    workload('Deployment', 'product', 'service'),
    workload('Deployment', 'legacy-supplier', 'supplier'),
    workload('Deployment', 'user', 'service'),
    workload('StatefulSet', 'mongo', 'db'),
    workload('Service', 'user', 'service'),
  ];
  const stages = stagesOf(manifests.join('---\n')).map(namesOf);
  expect(stages).toEqual([['shop', 'legacy-supplier', 'mongo', 'user'], ['product'], ['user']]);
});
