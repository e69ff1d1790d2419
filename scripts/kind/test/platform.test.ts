import { expect, test } from '@jest/globals';
import { removedLimits } from '../platform.ts';

const daemonSet = (...containers: object[]) => ({ spec: { template: { spec: { containers } } } });

test('R3: limits of kindnet are taken off, whichever container has them', () => {
  const limits = { cpu: '100m', memory: '50Mi' };
  expect(removedLimits(daemonSet({}, { resources: { requests: limits, limits } }))).toEqual([
    { op: 'remove', path: '/spec/template/spec/containers/1/resources/limits' },
  ]);
});

test('R3: a kindnet without limits is left alone', () => {
  expect(removedLimits(daemonSet({ resources: { requests: { cpu: '100m' } } }, {}))).toEqual([]);
});
