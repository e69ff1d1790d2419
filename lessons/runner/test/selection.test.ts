import { describe, expect, test } from '@jest/globals';
import type { Lesson } from '../lesson.ts';
import { UsageError } from '../../../scripts/support/command-line.ts';
import { runsOf, selectByName, selectShard, selectThird } from '../selection.ts';

const lessons = ['container', 'pod', 'yaml', 'namespace', 'label', 'rc', 'rs'].map(
  (id, index) => ({ id, number: index + 1, file: `lessons/0${index + 1}-${id}/README.md` }) as Lesson,
);
const ids = (chosen: readonly Lesson[]) => chosen.map(({ id }) => id);

test('all, when none is named', () => {
  expect(selectByName(lessons, [])).toEqual(lessons);
});

test('by id or number, in the order of the table, each once', () => {
  expect(ids(selectByName(lessons, ['5', 'pod', '2']))).toEqual(['pod', 'label']);
});

test.each([
  '5',
  '05',
  'label',
  '05-label',
  '05-label/',
  'lessons/05-label',
  'lessons/05-label/README.md',
  './lessons/05-label/README.ko.md',
])('%j is a name of 5', (name) => {
  expect(ids(selectByName(lessons, [name]))).toEqual(['label']);
});

test('what is not there is refused, with what is', () => {
  expect(() => selectByName(lessons, ['pod', 'dashbord'])).toThrow(
    new UsageError('There is no lesson dashbord. There are: container pod yaml namespace label rc rs'),
  );
});

describe('runs', () => {
  const [container, pod] = lessons.map((lesson) => ({
    ...lesson,
    proof: { claims: [{ id: `${lesson.id}-one` }, { id: `${lesson.id}-two` }] },
  })) as unknown as [Lesson, Lesson];
  const claims = (...only: readonly string[]) =>
    runsOf([container, pod], { sabotage: true, claim: only }).map(({ claim }) => claim?.id);

  test('each lesson once', () => {
    expect(runsOf([container, pod], { sabotage: false, claim: [] })).toEqual([
      { lesson: container },
      { lesson: pod },
    ]);
  });

  test('with sabotage once for each claim, or for the named ones', () => {
    expect(claims()).toEqual(['container-one', 'container-two', 'pod-one', 'pod-two']);
    expect(claims('pod-two')).toEqual(['pod-two']);
  });

  test('a claim that no lesson has is refused, and one without sabotage', () => {
    expect(() => claims('pod-three')).toThrow(
      new UsageError('There is no claim pod-three. There are: container-one container-two pod-one pod-two'),
    );
    expect(() => runsOf([pod], { sabotage: false, claim: ['pod-one'] })).toThrow(UsageError);
  });
});

test('three thirds, chosen by the commit, are all lessons', () => {
  const thirds = ['00000000', '00000001', '00000002'].map((commit) => selectThird(lessons, commit));
  expect(thirds.map(({ length }) => length)).toEqual([3, 2, 2]);
  expect(new Set(thirds.flatMap(ids)).size).toBe(lessons.length);
  expect(ids(selectThird(lessons, '00000003ffff'))).toEqual(ids(thirds[0] ?? []));
});

describe('shards', () => {
  const timed = [30, 10, 20, 5, 25].map(
    (seconds, index) =>
      ({
        id: `l${index}`,
        proof: { seconds, claims: index === 3 ? [1, 2, 3, 4, 5, 6, 7, 8] : [1] },
      }) as unknown as Lesson,
  );

  test('are all lessons, each once, and take about as long', () => {
    const shards = ['1/2', '2/2'].map((shard) => ids(selectShard(timed, shard, false)));
    expect(shards).toEqual([
      ['l0', 'l1', 'l3'],
      ['l2', 'l4'],
    ]);
  });

  test('count each claim with sabotage', () => {
    expect(ids(selectShard(timed, '1/2', true))).toEqual(['l2', 'l3']);
  });

  test.each(['0/2', '3/2', '2', '1/0', 'a/b', '-1/2'])('%j is refused', (shard) => {
    expect(() => selectShard(timed, shard, false)).toThrow(UsageError);
  });
});

test('no commit, no third', () => {
  expect(() => selectThird(lessons, 'main')).toThrow(UsageError);
});
