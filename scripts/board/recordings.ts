/** How the recordings in docs/board/ are made, of the shop that runs. */
import { renameSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Faults, record, Scene, Traffic } from '@shop/board';
import { inShop } from '../kind/kubectl.ts';
import { defaultDataDir } from '../laptop/options.ts';
import { exampleProductId } from '../seed/data.ts';
import { openKind } from './kind-source.ts';
import { openLaptop } from './laptop-source.ts';
import type { Source } from './source.ts';

export type RecordingName = 'stop-user' | 'pod-deleted';

interface Recipe {
  readonly open: (scene: Scene) => Promise<Source>;
  readonly act: (faults: Faults) => Promise<void> | void;
  /** From the deed to the recording's end. */
  readonly afterSeconds: number;
}

const recipes: Readonly<Record<RecordingName, Recipe>> = {
  'stop-user': {
    open: (scene) => openLaptop(defaultDataDir(process.env), scene),
    act: (faults) => faults.start('stop-user'),
    afterSeconds: 14,
  },
  'pod-deleted': {
    open: openKind,
    async act() {
      // As from another terminal: the board sees it, and has not done it.
      const pod = await inShop('get', 'pods', '--selector', 'app=product', '--output', 'name');
      await inShop('delete', pod.split('\n')[0] ?? '', '--wait=false');
    },
    afterSeconds: 10,
  },
};

export const recordingNames = Object.keys(recipes) as readonly RecordingName[];

export const fileOf = (name: RecordingName): string =>
  fileURLToPath(new URL(`../../docs/board/${name}.ndjson`, import.meta.url));

/** So much time of normal work is in front of the deed that the charts are full. */
const cleanSeconds = 80;

/**
 * Records the shop at work, and what happens then. What was broken is undone, and that is not in the recording.
 * @param signal ends it sooner.
 * @throws {NotRunningError | ContextError} when that target does not run.
 */
export async function makeRecording(name: RecordingName, signal: AbortSignal): Promise<void> {
  const { open, act, afterSeconds } = recipes[name];
  const scene = new Scene();
  const source = await open(scene);
  const traffic = new Traffic(scene, source.address, exampleProductId);
  const faults = new Faults(scene, source.faults, traffic, { oneAtATime: source.oneFaultAtATime });
  const unfinished = `${fileOf(name)}.new`;
  const end = record(scene, unfinished);
  let isWhole = false;
  try {
    traffic.watch(true);
    await delay(cleanSeconds * 1_000, undefined, { signal });
    await act(faults);
    await delay(afterSeconds * 1_000, undefined, { signal });
    isWhole = true;
  } finally {
    await end();
    if (isWhole) renameSync(unfinished, fileOf(name));
    else rmSync(unfinished, { force: true });
    await faults.close();
    traffic.close();
    await source.close();
  }
}
