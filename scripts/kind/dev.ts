/**
 * `npm run dev:kind`: the shop on the kind cluster, with edits copied into its running containers. skaffold copies, builds
 * and applies; this compiles, says what comes of each edit, and prepares what skaffold watches.
 */
import { followEdits, type Runner } from '../dev/follow-edits.ts';
import { TreeWatcher } from '../dev/watch-tree.ts';
import { onSignalToEnd } from '../laptop/signals.ts';
import { buildOrExit } from '../support/build.ts';
import { fail, optionsOr, SetUpError } from '../support/command-line.ts';
import { say, step } from '../support/progress.ts';
import { findNodes } from './cluster.ts';
import { editedApps, rebuiltApps, Staging } from './dev/staging.ts';
import { Skaffold } from './dev/skaffold.ts';
import { baseUrl, paths } from './names.ts';
import { requireAll } from './requirements.ts';
import { writeSettings } from '../cluster/skaffold.ts';

const welcome = `
The shop is open: ${baseUrl}
  edits in apps/ and packages/ are compiled here and copied into the containers of ${editedApps.join(' and ')}, whose root file
  system can be written to for that, in this profile alone; images of ${rebuiltApps.join(', ')} are built again;
  manifests in k8s/ are applied. A shop with read-only file systems again: npm run up

Ctrl-C stops it; the shop stays.
`;

async function main(): Promise<void> {
  await step('Looking at what is there', () =>
    requireAll({ programs: ['docker', 'buildx', 'kind', 'kubectl', 'skaffold'] }),
  );
  if ((await findNodes()).length === 0)
    throw new SetUpError('There is no kind cluster of the shop. Make it first: npm run up');
  await step('Compiling', buildOrExit);
  const staging = new Staging(paths.root, paths.staging);
  staging.writeAll();
  staging.rebuild();

  await writeSettings();
  const ending = new AbortController();
  const skaffold = new Skaffold(say);
  onSignalToEnd(
    () => ending.abort(),
    () => process.exit(1),
  );
  ending.signal.addEventListener('abort', () => skaffold.stop());
  await step('Deploying the shop (dev-sync)', () => skaffold.idle());
  const logs = skaffold.follow(editedApps);
  say(welcome);

  const follow = followEdits({
    root: paths.root,
    apps: [...editedApps, ...rebuiltApps],
    runner: runnerOf(staging, skaffold),
    say,
    signal: ending.signal,
  });
  await Promise.race([Promise.all([follow, followManifests(staging, ending.signal)]), skaffold.ended]);
  ending.abort();
  await skaffold.ended;
  await logs;
}

const isEdited = (app: string): boolean => editedApps.some((name) => name === app);

function runnerOf(staging: Staging, skaffold: Skaffold): Runner {
  return {
    prepare: () => undefined,
    async run(workspaces, files) {
      const apps = staging.appsOf(workspaces);
      const isRebuilt = files.length === 0 || apps.some((app) => !isEdited(app));
      const live = isRebuilt ? skaffold.idleAgain() : skaffold.live(apps);
      staging.writeAll();
      // Pods that get another sidecar are new ones.
      if (isRebuilt) staging.rebuild();
      await live;
      return apps;
    },
  };
}

/** New pods would start from images without the edits since the last build. */
async function followManifests(staging: Staging, signal: AbortSignal): Promise<void> {
  using watcher = new TreeWatcher(
    paths.root,
    ['k8s/base', 'k8s/components', 'k8s/overlays'],
    ['skaffold.yaml'],
  );
  while (!signal.aborted) {
    const touched = await watcher.next(signal);
    if (touched.length === 0) continue;
    say(`${touched.join(', ')}: the images are built again, and the manifests applied`);
    staging.rebuild();
  }
}

optionsOr('npm run dev:kind', {});
try {
  await main();
} catch (error) {
  fail(error);
}
