/**
 * The first process of a container of `npm run dev:kind`: runs the app, and starts it again when its compiled files change.
 * The next process always waits with its modules loaded, so that a start takes a fraction of a second.
 */
import { fileURLToPath } from 'node:url';
import { importedModules } from '../../dev/modules.ts';
import { TreeWatcher } from '../../dev/watch-tree.ts';
import { workspacesOf } from '../../dev/workspaces.ts';
import { NotReadyError, SupervisedProgram } from '../../laptop/supervised.ts';
import { onSignalToEnd } from '../../laptop/signals.ts';
import { isLive, isNotLive } from './reports.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const app = process.env['SHOP_APP'] ?? '';
const workspaces = workspacesOf(app, root);
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const program = new SupervisedProgram(
  {
    name: app,
    args: [
      '--enable-source-maps',
      '--max-old-space-size-percentage=30',
      '--disable-warning=DEP0060',
      `${root}apps/${app}/dist/main.js`,
    ],
    env: {},
    readyUrl: `http://127.0.0.1:${process.env['ADMIN_PORT']}/readyz`,
  },
  {
    record: (_program, line) => void process.stdout.write(`${line}\n`),
    remark: (_program, line) => say(line),
  },
  { readyWithinMs: 60_000, endWithinMs: 12_000, pollMs: 15, failedStartWaits: true },
);

const ending = new AbortController();
onSignalToEnd(
  () => {
    ending.abort();
    void program.stop().then(() => process.exit());
  },
  () => process.exit(1),
);
// The copying of several files is one change.
const settleMs = 60;
using watcher = new TreeWatcher(
  root,
  workspaces.map((folder) => `${folder}/dist`),
  [],
  settleMs,
);
const prepare = (): void => program.prepare(() => importedModules(root, workspaces));

let attempt: Promise<unknown> = program.start();
while (!ending.signal.aborted) {
  try {
    await attempt;
    say(isLive(app));
    prepare();
  } catch (error) {
    if (!(error instanceof NotReadyError)) throw error;
    say(isNotLive(app, error.message));
  }
  if ((await watcher.next(ending.signal)).length > 0) attempt = program.replace();
}
