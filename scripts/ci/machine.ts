import { statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs without which some unit tests are not run. */
const programs = ['mongod', 'promtool', 'script', 'zsh'];

/**
 * What the result of a unit test depends on beside the files of the repository. turbo uses it as an input of the tests.
 * @returns Node's version, the system, and the programs on the PATH with their size and time of change.
 */
export function machine(env: NodeJS.ProcessEnv): string {
  const folders = (env['PATH'] ?? '').split(delimiter);
  const found = programs.flatMap((name) =>
    folders.flatMap((folder) => {
      const path = join(folder, name);
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats?.isFile() ? [`${path} ${stats.size} ${stats.mtimeMs}`] : [];
    }),
  );
  return [process.version, process.platform, process.arch, ...found].join(', ');
}
