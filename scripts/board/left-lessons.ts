/** The lesson that is run from the page, written down until its cleanup has run: after a kill the next board runs it. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ClusterView } from '../../lessons/runner/cluster.ts';
import { cleanEnvironment } from '../../lessons/runner/environment.ts';
import { folderName } from '../../lessons/runner/lesson.ts';
import { lessonFiles, readLesson } from '../../lessons/runner/library.ts';
import { resetLesson } from '../../lessons/runner/run-lesson.ts';
import { clusterIdentity } from '../../tests/chaos/undo/left.ts';
import { paths } from '../kind/names.ts';
import { Journal, takeLeft, type AllLeft } from '../support/journal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = join(paths.root, '.shop', 'broken-lessons');
const entrySchema = z.strictObject({
  cluster: z.string(),
  /** As the page's address has it: `02-pod`. */
  lesson: z.string(),
  sabotaged: z.boolean(),
});

type Entry = z.output<typeof entrySchema>;
const read = (value: unknown): Entry | undefined => entrySchema.safeParse(value).data;

/** @returns what is called before a lesson is run; that returns what is called when its cleanup has run. */
export function lessonJournal(): (lesson: string, sabotaged: boolean) => Promise<() => void> {
  const journal = new Journal<Entry>(root);
  return async (lesson, sabotaged) => journal.add({ cluster: await clusterIdentity(), lesson, sabotaged });
}

/** @throws {CommandError} when something is left and there is no kubectl. */
export async function leftLessons(cluster: ClusterView): Promise<AllLeft> {
  const isEmpty = !existsSync(root) || readdirSync(root).length === 0;
  const identity = isEmpty ? '' : await clusterIdentity();
  return takeLeft(root, read, (entry) => {
    const file = lessonFiles(paths.root).find((name) => folderName(name) === entry.lesson);
    if (entry.cluster !== identity || file === undefined) return undefined;
    return {
      fault: `lesson ${entry.lesson}`,
      what: 'its cleanup',
      async undo() {
        using folder = temporaryFolder('board-lessons-');
        const shell = { cwd: paths.root, env: await cleanEnvironment(folder.path) };
        const lesson = readLesson(paths.root, file);
        const claim = entry.sabotaged ? { claim: lesson.proof.claims[0] } : {};
        const problems = await resetLesson(lesson, { cluster, shell, ...claim });
        if (problems.length > 0) throw new Error(problems.join('; '));
        return 'undone';
      },
    };
  });
}
