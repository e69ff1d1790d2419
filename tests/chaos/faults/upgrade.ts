import { paths } from '../../../scripts/kind/names.ts';
import { run } from '../../../scripts/support/run.ts';
import type { Fault } from '../fault.ts';
import { previousState } from '../preparations/previous-state.ts';
import { clientSeesNothing, mustHold } from './shared/rolling-update.ts';

export const upgrade: Fault = {
  name: 'upgrade',
  title: '`npm run up`, and everything has changed: both services, the database, the Ingress controller',
  needs: [previousState],
  clientSees: clientSeesNothing,
  async inject(stage) {
    await run('npm', ['--prefix', paths.root, 'run', '--silent', 'up'], {
      ignoresCtrlC: true,
      onLine: (line) => {
        const [, begun] = /^ *[\d.]+ s  (\S.*) …$/.exec(line) ?? [];
        if (begun !== undefined) stage.note(begun);
      },
    });
  },
  expectations: mustHold,
};
