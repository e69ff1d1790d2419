import { expect, test } from '@jest/globals';
import { drawTimeline } from '../progress.ts';

test('a timeline shows which steps ran side by side', () => {
  const steps = [
    { title: 'Looking', from: 0, to: 1 },
    { title: 'Deploying', from: 6, to: 10 },
    { title: 'Building', from: 1, to: 6 },
    { title: 'Cluster', from: 1, to: 3 },
  ];
  expect(drawTimeline(steps, 10)).toEqual([
    '   0.0 to   1.0 s  |##        |  Looking',
    '   1.0 to   6.0 s  | ######   |  Building',
    '   1.0 to   3.0 s  | ###      |  Cluster',
    '   6.0 to  10.0 s  |      ####|  Deploying',
  ]);
  expect(drawTimeline([], 10)).toEqual([]);
});
