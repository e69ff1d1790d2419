/** `npm run undeploy -- --context NAME [--yes]`: removes the shop from a cluster, with all of its data. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { kubectlOn, type Kubectl } from '../cluster/kubectl.ts';
import { sayingWhatFor } from '../cluster/waiting.ts';
import { context as ownContext } from '../kind/names.ts';
import { findProblems, refusal } from '../kind/requirements.ts';
import { say, step } from '../support/progress.ts';
import { CommandError } from '../support/run.ts';
import { fail, SetUpError } from '../support/command-line.ts';
import { managedBy } from './judge.ts';
import { folderOf } from './names.ts';
import { readUndeployOptions, undeployUsage } from './options.ts';
import { describeLacked, lackedBy, toUndeploy } from './permissions.ts';
import { describeTraces, findNamespaced, findTraces, type Traces } from './traces.ts';

/** How long pods may take to end, and volumes to be deleted; a member of the database may take two minutes. */
const patienceMs = 600_000;

async function undeploy(context: string, yes: boolean): Promise<void> {
  if (context === ownContext)
    throw new SetUpError(`${context} is the cluster of npm run up: npm run down removes it`);
  const kubectl = kubectlOn(context);
  const traces = await step('Finding what to remove', () => look(kubectl, context));
  const lines = describeTraces(traces);
  if (lines.length > 0) {
    if (!yes) await confirm(context, lines);
    await step('Removing the shop', () => remove(kubectl, traces));
  } else say(`There is nothing of the shop on ${context}`);
  const { path, fromRoot } = folderOf(context);
  if (existsSync(path)) {
    await rm(path, { recursive: true });
    say(`Removed what was kept of it here: ${fromRoot}`);
  }
  say('Images stay in the registry: others may use them');
}

/** @throws {SetUpError} when the shop was not deployed by us, or something is in the way. */
async function look(kubectl: Kubectl, context: string): Promise<Traces> {
  const programs = await findProblems({ programs: ['kubectl'], anyVersion: true });
  if (programs.problems.length > 0) throw refusal(programs);
  let traces: Traces;
  try {
    const lacked = await lackedBy(kubectl, toUndeploy);
    if (lacked.length > 0) throw refusal({ problems: describeLacked(context, lacked), advice: [] });
    traces = await findTraces(kubectl);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw refusal({ problems: [`The cluster cannot be read: ${error.output}`], advice: [] });
  }
  const { namespace } = traces;
  if (namespace !== undefined && namespace.metadata.labels?.[managedBy.key] !== managedBy.value)
    throw new SetUpError(
      `The namespace shop on ${context} was not made by npm run deploy (it has no label ${managedBy.key}=${managedBy.value}), ` +
        `so that it is not removed. If it is yours: kubectl --context ${context} delete namespace shop`,
    );
  return traces;
}

/** @throws {SetUpError} unless the user types the context's name. */
async function confirm(context: string, lines: readonly string[]): Promise<void> {
  const what = [
    'This will be deleted, and cannot be brought back:',
    ...lines.map((line) => `  - ${line}`),
  ].join('\n');
  if (!process.stdin.isTTY)
    throw new SetUpError(
      `${what}\nTo confirm, use a terminal, or give --yes to delete it without a question`,
    );
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(
      `\n${what}\nType the name of the context (${context}) to delete it: `,
    );
    if (answer.trim() !== context) throw new SetUpError('Nothing was deleted');
  } finally {
    terminal.close();
  }
}

async function remove(kubectl: Kubectl, { ofCluster }: Traces): Promise<void> {
  if (ofCluster.length > 0) await kubectl(['delete', '--ignore-not-found', '--wait=false', ...ofCluster]);
  await kubectl(['delete', 'namespace', 'shop', '--ignore-not-found', '--wait=false']);
  // The members would wait for one another, to protect data that is deleted anyway.
  const atOnce = ['--grace-period=1', '--ignore-not-found', '--wait=false'];
  await kubectl(['--namespace=shop', 'delete', 'pods', '--all', ...atOnce]).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
  });
  const deadline = Date.now() + patienceMs;
  let waitsFor: string | undefined;
  const wait = async (): Promise<void> => {
    for (;;) {
      const namespaced = await findNamespaced(kubectl);
      const isGone = namespaced.namespace === undefined && namespaced.volumes.length === 0;
      const traces = isGone ? await findTraces(kubectl) : { ...namespaced, ofCluster: [] };
      // Their claims are deleted, but no controller deletes them.
      const kept = traces.volumes.filter(
        ({ spec, status }) => spec.persistentVolumeReclaimPolicy === 'Retain' && status?.phase === 'Released',
      );
      if (traces.namespace === undefined && kept.length > 0)
        await kubectl([
          'delete',
          'persistentvolume',
          '--ignore-not-found',
          '--wait=false',
          ...kept.map(({ metadata }) => metadata.name),
        ]);
      if (describeTraces(traces).length === 0) return;
      waitsFor = describeWait(traces);
      if (Date.now() > deadline)
        throw new SetUpError(`Not everything is gone after ${patienceMs / 60_000} minutes: ${waitsFor}`);
      await delay(1_000);
    }
  };
  await sayingWhatFor(() => waitsFor, wait);
}

/** What the cluster reports about the namespace's deletion, or else what is left. */
function describeWait(traces: Traces): string {
  const conditions = traces.namespace?.status?.conditions ?? [];
  const messages = conditions.flatMap(({ status, message }) =>
    status === 'True' && message !== undefined ? [message] : [],
  );
  return `waiting for the end of ${[...describeTraces(traces), ...messages].join('; ').slice(0, 400)}`;
}

try {
  const options = readUndeployOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(undeployUsage);
  else await undeploy(options.context, options.yes);
} catch (error) {
  fail(error);
}
