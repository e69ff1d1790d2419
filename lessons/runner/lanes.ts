/** Lessons at the same time. */
import { differences, type ClusterState } from './cluster-state.ts';
import type { ClusterView } from './cluster.ts';
import type { Lesson } from './lesson.ts';
import { untilGone, type Run } from './run-lesson.ts';
import type { LessonRun } from './selection.ts';

/** Whether it changes no more than its own namespace, so that others may run beside it. */
export const mayRunBeside = ({ touches }: Pick<Lesson, 'touches'>): boolean =>
  touches === 'namespace' || touches === 'nothing';

/**
 * The lessons' runs, the longest lesson first, by what its proof says of its last run: begun as the last one, it would keep
 * every other lane waiting.
 */
export const longestFirst = (lessons: readonly (readonly LessonRun[])[]): (readonly LessonRun[])[] =>
  lessons.toSorted((a, b) => secondsOf(b) - secondsOf(a));

const secondsOf = (runs: readonly LessonRun[]): number =>
  runs.reduce((sum, { lesson }) => sum + lesson.proof.seconds, 0);

/**
 * Works on the items in their order, on `lanes` of them at a time.
 * @throws the first error, once nothing runs any more; no further item is begun then.
 */
export async function inLanes<T>(
  items: readonly T[],
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const results = await Promise.allSettled(
    Array.from({ length: lanes }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift())
        try {
          await work(item);
        } catch (error) {
          left.length = 0;
          throw error;
        }
    }),
  );
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/**
 * A lesson beside others answers for what bears its name. What else they have left behind, changed or removed together is
 * found here, once all have ended.
 * @returns a line each; none where the cluster is as it was.
 */
export const leftTogether = (
  cluster: Pick<ClusterView, 'state'>,
  before: ClusterState,
  run: Pick<Run, 'settleMs' | 'retryMs'> = {},
): Promise<readonly string[]> => untilGone(async () => differences(before, await cluster.state()), run);
