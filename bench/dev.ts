/**
 * `npm run bench:dev -- [--target laptop|kind] [--runs 5] [--session]`: how long an edit takes from its saving to the first response
 * with it, in an app and in a package that both services are made of, with `npm run dev` or `npm run dev:kind`. The sources
 * are those of this repository; they are written back at the end.
 * With --session it makes four edits, on kind a fifth of a manifest, and prints what the command says of each
 * (docs/dev-session.md).
 * Exit code 1 when a median is above the limit: 1 s on the laptop, 2 s on kind.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { spread, table } from '@shop/testing/report';
import { appEdit, EditedFiles, packageEdit } from './dev/edits.ts';
import { RunningShop } from './dev/running.ts';
import { playSession } from './dev/session.ts';
import { conditionsSince, loadNow } from './support/conditions.ts';
import { optionsOr } from '../scripts/support/command-line.ts';

const options = optionsOr('npm run bench:dev', { target: ['laptop', 'kind'], runs: 5, session: false });
const { target } = options;
const limitSeconds = { laptop: 1, kind: 2 }[target];
const root = fileURLToPath(new URL('..', import.meta.url));

process.once('SIGINT', () => process.exit(1));
const loadBefore = loadNow();
await using shop = await RunningShop.start(target);
using files = new EditedFiles();
process.once('exit', () => files[Symbol.dispose]());

if (options.session) {
  process.stdout.write(await playSession(target, shop, files));
} else await measureAll();

/** The first edit is not measured: nothing is warm yet. */
async function measure(edit: typeof appEdit): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run <= options.runs; run += 1) {
    const mark = `edit ${run} of ${Date.now()}`;
    files.apply(edit, mark);
    const milliseconds = await shop.untilSeen(edit.path, mark);
    process.stderr.write(
      `${edit.title}: ${(milliseconds / 1000).toFixed(2)} s${run === 0 ? ' (first)' : ''}\n`,
    );
    if (run > 0) times.push(milliseconds);
  }
  files.restore(edit.file);
  await shop.untilSeen(edit.path, 'edit ', { isGone: true });
  return times;
}

async function measureAll(): Promise<void> {
  const rows: string[][] = [];
  const report: Record<string, readonly number[]> = {};
  for (const edit of [appEdit, packageEdit]) {
    const times = (await measure(edit)).map((milliseconds) => milliseconds / 1000);
    const { median } = spread(times);
    report[edit.title] = times;
    if (median > limitSeconds) process.exitCode = 1;
    rows.push([
      edit.title,
      median.toFixed(2),
      times.map((seconds) => seconds.toFixed(2)).join('  '),
      median > limitSeconds ? `above ${limitSeconds}` : `at most ${limitSeconds}`,
    ]);
  }
  const conditions = `${target}, ${conditionsSince(loadBefore)}`;
  mkdirSync(`${root}reports`, { recursive: true });
  writeFileSync(`${root}reports/bench-dev-${target}.json`, JSON.stringify({ conditions, seconds: report }));
  process.stdout.write(
    `${table([['edit of', 'median, s', 'each, s', 'limit'], ...rows], { gap: '   ' })}\n${conditions}\n`,
  );
}
