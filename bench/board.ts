/**
 * `npm run bench:board -- [--seconds 600] [--pods 300] [--changes 20] [--starts 5]`: how much work the board's page makes in
 * Chromium while it is shown a large cluster, how large its first view is, and how soon it shows the shop of `npm start`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readPageFiles, readRecording, replay, Scene, startBoard } from '@shop/board';
import { chromium, type CDPSession } from 'playwright-core';
import { findChromium, howToGetChromium } from '@shop/testing/chromium';
import { bigCluster } from '../scripts/board/big-cluster.ts';
import { measureFirstView, type FirstView } from './board/first-view.ts';
import { spread, table } from '@shop/testing/report';
import { endWith, optionsOr, SetUpError } from '../scripts/support/command-line.ts';

const { seconds, pods, changes, starts } = optionsOr('npm run bench:board', {
  seconds: 600,
  pods: 300,
  changes: 20,
  starts: 5,
});
const limits = { busyPercent: 30, kilobytes: 150, growth: 1.5, shownMs: 1_000 };
/** Until the page has drawn everything once, and its code is compiled. */
const warmUpMs = 10_000;

const row = (what: string, value: string, limit: string, holds: boolean) => [
  what,
  value,
  limit,
  holds ? '✓' : '✗',
];

const executablePath = findChromium(process.env);
if (executablePath === undefined) endWith(new SetUpError(howToGetChromium));
const folder = mkdtempSync(join(tmpdir(), 'board-bench-'));
const file = join(folder, 'big.ndjson');
const messages = bigCluster(
  {
    pods,
    changesPerSecond: changes,
    seconds: seconds + 30,
  },
  0,
);
writeFileSync(file, [...messages].map((message) => JSON.stringify(message)).join('\n'));

const ending = new AbortController();
const scene = new Scene();
const token = 'bench';
const board = await startBoard({ port: 0, token, scene });
const browser = await chromium.launch({
  executablePath,
  args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--enable-precise-memory-info'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable');
  // The same in processor time, which other programs of the machine do not affect.
  const ticks = await page.context().newCDPSession(page);
  await ticks.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(board.url);
  void replay(await readRecording(file), scene, { signal: ending.signal });
  await delay(warmUpMs);
  const before = await measure(client);
  const ticksBefore = await measure(ticks);
  await delay(seconds * 1_000);
  const after = await measure(client);
  const ticksAfter = await measure(ticks);
  const percentOf = (taskSeconds: number) => (taskSeconds / (after.at - before.at)) * 100;
  const busyPercent = percentOf(after.taskSeconds - before.taskSeconds);
  const cpuPercent = percentOf(ticksAfter.taskSeconds - ticksBefore.taskSeconds);
  const growth = after.heap / before.heap;
  const kilobytes = firstViewBytes() / 1_000;
  const views: FirstView[] = [];
  for (let start = 0; start < starts; start += 1) views.push(await measureFirstView(browser));
  const rows = [
    row(
      'main thread busy',
      `${busyPercent.toFixed(1)} %`,
      `< ${limits.busyPercent} %`,
      busyPercent < limits.busyPercent,
    ),
    row('of which processor time', `${cpuPercent.toFixed(1)} %`, '', true),
    row(
      'heap after a collection',
      `${mb(before.heap)} → ${mb(after.heap)}`,
      `× < ${limits.growth}`,
      growth < limits.growth,
    ),
    row('elements', `${before.nodes} → ${after.nodes}`, '', true),
    row(
      'first view, compressed',
      `${kilobytes.toFixed(0)} kB`,
      `< ${limits.kilobytes} kB`,
      kilobytes < limits.kilobytes,
    ),
    timesRow('npm start: ready to shown', (view) => view.openedMs, views),
    timesRow('a process ready again to shown', (view) => view.againMs, views),
  ];
  process.stdout.write(
    `${pods} pods, ${changes} changes a second, ${seconds} s\n\n${table([['', 'measured', 'limit', ''], ...rows])}\n`,
  );
  if (rows.some((cells) => cells[3] === '✗')) process.exitCode = 1;
} finally {
  ending.abort();
  await browser.close();
  await board.close();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(client: CDPSession) {
  await client.send('HeapProfiler.collectGarbage');
  const { metrics } = await client.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? NaN;
  return {
    at: of('Timestamp'),
    taskSeconds: of('TaskDuration'),
    heap: of('JSHeapUsedSize'),
    nodes: of('Nodes'),
  };
}

/** All that the board serves of its page: the page, and the script, style and icon that it leads to. */
function firstViewBytes(): number {
  const files = readPageFiles(fileURLToPath(new URL('../apps/board/dist/page', import.meta.url)));
  return [...files.values()].reduce((sum, { gzip }) => sum + gzip.length, 0);
}

/** The slowest counts. */
function timesRow(what: string, of: (view: FirstView) => number, views: readonly FirstView[]) {
  const { median, min, max } = spread(views.map(of));
  const value = `${median.toFixed(0)} ms (${min}-${max}), ${views.length} times`;
  return row(what, value, `< ${limits.shownMs} ms`, max < limits.shownMs);
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
