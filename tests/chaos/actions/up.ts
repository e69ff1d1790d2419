import { paths } from '../../../scripts/kind/names.ts';
import { run } from '../../../scripts/support/run.ts';

/**
 * `npm run up`, which ends even if the run is given up meanwhile: nothing would remove a half-deployed shop.
 * @param onStep is called with each step as it begins.
 * @throws {CommandError} with all that it printed, when it fails.
 */
export async function up(onStep: (step: string) => void = () => undefined): Promise<void> {
  await run('npm', ['--prefix', paths.root, 'run', '--silent', 'up'], {
    ignoresCtrlC: true,
    onLine(line) {
      const [, begun] = /^ *[\d.]+ s  (\S.*) …$/.exec(line) ?? [];
      if (begun !== undefined) onStep(begun);
    },
  });
}
