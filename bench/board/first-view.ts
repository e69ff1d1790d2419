/** How soon the board's page shows that the processes of the laptop's shop are ready, in Chromium. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '@shop/testing/eventually';
import type { Browser, Page } from 'playwright-core';
import { readyBySupervisor } from '../../scripts/board/test/support/readiness.ts';
import { askSupervisor } from '../../scripts/laptop/control-client.ts';

const main = fileURLToPath(new URL('../../scripts/laptop/main.ts', import.meta.url));
const programCount = 5;

/** Milliseconds from the supervisor's last notice that a process is ready, to a page that shows all of them so. */
export interface FirstView {
  /** `npm start`; the page is opened as soon as the board responds. */
  readonly openedMs: number;
  /** One process is ready again, and the page is open. */
  readonly againMs: number;
}

/** Starts a shop on free ports with a new data directory, and stops it. */
export async function measureFirstView(browser: Browser): Promise<FirstView> {
  const dataDir = mkdtempSync(join(tmpdir(), 'shop-bench-'));
  const args = [main, '--port', '0', '--board-port', '0', '--data-dir', dataDir];
  const shop = spawn(process.execPath, args, { stdio: 'ignore' });
  const ended = once(shop, 'exit');
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' });
  const watching = new AbortController();
  const ask = async (request: Parameters<typeof askSupervisor>[1]) =>
    (await askSupervisor(dataDir, request)).status;
  const often = { withinMs: 60_000, everyMs: 5 };
  try {
    const url = await eventually(
      'the address is known',
      async () => (await ask({ command: 'status' })).boardUrl,
      often,
    );
    const times = readyBySupervisor(dataDir, watching.signal);
    await eventually('the board responds', async () => (await fetch(new URL('/readyz', url))).ok, often);
    await page.goto(url);
    const first = [...times];
    if (first.length !== programCount) throw new Error('the board responds before the shop is ready');
    const openedMs = (await showsAll(page, pidsOf(first))) - latestOf(first);

    await ask({ command: 'kill', program: 'user' });
    await eventually('user is ready again', () => times.size > programCount, often);
    const again = [...times].slice(programCount);
    const againMs = (await showsAll(page, pidsOf(again))) - latestOf(again);
    return { openedMs, againMs };
  } finally {
    watching.abort();
    await page.close();
    shop.kill('SIGTERM');
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  }
}

type Times = readonly (readonly [pid: string, at: number])[];
const pidsOf = (times: Times): string[] => times.map(([pid]) => pid);
const latestOf = (times: Times): number => Math.max(...times.map(([, at]) => at));

/** @returns when the page showed that all of these processes are ready, milliseconds since 1970. */
async function showsAll(page: Page, pids: readonly string[]): Promise<number> {
  return await page.evaluate<number>(`new Promise((resolve) => {
    const look = () => {
      const ready = [...document.querySelectorAll('.parts li.ready')].map(({ textContent }) => textContent);
      const isThere = (pid) => ready.some((text) => text.includes('process ' + pid));
      if (${JSON.stringify(pids)}.every(isThere)) resolve(Date.now());
      else requestAnimationFrame(look);
    };
    look();
  })`);
}
