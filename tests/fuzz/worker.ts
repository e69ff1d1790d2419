/** Runs one target until its time is over, in a thread that `main.ts` can end when it does not come back. */
import { parentPort, workerData } from 'node:worker_threads';
import { readCorpus } from './engine/corpus.ts';
import { MemoryWatch } from './engine/memory.ts';
import { minimise } from './engine/minimise.ts';
import { findingOf, inputOf } from './engine/run.ts';
import type { Found, Task } from './engine/task.ts';
import { targets } from './targets/index.ts';

const { name, seed, withinMs, replay, shared } = workerData as Task;
const target = targets.find((candidate) => candidate.name === name);
if (!target) throw new Error(`there is no target ${name}`);
/** The number of the current input, from which the parent can make it again. */
const current = new BigInt64Array(shared);
const corpus = [...readCorpus(name).values()];
const found = new Set<string>();
const memory = new MemoryWatch();
const sampleEveryMs = Math.max(500, withinMs / 60);

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- that of windows
const send = (message: Found): void => parentPort?.postMessage(message);

await using subject = await target.open();

async function tryOne(input: Buffer, index: number): Promise<void> {
  const finding = await findingOf(subject, input);
  if (!finding || found.has(finding.kind)) return;
  found.add(finding.kind);
  const { kind, message, pieces } = finding;
  const shows = async (candidate: Buffer): Promise<boolean> =>
    (await findingOf(subject, candidate))?.kind === kind;
  const smallest =
    replay === undefined && pieces === 'bytes'
      ? await minimise(input, shows, { tries: 3000, withinMs: 20_000 })
      : input;
  send({ type: 'finding', kind, message, input: smallest, index });
}

const startedAt = performance.now();
let executions = 0;
if (replay) {
  await tryOne(Buffer.from(replay), 0);
  executions = 1;
} else {
  for (const entry of corpus) await tryOne(entry, -1);
  let sampledAt = 0;
  for (; performance.now() - startedAt < withinMs; executions += 1) {
    Atomics.store(current, 0, BigInt(executions));
    await tryOne(inputOf(target, corpus, seed, executions), executions);
    if (performance.now() - sampledAt < sampleEveryMs) continue;
    memory.sample();
    sampledAt = performance.now();
  }
  if (memory.grows) {
    const message = `${(memory.growth / 1e6).toFixed(0)} MB more in use than after the warm-up`;
    send({ type: 'finding', kind: 'growth', message, input: undefined, index: executions });
  }
}
const seconds = (performance.now() - startedAt) / 1000;
send({ type: 'end', executions, seconds, growth: memory.growth });
