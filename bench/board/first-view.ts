/** How soon the board's page shows that the processes of the laptop's shop are ready, in Chromium. */
import { eventually } from '@shop/testing/eventually';
import type { Browser, Page } from 'playwright-core';
import { readyBySupervisor } from '../../scripts/board/test/support/readiness.ts';
import { askSupervisor, watchSupervisor } from '../../scripts/laptop/control-client.ts';
import { spawnLaptop } from '../../scripts/laptop/test/support/instance.ts';

/** Milliseconds from the supervisor's notice to the page. */
export interface FirstView {
  /** The shop of `npm start` is ready; to all processes on a page that is opened as soon as the board responds. */
  readonly openedMs: number;
  /** A process is ready again; to the same on the page that is open. */
  readonly againMs: number;
}

/** Starts a shop on free ports with a new data directory, and stops it. */
export async function measureFirstView(browser: Browser): Promise<FirstView> {
  await using laptop = spawnLaptop({ board: true });
  const { dataDir } = laptop;
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' });
  const watching = new AbortController();
  const ask = async (request: Parameters<typeof askSupervisor>[1]) =>
    (await askSupervisor(dataDir, request)).status;
  const often = { withinMs: 60_000, everyMs: 10, signal: laptop.ended };
  try {
    const url = await eventually(
      'the address is known',
      async () => (await ask({ command: 'status' })).boardUrl,
      often,
    );
    const shopReady = shopReadyAt(dataDir, watching.signal);
    const times = readyBySupervisor(dataDir, watching.signal);
    await eventually('the board responds', async () => (await fetch(new URL('/readyz', url))).ok, often);
    await page.goto(url);
    const first = [...times.keys()];
    const openedMs = (await showsAll(page, first)) - (await shopReady);

    await ask({ command: 'kill', program: 'user' });
    const [pid, readyAt] = await eventually('user is ready again', () => [...times][first.length], often);
    const againMs = (await showsAll(page, [pid])) - readyAt;
    return { openedMs, againMs };
  } finally {
    watching.abort();
    await page.close();
  }
}

/** @returns when it gave notice that all of its programs are ready, and the products there. */
const shopReadyAt = (dataDir: string, signal: AbortSignal): Promise<number> =>
  new Promise((resolve, reject) => {
    watchSupervisor(
      dataDir,
      (notice) => {
        if (notice.type === 'status' && notice.status.ready) resolve(Date.now());
      },
      signal,
    ).catch(reject);
  });

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
