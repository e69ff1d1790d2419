/** The nightly run of all lessons, and whether it has the time for them: .github/workflows/lessons.yml. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { paths } from '../../../scripts/kind/names.ts';
import type { Lesson } from '../lesson.ts';
import { readLessons } from '../library.ts';
import { secondsOf, selectShard } from '../selection.ts';

interface Job {
  readonly steps: readonly { readonly run?: string }[];
  readonly 'timeout-minutes': number;
  readonly strategy?: { readonly matrix: { readonly shard: readonly number[] } };
}

const minutesOf = (chosen: readonly Lesson[], sabotage: boolean): number =>
  chosen.reduce((sum, lesson) => sum + secondsOf(lesson, sabotage), 0) / 60;

describe('the nightly lessons', () => {
  const workflow = readFileSync(join(paths.root, '.github/workflows/lessons.yml'), 'utf8');
  const { jobs } = parse(workflow) as { readonly jobs: { readonly lessons: Job; readonly sabotage: Job } };
  const lessons = readLessons(paths.root);
  /** Tools, images and the cluster before, and the e2e tests after. */
  const aroundMinutes = 20;

  test('have the time that their proofs state', () => {
    const all = minutesOf(lessons, false);
    expect(all + all / 3 + aroundMinutes).toBeLessThan(jobs.lessons['timeout-minutes']);
  });

  test('have every sabotage in one of the shards, each in the time that the proofs state', () => {
    const { strategy, steps, 'timeout-minutes': limit } = jobs.sabotage;
    const shards = strategy?.matrix.shard ?? [];
    expect(shards).toEqual(shards.map((_, index) => index + 1));
    expect(steps.map(({ run }) => run)).toContain(
      `npm run lessons -- --sabotage --shard \${{ matrix.shard }}/${shards.length}`,
    );
    const chosen = shards.map((shard) => selectShard(lessons, `${shard}/${shards.length}`, true));
    expect(chosen.flat().length).toBe(lessons.length);
    for (const shard of chosen) expect(minutesOf(shard, true) + aroundMinutes).toBeLessThan(limit);
  });
});
