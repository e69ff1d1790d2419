/**
 * `npm run bench:up -- [--changed nothing|service|everything] [--runs 5]`: how long `npm run up` takes on the cluster that is there,
 * where nothing or one service has changed. With `everything` the cluster is removed before each run (`npm run down`, with all its
 * data) and the figure is that of a shop from nothing; images and layers stay in the caches of this machine.
 * Exit code 1 when the median is above the limit: 4, 15 and 60 s.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { showSpread, spread, table } from '@shop/testing/report';
import { fail, optionsOr } from '../scripts/support/command-line.ts';
import { run } from '../scripts/support/run.ts';
import { appEdit, EditedFiles } from './dev/edits.ts';
import { conditionsSince, loadNow } from './support/conditions.ts';

const { changed, runs } = optionsOr('npm run bench:up', {
  changed: ['nothing', 'service', 'everything'],
  runs: 5,
});
const limitSeconds = { nothing: 4, service: 15, everything: 60 }[changed];
const root = fileURLToPath(new URL('..', import.meta.url));
const script = (name: 'up' | 'down', onLine?: (line: string) => void) =>
  run(process.execPath, [`${root}scripts/kind/${name}.ts`], { cwd: root, ...(onLine && { onLine }) });

/** Seconds of the whole of `npm run up` and of each of its steps. */
interface Run {
  readonly all: number;
  readonly steps: ReadonlyMap<string, number>;
}

async function measure(): Promise<Run> {
  const steps = new Map<string, number>();
  const start = performance.now();
  await script('up', (line) => {
    const [, title, seconds] = /^ *[\d.]+ s {2}(\S.*): done in ([\d.]+) s$/.exec(line) ?? [];
    if (title !== undefined) steps.set(title, Number(seconds));
  });
  return { all: (performance.now() - start) / 1000, steps };
}

async function measureAll(): Promise<void> {
  const loadBefore = loadNow();
  using files = new EditedFiles();
  process.once('exit', () => files[Symbol.dispose]());
  process.once('SIGINT', () => process.exit(1));
  // What others changed since the last one is not measured.
  if (changed !== 'everything') await script('up');
  const all: Run[] = [];
  for (let index = 1; index <= runs; index += 1) {
    if (changed === 'everything') await script('down');
    if (changed === 'service') files.apply(appEdit, `edit ${index} of ${Date.now()}`);
    const one = await measure();
    process.stderr.write(`run ${index}: ${one.all.toFixed(1)} s\n`);
    all.push(one);
  }
  if (changed === 'service') {
    files.restoreAll();
    await script('up');
  }
  report(all, loadBefore);
}

function report(all: readonly Run[], loadBefore: string): void {
  const whole = spread(all.map((each) => each.all));
  const titles = new Set(all.flatMap(({ steps }) => [...steps.keys()]));
  const rows = [...titles].map((title) => [
    `  ${title}`,
    showSpread(spread(all.map(({ steps }) => steps.get(title) ?? 0)), 1),
  ]);
  const conditions = `${runs} runs, changed: ${changed}, ${conditionsSince(loadBefore)}`;
  mkdirSync(`${root}reports`, { recursive: true });
  writeFileSync(
    `${root}reports/bench-up-${changed}.json`,
    JSON.stringify({
      conditions,
      runs: all.map(({ all: seconds, steps }) => ({ seconds, steps: Object.fromEntries(steps) })),
    }),
  );
  const verdict = whole.median > limitSeconds ? `above ${limitSeconds} s` : `at most ${limitSeconds} s`;
  const lines = [['', 'median (least-most), s'], ['npm run up', showSpread(whole, 1)], ...rows];
  process.stdout.write(`${table(lines, { rightFrom: 1 })}\nThe median is ${verdict}.\n${conditions}\n`);
  if (whole.median > limitSeconds) process.exitCode = 1;
}

try {
  await measureAll();
} catch (error) {
  fail(error);
}
