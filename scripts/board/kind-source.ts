import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scene } from '@shop/board';
import { watchKubernetes } from '@shop/board/kubernetes';
import { baseUrl, context, paths } from '../kind/names.ts';
import { clusterView } from '../../lessons/runner/cluster.ts';
import { kinds } from '../../lessons/runner/cluster-state.ts';
import { cleanEnvironment } from '../../lessons/runner/environment.ts';
import type { Lesson } from '../../lessons/runner/lesson.ts';
import { leftOnKind } from '../../tests/chaos/undo/left.ts';
import type { AllLeft } from '../support/journal.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { kindFaults } from './kind-faults.ts';
import { leftLessons, lessonJournal } from './left-lessons.ts';
import { LessonRuns } from './lesson-runs.ts';
import type { Source } from './source.ts';

const namespace = 'shop';

/**
 * The shop of `npm run up`, watched with the user's own rights.
 * @throws {ContextError} when kubectl does not know the cluster.
 */
export async function openKind(scene: Scene): Promise<Source> {
  const kubernetes = watchKubernetes({ context, namespace, scene });
  const authority = existsSync(paths.authorityCertificate)
    ? readFileSync(paths.authorityCertificate, 'utf8')
    : undefined;
  return {
    address: { url: baseUrl, ...(authority === undefined ? {} : { authority }) },
    faults: await kindFaults(),
    oneFaultAtATime: true,
    lines: kubernetes.lines,
    lessonRunner: (lessons) => kindLessons(scene, lessons),
    left: leftOfKind,
    close: () => kubernetes.close(),
  };
}

/** The board itself reads no Secret, so it does not compare them before and after a lesson, as `npm run lessons` does. */
const compared = kinds.filter((kind) => kind !== 'secrets');

/** What boards, and `npm run chaos`, have left broken as they were killed. */
export const leftOfKind = async (): Promise<readonly AllLeft[]> => [
  await leftOnKind(),
  await leftLessons(clusterView(compared)),
];

function kindLessons(scene: Scene, lessons: ReadonlyMap<string, Lesson>): LessonRuns {
  let folder: TemporaryFolder | undefined;
  let env: Promise<Record<string, string>> | undefined;
  const environment = () => {
    // The configuration of kubectl that is in it lets its reader in.
    folder = temporaryFolder('board-lessons-');
    return cleanEnvironment(folder.path);
  };
  return new LessonRuns({
    scene,
    lessons,
    cluster: clusterView(compared),
    keep: lessonJournal(),
    shell: async () => ({ cwd: paths.root, env: await (env ??= environment()) }),
    closed: () => folder?.[Symbol.dispose](),
    progressFile: join(paths.root, '.shop', 'board-lessons.json'),
  });
}
