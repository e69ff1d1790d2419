import { describe, expect, test } from '@jest/globals';
import { stateOf, type ClusterState } from '../cluster-state.ts';
import { inLanes, leftTogether, longestFirst, mayRunBeside } from '../lanes.ts';
import { reaches, type Lesson } from '../lesson.ts';
import type { LessonRun } from '../selection.ts';

test('only lessons that change no more than their own namespace run beside others', () => {
  expect(reaches.filter((touches) => mayRunBeside({ touches }))).toEqual(['nothing', 'namespace']);
});

const runs = (id: string, seconds: number, claims = 1): LessonRun[] =>
  Array.from({ length: claims }, () => ({ lesson: { id, proof: { seconds } } as Lesson }));

test('the longest is begun first, and those that take as long in the order in which they came', () => {
  const lessons = [runs('pod', 7), runs('argo', 141), runs('netpol', 50), runs('job', 25, 2)];
  const ids = longestFirst(lessons).map(([run]) => run?.lesson.id);
  expect(ids).toEqual(['argo', 'netpol', 'job', 'pod']);
});

describe('lanes', () => {
  test('work on so many at a time, in order, until all are done', async () => {
    const begun: number[] = [];
    const doors = [1, 2, 3, 4].map(() => Promise.withResolvers<void>());
    const all = inLanes([0, 1, 2, 3], 2, async (item) => {
      begun.push(item);
      await doors[item]?.promise;
    });
    expect(begun).toEqual([0, 1]);
    doors[1]?.resolve();
    await doors[1]?.promise;
    await Promise.resolve();
    expect(begun).toEqual([0, 1, 2]);
    for (const { resolve } of doors) resolve();
    await all;
    expect(begun).toEqual([0, 1, 2, 3]);
  });

  test('after an error nothing more is begun, and what runs may end', async () => {
    const ended: number[] = [];
    const door = Promise.withResolvers<void>();
    const all = inLanes([0, 1, 2], 2, async (item) => {
      if (item === 0) throw new Error('broken');
      await door.promise;
      ended.push(item);
    });
    door.resolve();
    await expect(all).rejects.toThrow('broken');
    expect(ended).toEqual([1]);
  });
});

const stateWith = (...names: readonly string[]): ClusterState =>
  stateOf(names.map((name) => ({ kind: 'StorageClass', metadata: { name } })));

describe('what lessons have left together', () => {
  test('is said, though it bears no name of a lesson', async () => {
    const cluster = { state: async () => stateWith('standard', 'slow') };
    expect(await leftTogether(cluster, stateWith('standard'), { settleMs: 0 })).toEqual([
      'left behind: StorageClass slow',
    ]);
  });

  test('may take a while to go', async () => {
    const states = [stateWith('standard', 'slow'), stateWith('standard')];
    const cluster = { state: async () => states.shift() ?? stateWith('standard') };
    expect(await leftTogether(cluster, stateWith('standard'), { settleMs: 1000, retryMs: 1 })).toEqual([]);
  });
});
