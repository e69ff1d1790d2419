/**
 * `npm run fuzz -- [--minutes N] [--only NAME] [--seed N] [--replay FILE]`: runs generated inputs through all code that
 * reads foreign bytes, N minutes for each target. A finding is written to reports/fuzz/, as small as it could be made,
 * with the command that shows it again. Exit code 1 when there is one.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { readCorpus } from './engine/corpus.ts';
import { hashOf } from './engine/random.ts';
import { inputOf } from './engine/run.ts';
import type { Found, Task } from './engine/task.ts';
import { targets } from './targets/index.ts';
import { endWith, optionsOr, UsageError } from '../../scripts/support/command-line.ts';

/** No progress for so long is a hang, even on a busy machine. */
const hangMs = 60_000;
const folder = 'reports/fuzz';
const names = targets.map(({ name }) => name);

const { minutes, seed, only, replay } = optionsOr('npm run fuzz', {
  minutes: 1,
  only: ['', ...names],
  seed: Date.now() % 1_000_000,
  replay: '',
});
if (replay !== '' && only === '')
  endWith(new UsageError('--replay needs --only: which target is the file for?'));
if (replay !== '' && !existsSync(replay)) endWith(new UsageError(`--replay: there is no file ${replay}`));

interface Outcome {
  readonly findings: number;
}

/** One target, in its own thread. */
function run(name: string): Promise<Outcome> {
  const shared = new SharedArrayBuffer(8);
  const current = new BigInt64Array(shared);
  const task: Task = {
    name,
    seed,
    withinMs: minutes * 60_000,
    replay: replay === '' ? undefined : readFileSync(replay),
    shared,
  };
  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: task });
  let findings = 0;
  let seen = { index: -1n, at: performance.now() };

  function report(kind: string, message: string, input: Uint8Array | undefined): void {
    findings += 1;
    process.stdout.write(`  FINDING ${kind}: ${message}\n`);
    if (input === undefined || replay !== '') return;
    mkdirSync(folder, { recursive: true });
    const file = `${folder}/${name}-${kind.replace(/[^\w-]+/g, '-').slice(0, 40)}-${hashOf(input).toString(16)}`;
    writeFileSync(file, input);
    process.stdout.write(`  ${input.length} bytes; again: npm run fuzz -- --only ${name} --replay ${file}\n`);
  }
  const inputUnderWay = (): Uint8Array => {
    const target = targets.find((candidate) => candidate.name === name) as (typeof targets)[number];
    const index = Number(Atomics.load(current, 0));
    return task.replay ?? inputOf(target, [...readCorpus(name).values()], seed, index);
  };

  return new Promise((resolve) => {
    const watch = setInterval(() => {
      const index = Atomics.load(current, 0);
      const now = performance.now();
      if (index !== seen.index) seen = { index, at: now };
      else if (now - seen.at > hangMs) {
        report('hang', `still running after ${hangMs / 1000} s`, inputUnderWay());
        void worker.terminate();
      }
    }, 1000);
    worker.on('message', (message: Found) => {
      // Making an input smaller is not a hang.
      seen = { ...seen, at: performance.now() };
      if (message.type === 'finding') return report(message.kind, message.message, message.input);
      const { executions, seconds, growth } = message;
      process.stdout.write(
        `  ${executions} executions in ${seconds.toFixed(0)} s, ${(executions / seconds).toFixed(0)} a second; ` +
          `memory ${growth < 0 ? '' : '+'}${(growth / 1e6).toFixed(1)} MB; ${findings} findings\n`,
      );
    });
    worker.once('error', (error) =>
      report(
        'crash',
        error instanceof Error ? (error.stack ?? error.message) : String(error),
        inputUnderWay(),
      ),
    );
    worker.once('exit', () => {
      clearInterval(watch);
      resolve({ findings });
    });
  });
}

let total = 0;
for (const name of only === '' ? names : [only]) {
  process.stdout.write(`${name}, seed ${seed}\n`);
  total += (await run(name)).findings;
}
process.exitCode = total === 0 ? 0 : 1;
