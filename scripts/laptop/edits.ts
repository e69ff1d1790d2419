/** `npm run dev`: programs of the laptop mode that are started again when their code has changed. */
import { followEdits, type Runner } from '../dev/follow-edits.ts';
import { importedModules } from '../dev/modules.ts';
import { workspacesOf } from '../dev/workspaces.ts';
import type { ProgramOutput } from './program.ts';
import { NotReadyError, type SupervisedProgram } from './supervised.ts';

export interface EditedProgram {
  readonly program: SupervisedProgram;
  /** The folder's name in apps/. */
  readonly app: string;
}

/**
 * Starts programs again that have changed code, and only those. The next process of a program waits from its first edit on:
 * what was edited once is often edited again. @param root the repository, or one like it.
 */
function restarter(root: string, programs: readonly EditedProgram[]): Runner {
  const workspacesBy = new Map(programs.map(({ app }) => [app, workspacesOf(app, root)]));
  const concerned = (workspaces: readonly string[]): readonly EditedProgram[] =>
    programs.filter(({ app }) => workspacesBy.get(app)?.some((folder) => workspaces.includes(folder)));
  const prepare = (workspaces: readonly string[]): void => {
    for (const { program, app } of concerned(workspaces))
      program.prepare(() => importedModules(root, workspacesBy.get(app) ?? []));
  };
  return {
    prepare,
    async run(workspaces) {
      const results = await Promise.allSettled(
        concerned(workspaces).map(async ({ program }) => ((await program.replace()) ? [program.name] : [])),
      );
      prepare(workspaces);
      const failures = results.flatMap((result) =>
        result.status === 'rejected' ? [explain(result.reason)] : [],
      );
      if (failures.length > 0) throw new Error(failures.join('\n'));
      return results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
    },
  };
}

/** Follows edits until the signal is aborted. */
export function restartEdited(
  root: string,
  programs: readonly EditedProgram[],
  output: ProgramOutput,
  signal: AbortSignal,
): Promise<void> {
  return followEdits({
    root,
    apps: [...new Set(programs.map(({ app }) => app))],
    runner: restarter(root, programs),
    say: (text) => text.split('\n').forEach((line) => output.remark('dev', line)),
    signal,
  });
}

/** Its lines have been shown as it wrote them. */
function explain(error: unknown): string {
  if (error instanceof NotReadyError) return `${error.message}; the next edit starts it again`;
  throw error;
}
