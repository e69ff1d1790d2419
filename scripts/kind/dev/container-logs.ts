/** The logs of the edited containers, followed from pod to pod. skaffold shows none while it copies. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pod } from '@shop/testing/kubernetes';
import { splitLines } from '../../laptop/lines.ts';
import { CommandError } from '../../support/run.ts';
import { kubectl } from '../kubectl.ts';
import { context } from '../names.ts';

/** Between two attempts, while a pod is being replaced. */
const pauseMs = 300;

/** Calls `onLine` with what the app's newest container writes from now on, until the signal is aborted. */
export async function followLogs(
  app: string,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  // Kept over the attempts: what was written between two of them is not lost.
  const since = new Date().toISOString();
  while (!signal.aborted) {
    const pod = await newestPod(app);
    if (pod !== undefined) {
      const which = `logs --follow ${pod} --container app --since-time ${since}`;
      // The signal ends it, also where it was aborted while the pods were listed.
      const child = spawn('kubectl', ['--context', context, '--namespace', 'shop', ...which.split(' ')], {
        stdio: ['ignore', 'pipe', 'ignore'],
        signal,
      });
      const closed = once(child, 'close').catch(() => undefined);
      splitLines(child.stdout, onLine, onLine);
      await closed;
    }
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

/** One that is not on its way out. @returns its name, or nothing while there is none. */
async function newestPod(app: string): Promise<string | undefined> {
  try {
    const list = `--namespace shop get pods --selector app=${app} --output=json`;
    const { items } = JSON.parse(await kubectl(list.split(' '))) as { readonly items: readonly Created[] };
    return items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .toSorted((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp))
      .at(-1)?.metadata.name;
  } catch (error) {
    // A busy control plane gets the request again, later.
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

type Created = Pod & { readonly metadata: { readonly creationTimestamp: string } };
