/** Reports what a step waits for: a first start pulls hundreds of megabytes and may take minutes. */
import { setTimeout as delay } from 'node:timers/promises';
import { containerStatusesOf, isTrue, type ContainerStatus, type Pod } from '@shop/testing/kubernetes';
import { say } from '../support/progress.ts';
import { CommandError } from '../support/run.ts';
import type { Kubectl } from './kubectl.ts';

/** The longest time for a rollout, with the pulling of its images. The same as skaffold's default. */
export const rolloutTimeout = '--timeout=10m';

/** Runs `work`. Every `everyMs` it prints what `describe` returns, if that has changed. */
export async function sayingWhatFor<T>(
  describe: () => Promise<string | undefined> | string | undefined,
  work: () => Promise<T>,
  { everyMs = 5_000, tell = say } = {},
): Promise<T> {
  const over = new AbortController();
  const speaking = (async () => {
    let said: string | undefined;
    for (;;) {
      await delay(everyMs, undefined, { signal: over.signal });
      const text = await describe();
      if (over.signal.aborted || text === undefined || text === said) continue;
      said = text;
      tell(`  ${text}`);
    }
  })().catch(() => undefined);
  try {
    return await work();
  } finally {
    over.abort();
    await speaking;
  }
}

/** The same for what waits for pods, in any of the namespaces. */
export const sayingWhichPods = <T>(
  kubectl: Kubectl,
  namespaces: readonly string[],
  work: () => Promise<T>,
): Promise<T> => sayingWhatFor(async () => waitingFor(await podsOf(kubectl, namespaces)), work);

async function podsOf(kubectl: Kubectl, namespaces: readonly string[]): Promise<readonly Pod[]> {
  try {
    const answer = await kubectl([
      '--request-timeout=5s',
      'get',
      'pods',
      '--all-namespaces',
      '--output=json',
    ]);
    const { items } = JSON.parse(answer) as { readonly items: readonly Pod[] };
    return items.filter(({ metadata }) => namespaces.includes(metadata.namespace));
  } catch (error) {
    // The control plane is busy: the next interval tries again.
    if (error instanceof CommandError) return [];
    throw error;
  }
}

/** So many pods are listed; the rest are counted. */
const listed = 4;

/** @returns nothing when every pod is ready: `waiting for images: 3 of 7 pulled; shop/mongo-0: pulling mongo:8.0`. */
export function waitingFor(pods: readonly Pod[]): string | undefined {
  const present = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const reasons = present.flatMap((pod) => {
    const reason = reasonOf(pod);
    return reason === undefined ? [] : [`${pod.metadata.namespace}/${pod.metadata.name}: ${reason}`];
  });
  if (reasons.length === 0) return undefined;
  const { pulled, all } = countImages(present);
  const images = pulled < all ? `images: ${pulled} of ${all} pulled; ` : '';
  const more = reasons.length > listed ? `; and ${reasons.length - listed} more pods` : '';
  return `waiting for ${images}${reasons.slice(0, listed).join('; ')}${more}`;
}

/** Each node pulls its own. */
function countImages(pods: readonly Pod[]): { pulled: number; all: number } {
  const images = new Map<string, boolean>();
  for (const { spec, status } of pods) {
    if (spec.nodeName === undefined) continue;
    const statuses = containerStatusesOf(status);
    for (const { name, image } of [...(spec.initContainers ?? []), ...spec.containers]) {
      const key = `${spec.nodeName} ${image}`;
      const isThere = Boolean(statuses.find((found) => found.name === name)?.imageID);
      images.set(key, isThere || images.get(key) === true);
    }
  }
  return { pulled: [...images.values()].filter(Boolean).length, all: images.size };
}

/** Why a pod is not ready. A completed pod of a Job is not waited for. */
function reasonOf({ spec, status }: Pod): string | undefined {
  if (status.phase === 'Succeeded') return undefined;
  if (isTrue(status.conditions, 'Ready')) return undefined;
  const scheduled = status.conditions?.find(({ type }) => type === 'PodScheduled');
  if (spec.nodeName === undefined)
    return scheduled?.message === undefined
      ? `no node yet${claimsOf(spec)}`
      : `no node: ${shortened(scheduled.message)}`;
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  for (const container of containerStatusesOf(status)) {
    const reason = reasonOfContainer(
      container,
      containers.find(({ name }) => name === container.name)?.image ?? '',
    );
    if (reason !== undefined) return reason;
  }
  return 'starting';
}

/** The scheduler keeps a pod until its volumes are there, and says nothing meanwhile. */
function claimsOf({ volumes = [] }: Pod['spec']): string {
  const names = volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
  return names.length === 0 ? '' : `, or its volume is not made yet (${names.join(', ')})`;
}

/** Reasons that every container has while it starts. */
const ordinary = new Set([undefined, 'ContainerCreating', 'PodInitializing']);

function reasonOfContainer({ name, ready, imageID, state, lastState }: ContainerStatus, image: string) {
  const { waiting, running, terminated } = state ?? {};
  const ended = lastState?.terminated ?? terminated;
  if (waiting && !ordinary.has(waiting.reason)) {
    const message = waiting.message === undefined ? '' : ` (${shortened(waiting.message)})`;
    const before = ended === undefined ? '' : `, ended with exit code ${ended.exitCode}`;
    return `${name}: ${waiting.reason}${before}${message}`;
  }
  if (waiting?.reason === 'ContainerCreating')
    return imageID ? `${name} is starting` : `pulling ${shortImage(image)}, or mounting volumes`;
  if (running && !ready) return `${name} runs and is not ready`;
  return undefined;
}

const shortImage = (image: string): string => image.replace(/@sha256:([0-9a-f]{8})[0-9a-f]*/, '@$1…');
const shortened = (text: string): string => (text.length > 160 ? `${text.slice(0, 160)}…` : text);
