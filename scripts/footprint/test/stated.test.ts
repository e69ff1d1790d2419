import { expect, test } from '@jest/globals';
import { otherPods, readStated, type FootprintRow } from '../stated.ts';

test('a shop with other pods is not the one whose figures were stated', () => {
  const stated = readStated()?.rows ?? [];
  expect(stated.length).toBeGreaterThan(5);
  expect(otherPods(stated, stated)).toEqual([]);

  const inDevelopment = stated
    .filter(({ container }) => container !== 'log-sidecar')
    .map((row) => (row.workload === 'product' ? { ...row, count: 1 } : row));
  const extra = { ...(stated[0] as FootprintRow), workload: 'extra', container: 'app', count: 3 };
  const differences = otherPods([...inDevelopment, extra], stated);
  expect(differences).toEqual(
    expect.arrayContaining([
      'product/app 1 instead of 2',
      'user/log-sidecar 0 instead of 2',
      'extra/app 3 instead of 0',
    ]),
  );
  expect(differences.join()).not.toContain('mongo');
});
