import { globSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { paths } from '../../kind/names.ts';
import { clusterPhases } from '../cluster-groups.ts';

test('each file of tests/cluster is in one run, and no run names a file that is not there', () => {
  const patterns = clusterPhases
    .flatMap((runs) => Object.values(runs).flat())
    .filter((_, at, args) => args[at - 1] === '--testMatch')
    .map((pattern) => pattern.replace(/^\*\*\//, ''));
  const all = globSync('tests/cluster/**/*.test.ts', { cwd: paths.root });
  expect(all.length).toBeGreaterThan(0);
  expect(patterns.toSorted()).toEqual(all.toSorted());
});
